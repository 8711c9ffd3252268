// How each layer of tiles is drawn and what its signs mean. What exists is told by the tile service;
// a layer that nobody has drawn yet gets a plain drawing by its geometry.

/**
 * @typedef {object} Sign a line of the legend
 * @property {string} of the style layer it explains: shown while that one is
 * @property {string} say its words
 * @property {string} colour
 * @property {"area" | "line" | "dot"} shape
 * @property {string} [picture] a picture of the sprite instead
 *
 * @typedef {object} Drawing
 * @property {string} group
 * @property {any[]} layers style layers, without source and source-layer
 * @property {(colours: (layer: string, property: string) => any) => Sign[]} signs
 * @property {boolean} [hidden] it shows nothing by itself
 * @property {{layer: string, value: string}} [shades] classes that follow what is in view
 * @property {{layer: string, image: string}} [pictures] pictures that follow what is in view: `image` and the
 *   feature's own icon make their names
 *
 * @typedef {object} Offered a layer as the tile service tells of it
 * @property {string} id
 * @property {string} title
 * @property {string} geometry point, line, polygon or mixed
 * @property {number} minzoom
 * @property {number} maxzoom
 */

export const GROUPS = ["register", "cases", "work", "analysis", "quality", "other"];
export const SHADES = ["#c3e4d9", "#8fcbb9", "#57ad97", "#2a8a76", "#0f6556"];

const COUNT = ["has", "count"];
const LABEL = { "text-font": ["Noto Sans Bold"], "text-size": 11, "text-allow-overlap": true, "text-ignore-placement": true };
/** Below it a picture would be larger than the streets around it: points stay dots. */
const PICTURES_FROM = 15;
const BY_COUNT = ["interpolate", ["linear"], ["sqrt", ["get", "count"]], 1, 6, 10, 13, 60, 26];

/** Points that stand for many below a zoom. @param {string} id @param {any} colour */
const gathered = (id, colour) => [
  { id: `${id}-clusters`, type: "circle", filter: COUNT, paint: { "circle-color": colour, "circle-opacity": 0.85, "circle-radius": BY_COUNT, "circle-stroke-color": "#fff", "circle-stroke-width": 1.2 } },
  { id: `${id}-counts`, type: "symbol", filter: COUNT, layout: { ...LABEL, "text-field": ["to-string", ["get", "count"]] }, paint: { "text-color": "#fff" } },
];

/** @param {string} value a property whose classes follow what is in view */
const hexagons = (value) => [
  { type: "fill", paint: { "fill-color": SHADES[2], "fill-opacity": 0.72, "fill-outline-color": "rgba(255,255,255,0.5)" }, metadata: { value } },
];

/** @type {Record<string, Drawing>} */
const DRAWINGS = {
  boundaries: { group: "register", layers: [], signs: (colour) => [
    { of: "district-edges", say: "sign.district", colour: colour("district-edges", "line-color"), shape: "line" },
    { of: "neighbourhood-edges", say: "sign.neighbourhood", colour: colour("neighbourhood-edges", "line-color"), shape: "line" },
  ] },
  boundary_labels: { group: "register", layers: [], signs: () => [] },
  streets: { group: "register", layers: [], signs: (colour) => [
    { of: "street-fill", say: "sign.avenue", colour: colour("street-fill", "line-color")?.[2], shape: "line" },
    { of: "street-casing", say: "sign.street", colour: colour("street-fill", "line-color")?.[3], shape: "line" },
  ] },
  parcels: { group: "register", layers: [], signs: (colour) => [
    { of: "parcels", say: "sign.parcel", colour: colour("parcels", "line-color"), shape: "line" },
  ] },
  buildings: { group: "register", layers: [], signs: (colour) => [
    { of: "buildings", say: "sign.building", colour: colour("buildings", "fill-color"), shape: "area" },
  ] },
  doors: { group: "register", layers: [], signs: (colour) => [
    { of: "door-dots", say: "sign.door", colour: colour("door-dots", "circle-color"), shape: "dot" },
  ] },
  landmarks: { group: "register", layers: [], signs: () => ["school", "mosque", "park", "market", "health", "bus_stop"].map((kind) => (
    { of: "landmarks", say: `kind.${kind.toUpperCase()}`, colour: "#6b3f8f", shape: "dot", picture: `landmark-${kind}` })) },
  cases: {
    group: "cases",
    layers: [
      ...gathered("case", "#c2410c"),
      { id: "case-points", type: "circle", filter: ["!", COUNT], paint: {
        "circle-color": ["case", ["get", "open"], ["coalesce", ["get", "colour"], "#c2410c"], "#8c9692"],
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 12, 3.2, PICTURES_FROM - 0.01, 6, PICTURES_FROM, 10.5, 18, 13],
        "circle-opacity": ["case", ["get", "open"], 0.95, 0.6],
        "circle-stroke-color": ["case", ["all", ["get", "open"], ["<", ["coalesce", ["get", "due"], 1e12], Date.now() / 1000]], "#7f1d1d", "#fff"],
        "circle-stroke-width": 1.4,
      } },
      // Where pictures would cover each other the point stays without; open ones come first.
      { id: "case-pictures", type: "symbol", minzoom: PICTURES_FROM, filter: ["!", COUNT], layout: {
        "icon-image": ["coalesce", ["image", ["concat", "case-", ["get", "icon"]]], ["image", "case"]],
        "icon-size": ["interpolate", ["linear"], ["zoom"], PICTURES_FROM, 0.9, 18, 1.1],
        "icon-padding": 0,
        "symbol-sort-key": ["case", ["get", "open"], 0, 1],
      }, paint: { "icon-opacity": ["case", ["get", "open"], 1, 0.75] } },
    ],
    pictures: { layer: "case-pictures", image: "case" },
    signs: () => [
      { of: "case-points", say: "sign.open", colour: "#c2410c", shape: "dot" },
      { of: "case-points", say: "sign.ended", colour: "#8c9692", shape: "dot" },
      { of: "case-clusters", say: "sign.many", colour: "#c2410c", shape: "dot" },
    ],
  },
  work_orders: {
    group: "work",
    layers: [
      ...gathered("work", "#12507a"),
      { id: "work-points", type: "symbol", filter: ["!", COUNT], layout: { "icon-image": "work", "icon-size": 0.9, "icon-allow-overlap": true } },
    ],
    signs: () => [{ of: "work-points", say: "sign.work", colour: "#12507a", shape: "dot", picture: "work" }],
  },
  service_areas: {
    group: "work",
    layers: [
      { id: "service-hatch", type: "fill", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-pattern": "hatch", "fill-opacity": 0.5 } },
      { id: "service-edges", type: "line", paint: { "line-color": "#5566b5", "line-width": 2 } },
    ],
    signs: () => [{ of: "service-edges", say: "sign.service", colour: "#5566b5", shape: "line" }],
  },
  quality: {
    group: "quality",
    layers: [
      { id: "quality-areas", type: "line", filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": "#b3261e", "line-width": 2.5 } },
      ...gathered("quality", ["case", [">", ["get", "errors"], 0], "#b3261e", "#8a5200"]),
      { id: "quality-points", type: "symbol", filter: ["all", ["==", ["geometry-type"], "Point"], ["!", COUNT]], layout: {
        "icon-image": ["match", ["get", "severity"], "error", "error", "warning", "warning", "note"], "icon-size": 0.9, "icon-allow-overlap": true,
      } },
    ],
    signs: () => [
      { of: "quality-points", say: "severity.error", colour: "#b3261e", shape: "dot", picture: "error" },
      { of: "quality-points", say: "severity.warning", colour: "#f2b705", shape: "dot", picture: "warning" },
      { of: "quality-points", say: "severity.info", colour: "#33596b", shape: "dot", picture: "note" },
      { of: "quality-clusters", say: "sign.findings", colour: "#b3261e", shape: "dot" },
    ],
  },
  density: { group: "analysis", layers: hexagons("cases").map((layer) => ({ ...layer, id: "density-hexagons" })), signs: () => [], shades: { layer: "density-hexagons", value: "cases" } },
  hotspots: { group: "analysis", layers: hexagons("expected").map((layer) => ({ ...layer, id: "hotspot-hexagons" })), signs: () => [], shades: { layer: "hotspot-hexagons", value: "expected" } },
  // Shapes whose values come from the page of the thematic map.
  choropleth: { group: "analysis", layers: [], signs: () => [], hidden: true },
};

/** @param {Offered} layer @returns {Drawing} */
export function drawingOf({ id, title, geometry }) {
  const known = DRAWINGS[id];
  if (known) return known;
  const colour = "#7b4bb3";
  const name = `${id}-plain`;
  const plain = /** @type {Record<string, any[]>} */ ({
    point: [...gathered(id, colour), { id: name, type: "circle", filter: ["!", COUNT], paint: { "circle-color": colour, "circle-radius": 5, "circle-stroke-color": "#fff", "circle-stroke-width": 1.4 } }],
    line: [{ id: name, type: "line", paint: { "line-color": colour, "line-width": 2.5 } }],
    mixed: [
      { id: `${name}-areas`, type: "fill", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colour, "fill-opacity": 0.3 } },
      { id: name, type: "line", paint: { "line-color": colour, "line-width": 2.5 } },
    ],
    polygon: [{ id: name, type: "fill", paint: { "fill-color": colour, "fill-opacity": 0.3, "fill-outline-color": colour } }],
  });
  const shape = /** @type {Record<string, Sign["shape"]>} */ ({ point: "dot", line: "line", mixed: "line" })[geometry] ?? "area";
  return { group: "other", layers: plain[geometry] ?? plain.polygon ?? [], signs: () => [{ of: name, say: title, colour, shape }] };
}

/**
 * Classes of equal size over the values in view: the least value of each, with its shade.
 * @param {number[]} values
 * @returns {{least: number, most: number, shade: string}[]}
 */
export function classesOf(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const starts = [...new Set(SHADES.map((_, i) => sorted[Math.floor((i * sorted.length) / SHADES.length)] ?? 0))];
  if (!sorted.length) return [];
  return starts.map((least, i) => {
    const next = starts[i + 1];
    const below = next === undefined ? sorted : sorted.filter((value) => value < next);
    const at = Math.round((i * (SHADES.length - 1)) / Math.max(starts.length - 1, 1));
    return { least, most: below.at(-1) ?? least, shade: SHADES[at] ?? "#2a8a76" };
  });
}
