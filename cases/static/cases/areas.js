// Areas that rules may name: shown on a map, drawn there, and reshaped. The field below holds the outline.
import { Drawing } from "../addresses/drawing.js";
import { createMap } from "../vip/map.js";

const container = /** @type {HTMLElement} */ (document.getElementById("map"));
const field = /** @type {HTMLTextAreaElement} */ (document.getElementById("geometry"));
const form = /** @type {HTMLFormElement} */ (field.form);
const said = /** @type {HTMLElement} */ (document.getElementById("drawn"));

/** @param {string} name */
const input = (name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));

const map = await createMap({ container });
const areas = await (await fetch(/** @type {string} */ (container.dataset.areas))).json();
map.addSource("areas", { type: "geojson", data: areas });
map.addLayer({ id: "areas-fill", type: "fill", source: "areas", paint: { "fill-color": "#7c3aed", "fill-opacity": 0.15 } });
map.addLayer({ id: "areas-line", type: "line", source: "areas", paint: { "line-color": "#7c3aed", "line-width": 2 } });

const drawing = new Drawing(map, { features: new Map(areas.features.map((/** @type {any} */ f) => [f.id, f])) });

/** @param {any} geometry */
function keep(geometry) {
  field.value = JSON.stringify(geometry);
  said.textContent = said.dataset.drawn ?? "";
}
drawing.onFinish = (geometry) => { keep(geometry); drawing.take(geometry); };
drawing.onChange = (geometry) => { if (drawing.draw.getMode() === "select") keep(geometry); };

/** The whole of a shape in view. @param {any} geometry */
function look(geometry) {
  const points = geometry.coordinates.flat(geometry.type === "MultiPolygon" ? 2 : 1);
  const [lons, lats] = [0, 1].map((i) => points.map((/** @type {number[]} */ p) => p[i]));
  map.fitBounds([Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)], { padding: 40, animate: false });
}

/** A part of several is reshaped as one of several. @param {any} geometry */
function single(geometry) {
  return geometry.type === "MultiPolygon" && geometry.coordinates.length === 1
    ? { type: "Polygon", coordinates: geometry.coordinates[0] } : geometry;
}

for (const button of document.querySelectorAll("button[data-reshape]")) {
  button.addEventListener("click", () => {
    const area = areas.features.find((/** @type {any} */ f) => String(f.id) === /** @type {HTMLElement} */ (button).dataset.reshape);
    input("name").value = area.properties.name;
    input("owner").value = area.properties.owner;
    const shape = single(area.geometry);
    look(shape);
    drawing.take(shape);
    keep(shape);
    container.scrollIntoView({ block: "center" });
  });
}

const tools = /** @type {HTMLElement} */ (document.getElementById("tools"));
tools.hidden = false;
document.getElementById("draw")?.addEventListener("click", () => {
  drawing.begin("Polygon");
  field.value = "";
  said.textContent = said.dataset.drawing ?? "";
  map.getCanvas().focus();
});
document.getElementById("finish")?.addEventListener("click", () => drawing.finish());
document.getElementById("away")?.addEventListener("click", () => {
  drawing.stop();
  field.value = "";
  said.textContent = "";
});
if (field.value.trim()) { // a try that came back
  try {
    const shape = single(JSON.parse(field.value));
    drawing.take(shape);
    look(shape);
  } catch { /* what was typed is no outline: the page says so */ }
}
