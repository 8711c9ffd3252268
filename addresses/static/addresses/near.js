// Single records around what is looked at: loaded from zoom 16 on, as the draft means them.
import { ask, say } from "./ask.js";
import { tell } from "./messages.js";

/** Below this only the register's tiles are shown. */
export const NEAR = 16;
const KINDS = "neighbourhood,street,parcel,building,landmark,address";
const PAUSE_MS = 200;
const EMPTY = { type: "FeatureCollection", features: [] };
/** What a click may mean, the smallest first. */
const HIT = ["near-doors", "near-landmarks", "near-streets", "near-buildings", "near-parcels", "near-areas"];

/** @typedef {{type: "Feature", id: string, geometry: any, properties: Record<string, any>}} Feature */

const dark = matchMedia("(prefers-color-scheme: dark)").matches;
const COLOURS = dark
  ? { ink: "#b9c7c2", made: "#86d6a1", changed: "#ffb454", chosen: "#53c2ad", halo: "#131a18", bad: "#ff9d96" }
  : { ink: "#46554f", made: "#1f7a3f", changed: "#b45309", chosen: "#0b6e5f", halo: "#ffffff", bad: "#c0241f" };
export const colours = COLOURS;

/** Green what the draft makes, orange what it changes. @type {any} */
const BY_CHANGE = ["match", ["get", "change"], "CREATE", COLOURS.made, "UPDATE", COLOURS.changed, COLOURS.ink];

export class Near {
  /** @type {Map<string, Feature>} */
  features = new Map();
  /** @type {string[]} */
  chosen = [];
  draft = "";
  #wanted = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #waiting;

  /** @param {import("maplibre-gl").Map} map */
  constructor(map) {
    this.map = map;
    map.addSource("near", { type: "geojson", data: /** @type {any} */ (EMPTY) });
    map.addSource("chosen", { type: "geojson", data: /** @type {any} */ (EMPTY) });
    map.addSource("marks", { type: "geojson", data: /** @type {any} */ (EMPTY) });
    for (const layer of layers()) map.addLayer(layer);
    // From here on single records are drawn, moved as the draft moves them.
    for (const id of ["door-dots", "door-numbers", "buildings", "parcels", "landmarks"]) {
      const own = map.getLayer(id);
      if (own) map.setLayerZoomRange(id, own.minzoom ?? 0, NEAR);
    }
    map.on("moveend", () => this.later());
    this.later();
  }

  later() {
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => this.load(), PAUSE_MS);
  }

  get isNear() {
    return this.map.getZoom() >= NEAR;
  }

  async load() {
    const wanted = (this.#wanted += 1);
    if (!this.isNear) {
      this.#show([]);
      return;
    }
    const box = this.map.getBounds().toArray().flat().map((x) => x.toFixed(6)).join(",");
    const draft = this.draft ? `&draft=${this.draft}` : "";
    const found = await ask(`nearby?kinds=${KINDS}&bbox=${box}${draft}`).catch(() => undefined);
    // A newer question is on its way: this answer is for another place.
    if (!found || wanted !== this.#wanted) return;
    this.#show(found.features);
    if (found.truncated.length) tell(say("too_many"), true);
    this.map.getContainer().dataset.near = String(found.features.length);
  }

  /** @param {Feature[]} features */
  #show(features) {
    this.features = new Map(features.map((f) => [f.id, f]));
    // MapLibre keeps numbers as ids only: the uid goes along as a property.
    const shown = features.map((f) => ({ ...f, properties: { ...f.properties, uid: f.id, label: label(f) } }));
    this.#data("near", shown);
    this.choose(this.chosen);
  }

  /** @param {string[]} uids */
  choose(uids) {
    this.chosen = uids;
    this.#data("chosen", uids.flatMap((uid) => this.features.get(uid) ?? []));
  }

  /** Faults and previews: points with `label`, and shapes. @param {any[]} features */
  mark(features) {
    this.#data("marks", features);
  }

  /** @param {string} source @param {any[]} features */
  #data(source, features) {
    const target = /** @type {import("maplibre-gl").GeoJSONSource} */ (this.map.getSource(source));
    target.setData({ type: "FeatureCollection", features });
  }

  /** What lies under a pixel, the smallest thing first. @param {{x: number, y: number}} at */
  at(at) {
    const reach = 6;
    /** @type {[[number, number], [number, number]]} */
    const box = [[at.x - reach, at.y - reach], [at.x + reach, at.y + reach]];
    const found = this.map.queryRenderedFeatures(box, { layers: HIT });
    found.sort((a, b) => HIT.indexOf(a.layer.id) - HIT.indexOf(b.layer.id));
    return found.length ? this.features.get(String(found[0].properties.uid)) : undefined;
  }
}

/** @param {Feature} f */
function label(f) {
  const p = f.properties;
  if (p.entity === "address") return `${p.number || "–"}${p.suffix ? `/${p.suffix}` : ""}`;
  return p.entity === "parcel" ? `${p.cadastral_block}/${p.number}` : p.name ?? "";
}

/** @returns {any[]} */
function layers() {
  /** @param {string} entity @param {any[]} more */
  const only = (entity, ...more) => ["all", ["==", ["get", "entity"], entity], ...more];
  const font = ["Noto Sans Regular"];
  /** @param {string} id @param {string} entity @param {any} layout @param {number} minzoom */
  const text = (id, entity, layout, minzoom) => ({
    id, type: "symbol", source: "near", filter: only(entity), minzoom,
    layout: { "text-field": ["get", "label"], "text-font": font, "text-size": 11, ...layout },
    paint: { "text-color": BY_CHANGE, "text-halo-color": COLOURS.halo, "text-halo-width": 1.4 },
  });
  return [
    { id: "near-areas", type: "line", source: "near", filter: only("neighbourhood"), paint: { "line-color": BY_CHANGE, "line-width": 2, "line-dasharray": [4, 2] } },
    { id: "near-parcels", type: "fill", source: "near", filter: only("parcel"), paint: { "fill-color": BY_CHANGE, "fill-opacity": ["match", ["get", "change"], "", 0.03, 0.14] } },
    { id: "near-parcel-lines", type: "line", source: "near", filter: only("parcel"), paint: { "line-color": BY_CHANGE, "line-width": ["match", ["get", "change"], "", 0.8, 2], "line-opacity": 0.75 } },
    { id: "near-buildings", type: "fill", source: "near", filter: only("building"), paint: { "fill-color": BY_CHANGE, "fill-opacity": ["match", ["get", "change"], "", 0.22, 0.4] } },
    { id: "near-building-lines", type: "line", source: "near", filter: only("building"), paint: { "line-color": BY_CHANGE, "line-width": ["match", ["get", "change"], "", 1, 2] } },
    { id: "near-streets", type: "line", source: "near", filter: only("street"), paint: { "line-color": BY_CHANGE, "line-width": ["match", ["get", "change"], "", 1.5, 4], "line-opacity": ["match", ["get", "change"], "", 0.4, 0.9] } },
    { id: "chosen-fill", type: "fill", source: "chosen", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": COLOURS.chosen, "fill-opacity": 0.22 } },
    { id: "chosen-line", type: "line", source: "chosen", filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": COLOURS.chosen, "line-width": 4 } },
    { id: "chosen-point", type: "circle", source: "chosen", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-radius": 11, "circle-color": COLOURS.chosen, "circle-opacity": 0.3, "circle-stroke-color": COLOURS.chosen, "circle-stroke-width": 2.5 } },
    { id: "near-doors", type: "circle", source: "near", filter: only("address"), paint: { "circle-radius": ["match", ["get", "change"], "", 4, 6], "circle-color": BY_CHANGE, "circle-stroke-color": COLOURS.halo, "circle-stroke-width": 1.5 } },
    { id: "near-landmarks", type: "circle", source: "near", filter: only("landmark"), paint: { "circle-radius": 5, "circle-color": BY_CHANGE, "circle-stroke-color": COLOURS.halo, "circle-stroke-width": 1.5 } },
    text("near-parcel-labels", "parcel", {}, 18),
    text("near-numbers", "address", { "text-anchor": "bottom", "text-offset": [0, -0.5] }, 17),
    text("near-names", "landmark", { "text-anchor": "top", "text-offset": [0, 0.5] }, NEAR),
    { id: "marks-fill", type: "fill", source: "marks", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": COLOURS.bad, "fill-opacity": 0.5 } },
    { id: "marks-line", type: "line", source: "marks", filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": COLOURS.bad, "line-width": 3 } },
    { id: "marks-point", type: "circle", source: "marks", filter: ["all", ["==", ["geometry-type"], "Point"], ["!", ["has", "label"]]], paint: { "circle-radius": 9, "circle-color": COLOURS.bad, "circle-opacity": 0.5, "circle-stroke-color": COLOURS.bad, "circle-stroke-width": 2 } },
    { id: "marks-labels", type: "symbol", source: "marks", filter: ["has", "label"], layout: { "text-field": ["get", "label"], "text-font": ["Noto Sans Bold"], "text-size": 14, "text-allow-overlap": true }, paint: { "text-color": ["case", ["get", "changed"], COLOURS.changed, COLOURS.ink], "text-halo-color": COLOURS.halo, "text-halo-width": 2.5 } },
  ];
}
