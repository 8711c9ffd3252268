// Two periods of one layer on one place: the right one lies over the left one and is cut at a slider.
import { absolute } from "../map.js";
import { Swipe } from "./swipe.js";

const FIELDS = ["layer", "left-from", "left-to", "right-from", "right-to"];

export class Compare {
  /** What was on before. @type {Map<string, boolean>} */
  #before = new Map();
  /** @type {Set<string>} */
  #compared = new Set();

  /**
   * @param {import("maplibre-gl").Map} map
   * @param {object} choice
   * @param {HTMLFormElement} choice.form layer, left-from, left-to, right-from, right-to
   * @param {import("./tree.js").Layers} choice.layers
   * @param {(layer: string) => URLSearchParams} choice.query the filters beside the period
   */
  constructor(map, { form, layers, query }) {
    this.map = map;
    this.form = form;
    this.layers = layers;
    this.query = query;
    this.swipe = new Swipe(map, () => this.#style());
    form.addEventListener("change", () => { if (this.second) this.#ask(); });
  }

  get second() {
    return this.swipe.second;
  }

  begin() {
    this.#before = new Map(this.layers.offered.map(({ id }) => [id, this.layers.isOn(id)]));
    this.#ask();
    this.swipe.begin();
  }

  end() {
    this.swipe.end();
    for (const id of this.#compared) {
      this.layers.ask(id, this.query(id));
      this.layers.switch(id, this.#before.get(id) ?? false);
    }
    this.#compared.clear();
  }

  /** The map that is seen at a point of the screen. @param {{x: number}} point */
  at(point) {
    return this.swipe.at(point);
  }

  /** Layer and periods as they stand in the address. */
  get told() {
    return FIELDS.map((name) => /** @type {HTMLInputElement} */ (this.form.elements.namedItem(name)).value).join(",");
  }

  /** Takes layer and periods from the address. @param {string} told @returns {boolean} whether it could */
  take(told) {
    const values = told.split(",");
    if (values.length !== FIELDS.length) return false;
    FIELDS.forEach((name, i) => { /** @type {HTMLInputElement} */ (this.form.elements.namedItem(name)).value = values[i] ?? ""; });
    return Boolean(this.layer);
  }

  get layer() {
    return /** @type {HTMLSelectElement} */ (this.form.elements.namedItem("layer")).value;
  }

  /** The filters and one side's period. @param {"left" | "right"} side */
  period(side) {
    const query = new URLSearchParams(this.query(this.layer));
    for (const name of ["days", "since", "open_only"]) query.delete(name);
    const days = ["from", "to"].map((end) => /** @type {HTMLInputElement} */ (this.form.elements.namedItem(`${side}-${end}`)).value);
    // Ends the wrong way round mean the days between them.
    if (days.every(Boolean)) days.sort();
    ["from", "to"].forEach((end, i) => { if (days[i]) query.set(end, days[i] ?? ""); });
    return query;
  }

  #ask() {
    // Alone: what has no period of its own would lie on both sides and hide what is compared.
    for (const { value } of /** @type {HTMLSelectElement} */ (this.form.elements.namedItem("layer")).options) {
      this.#compared.add(value);
      this.layers.switch(value, value === this.layer);
    }
    this.layers.ask(this.layer, this.period("left"));
    this.swipe.dress();
  }

  /** The first map's style, with the other period's tiles. */
  #style() {
    const style = structuredClone(this.map.getStyle());
    const source = /** @type {import("maplibre-gl").VectorSourceSpecification | undefined} */ (style.sources[this.layer]);
    if (source) source.tiles = [absolute(`/tiles/${this.layer}/{z}/{x}/{y}.mvt?${this.period("right")}`)];
    return style;
  }
}
