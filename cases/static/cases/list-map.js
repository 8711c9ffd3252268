// The map beside the list: the same cases, by the same filter; rows and points find each other.
import { createMap, popup } from "../vip/map.js";

/** @typedef {import("maplibre-gl").GeoJSONSource} GeoJSONSource */
const container = /** @type {HTMLElement} */ (document.getElementById("map"));
const told = /** @type {HTMLElement} */ (document.getElementById("map-told"));
const button = /** @type {HTMLButtonElement} */ (document.getElementById("search-here"));
/** @type {Map<string, [number, number]>} */
const places = new Map();

async function points() {
  const answer = await fetch(container.dataset.points ?? "").catch(() => undefined);
  if (!answer?.ok) return undefined;
  const found = await answer.json();
  told.textContent = found.told;
  places.clear();
  for (const f of found.features) places.set(f.properties.number, f.geometry.coordinates);
  return { type: found.type, features: found.features };
}

const data = await points();
const placed = new URLSearchParams(location.hash.slice(1)).has("map") || new URLSearchParams(location.search).has("bbox");
if (places.size && !placed) {
  const [xs, ys] = [[...places.values()].map(([x]) => x), [...places.values()].map(([, y]) => y)];
  const room = 0.002;
  container.dataset.bounds = [Math.min(...xs) - room, Math.min(...ys) - room, Math.max(...xs) + room, Math.max(...ys) + room].join(",");
}
const map = await createMap({ container, permalink: "map" });
map.addSource("list", { type: "geojson", data: data ?? { type: "FeatureCollection", features: [] }, cluster: true, clusterRadius: 38, clusterMaxZoom: 15 });
map.addLayer({
  id: "list-clusters", type: "circle", source: "list", filter: ["has", "point_count"],
  paint: { "circle-color": "#c2410c", "circle-opacity": 0.85, "circle-radius": ["interpolate", ["linear"], ["sqrt", ["get", "point_count"]], 1, 10, 10, 16, 45, 28], "circle-stroke-color": "#fff", "circle-stroke-width": 1.2 },
});
map.addLayer({
  id: "list-counts", type: "symbol", source: "list", filter: ["has", "point_count"],
  layout: { "text-field": ["to-string", ["get", "point_count"]], "text-font": ["Noto Sans Bold"], "text-size": 12, "text-allow-overlap": true, "text-ignore-placement": true },
  paint: { "text-color": "#fff" },
});
map.addLayer({
  id: "list-points", type: "circle", source: "list", filter: ["!", ["has", "point_count"]],
  paint: {
    "circle-color": ["case", ["get", "open"], ["get", "colour"], "#8c9692"],
    "circle-radius": ["interpolate", ["linear"], ["zoom"], 10, 4.5, 16, 8],
    "circle-stroke-color": ["case", ["get", "late"], "#7f1d1d", "#fff"], "circle-stroke-width": ["case", ["get", "late"], 2.6, 1.4],
  },
});
map.addSource("lit", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
map.addLayer({ id: "lit", type: "circle", source: "lit", paint: { "circle-radius": 15, "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": "#d97a00", "circle-stroke-width": 4 } });
container.dataset.listed = "1";

/** Marks a case on the map and in the table. @param {string} number */
function light(number) {
  const at = places.get(number);
  const source = /** @type {GeoJSONSource} */ (map.getSource("lit"));
  source.setData({ type: "FeatureCollection", features: at ? [{ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: at } }] : [] });
  container.dataset.lit = at ? number : "";
  for (const row of document.querySelectorAll("#list tr[data-number]")) row.classList.toggle("lit", number !== "" && /** @type {HTMLElement} */ (row).dataset.number === number);
}

/** @param {Event} event */
function rowOf(event) {
  const row = event.target instanceof HTMLElement ? event.target.closest("tr[data-number]") : null;
  return /** @type {HTMLElement | null} */ (row)?.dataset.number ?? "";
}
document.addEventListener("mouseover", (event) => {
  if (/** @type {HTMLElement} */ (event.target).closest("#list")) light(rowOf(event));
});
document.addEventListener("focusin", (event) => {
  if (rowOf(event)) light(rowOf(event));
});
map.on("mousemove", "list-points", (event) => {
  map.getCanvas().style.cursor = "pointer";
  light(String(event.features?.[0]?.properties.number ?? ""));
});
map.on("mouseleave", "list-points", () => {
  map.getCanvas().style.cursor = "";
  light("");
});
map.on("click", "list-points", (event) => {
  const feature = event.features?.[0];
  if (!feature) return;
  const number = String(feature.properties.number);
  light(number);
  document.getElementById(`row-${number}`)?.scrollIntoView({ block: "nearest" });
  const title = document.createElement("strong");
  title.textContent = String(feature.properties.type);
  const link = document.createElement("a");
  link.href = (container.dataset.caseUrl ?? "").replace("NUMBER", number);
  link.textContent = number;
  const content = document.createElement("div");
  content.append(title, document.createElement("br"), link, ` · ${feature.properties.state}`);
  popup(map, [event.lngLat.lng, event.lngLat.lat], content);
});
map.on("click", "list-clusters", async (event) => {
  const id = event.features?.[0]?.properties.cluster_id;
  const source = /** @type {GeoJSONSource} */ (map.getSource("list"));
  const zoom = await source.getClusterExpansionZoom(id);
  map.easeTo({ center: event.lngLat, zoom: Math.min(zoom, 18) });
});

// Moving the map offers to look here; it never filters unasked.
map.on("moveend", (event) => {
  if (event.originalEvent) button.hidden = false;
});
button.addEventListener("click", () => {
  const box = map.getBounds();
  const address = new URL(location.href);
  address.searchParams.set("bbox", [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map((n) => n.toFixed(6)).join(","));
  address.searchParams.delete("after");
  address.searchParams.delete("before");
  location.assign(address);
});

// New rows, new points; where the map stands is left alone. At most every five seconds.
let waiting = false;
document.addEventListener("rows-changed", () => {
  if (waiting) return;
  waiting = true;
  setTimeout(async () => {
    waiting = false;
    const fresh = await points();
    if (fresh) /** @type {GeoJSONSource} */ (map.getSource("list")).setData(fresh);
  }, 5000);
});
