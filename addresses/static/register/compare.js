// Two maps side by side that move together: what a change set touches, before and after.
import { createMap, leaveOut, showDay } from "../vip/map.js";
import { seen } from "./bounds.js";

/** @typedef {{type: "FeatureCollection", features: any[], more: boolean, tiles: Record<string, number[]>}} Shapes */

const box = /** @type {HTMLElement} */ (document.getElementById("compare"));
const COLOUR = ["match", ["get", "operation"], "CREATE", "#15803d", "RETIRE", "#b91c1c", "#b45309"];

/** @param {string | undefined} url @returns {Promise<Shapes>} */
async function shapes(url) {
  const answer = await fetch(url ?? "");
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

/** @param {any} map @param {Shapes} data */
function draw(map, data) {
  map.addSource("shapes", { type: "geojson", data });
  map.addLayer({ id: "shape-areas", type: "fill", source: "shapes", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": COLOUR, "fill-opacity": 0.22 } });
  map.addLayer({ id: "shape-lines", type: "line", source: "shapes", filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": COLOUR, "line-width": 2.5 } });
  map.addLayer({ id: "shape-points", type: "circle", source: "shapes", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-color": COLOUR, "circle-radius": 6, "circle-stroke-color": "#fff", "circle-stroke-width": 1.5 } });
}

/** @param {any} one @param {any} other */
function follow(one, other) {
  one.on("move", (/** @type {any} */ event) => {
    if (event.following) return; // the other one's echo
    other.jumpTo({ center: one.getCenter(), zoom: one.getZoom(), bearing: one.getBearing(), pitch: one.getPitch() }, { following: true });
  });
}

const [before, after] = await Promise.all([shapes(box.dataset.before), shapes(box.dataset.after)]);
const all = [...before.features, ...after.features];
if (!all.length) {
  for (const part of box.children) part.toggleAttribute("hidden", part.id !== "no-shapes");
} else {
  const place = seen(all);
  const containers = ["map-before", "map-after"].map((id) => /** @type {HTMLElement} */ (document.getElementById(id)));
  for (const container of containers) container.dataset.bounds = place;
  const [left, right] = await Promise.all(containers.map((container) => createMap({ container })));
  if (containers[0].dataset.day) showDay(left, containers[0].dataset.day);
  for (const map of [left, right]) leaveOut(map, before.tiles);
  draw(left, before);
  draw(right, after);
  follow(left, right);
  follow(right, left);
  document.getElementById("more-shapes")?.toggleAttribute("hidden", !before.more);
}
