// The layers that may be switched on, and the legend that follows what is on and how near one is.
import { absolute, belowLabels } from "../map.js";
import { GROUPS, classesOf, drawingOf } from "./drawings.js";
import { nameOf, once } from "./values.js";
import { element, isSaid, say, spoken } from "./words.js";

/** @typedef {import("./drawings.js").Offered} Offered */
/** @typedef {import("./drawings.js").Sign & {text: string}} Explained */

/** On before anybody chooses: the register and the cases. */
const FIRST = ["register", "cases"];

/** Pictures that the legend explains, and names that it gives one. */
const MOST_PICTURES = 10;
const MOST_NAMES = 2;

/** Some names, and whether there are more. @param {string[]} names */
const listed = (names) => `${names.slice(0, MOST_NAMES).join(", ")}${names.length > MOST_NAMES ? ", …" : ""}`;

export class Layers {
  /** @type {Map<string, URLSearchParams>} */
  #queries = new Map();
  /** @type {Map<string, boolean>} */
  #on = new Map();
  /** Called when a layer was switched. */
  onSwitch = () => {};

  /**
   * @param {import("maplibre-gl").Map} map
   * @param {Offered[]} offered
   * @param {string | null} wanted names of those that are on, separated by commas; null: the first choice
   */
  constructor(map, offered, wanted) {
    this.map = map;
    this.offered = offered.filter((layer) => !drawingOf(layer).hidden);
    const names = wanted?.split(",");
    for (const layer of this.offered) this.#on.set(layer.id, names ? names.includes(layer.id) : FIRST.includes(drawingOf(layer).group));
    map.on("idle", () => this.#shade());
  }

  /** Draws what is on. */
  draw() {
    for (const { id } of this.offered) this.#show(id);
  }

  /** @param {string} id */
  isOn(id) {
    return this.#on.get(id) ?? false;
  }

  /** @param {string} id @param {boolean} on */
  switch(id, on) {
    this.#on.set(id, on);
    this.#show(id);
    this.onSwitch();
  }

  /** For the address: null while nothing differs from the first choice. */
  get wanted() {
    const first = this.offered.every((layer) => this.isOn(layer.id) === FIRST.includes(drawingOf(layer).group));
    return first ? null : this.offered.filter(({ id }) => this.isOn(id)).map(({ id }) => id).join(",");
  }

  /** Asks for a layer's tiles with these filters; again if they are the same. @param {string} id @param {URLSearchParams} query */
  ask(id, query) {
    this.#queries.set(id, query);
    const source = /** @type {import("maplibre-gl").VectorTileSource | undefined} */ (this.map.getSource(id));
    source?.setTiles([this.#tiles(id)]);
  }

  /** @param {string} id */
  #tiles(id) {
    const query = this.#queries.get(id)?.toString();
    return absolute(`/tiles/${id}/{z}/{x}/{y}.mvt${query ? `?${query}` : ""}`);
  }

  /** The layers of the style in which a layer of the tiles is drawn. @param {string} id */
  drawnAs(id) {
    return this.map.getStyle().layers.filter((layer) => "source-layer" in layer && layer["source-layer"] === id && [id, "register"].includes(layer.source));
  }

  /** @param {string} id */
  #show(id) {
    const drawn = this.drawnAs(id);
    if (drawn.length) {
      for (const layer of drawn) this.map.setLayoutProperty(layer.id, "visibility", this.isOn(id) ? "visible" : "none");
      return;
    }
    const layer = this.offered.find((one) => one.id === id);
    if (!layer || !this.isOn(id)) return;
    this.map.addSource(id, { type: "vector", tiles: [this.#tiles(id)], minzoom: layer.minzoom, maxzoom: layer.maxzoom });
    for (const style of drawingOf(layer).layers) {
      this.map.addLayer({ ...style, source: id, "source-layer": id }, style.type === "fill" ? belowLabels(this.map) : undefined);
    }
  }

  /** Gives what is counted its classes, from what is in view. */
  #shade() {
    for (const layer of this.offered) {
      const shades = drawingOf(layer).shades;
      if (!shades || !this.isOn(layer.id) || !this.map.getLayer(shades.layer)) continue;
      const [first, ...others] = this.#classes(shades);
      if (!first) continue;
      /** @type {any} */
      const paint = others.length ? ["step", ["get", shades.value], first.shade, ...others.flatMap(({ least, shade }) => [least, shade])] : first.shade;
      if (JSON.stringify(paint) !== JSON.stringify(this.map.getPaintProperty(shades.layer, "fill-color"))) {
        this.map.setPaintProperty(shades.layer, "fill-color", paint);
      }
    }
  }

  /** @param {{layer: string, value: string}} shades */
  #classes(shades) {
    const seen = this.map.queryRenderedFeatures({ layers: [shades.layer] });
    return classesOf([...new Map(seen.map((feature) => [feature.properties.h3, Number(feature.properties[shades.value])])).values()]);
  }

  /** Which pictures are in view, those of most features first, and what they stand for. @param {{layer: string, image: string}} pictures */
  #pictures({ layer, image }) {
    /** @type {Map<string, {n: number, names: Set<string>}>} */
    const seen = new Map();
    for (const feature of once(this.map.queryRenderedFeatures({ layers: [layer] }))) {
      const { icon } = feature.properties;
      const picture = icon && this.map.hasImage(`${image}-${icon}`) ? `${image}-${icon}` : image;
      const entry = seen.get(picture) ?? { n: 0, names: new Set() };
      entry.n += 1;
      entry.names.add(nameOf(feature) || say("sign.untyped"));
      seen.set(picture, entry);
    }
    return [...seen].sort(([a, { n }], [b, { n: m }]) => m - n || a.localeCompare(b)).slice(0, MOST_PICTURES)
      .map(([picture, { names }]) => ({ picture, text: listed([...names].sort()) }));
  }

  /**
   * What the legend says of a style at a zoom, by layer.
   * @param {import("maplibre-gl").StyleSpecification} [style] @param {number} [zoom]
   * @returns {{title: string, signs: Explained[]}[]}
   */
  legend(style = this.map.getStyle(), zoom = this.map.getZoom()) {
    const shown = new Map(style.layers.filter((layer) =>
      layer.layout?.visibility !== "none" && zoom >= (layer.minzoom ?? 0) && zoom < (layer.maxzoom ?? 24)).map((layer) => [layer.id, /** @type {any} */ (layer)]));
    const colour = (/** @type {string} */ layer, /** @type {string} */ property) => shown.get(layer)?.paint?.[property];
    return this.offered.filter(({ id }) => this.isOn(id)).map((layer) => {
      const { signs, shades, pictures } = drawingOf(layer);
      const far = zoom < layer.minzoom;
      const classes = shades && shown.has(shades.layer) ? this.#classes(shades) : [];
      return {
        title: layer.title,
        signs: far ? [] : [
          ...signs(colour).filter(({ of }) => shown.has(of)).map((sign) => ({ ...sign, text: isSaid(sign.say) ? say(sign.say) : sign.say })),
          ...classes.map(({ least, most, shade }) => /** @type {Explained} */ ({
            of: shades?.layer ?? "", say: "", colour: shade, shape: "area",
            text: most > least ? `${spoken(least, 1)} – ${spoken(most, 1)}` : spoken(least, 1),
          })),
          ...(pictures && shown.has(pictures.layer) ? this.#pictures(pictures) : []).map(({ picture, text }) => /** @type {Explained} */ ({
            of: pictures?.layer ?? "", say: "", colour: "#fff", shape: "dot", picture, text,
          })),
        ],
      };
    }).filter(({ signs }) => signs.length);
  }
}

/**
 * Check boxes by group.
 * @param {HTMLElement} place @param {Layers} layers @param {() => void} onChange
 */
export function layerTree(place, layers, onChange) {
  /** @type {HTMLInputElement[]} */
  const boxes = [];
  layers.onSwitch = () => {
    for (const box of boxes) box.checked = layers.isOn(box.value);
    onChange();
  };
  for (const group of GROUPS) {
    const members = layers.offered.filter((layer) => drawingOf(layer).group === group);
    if (!members.length) continue;
    const set = element("fieldset");
    set.append(element("legend", say(`group.${group}`)));
    for (const { id, title, minzoom } of members) {
      const label = element("label", "", { class: "plain row" });
      const box = element("input", "", { type: "checkbox", value: id });
      box.checked = layers.isOn(id);
      box.addEventListener("change", () => layers.switch(id, box.checked));
      boxes.push(box);
      const note = element("small", say("tree.nearer"));
      const far = () => { note.hidden = layers.map.getZoom() >= minzoom; };
      layers.map.on("zoomend", far);
      far();
      label.append(box, element("span", title), note);
      set.append(label);
    }
    place.append(set);
  }
}

/** @param {HTMLElement} place @param {Layers} layers */
export function legendOf(place, layers) {
  const { map } = layers;
  let before = "";
  map.on("idle", () => {
    const entries = layers.legend();
    const now = JSON.stringify(entries);
    if (now === before) return;
    before = now;
    place.replaceChildren(...entries.map(({ title, signs }) => {
      const list = element("ul", "", { class: "legend", "aria-label": title });
      list.append(...signs.map((sign) => {
        const item = element("li");
        item.append(swatch(map, sign), ` ${sign.text}`);
        return item;
      }));
      return list;
    }));
  });
}

/** @param {import("maplibre-gl").Map} map @param {Explained} sign */
function swatch(map, sign) {
  const picture = sign.picture ? pictureOf(map, sign.picture) : undefined;
  if (picture) return picture;
  const made = element("i", "", { class: sign.shape });
  made.style.setProperty("--swatch", sign.colour);
  return made;
}

/** A picture of the sprite. @param {import("maplibre-gl").Map} map @param {string} name */
export function pictureOf(map, name) {
  const image = map.getImage(name);
  if (!image) return undefined;
  const { width, height, data } = /** @type {{width: number, height: number, data: Uint8Array}} */ (image.data);
  const canvas = element("canvas", "", { "aria-hidden": "true" });
  Object.assign(canvas, { width, height });
  canvas.getContext("2d")?.putImageData(new ImageData(new Uint8ClampedArray(data), width, height), 0, 0);
  return canvas;
}
