// The map of a batch's rows that need a person: a point for each suggestion, its row one click away.
import { createMap, popup } from "../vip/map.js";

const container = /** @type {HTMLElement} */ (document.getElementById("map"));
const rows = JSON.parse(document.getElementById("rows")?.textContent ?? "null");
const map = await createMap({ container });
map.addSource("rows", { type: "geojson", data: rows });
map.addLayer({
  id: "rows", type: "circle", source: "rows",
  paint: { "circle-color": "#b26a00", "circle-radius": 6, "circle-stroke-color": "#fff", "circle-stroke-width": 1.4 },
});

const lons = rows.features.map((/** @type {any} */ one) => one.geometry.coordinates[0]);
const lats = rows.features.map((/** @type {any} */ one) => one.geometry.coordinates[1]);
map.fitBounds(
  [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)],
  { padding: 40, maxZoom: 16, animate: false },
);

map.on("click", "rows", (event) => {
  const feature = event.features?.[0];
  if (!feature) return;
  const { row, label } = feature.properties;
  const link = document.createElement("a");
  link.href = `#row-${row}`;
  link.textContent = `${row}: ${label}`;
  popup(map, [event.lngLat.lng, event.lngLat.lat], link);
});
map.on("mouseenter", "rows", () => { map.getCanvas().style.cursor = "pointer"; });
map.on("mouseleave", "rows", () => { map.getCanvas().style.cursor = ""; });
