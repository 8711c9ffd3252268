// What each tool does. A tool is begun, may take a drawing, and ends in one change of the draft.
import { ask, say, word } from "./ask.js";
import { tell, trying, warn } from "./messages.js";

const PAUSE_MS = 250;
/** What is drawn for a new record of each kind. @type {Record<string, import("./drawing.js").Shape>} */
const SHAPES = { address: "Point", landmark: "Point", building: "Polygon", parcel: "Polygon", street: "LineString" };
/** Corners without which there is no shape; a ring ends where it begins. @type {Record<string, number>} */
const LEAST = { Point: 1, LineString: 2, Polygon: 4, MultiPolygon: 4 };
const HOW = { Point: "draw_point", LineString: "draw_line", Polygon: "draw_area" };
const PARTED = ["parcel", "building", "street", "neighbourhood"];

export class Tools {
  current = "select";
  /** @type {import("./near.js").Feature[]} */
  chosen = [];
  /** What the record in the making begins with, and whose it is. @type {{values: Record<string, string>, names: Record<string, string>, parent: string} | undefined} */
  #belongs;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #waiting;

  /**
   * @param {{show: (record: {uid: string}, quiet?: boolean) => Promise<void>, draft: import("./draft.js").Draft, near: import("./near.js").Near, drawing: import("./drawing.js").Drawing, panel: import("./record.js").RecordPanel, number: (street: {uid: string, title: string}) => Promise<void>, painted: () => void}} parts
   */
  constructor(parts) {
    this.draft = parts.draft;
    this.near = parts.near;
    this.drawing = parts.drawing;
    this.panel = parts.panel;
    this.number = parts.number;
    this.painted = parts.painted;
    this.show = parts.show;
    this.drawing.onFinish = (geometry) => trying(() => this.#finished(geometry));
    this.drawing.onChange = (geometry) => this.#look(geometry);
  }

  /** Chooses a record; `more` keeps the others, `quiet` leaves what was told last. @param {import("./near.js").Feature | undefined} feature @param {{more?: boolean, quiet?: boolean}} [how] */
  async choose(feature, { more = false, quiet = false } = {}) {
    if (!feature && more) return;
    const known = this.chosen.some((f) => f.id === feature?.id);
    if (more && known) this.chosen = this.chosen.filter((f) => f.id !== feature?.id);
    else this.chosen = feature ? [...(more ? this.chosen : []), feature] : [];
    this.near.choose(this.chosen.map((f) => f.id));
    this.painted();
    if (this.chosen.length === 1) {
      const { id } = this.chosen[0];
      await this.panel.open(id);
      if (this.chosen[0]?.id === id && !quiet) tell(say("selected", { what: this.title() }));
    } else {
      this.panel.close();
      tell(this.chosen.length ? say("several", { count: this.chosen.length }) : say("choose"));
    }
  }

  title() {
    const [first] = this.chosen;
    return `${first ? word("kinds", first.properties.entity) : ""} ${document.getElementById("record-title")?.textContent ?? ""}`.trim();
  }

  /** @param {string} name */
  async begin(name) {
    this.rest();
    if (name === "select") return tell(say("choose"));
    if (!this.draft.mayEdit) return tell(say("need_draft"), true);
    const shape = SHAPES[name];
    if (shape) {
      if (!this.near.isNear) return tell(say("come_nearer"), true);
      this.#set(name);
      this.panel.close();
      this.drawing.begin(shape);
      return tell(say(HOW[shape]));
    }
    if (name === "merge") return this.#merge();
    const [feature] = this.chosen;
    if (!feature) return tell(say("need_record"), true);
    const { entity } = feature.properties;
    const what = { move: () => this.#take(feature), split: () => this.#cut(feature), snap: () => this.#snap(feature), retire: () => this.#retire(feature) }[name];
    if (what) return what();
    if (name === "place-doors" && entity === "building") return this.#place(feature);
    if (name === "number") return this.#number(feature);
    return tell(say("wrong_kind"), true);
  }

  /** Enter: keeps what is drawn or moved. */
  async apply() {
    if (this.panel.shown && !this.panel.shown.uid) return this.panel.form.requestSubmit();
    if (this.current === "move") {
      const geometry = this.drawing.geometry();
      const [feature] = this.chosen;
      if (!geometry || !feature || JSON.stringify(geometry) === JSON.stringify(feature.geometry)) {
        tell(say("nothing_drawn"), true);
        return this.rest();
      }
      const { entity, version } = feature.properties;
      await this.draft.operate(`${word("tools", "move")}: ${this.title()}`, "reshape", { entity, uid: feature.id, geometry, base_version: feature.properties.change ? null : version });
      this.rest();
      return this.reopen(feature.id);
    }
    if (SHAPES[this.current] === "Point" && !this.drawing.geometry()) {
      const { lng, lat } = this.near.map.getCenter();
      return this.#finished({ type: "Point", coordinates: [lng, lat].map((x) => Math.round(x * 1e9) / 1e9) });
    }
    return undefined;
  }

  /** Escape, and the end of every tool. */
  rest() {
    this.drawing.stop();
    this.#clear();
    this.#belongs = undefined;
    this.#set("select");
  }

  /** Reads a record again after a change: one on the map, or one that has no place on it. @param {string} uid */
  async reopen(uid) {
    await this.near.load();
    const feature = this.near.features.get(uid);
    await (feature ? this.choose(feature, { quiet: true }) : this.show({ uid }, true));
  }

  /**
   * Begins a record that belongs to the shown one: drawn where its kind has a shape.
   * @param {string} entity
   * @param {Record<string, string>} values
   * @param {Record<string, string>} names what the references among the values are called
   */
  async add(entity, values, names) {
    const owner = this.panel.shown;
    if (!owner) return undefined;
    if (SHAPES[entity]) await this.begin(entity);
    else if (!this.draft.mayEdit) return tell(say("need_draft"), true);
    else this.rest();
    if (SHAPES[entity] && this.current !== entity) return undefined;
    this.#belongs = { values, names, parent: owner.uid };
    if (!SHAPES[entity]) await this.panel.begin(entity, null, { values, names, at: owner.values?.geometry });
    return undefined;
  }

  /** Whether corners, or a point, are being set; not while the form asks for the rest. */
  get isDrawing() {
    return (this.current === "split" || Boolean(SHAPES[this.current])) && !(this.panel.shown && !this.panel.shown.uid);
  }

  /** Goes on with a new record whose shape was drawn before. @param {string} entity @param {any} geometry */
  async resume(entity, geometry) {
    this.rest();
    if (geometry) {
      this.#set(entity);
      this.drawing.show(geometry);
    }
    await this.panel.begin(entity, geometry);
  }

  /** @param {string} name */
  #set(name) {
    this.current = name;
    this.painted();
  }

  #clear() {
    clearTimeout(this.#waiting);
    warn([]);
    this.near.mark([]);
  }

  /** @param {import("./near.js").Feature} feature */
  #take(feature) {
    if (!feature.geometry) return tell(say("no_shape"), true);
    this.#set("move");
    this.drawing.take(feature.geometry);
    this.near.map.getCanvas().focus({ preventScroll: true }); // the map stays under the pointer
    return tell(say(feature.geometry.type === "Point" ? "moving" : "moving_shape"));
  }

  /** @param {import("./near.js").Feature} feature */
  #cut(feature) {
    if (!PARTED.includes(feature.properties.entity)) return tell(say("wrong_kind"), true);
    this.#set("split");
    this.drawing.begin("LineString");
    return tell(say("draw_cut"));
  }

  /** @param {any} geometry */
  async #finished(geometry) {
    if (!geometry || size(geometry) < LEAST[geometry.type]) {
      tell(say("nothing_drawn"), true);
      return this.begin(this.current);
    }
    if (this.current === "split") {
      const [feature] = this.chosen;
      const { entity } = feature.properties;
      try {
        const done = await this.draft.operate(`${word("tools", "split")}: ${this.title()}`, "split", { entity, uid: feature.id, line: geometry });
        this.rest();
        await this.choose(undefined);
        tell(say("split_done", { count: done.length }));
      } finally {
        this.rest();
      }
      return undefined;
    }
    if (!SHAPES[this.current]) return undefined;
    const entity = this.current;
    await this.panel.begin(entity, geometry, this.#belongs);
    // The form asks for the rest; the shape stays to be seen until it is kept or cancelled.
    this.#look(geometry);
    this.painted();
    return tell(say("fill"));
  }

  /** @param {import("./near.js").Feature} feature */
  async #snap(feature) {
    const { entity } = feature.properties;
    const done = await this.draft.operate(`${word("tools", "snap")}: ${this.title()}`, "snap", { entity, uid: feature.id });
    tell(say(done ? "snapped" : "not_snapped"));
    await this.near.load();
  }

  /** @param {import("./near.js").Feature} feature */
  async #retire(feature) {
    const { entity, version, change } = feature.properties;
    await this.draft.propose(`${word("tools", "retire")}: ${this.title()}`, [{ entity, uid: feature.id, operation: "RETIRE", base_version: change ? null : version }]);
    await this.choose(undefined);
    tell(say("retired"));
  }

  /** @param {import("./near.js").Feature} feature */
  async #place(feature) {
    const done = await this.draft.operate(`${word("tools", "place-doors")}: ${this.title()}`, "place-doors", { building: feature.id });
    if (done.made) {
      await this.reopen(done.made);
      return tell(say("door_made", { what: this.title() }));
    }
    return tell(say("placed", { count: done.moved }));
  }

  async #merge() {
    const kinds = new Set(this.chosen.map((f) => f.properties.entity));
    const [entity] = kinds;
    if (this.chosen.length < 2 || kinds.size > 1) return tell(say("need_two"), true);
    if (!PARTED.includes(entity)) return tell(say("wrong_kind"), true);
    const uid = await this.draft.operate(`${word("tools", "merge")}: ${word("kinds", entity)}`, "merge", { entity, uids: this.chosen.map((f) => f.id) });
    await this.reopen(uid);
    return tell(say("merged"));
  }

  /** A door leads to its street. @param {import("./near.js").Feature} feature */
  async #number(feature) {
    const { entity } = feature.properties;
    if (entity === "street") return this.number({ uid: feature.id, title: feature.properties.name });
    if (entity !== "address") return tell(say("wrong_kind"), true);
    const side = await ask(`records/${feature.properties.side}${this.draft.uid ? `?draft=${this.draft.uid}` : ""}`);
    const body = side.drafted ?? side.present;
    return this.number({ uid: body.street, title: side.names.street });
  }

  /** Looks at a shape while it is drawn: crossings at once, neighbours after a pause. @param {any} geometry */
  #look(geometry) {
    const entity = this.current === "move" ? this.chosen[0]?.properties.entity : this.current;
    if (!geometry || (!SHAPES[entity] && entity !== "neighbourhood")) return;
    const crossed = crosses(geometry);
    this.drawing.wrong = crossed;
    if (crossed) warn([say("crossing")]);
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => this.#ask(entity, geometry), PAUSE_MS);
  }

  /** @param {string} entity @param {any} geometry */
  async #ask(entity, geometry) {
    if (size(geometry) < (LEAST[geometry.type] ?? 2)) return;
    const moving = this.current === "move" ? this.chosen[0] : undefined;
    const query = this.draft.uid ? `?draft=${this.draft.uid}` : "";
    const found = await ask(`topology${query}`, { entity, uid: moving?.id ?? null, geometry, values: moving?.properties ?? {} }).catch(() => undefined);
    if (!found || this.current === "select") return;
    this.drawing.wrong = found.hints.length > 0;
    warn(found.hints.map((/** @type {any} */ h) => h.text));
    this.near.mark(found.hints.filter((/** @type {any} */ h) => h.where).map((/** @type {any} */ h) => ({ type: "Feature", geometry: h.where, properties: {} })));
  }

  /** Keeps the form: a new record, or changed values. @param {Record<string, any>} values */
  async keep(values) {
    const shown = this.panel.shown;
    if (!shown) return;
    if (!this.draft.mayEdit) { tell(say("need_draft"), true); return; }
    if (shown.uid) {
      if (!Object.keys(values).length) { tell(say("well")); return; }
      await this.draft.propose(this.title(), [{ entity: shown.entity, uid: shown.uid, operation: "UPDATE", base_version: shown.version || null, values }]);
      await this.reopen(shown.uid);
      return;
    }
    const what = say("new_record", { kind: shown.form.title });
    const parent = this.#belongs?.parent;
    if (shown.entity === "street") {
      const done = await this.draft.operate(what, "draw-street", { values });
      this.rest();
      await this.reopen(done.street);
      tell(done.sides.length ? say("sides_made", { count: done.sides.length }) : say("no_sides"), !done.sides.length);
      return;
    }
    await this.draft.propose(what, [{ entity: shown.entity, operation: "CREATE", values }]);
    const made = this.draft.body?.changes.at(-1)?.uid ?? "";
    this.rest();
    // What has no place on the map is looked at where it belongs.
    await this.reopen(SHAPES[shown.entity] ? made : parent || made);
  }
}

/** @param {any} geometry @returns {number} */
function size(geometry) {
  return geometry.type === "Point" ? 1 : geometry.coordinates.flat(geometry.type === "MultiPolygon" ? 2 : geometry.type === "LineString" ? 0 : 1).length;
}

/** Whether two edges of a ring or line cross. @param {any} geometry */
function crosses(geometry) {
  const rings = { LineString: [geometry.coordinates], Polygon: geometry.coordinates, MultiLineString: geometry.coordinates, MultiPolygon: geometry.coordinates.flat?.() }[/** @type {"Polygon"} */ (geometry.type)] ?? [];
  return rings.some((/** @type {number[][]} */ ring) => {
    if (ring.length > 400) return false; // the server looks at large ones
    for (let i = 1; i < ring.length; i += 1) {
      for (let j = i + 2; j < ring.length; j += 1) {
        if (cross(ring[i - 1], ring[i], ring[j - 1], ring[j])) return true;
      }
    }
    return false;
  });
}

/** @param {number[]} a @param {number[]} b @param {number[]} c @param {number[]} d */
function cross(a, b, c, d) {
  /** @param {number[]} p @param {number[]} q @param {number[]} r */
  const turn = (p, q, r) => Math.sign((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]));
  return turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0;
}

