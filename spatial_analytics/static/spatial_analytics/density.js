// Cases per hexagon. The classes follow what is on the screen, since hexagons shrink with the zoom.
import { absolute, createMap, popup } from "../vip/map.js";
import { SHADES, belowLabels, figures, handOver, spoken } from "./parts.js";

const container = /** @type {HTMLElement} */ (document.getElementById("map"));
const form = /** @type {HTMLFormElement} */ (document.getElementById("question"));
const legend = /** @type {HTMLElement} */ (document.getElementById("legend"));
const file = /** @type {HTMLAnchorElement} */ (document.getElementById("export"));
const RAMP = [1, 2, 3, 4, 6];

const asked = () => {
  const query = new URLSearchParams(/** @type {any} */ (new FormData(form)));
  for (const [name, value] of [...query]) if (!value) query.delete(name);
  return query;
};
const tiles = () => [absolute(`/tiles/density/{z}/{x}/{y}.mvt?${asked()}`)];

const map = await createMap({ container, permalink: true });
map.addSource("density", { type: "vector", tiles: tiles(), minzoom: 5, maxzoom: 14, promoteId: "h3" });
map.addLayer({
  id: "density", type: "fill", source: "density", "source-layer": "density",
  paint: { "fill-color": SHADES[2], "fill-opacity": 0.72, "fill-outline-color": "rgba(255,255,255,0.5)" },
}, belowLabels(map));

/** Classes of equal size over the hexagons in view. */
function shade() {
  const seen = new Map(map.queryRenderedFeatures({ layers: ["density"] }).map((f) => [f.id, Number(f.properties.cases)]));
  const values = [...seen.values()].sort((a, b) => a - b);
  container.dataset.hexes = String(values.length);
  const least = [...new Set(RAMP.map((_, i) => values[Math.floor((i * values.length) / RAMP.length)] ?? 0))];
  if (!values.length) { legend.replaceChildren(); return; }
  const shades = least.map((_, i) => RAMP[Math.round((i * (RAMP.length - 1)) / Math.max(least.length - 1, 1))] ?? 1);
  /** @type {any[]} */
  const step = ["step", ["get", "cases"], SHADES[shades[0] ?? 1]];
  least.slice(1).forEach((value, i) => step.push(value, SHADES[shades[i + 1] ?? 1]));
  /** @type {any} */
  const paint = least.length > 1 ? step : SHADES[shades[0] ?? 1];
  if (JSON.stringify(paint) !== JSON.stringify(map.getPaintProperty("density", "fill-color"))) {
    map.setPaintProperty("density", "fill-color", paint);
  }
  legend.replaceChildren(...least.map((value, i) => {
    const next = least[i + 1];
    const item = document.createElement("li");
    const swatch = document.createElement("i");
    swatch.className = `shade-${shades[i]}`;
    const top = next === undefined ? (values.at(-1) ?? value) : next - 1;
    item.append(swatch, ` ${spoken(value)}${top > value ? ` – ${spoken(top)}` : ""}`);
    return item;
  }));
}
map.on("idle", shade);

form.addEventListener("change", () => {
  const source = /** @type {import("maplibre-gl").VectorTileSource} */ (map.getSource("density"));
  source.setTiles(tiles());
  const query = asked();
  history.replaceState(null, "", `${location.pathname}?${query}${location.hash}`);
  file.search = String(query);
});
map.on("click", "density", (event) => {
  const found = event.features?.[0];
  if (!found) return;
  const lines = /** @type {[string, string][]} */ ([[container.dataset.cases ?? "", spoken(Number(found.properties.cases))]]);
  popup(map, [event.lngLat.lng, event.lngLat.lat], figures("", lines));
});
handOver(map, "density");
