// Drawing without a pointer: a crosshair that the arrow keys move, and that sets corners as a click
// would, so that snapping and hints are the same.

/** Pixels from the edge at which the map moves instead. */
const MARGIN = 48;

export class Crosshair {
  /** @type {{x: number, y: number} | undefined} */
  #at;
  /** Whether it has moved since it set a corner. */
  #moved = true;

  /** @param {import("maplibre-gl").Map} map */
  constructor(map) {
    this.map = map;
    this.mark = document.createElement("div");
    this.mark.className = "crosshair";
    this.mark.hidden = true;
    this.mark.setAttribute("aria-hidden", "true");
    map.getContainer().append(this.mark);
    // Whoever takes the mouse in hand draws with it.
    map.getCanvas().addEventListener("pointermove", (event) => { if (event.isTrusted) this.hide(); });
  }

  get shown() {
    return this.#at !== undefined;
  }

  /** Whether it stands where the last corner was set. */
  get resting() {
    return this.shown && !this.#moved;
  }

  hide() {
    this.#at = undefined;
    this.#moved = true;
    this.mark.hidden = true;
  }

  /** Moves by pixels; first it appears in the middle of the map. @param {number} right @param {number} down */
  move(right, down) {
    const { clientWidth: width, clientHeight: height } = this.map.getContainer();
    const from = this.#at ?? { x: width / 2, y: height / 2 };
    const to = { x: clamp(from.x + right, width), y: clamp(from.y + down, height) };
    const beyond = [from.x + right - to.x, from.y + down - to.y];
    if (beyond[0] || beyond[1]) this.map.panBy(/** @type {[number, number]} */ (beyond), { duration: 0 });
    this.#at = to;
    this.#moved = true;
    this.mark.style.translate = `${to.x}px ${to.y}px`;
    this.mark.hidden = false;
    this.#send("pointermove");
  }

  /** Sets a corner, or a point. */
  set() {
    if (!this.shown) this.move(0, 0);
    for (const type of ["pointermove", "pointerdown", "pointerup"]) this.#send(type);
    this.#moved = false;
  }

  /** @param {string} type */
  #send(type) {
    const canvas = this.map.getCanvas();
    const box = canvas.getBoundingClientRect();
    const { x, y } = /** @type {{x: number, y: number}} */ (this.#at);
    canvas.dispatchEvent(new PointerEvent(type, { clientX: box.left + x, clientY: box.top + y, pointerId: 1, isPrimary: true, pointerType: "mouse", button: type === "pointermove" ? -1 : 0, bubbles: true, cancelable: true }));
  }
}

/** @param {number} value @param {number} size */
const clamp = (value, size) => Math.max(MARGIN, Math.min(size - MARGIN, value));
