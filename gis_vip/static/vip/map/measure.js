// Distances and areas on the ellipsoid, by clicks or by the keyboard in the middle of the map.
import geodesic from "../../lib/geodesic.mjs";
import { say, spoken } from "./words.js";

/** @typedef {[number, number]} Place longitude, latitude */

/** Metres along the places. @param {Place[]} places */
export function lengthOf(places) {
  return figureOf(places, true).perimeter;
}

/** Square metres inside the places; what is drawn clockwise is as large. @param {Place[]} places */
export function areaOf(places) {
  return Math.abs(figureOf(places, false).area ?? 0);
}

/** @param {Place[]} places @param {boolean} line */
function figureOf(places, line) {
  const figure = geodesic.Geodesic.WGS84.Polygon(line);
  for (const [lon, lat] of places) figure.AddPoint(lat, lon);
  return figure.Compute(false, true);
}

/** @param {Place[]} places */
export function measured(places) {
  const length = lengthOf(places);
  const far = length < 1000 ? `${spoken(length, 1)} m` : `${spoken(length / 1000, 3)} km`;
  if (places.length < 3) return say("measure.length", { length: far });
  const area = areaOf(places);
  const wide = area < 1e5 ? `${spoken(area)} m²` : area < 1e6 ? `${spoken(area / 1e4, 2)} ha` : `${spoken(area / 1e6, 3)} km²`;
  return say("measure.both", { length: far, area: wide });
}

export class Measure {
  /** @type {Place[]} */
  places = [];
  active = false;

  /** @param {import("maplibre-gl").Map} map @param {HTMLElement} result a live region @param {() => void} onEnd */
  constructor(map, result, onEnd) {
    this.map = map;
    this.result = result;
    this.onEnd = onEnd;
    map.on("click", (event) => { if (this.active) this.add([event.lngLat.lng, event.lngLat.lat]); });
    map.getCanvas().addEventListener("keydown", (event) => {
      if (!this.active) return;
      const { lng, lat } = map.getCenter();
      const deed = /** @type {Record<string, () => void>} */ ({
        Enter: () => this.add([lng, lat]), Backspace: () => this.back(), Escape: () => this.end(),
      })[event.key];
      if (!deed) return;
      event.preventDefault();
      event.stopPropagation();
      deed();
    });
  }

  begin() {
    this.active = true;
    this.places = [];
    this.map.getCanvas().style.cursor = "crosshair";
    this.map.doubleClickZoom.disable();
    const colour = "#b0006d";
    this.map.addSource("measure", { type: "geojson", data: this.#shape() });
    this.map.addLayer({ id: "measure-area", type: "fill", source: "measure", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colour, "fill-opacity": 0.15 } });
    this.map.addLayer({ id: "measure-line", type: "line", source: "measure", filter: ["==", ["geometry-type"], "LineString"], paint: { "line-color": colour, "line-width": 3 } });
    this.map.addLayer({ id: "measure-points", type: "circle", source: "measure", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-color": "#fff", "circle-radius": 4.5, "circle-stroke-color": colour, "circle-stroke-width": 2.5 } });
    this.result.hidden = false;
    this.result.textContent = say("measure.begin");
  }

  /** @param {Place} place */
  add(place) {
    this.places.push(place);
    this.#draw();
  }

  back() {
    this.places.pop();
    this.#draw();
  }

  end() {
    if (!this.active) return;
    this.active = false;
    this.map.getCanvas().style.cursor = "";
    this.map.doubleClickZoom.enable();
    for (const id of ["measure-area", "measure-line", "measure-points"]) this.map.removeLayer(id);
    this.map.removeSource("measure");
    this.result.hidden = true;
    this.onEnd();
  }

  #draw() {
    /** @type {import("maplibre-gl").GeoJSONSource} */ (this.map.getSource("measure")).setData(this.#shape());
    this.result.textContent = this.places.length > 1 ? measured(this.places) : say("measure.next");
  }

  /** @returns {GeoJSON.FeatureCollection} */
  #shape() {
    const feature = (/** @type {GeoJSON.Geometry} */ geometry) => /** @type {GeoJSON.Feature} */ ({ type: "Feature", properties: {}, geometry });
    const features = this.places.map((coordinates) => feature({ type: "Point", coordinates }));
    if (this.places.length > 1) features.push(feature({ type: "LineString", coordinates: this.places }));
    const [first] = this.places;
    if (first && this.places.length > 2) features.push(feature({ type: "Polygon", coordinates: [[...this.places, first]] }));
    return { type: "FeatureCollection", features };
  }
}
