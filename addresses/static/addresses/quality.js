// The map of findings: all of a filter on the dashboard, one with its neighbours on its own page.
import { absolute, createMap, popup } from "../vip/map.js";

/** @type {import("maplibre-gl").ExpressionSpecification} */
const COLOURS = ["match", ["get", "severity"], "error", "#b3261e", "warning", "#b26a00", "#5a6b66"];
const container = /** @type {HTMLElement} */ (document.getElementById("map"));

/** What the server wrote into the page. @param {string} id */
function written(id) {
  const text = document.getElementById(id)?.textContent;
  return text ? JSON.parse(text) : null;
}

/** @param {import("maplibre-gl").Map} map @param {Record<string, string>} filters */
function addFindings(map, filters) {
  const query = new URLSearchParams(filters).toString();
  const tiles = absolute(`/tiles/quality/{z}/{x}/{y}.mvt${query ? `?${query}` : ""}`);
  map.addSource("quality", { type: "vector", tiles: [tiles], minzoom: 5, maxzoom: 16 });
  const common = { source: "quality", "source-layer": "quality" };
  map.addLayer({
    ...common, id: "finding-areas", type: "fill", filter: ["==", ["geometry-type"], "Polygon"],
    paint: { "fill-color": COLOURS, "fill-opacity": 0.35 },
  });
  map.addLayer({
    ...common, id: "finding-lines", type: "line", filter: ["!=", ["geometry-type"], "Point"],
    paint: { "line-color": COLOURS, "line-width": 3 },
  });
  map.addLayer({
    ...common, id: "finding-points", type: "circle",
    filter: ["all", ["==", ["geometry-type"], "Point"], ["!", ["has", "count"]]],
    paint: { "circle-color": COLOURS, "circle-radius": 6, "circle-stroke-color": "#fff", "circle-stroke-width": 1.4 },
  });
  map.addLayer({
    ...common, id: "finding-counts", type: "circle", filter: ["has", "count"],
    paint: {
      "circle-color": ["case", [">", ["get", "errors"], 0], "#b3261e", "#b26a00"], "circle-opacity": 0.8,
      "circle-radius": ["interpolate", ["linear"], ["sqrt", ["get", "count"]], 1, 7, 10, 14, 60, 28],
      "circle-stroke-color": "#fff", "circle-stroke-width": 1.2,
    },
  });
  map.addLayer({
    ...common, id: "finding-numbers", type: "symbol", filter: ["has", "count"],
    layout: { "text-field": ["to-string", ["get", "count"]], "text-font": ["Noto Sans Bold"], "text-size": 11, "text-allow-overlap": true, "text-ignore-placement": true },
    paint: { "text-color": "#fff" },
  });
  map.on("click", "finding-counts", (event) => map.easeTo({ center: event.lngLat, zoom: map.getZoom() + 2 }));
  for (const layer of ["finding-areas", "finding-lines", "finding-points"]) map.on("click", layer, (event) => tell(map, event));
  for (const layer of ["finding-counts", "finding-areas", "finding-lines", "finding-points"]) {
    map.on("mouseenter", layer, () => { map.getCanvas().style.cursor = "pointer"; });
    map.on("mouseleave", layer, () => { map.getCanvas().style.cursor = ""; });
  }
}

/** @param {import("maplibre-gl").Map} map @param {import("maplibre-gl").MapLayerMouseEvent} event */
function tell(map, event) {
  const feature = event.features?.[0];
  if (!feature?.id) return;
  const box = document.createElement("div");
  const title = document.createElement("strong");
  title.textContent = String(feature.properties.label || "–");
  const link = document.createElement("a");
  link.href = String(container.dataset.finding).replace("/0/", `/${feature.id}/`);
  link.textContent = String(container.dataset.open);
  box.append(title, document.createElement("br"), link);
  popup(map, [event.lngLat.lng, event.lngLat.lat], box);
}

/** @param {import("maplibre-gl").Map} map @param {import("geojson").Geometry} shape */
function addShape(map, shape) {
  map.addSource("shape", { type: "geojson", data: { type: "Feature", properties: {}, geometry: shape } });
  map.addLayer({ id: "shape-line", type: "line", source: "shape", filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": "#0f5fd0", "line-width": 4 } });
  map.addLayer({ id: "shape-point", type: "circle", source: "shape", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-color": "rgba(0,0,0,0)", "circle-radius": 12, "circle-stroke-color": "#0f5fd0", "circle-stroke-width": 4 } });
}

/** West, south, east, north of nested coordinates. @param {any} part @param {number[]} box */
function grow(part, box) {
  if (typeof part[0] === "number") {
    box[0] = Math.min(box[0], part[0]); box[1] = Math.min(box[1], part[1]);
    box[2] = Math.max(box[2], part[0]); box[3] = Math.max(box[3], part[1]);
  } else for (const inner of part) grow(inner, box);
  return box;
}

const map = await createMap({ container, permalink: !written("shape") });
addFindings(map, written("layer") ?? {});
const shape = written("shape");
if (shape) {
  addShape(map, shape);
  const [west, south, east, north] = grow(shape.coordinates, [180, 90, -180, -90]);
  if (west < east) map.fitBounds([[west, south], [east, north]], { padding: 40, maxZoom: 18, animate: false });
}
