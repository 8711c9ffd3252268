// Next week's expected cases per hexagon, in the classes of the legend.
import { absolute, belowLabels, createMap, popup } from "../vip/map.js";
import { addTools } from "../vip/map/tools.js";
import { SHADES, figures, handOver, spoken } from "./parts.js";

const container = /** @type {HTMLElement} */ (document.getElementById("map"));
const { run, group, stops, expected, any, bounds } = container.dataset;
const map = await createMap({ container, permalink: true });
addTools(map);

if (run && stops) {
  const classes = stops.split(",").map((stop) => stop.split(":").map(Number));
  /** @type {any[]} */
  const step = ["step", ["get", "expected"], SHADES[classes[0]?.[0] ?? 1]];
  for (const [shade, least] of classes.slice(1)) step.push(least, SHADES[shade ?? 1]);
  map.addSource("hotspots", {
    type: "vector", minzoom: 6, maxzoom: 14, promoteId: "h3",
    tiles: [absolute(`/tiles/hotspots/{z}/{x}/{y}.mvt${group ? `?group=${group}` : ""}`)],
  });
  map.addLayer({
    id: "hotspots", type: "fill", source: "hotspots", "source-layer": "hotspots",
    paint: {
      "fill-color": /** @type {any} */ (classes.length > 1 ? step : SHADES[1]),
      "fill-opacity": ["step", ["get", "rank"], 0.85, 0.05, 0.6, 0.25, 0.35],
      "fill-outline-color": "rgba(255,255,255,0.5)",
    },
  }, belowLabels(map));
  // From far away a hexagon is smaller than a pixel: a dot marks it (circles stand on its corners).
  map.addLayer({
    id: "hotspot-dots", type: "circle", source: "hotspots", "source-layer": "hotspots", maxzoom: 10,
    layout: { "circle-sort-key": ["get", "expected"] },
    paint: {
      "circle-color": /** @type {any} */ (classes.length > 1 ? step : SHADES[1]),
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 6, 3.5, 10, 6],
    },
  }, belowLabels(map));
  map.on("click", "hotspots", (event) => {
    const found = event.features?.[0];
    if (!found) return;
    const p = found.properties;
    popup(map, [event.lngLat.lng, event.lngLat.lat], figures("", [
      [expected ?? "", spoken(Number(p.expected), 2)],
      [any ?? "", `${spoken(Number(p.p_any) * 100)} %`],
      [bounds ?? "", `${p.lower} – ${p.upper}`],
    ]));
  });
  map.on("idle", () => { container.dataset.hexes = String(map.queryRenderedFeatures({ layers: ["hotspots"] }).length); });
  handOver(map, "hotspots");
}
