// Cases per hexagon: a count, a rate or a change, for the whole period or step by step. The classes follow
// what is on the screen, since hexagons shrink with the zoom.
import { absolute, belowLabels, createMap, popup } from "../vip/map.js";
import { addTools } from "../vip/map/tools.js";
import { SHADES, figures, handOver, placeOf, spoken } from "./parts.js";

/** @typedef {{steps: [string, string][], cells: Record<string, number[]>}} Series */

/** @template {HTMLElement} T @param {string} id @returns {T} */
const part = (id) => /** @type {T} */ (document.getElementById(id));
const container = part("map");
const form = /** @type {HTMLFormElement} */ (part("question"));
const legend = part("legend");
const step = /** @type {HTMLSelectElement} */ (part("step"));
const when = /** @type {HTMLInputElement} */ (part("when"));
const play = part("play");
const words = container.dataset;
const query = words.query ?? "";
const RAMP = [1, 2, 3, 4, 6];
/** @type {Record<string, string>} */
const CHANGES = { rise: "#c2410c", fall: "#1d6fb8", none: "#cfd5d4", few: "#f1f3f2" };
const NO_DATA = "#c9ced0";
const shown = words.compare ? "change" : words.measure === "count" ? "cases" : "rate";
/** The first day of the part of the period that is shown, where one is. */
let at = new URLSearchParams(location.search).get("at") ?? "";
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

// A choice shows itself at once; the place on the map stays in the address, and what is empty does not.
form.addEventListener("change", (event) => {
  const changed = /** @type {HTMLInputElement} */ (event.target).name;
  const fields = form.elements;
  const field = (/** @type {string} */ name) => /** @type {HTMLInputElement | null} */ (fields.namedItem(name));
  const [from, to, days, type, area] = ["from", "to", "days", "type", "neighbourhood"].map(field);
  if (changed === "days" && from && to) from.value = to.value = "";
  if (changed === "group" && type) type.value = "";
  if (changed === "district" && area) area.value = "";
  if (days && (from?.value || to?.value)) days.disabled = true;
  form.action = location.pathname + placeOf(container);
  form.requestSubmit();
});
form.addEventListener("formdata", (event) => {
  for (const [name, value] of [...event.formData]) if (!value) event.formData.delete(name);
  if (step.value) { event.formData.set("step", step.value); event.formData.set("at", at); }
});
part("permalink").addEventListener("click", (event) => {
  /** @type {HTMLAnchorElement} */ (event.currentTarget).hash = location.hash;
});

const map = await createMap({ container, permalink: true });
addTools(map, { still: asPicture });
map.addSource("density", {
  type: "vector", minzoom: 5, maxzoom: 14, promoteId: "h3",
  tiles: [absolute(`/tiles/density/{z}/{x}/{y}.mvt?${query}`)],
});
map.addLayer({
  id: "density", type: "fill", source: "density", "source-layer": "density",
  paint: { "fill-color": SHADES[2], "fill-opacity": 0.72, "fill-outline-color": "rgba(255,255,255,0.5)" },
}, belowLabels(map));

/** @param {string} colour a class of the style sheet @param {string} text */
function line(colour, text) {
  const item = document.createElement("li");
  const swatch = document.createElement("i");
  swatch.className = colour;
  item.append(swatch, ` ${text}`);
  return item;
}

/** @param {any} colour */
function paint(colour) {
  if (JSON.stringify(colour) !== JSON.stringify(map.getPaintProperty("density", "fill-color"))) {
    map.setPaintProperty("density", "fill-color", colour);
  }
}

/**
 * Classes of equal size over some values, in ascending order: the expression that paints them, and the legend.
 * @param {number[]} values
 * @param {any} value what a hexagon has
 * @param {any} none the colour of what has none
 */
function classed(values, value, none) {
  if (!values.length) { legend.replaceChildren(line("shade-none", words.nothing ?? "")); paint(none); return; }
  const least = [...new Set(RAMP.map((_, i) => values[Math.floor((i * values.length) / RAMP.length)] ?? 0))];
  const shades = least.map((_, i) => RAMP[Math.round((i * (RAMP.length - 1)) / Math.max(least.length - 1, 1))] ?? 1);
  const digits = shown === "rate" && !series ? 1 : 0;
  legend.replaceChildren(...least.map((low, i) => {
    const next = least[i + 1];
    const top = digits ? (next ?? values.at(-1) ?? low) : next === undefined ? (values.at(-1) ?? low) : next - 1;
    return line(`shade-${shades[i]}`, `${spoken(low, digits)}${top > low ? ` – ${spoken(top, digits)}` : ""}`);
  }));
  paint(["step", ["coalesce", value, -1], none, ...least.flatMap((low, i) => [low, SHADES[shades[i] ?? 1]])]);
}

const drawn = () => map.queryRenderedFeatures({ layers: ["density"] });

/** Colours and legend of the whole period. */
function shade() {
  const seen = new Map(drawn().map((f) => [f.id, f.properties]));
  container.dataset.hexes = String(seen.size);
  if (!seen.size) { legend.replaceChildren(); return; }
  if (shown === "change") {
    paint(["match", ["get", "change"], ...Object.entries(CHANGES).flat(), NO_DATA]);
    legend.replaceChildren(...Object.keys(CHANGES).map((name) => line(`change-${name}`, words[name] ?? name)));
    return;
  }
  const values = [...seen.values()].map((p) => p[shown]).filter((v) => typeof v === "number").sort((a, b) => a - b);
  classed(values, ["get", shown], NO_DATA);
}

/** @type {Series | undefined} */
let series;
/** @type {string | undefined} */
let asked;
/** @type {number | undefined} */
let playing;

/** The resolution of the hexagons on the screen (the second digit of an index) and the box around them. */
function screen() {
  const first = drawn()[0];
  const { _sw: sw, _ne: ne } = /** @type {any} */ (map.getBounds());
  const box = [sw.lng, sw.lat, ne.lng, ne.lat].map((degrees) => degrees.toFixed(4)).join(",");
  return first ? new URLSearchParams({ resolution: String(parseInt(String(first.id)[1] ?? "8", 16)), bbox: box }) : undefined;
}

/** Fetches the steps of what is on the screen. */
async function load() {
  const place = step.value && screen();
  if (!place || asked === `${step.value}&${place}`) return;
  asked = `${step.value}&${place}`;
  const mine = asked;
  const answer = await fetch(`/maps/density/series.json?${query}&step=${step.value}&${place}`);
  if (!answer.ok || asked !== mine) return;
  series = /** @type {Series} */ (await answer.json());
  const last = series.steps.length - 1;
  const kept = series.steps.findIndex(([from, to]) => from <= at && at <= to);
  when.max = String(last);
  when.value = String(kept < 0 ? last : kept);
  const values = Object.values(series.cells).flat().filter((n) => n > 0).sort((a, b) => a - b);
  classed(values, ["feature-state", "n"], "rgba(0,0,0,0)");
  show();
}

/** The style with the counts of the step that is shown written into it. @param {any} style */
function asPicture(style) {
  const cells = Object.entries(series?.cells ?? {});
  if (!step.value || !cells.length) return style;
  const counts = ["match", ["get", "h3"], ...cells.flatMap(([id, n]) => [id, n[Number(when.value)] ?? 0]), 0];
  return JSON.parse(JSON.stringify(style).replaceAll('["feature-state","n"]', JSON.stringify(counts)));
}

/** Keeps the slider in the address and in the permalink. */
function keep() {
  const address = new URL(location.href);
  const link = /** @type {HTMLAnchorElement} */ (part("permalink"));
  const linked = new URL(link.href);
  for (const [name, value] of [["step", step.value], ["at", step.value && at]]) {
    for (const { searchParams } of [address, linked]) {
      if (value) searchParams.set(name ?? "", value); else searchParams.delete(name ?? "");
    }
  }
  history.replaceState(history.state, "", address);
  link.href = linked.href;
}

/** Shows one step. */
function show() {
  if (!series) return;
  const shownAt = Number(when.value);
  let total = 0;
  for (const { id } of drawn()) if (id !== undefined && !(id in series.cells)) map.setFeatureState({ source: "density", sourceLayer: "density", id }, { n: 0 });
  for (const [id, counts] of Object.entries(series.cells)) {
    total += counts[shownAt] ?? 0;
    map.setFeatureState({ source: "density", sourceLayer: "density", id }, { n: counts[shownAt] ?? 0 });
  }
  const [from, to] = series.steps[shownAt] ?? ["", ""];
  at = from;
  keep();
  const day = (/** @type {string} */ text) => new Date(`${text}T12:00`).toLocaleDateString(document.documentElement.lang, { day: "numeric", month: "short", year: "numeric" });
  const text = `${day(from)} – ${day(to)}: ${spoken(total)}`;
  part("shown").textContent = text;
  when.setAttribute("aria-valuetext", text);
  container.dataset.step = String(shownAt);
}

function pause() {
  clearInterval(playing);
  playing = undefined;
  play.textContent = (still ? words.next : words.play) ?? "";
}

function next() {
  when.value = String((Number(when.value) + 1) % (Number(when.max) + 1));
  show();
}

function changeStep() {
  series = asked = undefined;
  pause();
  play.hidden = part("slider").hidden = !step.value;
  if (step.value) load(); else { delete container.dataset.step; map.removeFeatureState({ source: "density", sourceLayer: "density" }); keep(); shade(); }
}
step.addEventListener("change", () => { at = ""; changeStep(); });
step.value = new URLSearchParams(location.search).get("step") ?? "";
if (step.value) changeStep();
when.addEventListener("input", () => { pause(); show(); });
// Who wants no motion goes on by hand.
play.addEventListener("click", () => {
  if (still) { next(); return; }
  if (playing) { pause(); return; }
  play.textContent = words.pause ?? "";
  playing = window.setInterval(next, 900);
});

/** The table of what is on the screen. */
let told = "";
async function tell() {
  const place = screen();
  if (!place || told === String(place)) return;
  told = String(place);
  const mine = told;
  const answer = await fetch(`/maps/density/table.html?${query}&${place}`);
  const text = await answer.text();
  if (answer.ok && told === mine) part("table").replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.childNodes);
}

map.on("idle", () => { if (step.value) load(); else shade(); tell(); });
map.on("click", "density", (event) => {
  const p = event.features?.[0]?.properties;
  if (!p) return;
  /** @type {[string, string][]} */
  const lines = [[words.cases ?? "", p.cases === undefined ? words.few ?? "" : spoken(p.cases)]];
  if (p.rate !== undefined) lines.push([words.rate ?? "", spoken(p.rate, 1)]);
  if (p.before !== undefined) lines.push([words.before ?? "", spoken(p.before)]);
  if (p.change !== undefined) lines.push([words.change ?? "", words[p.change] ?? ""]);
  popup(map, [event.lngLat.lng, event.lngLat.lat], figures("", lines));
});
handOver(map, "density");
