// Alerts on the map: all of a list, or one with its requests.
import { belowLabels, createMap, popup } from "../vip/map.js";
import { addTools } from "../vip/map/tools.js";
import { figures, handOver, spoken } from "./parts.js";

const COLOUR = "#c2410c";
const container = /** @type {HTMLElement} */ (document.getElementById("map"));
const { url, requests, expected, open } = container.dataset;
const one = document.getElementById("shape");
const coming = one ? null : fetch(url ?? "").then((answer) => answer.json());
const map = await createMap({ container, permalink: true });
addTools(map, { slide: () => [document.querySelector("h1")?.textContent?.trim() ?? "", container.dataset.about ?? ""] });

const shapes = one ? { type: "FeatureCollection", features: [JSON.parse(one.textContent ?? "")] } : await coming;
map.addSource("alerts", { type: "geojson", data: shapes });
const below = belowLabels(map);
map.addLayer({
  id: "alerts", type: "fill", source: "alerts", filter: ["==", ["geometry-type"], "Polygon"],
  paint: { "fill-color": COLOUR, "fill-opacity": one ? 0.18 : 0.35 },
}, below);
map.addLayer({
  id: "alert-lines", type: "line", source: "alerts", paint: { "line-color": COLOUR, "line-width": 2.5 },
}, below);

if (one) {
  const points = JSON.parse(document.getElementById("points")?.textContent ?? "[]");
  map.addSource("requests", { type: "geojson", data: { type: "FeatureCollection", features: points } });
  map.addLayer({
    id: "requests", type: "circle", source: "requests",
    paint: { "circle-radius": 5, "circle-color": COLOUR, "circle-stroke-color": "#fff", "circle-stroke-width": 1.5 },
  });
  map.on("click", "requests", ({ features, lngLat }) => {
    const box = document.createElement("div");
    for (const { properties } of features ?? []) {
      const link = document.createElement("a");
      link.href = `/console/cases/${properties.number}/`;
      link.textContent = properties.number;
      box.append(link, document.createElement("br"));
    }
    popup(map, [lngLat.lng, lngLat.lat], box);
  });
  handOver(map, "requests");
} else {
  // From far away a cluster is smaller than a pixel: a dot stands in its middle.
  map.addLayer({
    id: "alert-dots", type: "circle", source: "alerts", maxzoom: 13,
    paint: { "circle-radius": 7, "circle-color": COLOUR, "circle-stroke-color": "#fff", "circle-stroke-width": 1.5 },
  });
  for (const layer of ["alerts", "alert-dots"]) {
    map.on("click", layer, ({ features, lngLat }) => {
      const p = features?.[0]?.properties;
      if (!p) return;
      const box = figures(p.name, [
        [requests ?? "", spoken(p.observed)],
        [expected ?? "", spoken(p.expected, 2)],
      ]);
      const link = document.createElement("a");
      link.href = `/alerts/${p.uid}/`;
      link.textContent = open ?? "";
      box.append(p.words, document.createElement("br"), link);
      popup(map, [lngLat.lng, lngLat.lat], box);
    });
    handOver(map, layer);
  }
}
container.dataset.alerts = String(shapes.features.length);
