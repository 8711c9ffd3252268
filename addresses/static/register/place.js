// A small map of one request: the record as it is, what is proposed, and the place that was given.
import { createMap } from "../vip/map.js";
import { seen } from "./bounds.js";

const COLOUR = ["match", ["get", "role"], "present", "#475569", "proposed", "#b45309", "#1d4ed8"];
const container = /** @type {HTMLElement} */ (document.getElementById("map"));
/** @type {Record<string, any>} */
const shapes = JSON.parse(document.getElementById("shapes")?.textContent ?? "{}");
const features = Object.entries(shapes).filter(([, geometry]) => geometry).map(([role, geometry]) => ({ type: /** @type {const} */ ("Feature"), geometry, properties: { role } }));
container.dataset.bounds = seen(features, 0.0008);
const map = await createMap({ container });
map.addSource("shapes", { type: "geojson", data: { type: "FeatureCollection", features } });
map.addLayer({ id: "shape-areas", type: "fill", source: "shapes", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": /** @type {any} */ (COLOUR), "fill-opacity": 0.2 } });
map.addLayer({ id: "shape-lines", type: "line", source: "shapes", filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": /** @type {any} */ (COLOUR), "line-width": 2.5 } });
map.addLayer({ id: "shape-points", type: "circle", source: "shapes", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-color": /** @type {any} */ (COLOUR), "circle-radius": 7, "circle-stroke-color": "#fff", "circle-stroke-width": 2 } });
