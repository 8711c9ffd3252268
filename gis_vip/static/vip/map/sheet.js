// The map drawn for paper: at a scale that is true where it lies, and fine enough to be printed.
import { stillMap } from "../map.js";

export const DPI = 200;
const MM_PER_PX = 25.4 / 96; // a CSS pixel
const TILE = 512;
/** The ellipsoid of WGS 84: half the equator's diameter in metres, and the square of its eccentricity. */
const A = 6378137;
const E2 = 0.00669437999014;

/** Millimetres, upright. */
export const PAPERS = /** @type {Record<string, [number, number]>} */ ({ A4: [210, 297], A3: [297, 420] });

/**
 * Metres on the ground for one of Web Mercator at a latitude. The projection stretches a little more
 * from south to north than from west to east; this is the mean, 0.2 % from each in Türkiye.
 * @param {number} lat
 */
function ground(lat) {
  const phi = (lat * Math.PI) / 180;
  const w = 1 - E2 * Math.sin(phi) ** 2;
  const [east, north] = [1 / Math.sqrt(w), (1 - E2) / w ** 1.5];
  return Math.cos(phi) * Math.sqrt(east * north);
}

/** The zoom at which a CSS pixel is this many metres on the ground, were it printed. @param {number} scale 5000 for 1:5,000 @param {number} lat */
export function zoomFor(scale, lat) {
  const metres = (scale * MM_PER_PX) / 1000;
  return Math.log2((2 * Math.PI * A * ground(lat)) / (TILE * metres));
}

/** The scale at which the screen shows the map now. @param {number} zoom @param {number} lat */
export function scaleAt(zoom, lat) {
  return (2 * Math.PI * A * ground(lat) * 1000) / (TILE * 2 ** zoom * MM_PER_PX);
}

/** A round number of metres whose bar is at most this long. @param {number} most millimetres @param {number} scale */
export function barOf(most, scale) {
  const metres = (most * scale) / 1000;
  const ten = 10 ** Math.floor(Math.log10(metres));
  const round = [5, 2, 1].map((n) => n * ten).find((n) => n <= metres) ?? ten;
  return { metres: round, mm: (round * 1000) / scale };
}

/**
 * @param {object} choice
 * @param {import("maplibre-gl").StyleSpecification} choice.style
 * @param {import("maplibre-gl").LngLat} choice.center
 * @param {number} choice.width millimetres
 * @param {number} choice.height millimetres
 * @param {number} choice.scale
 * @returns {Promise<HTMLCanvasElement>}
 */
export async function drawSheet({ style, center, width, height, scale }) {
  const container = document.createElement("div");
  container.className = "map-sheet";
  container.style.width = `${width / MM_PER_PX}px`;
  container.style.height = `${height / MM_PER_PX}px`;
  document.body.append(container);
  const still = stillMap(container, {
    style, center, zoom: zoomFor(scale, center.lat), pixelRatio: DPI / 96,
    maxCanvasSize: [8192, 8192], canvasContextAttributes: { preserveDrawingBuffer: true },
  });
  try {
    await still.once("idle");
    const { width: across, height: down } = still.getCanvas();
    const copy = document.createElement("canvas");
    Object.assign(copy, { width: across, height: down });
    copy.getContext("2d")?.drawImage(still.getCanvas(), 0, 0);
    return copy;
  } finally {
    still.remove();
    container.remove();
  }
}

/** @param {HTMLCanvasElement} canvas @param {string} type @returns {Promise<Blob>} */
export function blobOf(canvas, type) {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the canvas is empty"))), type, 0.92);
  });
}
