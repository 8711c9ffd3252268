// The one way in which pages make a map: basemap from the register's own tiles, controls with
// words in the page's language, place and zoom kept in the address bar.
import * as maplibregl from "../lib/maplibre-gl.mjs";

const worker = new URL("../lib/maplibre-gl-worker.mjs", import.meta.url).href;
maplibregl.setWorkerUrl(worker);
// The worker starts while the page still gets ready.
maplibregl.prewarm();

/** What the map's own controls say; the library brings the English. */
const TURKISH = {
  "AttributionControl.ToggleAttribution": "Kaynakları göster",
  "CooperativeGesturesHandler.MacHelpText": "Haritayı yakınlaştırmak için ⌘ ile kaydırın",
  "CooperativeGesturesHandler.MobileHelpText": "Haritayı iki parmakla kaydırın",
  "CooperativeGesturesHandler.WindowsHelpText": "Haritayı yakınlaştırmak için Ctrl ile kaydırın",
  "GeolocateControl.FindMyLocation": "Konumumu bul",
  "GeolocateControl.LocationNotAvailable": "Konum bilinmiyor",
  "Map.Title": "Harita",
  "Marker.Title": "Harita işareti",
  "NavigationControl.ZoomIn": "Yakınlaştır",
  "NavigationControl.ZoomOut": "Uzaklaştır",
  "Popup.Close": "Kapat",
};

/**
 * @typedef {object} MapChoice
 * @property {HTMLElement} container an element that carries data-lon, data-lat and data-zoom, or
 *   data-bounds (west, south, east, north)
 * @property {boolean | string} [permalink] keep `#zoom/lat/lon` in the address; with a name, beside
 *   other values: `#name=zoom/lat/lon&…`
 * @property {string} [theme] light, dark, print or emergency; by default what the person prefers of the first two
 * @property {boolean} [locate] offer the device's own position
 */

const THEMES = ["light", "dark", "print", "emergency"];

/** The theme that is asked for if there is such a one, else what the person prefers. @param {string | null} [theme] */
export function themeOf(theme) {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  return theme && THEMES.includes(theme) ? theme : dark ? "dark" : "light";
}

/** @param {string | null} [theme] */
export function styleUrl(theme) {
  return `/maps/style/${themeOf(theme)}.json`;
}

/**
 * @param {MapChoice} choice
 * @returns {Promise<maplibregl.Map>} resolved when the style is there
 */
export function createMap({ container, permalink = false, theme, locate = false }) {
  const { lon, lat, zoom, bounds } = container.dataset;
  const [west, south, east, north] = (bounds ?? "").split(",").map(Number);
  const view = bounds
    ? { bounds: /** @type {[number, number, number, number]} */ ([west, south, east, north]), fitBoundsOptions: { padding: 16 } }
    : { center: /** @type {[number, number]} */ ([Number(lon), Number(lat)]), zoom: Number(zoom) };
  const map = new maplibregl.Map({
    container,
    style: styleUrl(theme),
    ...view,
    hash: permalink,
    maxZoom: 20,
    attributionControl: { compact: true },
    cooperativeGestures: container.dataset.cooperative === "1",
    locale: document.documentElement.lang === "tr" ? TURKISH : {},
  });
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new maplibregl.ScaleControl({}), "bottom-left");
  if (locate) {
    map.addControl(new maplibregl.GeolocateControl({ positionOptions: { enableHighAccuracy: true } }), "top-right");
  }
  container.dataset.theme = themeOf(theme);
  // Tests and assistive scripts find the map here.
  Object.assign(container, { map });
  map.once("idle", () => performance.mark("map-drawn"));
  map.on("idle", () => { container.dataset.ready = "1"; });
  map.on("error", (event) => { container.dataset.error = String(event.error?.message ?? event.error); });
  return new Promise((resolve) => map.once("style.load", () => resolve(map)));
}

/**
 * A map of the same style that nobody sees and nobody moves, to be drawn on something else.
 * @param {HTMLElement} container of the size that is wanted
 * @param {Partial<maplibregl.MapOptions>} options
 */
export function stillMap(container, options) {
  return new maplibregl.Map({ container, interactive: false, attributionControl: false, fadeDuration: 0, maxZoom: 22, ...options });
}

/**
 * Draws the basemap in another theme; what pages added stays, and so do filters and what is hidden.
 * @param {maplibregl.Map} map @param {string} theme
 */
export function setTheme(map, theme) {
  map.getContainer().dataset.theme = themeOf(theme);
  map.setStyle(styleUrl(theme), { transformStyle: (before, after) => before ? dressed(before, after) : after });
}

/** The style `before` in the colours of the style `after`. @param {maplibregl.StyleSpecification} before @param {maplibregl.StyleSpecification} after */
export function dressed(before, after) {
  const fresh = new Map(after.layers.map((layer) => [layer.id, layer]));
  const layers = before.layers.map((old) => {
    const layer = /** @type {any} */ (fresh.get(old.id));
    if (!layer) return old;
    const { filter, layout } = /** @type {any} */ (old);
    return { ...layer, ...(filter && { filter }), layout: { ...layer.layout, ...(layout?.visibility && { visibility: layout.visibility }) } };
  });
  return { ...after, sources: { ...after.sources, ...before.sources }, layers };
}

/**
 * The first layer with text: areas are drawn below it, so that names stay legible.
 * @param {maplibregl.Map} map
 * @returns {string | undefined}
 */
export function belowLabels(map) {
  return map.getStyle().layers.find((layer) => layer.type === "symbol")?.id;
}

/**
 * @param {maplibregl.Map} map
 * @param {[number, number]} at longitude, latitude
 * @param {Node} content
 */
export function popup(map, at, content) {
  const box = new maplibregl.Popup({ maxWidth: "20rem" }).setLngLat(at).setDOMContent(content).addTo(map);
  // It stands on that side of the point where there is more room; what is higher than that scrolls.
  const { y } = map.project(at), { clientHeight } = map.getContainer();
  box.getElement().style.setProperty("--room", `${Math.max(y, clientHeight - y)}px`);
  return box.setLngLat(at);
}

/**
 * @param {maplibregl.Map} map
 * @param {[number, number]} at
 * @param {boolean} [draggable]
 */
export function marker(map, at, draggable = false) {
  return new maplibregl.Marker({ color: "#c2410c", draggable }).setLngLat(at).addTo(map);
}

/** Shows the register as it was in force on a day, "" for now. @param {maplibregl.Map} map @param {string} day */
export function showDay(map, day) {
  const source = /** @type {maplibregl.VectorTileSource} */ (map.getSource("register"));
  const made = /** @type {maplibregl.VectorSourceSpecification} */ (map.getStyle().sources.register);
  const plain = (made.tiles?.[0] ?? "").split("?")[0];
  source.setTiles([day ? `${plain}?as_of=${day}` : plain]);
}

/**
 * Leaves features out of the basemap: those of the register that something else is drawn for.
 * @param {maplibregl.Map} map
 * @param {Record<string, number[]>} ids by layer of the tiles
 */
export function leaveOut(map, ids) {
  for (const layer of map.getStyle().layers) {
    const those = "source-layer" in layer && layer.source === "register" ? ids[layer["source-layer"] ?? ""] : undefined;
    if (!those?.length) continue;
    const others = /** @type {any} */ (["!", ["in", ["id"], ["literal", those]]]);
    const own = map.getFilter(layer.id);
    map.setFilter(layer.id, own ? /** @type {any} */ (["all", own, others]) : others);
  }
}

/** An absolute address, which tile sources need. @param {string} path */
export function absolute(path) {
  return new URL(path, location.href).href.replaceAll("%7B", "{").replaceAll("%7D", "}");
}

/** The middle of what is shown, once that is a part of the city and no whole province. @param {maplibregl.Map} map @returns {[number, number] | undefined} */
export function nearOf(map) {
  const { lng, lat } = map.getCenter();
  return map.getZoom() >= 11 ? [lng, lat] : undefined;
}

/** The zoom at which a place of a precision is seen well. @param {string} precision */
export function zoomOf(precision) {
  return /** @type {Record<string, number>} */ ({ DISTRICT: 11, NEIGHBOURHOOD: 14, STREET: 16 })[precision] ?? 17;
}
