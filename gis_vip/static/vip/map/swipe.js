// A second map over the first, cut at a slider: the same place drawn in another way.
import { stillMap } from "../map.js";
import { element, part } from "./words.js";

export class Swipe {
  /** @type {import("maplibre-gl").Map | undefined} */
  second;

  /** @param {import("maplibre-gl").Map} map @param {() => import("maplibre-gl").StyleSpecification} style of the second map */
  constructor(map, style) {
    this.map = map;
    this.style = style;
    this.slider = /** @type {HTMLInputElement} */ (part("swipe"));
    this.line = element("div", "", { class: "swipe-line" });
    this.slider.addEventListener("input", () => this.#cut());
    map.on("move", () => this.second?.jumpTo(this.#view()));
    map.on("resize", () => this.#cut());
    map.on("styledata", () => requestAnimationFrame(() => this.dress()));
  }

  begin() {
    const place = element("div", "", { class: "map-second", "aria-hidden": "true" });
    this.map.getContainer().append(place, this.line, this.slider);
    this.second = stillMap(place, { style: this.style(), fadeDuration: 300, ...this.#view() });
    this.second.once("load", () => this.dress());
    // Beside the first for tests, as that one is.
    Object.assign(place, { map: this.second });
    this.#cut();
    this.slider.focus();
  }

  end() {
    this.second?.remove();
    this.map.getContainer().querySelector(".map-second")?.remove();
    this.second = undefined;
    this.line.remove();
    this.slider.remove();
  }

  /** Draws the second map as it is to be now. */
  dress() {
    if (this.second?.isStyleLoaded()) this.second.setStyle(this.style());
  }

  /** The map that is seen at a point of the screen. @param {{x: number}} point */
  at({ x }) {
    return this.second && x > this.#edge() ? this.second : this.map;
  }

  #view() {
    return { center: this.map.getCenter(), zoom: this.map.getZoom(), bearing: this.map.getBearing(), pitch: this.map.getPitch() };
  }

  #edge() {
    return (this.map.getContainer().clientWidth * Number(this.slider.value)) / 100;
  }

  #cut() {
    const edge = `${this.#edge()}px`;
    const place = /** @type {HTMLElement | null} */ (this.map.getContainer().querySelector(".map-second"));
    place?.style.setProperty("clip-path", `inset(0 0 0 ${edge})`);
    this.line.style.setProperty("left", edge);
  }
}
