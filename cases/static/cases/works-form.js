// Where a work is: a line or an area drawn on the map; the field below holds it. What stands against it is asked
// while it is drawn.
import { Drawing } from "../addresses/drawing.js";
import { createMap } from "../vip/map.js";

const container = /** @type {HTMLElement} */ (document.getElementById("map"));
const field = /** @type {HTMLTextAreaElement} */ (document.getElementById("shape"));
const form = /** @type {HTMLFormElement} */ (field.form);
const said = /** @type {HTMLElement} */ (document.getElementById("drawn"));
const found = document.getElementById("found");

const map = await createMap({ container });
const drawing = new Drawing(map, { features: new Map() });

/** Asks what stands against the work as the form has it. */
async function ask() {
  if (!found || !form.dataset.check || !field.value.trim()) return;
  const answer = await fetch(form.dataset.check, { method: "POST", body: new FormData(form) }).catch(() => undefined);
  if (answer?.ok) found.replaceChildren(document.createRange().createContextualFragment(await answer.text()));
}

/** @param {any} geometry */
function keep(geometry) {
  field.value = JSON.stringify(geometry);
  said.textContent = said.dataset.drawn ?? "";
}
drawing.onFinish = (geometry) => { keep(geometry); drawing.take(geometry); ask(); };
drawing.onChange = (geometry) => { if (drawing.draw.getMode() === "select") keep(geometry); };

/** A part of several is reshaped as one of several. @param {any} geometry */
function single(geometry) {
  return geometry.type.startsWith("Multi") && geometry.coordinates.length === 1
    ? { type: geometry.type.slice(5), coordinates: geometry.coordinates[0] } : geometry;
}

/** @param {any} geometry */
function look(geometry) {
  const flat = JSON.stringify(geometry.coordinates).match(/-?[\d.]+(?:e-?\d+)?/g)?.map(Number) ?? [];
  const [xs, ys] = [flat.filter((_, i) => i % 2 === 0), flat.filter((_, i) => i % 2)];
  if (xs.length) map.fitBounds([Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)], { padding: 60, animate: false, maxZoom: 17 });
}

/** @type {HTMLElement} */ (document.getElementById("tools")).hidden = false;
/** @param {"LineString" | "Polygon"} shape */
function begin(shape) {
  drawing.begin(shape);
  field.value = "";
  said.textContent = said.dataset.drawing ?? "";
  map.getCanvas().focus();
}
document.getElementById("line")?.addEventListener("click", () => begin("LineString"));
document.getElementById("area")?.addEventListener("click", () => begin("Polygon"));
document.getElementById("finish")?.addEventListener("click", () => drawing.finish());
document.getElementById("away")?.addEventListener("click", () => { drawing.stop(); field.value = ""; said.textContent = ""; });
document.getElementById("check")?.addEventListener("click", ask);
for (const name of ["kind", "begin", "end", "depth_m", "width_m"]) document.getElementById(name)?.addEventListener("change", ask);
if (field.value.trim()) { // one that is there, or a try that came back
  try {
    const shape = single(JSON.parse(field.value));
    drawing.take(shape);
    look(shape);
    ask();
  } catch { /* what was typed is no shape: the page says so */ }
}
