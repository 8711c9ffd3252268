// Drawing and reshaping on the map, with corners and edges of what is near drawn to the pointer.
import { TerraDraw, TerraDrawLineStringMode, TerraDrawPointMode, TerraDrawPolygonMode, TerraDrawRenderMode, TerraDrawSelectMode } from "../lib/terra-draw.mjs";
import { TerraDrawMapLibreGLAdapter } from "../lib/terra-draw-maplibre.js";
import { colours } from "./near.js";

/** Pixels within which a corner, or else an edge, draws the pointer to it. */
const CORNER = 12;
const EDGE = 8;
/** @typedef {"Point" | "LineString" | "Polygon"} Shape */

export class Drawing {
  #wrong = false;
  /** @type {(geometry: any) => void} called with what was finished */
  onFinish = () => {};
  /** @type {(geometry: any) => void} called after each step */
  onChange = () => {};
  /** @type {string} the multi-type to give back, or "" */
  #multi = "";

  /**
   * @param {import("maplibre-gl").Map} map
   * @param {{features: Map<any, {geometry: any}>}} near what the pointer is drawn to
   */
  constructor(map, near) {
    this.map = map;
    this.near = near;
    const snapping = { toCustom: (/** @type {any} */ event) => this.#nearest(event) };
    const colour = () => /** @type {`#${string}`} */ (this.wrong ? colours.bad : colours.changed);
    const line = { lineStringColor: colour, lineStringWidth: 3, closingPointColor: colour };
    const area = { fillColor: colour, outlineColor: colour, fillOpacity: 0.2, outlineWidth: 3, closingPointColor: colour };
    const point = { pointColor: colour, pointWidth: 7, pointOutlineColor: colours.halo, pointOutlineWidth: 2 };
    const corners = { snappable: snapping, midpoints: true, draggable: true, deletable: true };
    const flags = {
      point: { feature: { draggable: true } },
      linestring: { feature: { draggable: false, coordinates: corners } },
      polygon: { feature: { draggable: false, coordinates: corners } },
    };
    const selected = { selectedPolygonColor: colour, selectedPolygonOutlineColor: colour, selectedLineStringColor: colour, selectedPointColor: colour, selectionPointColor: colour, midPointColor: colour };
    /** @type {any} */
    const styles = { line, area, point, selected };
    this.styles = { linestring: styles.line, polygon: styles.area, point: styles.point, select: styles.selected };
    this.draw = new TerraDraw({
      adapter: new TerraDrawMapLibreGLAdapter({ map, coordinatePrecision: 9 }),
      modes: [
        new TerraDrawRenderMode({ modeName: "rest", styles: {} }),
        new TerraDrawPointMode({ styles: styles.point }),
        new TerraDrawLineStringMode({ snapping, styles: styles.line }),
        new TerraDrawPolygonMode({ snapping, styles: styles.area }),
        new TerraDrawSelectMode({ flags, styles: styles.selected, allowManualDeselection: false, keyEvents: { deselect: null, delete: "Backspace", rotate: null, scale: null } }),
      ],
    });
    beginWhereItWentDown(map.getCanvas());
    this.draw.start();
    this.draw.setMode("rest");
    this.draw.on("change", (_ids, type) => {
      if (type === "styling") return;
      const geometry = this.geometry();
      if (geometry) this.onChange(geometry);
    });
    this.draw.on("finish", (_id, context) => {
      if (context.action === "draw") this.onFinish(this.geometry());
    });
  }

  /** Begins a new shape. @param {Shape} shape */
  begin(shape) {
    this.stop();
    this.#multi = "";
    this.draw.setMode(shape.toLowerCase());
  }

  /** Takes a record's shape in hand. @param {any} geometry GeoJSON */
  take(geometry) {
    this.stop();
    this.#multi = geometry.type.startsWith("Multi") ? geometry.type : "";
    const type = geometry.type.replace("Multi", "");
    const parts = this.#multi ? geometry.coordinates : [geometry.coordinates];
    const features = parts.map((/** @type {any} */ coordinates) => ({
      type: "Feature", id: this.draw.getFeatureId(), properties: { mode: type.toLowerCase() },
      // Terra Draw counts the digits of what it is given, and reshapes it with as many.
      geometry: { type, coordinates: rounded(coordinates) },
    }));
    const results = this.draw.addFeatures(features);
    if (results.some((result) => !result.valid)) return false;
    this.draw.setMode("select");
    this.draw.selectFeature(features[0].id);
    return true;
  }

  /** Moves a point in hand by metres. @param {number} east @param {number} north */
  nudge(east, north) {
    const [feature] = this.#own();
    if (feature?.geometry.type !== "Point" || this.draw.getMode() !== "select") return false;
    const [lon, lat] = /** @type {number[]} */ (feature.geometry.coordinates);
    const degree = 111_320;
    const coordinates = rounded([lon + east / (degree * Math.cos((lat * Math.PI) / 180)), lat + north / degree]);
    this.draw.updateFeatureGeometry(/** @type {any} */ (feature.id), { type: "Point", coordinates });
    return true;
  }

  get wrong() {
    return this.#wrong;
  }

  /** Whether what is drawn has a fault: it turns red at once, without waiting for the next step. */
  set wrong(value) {
    if (value === this.#wrong) return;
    this.#wrong = value;
    const mode = /** @type {keyof typeof this.styles} */ (this.draw.getMode());
    if (this.styles[mode]) this.draw.updateModeOptions(mode, { styles: this.styles[mode] });
  }

  /** Ends a shape as Enter on the map does; whether one was being drawn. */
  finish() {
    if (this.draw.getModeState() !== "drawing") return false;
    this.map.getCanvas().dispatchEvent(new KeyboardEvent("keyup", { key: "Enter", bubbles: true }));
    return true;
  }

  /** Shows a shape that was drawn before; it is not in hand. @param {any} geometry */
  show(geometry) {
    this.stop();
    this.#multi = "";
    const mode = geometry.type.toLowerCase();
    this.draw.addFeatures([{ type: "Feature", id: this.draw.getFeatureId(), properties: { mode }, geometry: { ...geometry, coordinates: rounded(geometry.coordinates) } }]);
  }

  /** What is drawn or in hand, or undefined. @returns {any} */
  geometry() {
    const parts = this.#own().map((feature) => feature.geometry);
    if (!parts.length) return undefined;
    if (!this.#multi) return parts[0];
    return { type: this.#multi, coordinates: parts.map((part) => part.coordinates) };
  }

  /** Lets go of everything. */
  stop() {
    this.draw.setMode("rest");
    this.draw.clear();
    this.wrong = false;
  }

  /** Without the handles that Terra Draw adds. */
  #own() {
    return this.draw.getSnapshot().filter((f) => f.geometry.type.toLowerCase() === f.properties.mode && !f.properties.selectionPoint && !f.properties.midPoint && !f.properties.snappingPoint);
  }

  /** The corner, else the edge, of a near record at the pointer. @param {any} event */
  #nearest(event) {
    const at = { x: event.containerX, y: event.containerY };
    /** @type {{distance: number, place: [number, number]} | undefined} */
    let best;
    for (const feature of this.near.features.values()) {
      for (const ring of rings(feature.geometry)) {
        const pixels = ring.map((c) => this.map.project(/** @type {any} */ (c)));
        for (let i = 0; i < ring.length; i += 1) {
          const corner = Math.hypot(pixels[i].x - at.x, pixels[i].y - at.y);
          if (corner < CORNER && (!best || corner - CORNER < best.distance)) best = { distance: corner - CORNER, place: [ring[i][0], ring[i][1]] };
          if (i === 0) continue;
          const [share, away] = foot(at, pixels[i - 1], pixels[i]);
          if (away < EDGE && (!best || away < best.distance)) {
            best = { distance: away, place: [mix(ring[i - 1][0], ring[i][0], share), mix(ring[i - 1][1], ring[i][1], share)] };
          }
        }
      }
    }
    return best && rounded(best.place);
  }
}

/**
 * A drag takes what lies where the button went down. Terra Draw asks at the first move, and a busy page hears of that
 * when the pointer is far away: it is told of a move beside the button first.
 * @param {HTMLElement} canvas
 */
function beginWhereItWentDown(canvas) {
  /** @type {PointerEvent | undefined} */
  let down;
  canvas.addEventListener("pointerdown", (event) => { down = event; }, true);
  canvas.addEventListener("pointerup", () => { down = undefined; }, true);
  canvas.addEventListener("pointermove", (event) => {
    if (down?.pointerId !== event.pointerId) return;
    const { clientX, clientY } = down;
    down = undefined;
    const { pointerId, pointerType, isPrimary, buttons } = event;
    canvas.dispatchEvent(new PointerEvent("pointermove", { bubbles: true, cancelable: true, pointerId, pointerType, isPrimary, buttons, clientX: clientX + 1, clientY }));
  }, true);
}

/** @param {any} geometry @returns {number[][][]} */
function rings(geometry) {
  switch (geometry?.type) {
    case "LineString": return [geometry.coordinates];
    case "MultiLineString": case "Polygon": return geometry.coordinates;
    case "MultiPolygon": return geometry.coordinates.flat();
    case "Point": return [[geometry.coordinates]];
    default: return [];
  }
}

/** @param {{x: number, y: number}} p @param {{x: number, y: number}} a @param {{x: number, y: number}} b */
function foot(p, a, b) {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const share = Math.max(0, Math.min(1, ((p.x - a.x) * dx + (p.y - a.y) * dy) / (dx * dx + dy * dy || 1)));
  return [share, Math.hypot(p.x - a.x - share * dx, p.y - a.y - share * dy)];
}

/** @param {number} a @param {number} b @param {number} share */
const mix = (a, b, share) => a + (b - a) * share;

/** Nine decimals, as the register keeps them. @param {any} value @returns {any} */
function rounded(value) {
  return Array.isArray(value) ? value.map(rounded) : Math.round(value * 1e9) / 1e9;
}
