// Works on the map: those of a list, or one.
import { belowLabels, createMap, popup } from "../vip/map.js";
import { addTools } from "../vip/map/tools.js";

const container = /** @type {HTMLElement} */ (document.getElementById("map"));
const { works, open = "" } = container.dataset;
const one = document.getElementById("shape");
const data = one ? JSON.parse(one.textContent ?? "") : await (await fetch(works ?? "")).json();
const map = await createMap({ container, permalink: true });
if (document.querySelector("[data-part='bar']")) addTools(map);

/** @type {any} */
const colour = ["match", ["get", "state"], "UNDER_WAY", "#c2410c", "PERMITTED", "#0f6556", "SUBMITTED", "#6d28d9", "#5a6b66"];
map.addSource("works", { type: "geojson", data });
const below = belowLabels(map);
map.addLayer({ id: "work-areas", type: "fill", source: "works", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colour, "fill-opacity": 0.3 } }, below);
map.addLayer({ id: "work-lines", type: "line", source: "works", layout: { "line-cap": "round" }, paint: { "line-color": colour, "line-width": ["interpolate", ["linear"], ["zoom"], 10, 3, 16, 7] } }, below);

// From far away a work is smaller than a pixel: dots stand on it.
map.addLayer({ id: "work-dots", type: "circle", source: "works", maxzoom: 13, paint: { "circle-color": colour, "circle-radius": 4.5, "circle-stroke-color": "#fff", "circle-stroke-width": 1 } });

const LAYERS = ["work-areas", "work-lines", "work-dots"];

/** @param {any[]} features */
function told(features) {
  const box = document.createElement("div");
  const seen = new Set();
  for (const { properties: p } of features) {
    if (seen.has(p.uid)) continue;
    seen.add(p.uid);
    const link = document.createElement("a");
    link.href = `/works/${p.uid}/`;
    link.textContent = p.title || open;
    const line = document.createElement("div");
    line.append(link, document.createElement("br"), `${p.kind_name} · ${p.owner} · ${day(p.begin)} – ${day(p.end)} · ${p.traffic_name}`);
    box.append(line);
  }
  return box;
}

/** @param {string} text */
const day = (text) => new Date(`${text}T12:00:00`).toLocaleDateString(document.documentElement.lang);

for (const layer of LAYERS) {
  map.on("mouseenter", layer, () => { map.getCanvas().style.cursor = "pointer"; });
  map.on("mouseleave", layer, () => { map.getCanvas().style.cursor = ""; });
}
if (!one) {
  /** @param {import("maplibre-gl").Point} point @param {import("maplibre-gl").LngLat} at */
  const tell = (point, at) => {
    const found = map.queryRenderedFeatures([[point.x - 5, point.y - 5], [point.x + 5, point.y + 5]], { layers: LAYERS });
    if (found.length) popup(map, [at.lng, at.lat], told(found));
  };
  map.on("click", ({ point, lngLat }) => tell(point, lngLat));
  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key === "Enter") tell(map.project(map.getCenter()), map.getCenter());
  });
}
container.dataset.works = String(one ? 1 : data.features.length);
