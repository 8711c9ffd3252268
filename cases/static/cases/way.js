// Places in their order and the way between them, on a map.
import * as maplibregl from "../lib/maplibre-gl.mjs";

/**
 * A numbered place; a small dot without a number.
 * @param {maplibregl.Map} map
 * @param {[number, number]} at
 * @param {string} number
 * @param {string} title
 * @param {string} [colour]
 */
export function stop(map, at, number, title, colour) {
  const element = document.createElement("div");
  element.className = number ? "stop" : "stop small";
  element.textContent = number;
  element.title = title;
  if (colour) element.style.setProperty("--swatch", colour);
  return new maplibregl.Marker({ element }).setLngLat(at).addTo(map);
}

/**
 * @param {maplibregl.Map} map
 * @param {string} name
 * @param {any} line GeoJSON, or null
 * @param {string} colour
 * @param {string} by network, or straight: dashed
 */
export function drawWay(map, name, line, colour, by) {
  if (map.getLayer(name)) map.removeLayer(name);
  if (map.getSource(name)) map.removeSource(name);
  if (!line) return;
  map.addSource(name, { type: "geojson", data: { type: "Feature", properties: {}, geometry: line } });
  /** @type {any} */
  const paint = { "line-color": colour, "line-width": 4, "line-opacity": 0.75 };
  if (by === "straight") paint["line-dasharray"] = [2, 2];
  map.addLayer({ id: name, type: "line", source: name, layout: { "line-join": "round", "line-cap": "round" }, paint });
}
