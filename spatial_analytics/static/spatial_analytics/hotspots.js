// What is expected per hexagon, in the classes of the legend; of former forecasts also what came.
import { absolute, belowLabels, createMap, popup } from "../vip/map.js";
import { addTools } from "../vip/map/tools.js";
import { SHADES, figures, handOver, placeOf, spoken } from "./parts.js";
import { tableBeside } from "./table_beside.js";

/** Colours of the classes of emerging hot spots, as in the legend. @type {Record<string, string>} */
const CLASSES = {
  NEW: "#b2182b", CONSECUTIVE: "#d6604d", INTENSIFYING: "#67001f", PERSISTENT: "#e08214",
  DIMINISHING: "#fdb863", SPORADIC: "#8073ac", OSCILLATING: "#b2abd2", HISTORICAL: "#5a6b66",
};
const container = /** @type {HTMLElement} */ (document.getElementById("map"));
const form = /** @type {HTMLFormElement} */ (document.getElementById("question"));
const { run, stops, weeks, show = "expected", words = "", classes: names = "", job } = container.dataset;
const [expected, usual, any, unusual, bounds, distinct, per100, came, few, placeIs, because] = words.split("|").map((word) => word ?? "");
const nameOf = new Map(names.split(",").map((pair) => /** @type {[string, string]} */ (pair.split(":"))));

form.addEventListener("change", ({ target }) => {
  // Other types have other forecasts: the one that is shown is none of them.
  const named = /** @type {HTMLInputElement | null} */ (form.elements.namedItem("run"));
  if (named && target === form.elements.namedItem("group")) named.disabled = true;
  form.action = location.pathname + placeOf(container);
  form.requestSubmit();
});
form.addEventListener("formdata", ({ formData }) => { for (const [name, value] of [...formData]) if (value === "") formData.delete(name); });

const past = /** @type {HTMLInputElement | null} */ (document.getElementById("past"));
if (past) {
  const runs = (past.dataset.runs ?? "").split(",").map((pair) => pair.split(":"));
  const day = () => runs[Number(past.value)]?.[1] ?? "";
  past.addEventListener("input", () => {
    past.setAttribute("aria-valuetext", day());
    const out = document.getElementById("past-day");
    if (out) out.textContent = day();
  });
  // By keyboard every step is a change: the page follows once the steps have ended.
  let still = 0;
  past.addEventListener("change", () => { clearTimeout(still); still = setTimeout(go, 700); });
  const go = () => {
    const query = new URLSearchParams(location.search);
    query.set("run", runs[Number(past.value)]?.[0] ?? "");
    query.set("show", "happened");
    for (const name of ["area", "cell"]) query.delete(name);
    if (Number(past.value) === runs.length - 1) { query.delete("run"); query.delete("show"); }
    location.href = `${location.pathname}?${query}${placeOf(container)}`;
  };
}
if (job) watch();

/** How far the learning is, without disturbing the page; when it has ended, a link to what came of it. */
async function watch() {
  for (let known = true; known;) {
    await new Promise((resolve) => setTimeout(resolve, 5000));
    const answer = await fetch(location.href);
    if (!answer.ok) continue;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [now, then] = [document.getElementById("learning"), fresh.getElementById("learning")];
    if (!now || !then) return;
    known = then.querySelector("progress") !== null;
    const [said, says] = [now, then].map((part) => part.querySelector("[role=status]"));
    // While it runs only its words change: whoever has come to the button stays there.
    if (known && said && says) { said.replaceChildren(...says.childNodes); continue; }
    const held = now.contains(document.activeElement);
    now.replaceWith(then);
    if (held) /** @type {HTMLElement | null} */ (then.querySelector("a, button"))?.focus();
  }
}

const asked = new URLSearchParams(location.search);
const map = await createMap({ container, permalink: true });
addTools(map, { slide });

if (run && stops) {
  map.addSource("hotspots", {
    type: "vector", minzoom: 6, maxzoom: 14, promoteId: "h3",
    tiles: [absolute(`/tiles/hotspots/{z}/{x}/{y}.mvt?run=${run}&weeks=${weeks}`)],
  });
  const colour = colours();
  const known = show === "per_100" || show === "happened" || show === "emerging" ? ["has", show] : true;
  map.addLayer({
    id: "hotspots", type: "fill", source: "hotspots", "source-layer": "hotspots",
    filter: /** @type {any} */ (known),
    paint: {
      "fill-color": colour,
      "fill-opacity": show === "emerging" ? 0.75 : ["step", ["get", "rank"], 0.85, 0.05, 0.6, 0.25, 0.35],
      "fill-outline-color": "rgba(255,255,255,0.5)",
    },
  }, belowLabels(map));
  // From far away a hexagon is smaller than a pixel: a dot marks it (circles stand on its corners).
  map.addLayer({
    id: "hotspot-dots", type: "circle", source: "hotspots", "source-layer": "hotspots", maxzoom: 10,
    filter: /** @type {any} */ (known),
    layout: { "circle-sort-key": ["get", "expected"] },
    paint: { "circle-color": colour, "circle-radius": ["interpolate", ["linear"], ["zoom"], 6, 3.5, 10, 6] },
  }, belowLabels(map));
  // What was chosen in a list or a table: an area, or a hexagon.
  const line = /** @type {const} */ ({ "line-color": "#b0006d", "line-width": 3 });
  map.addSource("chosen", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
  map.addLayer({ id: "chosen-area", type: "line", source: "chosen", paint: line }, belowLabels(map));
  map.addLayer({
    id: "chosen-cell", type: "line", source: "hotspots", "source-layer": "hotspots", paint: line,
    filter: ["==", ["get", "h3"], asked.get("cell") ?? ""],
  }, belowLabels(map));
  for (const button of document.querySelectorAll("[data-area]")) {
    button.addEventListener("click", () => showArea(/** @type {HTMLElement} */ (button).dataset.area ?? ""));
  }
  if (asked.has("area")) showArea(asked.get("area") ?? "");
  tableBeside(map, (cell, at) => {
    map.setFilter("chosen-cell", ["==", ["get", "h3"], cell]);
    map.easeTo({ center: at, zoom: Math.max(map.getZoom(), 13) });
    container.scrollIntoView({ block: "nearest" });
  });
  map.on("click", "hotspots", (event) => {
    const found = event.features?.[0];
    if (!found) return;
    const box = told(found.properties);
    // By keyboard too it can be scrolled, and closed.
    box.tabIndex = 0;
    box.addEventListener("keydown", ({ key }) => { if (key === "Escape") { shown.remove(); map.getCanvas().focus({ preventScroll: true }); } });
    const shown = popup(map, [event.lngLat.lng, event.lngLat.lat], box);
    // What is explained is the coming week. The box has grown then: it finds its side of the point anew.
    if (weeks === "1") explain(box, found.properties.h3).then(() => shown.setDOMContent(box));
  });
  map.on("idle", () => { container.dataset.hexes = String(map.queryRenderedFeatures({ layers: ["hotspots"] }).length); });
  handOver(map, "hotspots");
}

/** Draws the outline of an area and goes there. @param {string} rank */
async function showArea(rank) {
  const answer = await fetch(`/maps/hotspots/areas.geojson?run=${run}`);
  const area = answer.ok && (await answer.json()).features.find((/** @type {{id: number}} */ { id }) => String(id) === rank);
  if (!area) return;
  /** @type {import("maplibre-gl").GeoJSONSource} */ (map.getSource("chosen")).setData(area);
  map.fitBounds(area.bbox, { padding: 60, maxZoom: 16 });
  container.scrollIntoView({ block: "nearest" });
}

/** What a picture and paper say: title, figure and time, how far to trust it. @returns {string[]} */
function slide() {
  const text = (/** @type {Element | null} */ element) => element?.textContent?.trim().replace(/\s+/g, " ") ?? "";
  const chosen = (/** @type {string} */ id) => /** @type {HTMLSelectElement} */ (document.getElementById(id)).selectedOptions[0];
  const title = text(document.querySelector("h1")), types = chosen("group")?.value ? text(chosen("group") ?? null) : "";
  return [
    title,
    [text(chosen("show") ?? null), title.includes(types) ? "" : types, text(document.getElementById("subtitle"))].filter(Boolean).join(" · "),
    [...document.querySelectorAll("[aria-labelledby=trust] > p:not(:has(a))")].map(text).join(" "),
  ].filter(Boolean);
}

/**
 * Adds to a popup what raised or lowered the expectation, and the counts of half a year for whom they are told;
 * or why there is nothing of the kind.
 * @param {HTMLElement} box @param {string} cell
 */
async function explain(box, cell) {
  const answer = await fetch(`/maps/hotspots/why.json?run=${run}&cell=${cell}`);
  if (!answer.headers.get("content-type")?.includes("json")) return;
  const { detail, ordinary, lines, counts } = await answer.json();
  if (!answer.ok) {
    const row = document.createElement("div");
    row.textContent = detail;
    box.append(row);
    return;
  }
  const head = document.createElement("strong");
  head.textContent = `${because}: ${spoken(ordinary, 2)}`;
  box.append(head, figures("", []));
  for (const line of lines) {
    const row = document.createElement("div");
    row.textContent = line;
    box.append(row);
  }
  if (counts) box.append(bars(counts));
}

/** A small chart of counts, oldest first, with the counts as its name. @param {number[]} counts */
function bars(counts) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const most = Math.max(...counts, 1);
  svg.setAttribute("viewBox", "0 0 208 44");
  svg.setAttribute("class", "cell-weeks");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", counts.join(", "));
  counts.forEach((count, at) => {
    const bar = document.createElementNS(svg.namespaceURI, "rect");
    const height = (40 * count) / most;
    for (const [name, value] of Object.entries({ x: (at * 208) / counts.length, y: 42 - height, width: 180 / counts.length, height: height + 1 })) bar.setAttribute(name, String(value));
    svg.append(bar);
  });
  return svg;
}

/** @returns {any} */
function colours() {
  if (show === "emerging") return ["match", ["get", "emerging"], ...Object.entries(CLASSES).flat(), "#c9ced0"];
  const classes = (stops ?? "").split(",").map((stop) => stop.split(":").map(Number));
  const first = SHADES[classes[0]?.[0] ?? 1];
  if (classes.length < 2) return first;
  return ["step", ["get", show], first, ...classes.slice(1).flatMap(([shade, least]) => [least, SHADES[shade ?? 1]])];
}

/** A share as the language writes it: “28 %”, “%28”. @param {number} share @param {number} [digits] */
function percent(share, digits = 0) {
  const options = { style: /** @type {const} */ ("percent"), maximumFractionDigits: digits };
  return new Intl.NumberFormat(document.documentElement.lang, options).format(Number(share));
}

/** @param {Record<string, any>} p */
function told(p) {
  /** @type {[string, string][]} */
  const lines = [
    [expected ?? "", spoken(Number(p.expected), 2)],
    [any ?? "", percent(p.p_any)],
    [unusual ?? "", percent(p.p_unusual, 1)],
    [bounds ?? "", `${p.lower} – ${p.upper}`],
    [distinct ?? "", spoken(Number(p.distinct), 2)],
  ];
  if (p.usual !== undefined) lines.splice(1, 0, [usual ?? "", spoken(Number(p.usual), 2)]);
  if (p.per_100 !== undefined) lines.push([per100 ?? "", spoken(Number(p.per_100), 2)]);
  if (p.happened !== undefined) lines.push([came ?? "", p.happened < 0 ? few ?? "" : spoken(p.happened)]);
  if (p.emerging) lines.push([placeIs ?? "", nameOf.get(p.emerging) ?? p.emerging]);
  return figures("", lines);
}
