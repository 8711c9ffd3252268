// Any figure by area: shapes come as tiles, figures beside them, joined by the area's id.
import { belowLabels, createMap, popup } from "../vip/map.js";
import { Swipe } from "../vip/map/swipe.js";
import { addTools } from "../vip/map/tools.js";
import { addAreas, colouring } from "./areas_layer.js";
import { figures, handOver, placeOf, spoken } from "./parts.js";

/** @typedef {{id: number | string, name: string, within: string, value: number | null, n: number | null, figure: number | null, before: number | null, most_frequent: string, next: string, state: string, said: string, colour: string, colour_before?: string, ring?: [number, number][]}} Area */
/** @typedef {{areas: Area[], no_data: string, digits: number, unit: string, title: string, query: Record<string, string>}} Answer */

const container = /** @type {HTMLElement} */ (document.getElementById("map"));
const form = /** @type {HTMLFormElement} */ (document.getElementById("question"));
const words = container.dataset;
const level = /** @type {"district" | "neighbourhood" | "street" | "cell"} */ (words.level);

// A choice shows itself at once, and the place on the map stays in the address.
form.addEventListener("change", (event) => {
  const changed = /** @type {HTMLInputElement} */ (event.target);
  const [from, to, period] = ["from", "to", "period"].map((name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name)));
  if (changed.name === "period" && period.value) from.value = to.value = "";
  if (changed.name === "from" || changed.name === "to") period.value = "";
  if (!period.value && !(from.value && to.value)) {
    const more = form.querySelector("details");
    if (more) more.open = true;
    (from.value ? to : from).focus();
    return;
  }
  if (changed.name === "scheme" && changed.value === "own") return askForBreaks();
  if (changed.name === "district") /** @type {HTMLInputElement | null} */ (form.elements.namedItem("neighbourhood"))?.removeAttribute("name");
  const elsewhere = changed.name === "district" || changed.name === "neighbourhood";
  form.action = location.pathname + (elsewhere ? "" : placeOf(container));
  form.requestSubmit();
});
form.addEventListener("formdata", (event) => {
  // A number is a number of days; what is empty need not stand in the address.
  const { formData } = event;
  const period = String(formData.get("period") ?? "");
  if (/^\d+$/.test(period)) {
    formData.delete("period");
    formData.set("days", period);
  }
  for (const [name, value] of [...formData]) if (value === "") formData.delete(name);
});

function askForBreaks() {
  const classes = /** @type {HTMLElement} */ (form.elements.namedItem("classes"));
  const box = document.createElement("input");
  box.name = box.id = "breaks";
  box.placeholder = "5,10,20.5";
  box.required = true;
  const label = form.querySelector("label[for=classes]");
  label?.setAttribute("for", "breaks");
  classes.replaceWith(box);
  box.focus();
}

/** @type {Promise<Answer>} */
const coming = fetch(/** @type {string} */ (words.url)).then((response) => response.json());
const map = await createMap({ container, permalink: true });
const answer = await coming;
const { areas } = answer;
const swipe = new Swipe(map, () => before(map.getStyle()));
const sides = document.createElement("p");
addTools(map, {
  slide: () => [document.querySelector("h1")?.textContent?.trim() ?? "", document.getElementById("subtitle")?.textContent?.trim() ?? ""],
  more: words.compares ? {
    compare: (button) => {
      button.setAttribute("aria-pressed", String(!swipe.second));
      if (swipe.second) swipe.end();
      else swipe.begin();
      sides.hidden = !swipe.second;
    },
  } : {},
});
sides.className = "map-hint";
sides.hidden = true;
sides.textContent = `◀ ${words.now}   |   ${words.before} ▶`;
container.append(sides);
const byId = new Map(areas.map((area) => [area.id, area]));
const lines = level === "street";
const of = addAreas(map, level, areas);
/** The same map in the colours of the period before. @param {import("maplibre-gl").StyleSpecification} shown */
function before(shown) {
  const style = structuredClone(shown);
  const areasLayer = style.layers.find(({ id }) => id === "areas");
  if (areasLayer) /** @type {any} */ (areasLayer).paint[lines ? "line-color" : "fill-color"] = colouring(level, areas, "colour_before");
  return style;
}
map.addLayer({
  id: "area-lines", type: "line", source: "areas", ...of,
  paint: {
    "line-color": ["case", ["boolean", ["feature-state", "chosen"], false], "#d97a00", lines ? "rgba(0,0,0,0)" : "#ffffff"],
    "line-width": ["case", ["boolean", ["feature-state", "chosen"], false], lines ? 6 : 3, 0.8],
  },
}, belowLabels(map));
container.dataset.painted = String(areas.length);

/** @param {number | string} id */
const feature = (id) => ({ source: "areas", ...(of["source-layer"] ? { sourceLayer: of["source-layer"] } : {}), id });
/** @type {number | string | undefined} */
let chosen;
/** @param {number | string} id */
function choose(id) {
  if (chosen !== undefined) map.setFeatureState(feature(chosen), { chosen: false });
  document.querySelector("tr.chosen")?.classList.remove("chosen");
  chosen = id;
  map.setFeatureState(feature(id), { chosen: true });
  document.querySelector(`tr[data-area="${CSS.escape(String(id))}"]`)?.classList.add("chosen");
}

/** Turkish says the sign of percent first. @param {string} number */
function withUnit(number) {
  if (answer.unit === "%") return document.documentElement.lang.startsWith("tr") ? `%${number}` : `${number}%`;
  return `${number} ${answer.unit}`.trim();
}

/** @param {Area} area */
function told(area) {
  const value = area.value === null ? area.said || words.none || "–"
    : withUnit(spoken(area.value, answer.digits));
  /** @type {[string, string][]} */
  const rows = [[words.value ?? "", value]];
  if (area.most_frequent) rows.unshift([words.most ?? "", area.most_frequent]);
  if (area.next) rows.push([words.next ?? "", area.next]);
  if (answer.query.compare && area.figure !== null) {
    rows.push([words.now ?? "", spoken(area.figure, answer.digits)]);
    if (area.before !== null) rows.push([words.before ?? "", spoken(area.before, answer.digits)]);
  }
  rows.push([words.cases ?? "", area.n === null ? words.few ?? "" : spoken(area.n)]);
  const box = figures(area.within ? `${area.name}, ${area.within}` : area.name, rows);
  for (const [text, address] of ways(area)) {
    const link = document.createElement("a");
    link.href = address;
    link.textContent = text;
    const line = document.createElement("div");
    line.append(link);
    box.append(line);
  }
  return box;
}

/**
 * Where one goes from an area: a level deeper, and to the requests themselves.
 * @param {Area} area
 * @returns {[string, string][]}
 */
function ways(area) {
  /** @type {[string, string][]} */
  const found = [];
  const deeper = level === "district" ? "neighbourhood" : level === "neighbourhood" ? "street" : "";
  if (deeper) {
    const next = new URL(/** @type {string} */ (words.page), location.href);
    next.searchParams.set("level", deeper);
    next.searchParams.set(level, String(area.id));
    if (deeper === "street" && next.searchParams.get("per") === "residents") next.searchParams.set("per", "none");
    next.hash = ""; // the page knows where the area is
    found.push([(deeper === "street" ? words.streets : words.neighbourhoods) ?? "", next.href]);
  }
  if (words.console && (level === "district" || level === "neighbourhood")) {
    const list = new URL(words.console, location.href);
    list.searchParams.set(level, String(area.id));
    found.push([words.requests ?? "", list.href]);
  }
  return found;
}

map.on("click", "areas", (event) => {
  const found = event.features?.[0];
  const id = level === "cell" ? String(found?.properties?.h3) : Number(found?.id);
  const area = byId.get(id);
  if (!area) return;
  choose(id);
  document.querySelector(`tr[data-area="${CSS.escape(String(id))}"]`)?.scrollIntoView({ block: "nearest" });
  popup(map, [event.lngLat.lng, event.lngLat.lat], told(area));
});
handOver(map, "areas");
document.getElementById("areas")?.addEventListener("click", (event) => {
  const row = /** @type {HTMLElement} */ (event.target).closest("tr");
  if (row?.dataset.area) choose(level === "cell" ? row.dataset.area : Number(row.dataset.area));
});
document.getElementById("permalink")?.addEventListener("click", (event) => {
  /** @type {HTMLAnchorElement} */ (event.currentTarget).hash = location.hash;
});

if (lines) {
  const hint = document.createElement("p");
  hint.className = "map-hint";
  hint.setAttribute("role", "status");
  container.append(hint);
  const tell = () => {
    const far = map.getZoom() < 10;
    hint.hidden = !far;
    hint.textContent = far ? words.nearer ?? "" : "";
  };
  map.on("zoomend", tell);
  tell();
}

// Notes on the map: in its style, so that pictures and paper have them too.
/** @typedef {{lon: number, lat: number, text: string}} Mark */
/** @type {Mark[]} */
const marks = JSON.parse(words.marks ?? "[]");
/** @returns {any} */
const asFeatures = () => ({
  type: "FeatureCollection",
  features: marks.map(({ lon, lat, text }) => ({ type: "Feature", geometry: { type: "Point", coordinates: [lon, lat] }, properties: { text } })),
});
map.addSource("marks", { type: "geojson", data: asFeatures() });
map.addLayer({
  id: "mark-points", type: "circle", source: "marks",
  paint: { "circle-radius": 6, "circle-color": "#b0006d", "circle-stroke-color": "#fff", "circle-stroke-width": 2 },
});
map.addLayer({
  id: "mark-texts", type: "symbol", source: "marks",
  layout: { "text-field": ["get", "text"], "text-font": ["Noto Sans Bold"], "text-size": 14, "text-anchor": "left", "text-offset": [0.8, 0], "text-max-width": 14, "text-allow-overlap": true },
  paint: { "text-color": "#1a2120", "text-halo-color": "#fff", "text-halo-width": 2 },
});
const save = /** @type {HTMLFormElement | null} */ (document.getElementById("save"));
const list = document.getElementById("marks");
function showMarks() {
  /** @type {import("maplibre-gl").GeoJSONSource} */ (map.getSource("marks")).setData(asFeatures());
  list?.replaceChildren(...marks.map((mark, i) => {
    const item = document.createElement("li");
    const away = document.createElement("button");
    away.type = "button";
    away.className = "button small";
    away.textContent = words.remove ?? "";
    away.addEventListener("click", () => { marks.splice(i, 1); showMarks(); });
    item.append(`${mark.text} `, away);
    return item;
  }));
}
showMarks();
const mark = /** @type {HTMLInputElement | null} */ (document.getElementById("mark"));
function addMark() {
  if (!mark?.value.trim()) return mark?.focus();
  const { lng, lat } = map.getCenter();
  marks.push({ lon: lng, lat, text: mark.value.trim() });
  mark.value = "";
  showMarks();
}
document.getElementById("add-mark")?.addEventListener("click", addMark);
mark?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  addMark();
});
save?.addEventListener("submit", () => {
  /** @type {HTMLInputElement} */ (save.elements.namedItem("marks")).value = JSON.stringify(marks);
  /** @type {HTMLInputElement} */ (save.elements.namedItem("view")).value = location.hash.slice(1, 61);
});
