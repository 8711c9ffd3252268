// What the thematic maps have in common: shades, a box of figures.

export const SHADES = ["#eaf5f1", "#c3e4d9", "#8fcbb9", "#57ad97", "#2a8a76", "#0f6556", "#063f37"];

/**
 * A title and lines of name and value, as a node for a popup.
 * @param {string} title
 * @param {[string, string][]} lines
 */
export function figures(title, lines) {
  const box = document.createElement("div");
  if (title) {
    const head = document.createElement("strong");
    head.textContent = title;
    box.append(head);
  }
  for (const [name, value] of lines) {
    const line = document.createElement("div");
    line.textContent = `${name}: ${value}`;
    box.append(line);
  }
  return box;
}

/**
 * A number in the page's language.
 * @param {number} value
 * @param {number} [digits]
 */
export function spoken(value, digits = 0) {
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  const nothing = Number(value.toFixed(digits)) === 0; // has no sign
  return new Intl.NumberFormat(document.documentElement.lang, options).format(nothing ? 0 : value);
}

/**
 * Shows that a layer can be clicked, and clicks in the middle of the map where Enter is pressed.
 * @param {import("maplibre-gl").Map} map
 * @param {string} layer
 */
export function handOver(map, layer) {
  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.defaultPrevented) return;
    const lngLat = map.getCenter(), point = map.project(lngLat);
    if (!map.queryRenderedFeatures(point, { layers: [layer] }).length) return;
    event.preventDefault();
    map.fire("click", { lngLat, point, originalEvent: event });
  });
  map.on("mouseenter", layer, () => { map.getCanvas().style.cursor = "pointer"; });
  map.on("mouseleave", layer, () => { map.getCanvas().style.cursor = ""; });
}

const CAME = location.hash;

/** Zoom and place as they stand in the address; before the map is where it is to be, those it came with. @param {HTMLElement} container */
export function placeOf(container) {
  return container.dataset.ready === "1" ? location.hash : CAME;
}
