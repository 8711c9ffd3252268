// One record: a form made from the data model, with its history beside it.
import { Refused, ask, day, label, make, say, the, word } from "./ask.js";
import { explained, tell } from "./messages.js";

/**
 * @typedef {{name: string, type: string, title: string, required: boolean, max_length: number | null, minimum: number | null, maximum: number | null, choices: [string, string][], reference: string, default: string}} Field
 * @typedef {{title: string, geometry: string, fields: Field[]}} Form
 * @typedef {{entity: string, uid: string, version: number, values: any, form: Form, names: Record<string, string>}} Shown
 */

/** Fields that few forms need stand at the end. */
const LAST = ["status", "code", "identifiers"];

export class RecordPanel {
  /** @type {Shown | undefined} */
  shown;
  /** @type {Record<string, Form> | undefined} */
  #forms;
  /** What the place of a new record suggests for its references. @type {Record<string, {uid: string, title: string}[]>} */
  #offers = {};

  /** @param {() => string} draft the uid of the draft @param {() => boolean} mayEdit */
  constructor(draft, mayEdit) {
    this.draft = draft;
    this.mayEdit = mayEdit;
    /** @type {(values: Record<string, any>) => Promise<void>} */
    this.onKeep = async () => {};
    /** Another record is asked for. @type {(uid: string) => void} */
    this.onShow = () => {};
    /** A new one is to be made that belongs to the shown one. @type {(entity: string, values: Record<string, string>, names: Record<string, string>) => void} */
    this.onAdd = () => {};
    this.form = /** @type {HTMLFormElement} */ (the("record-form"));
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.#keep(); });
  }

  /** Counts what was asked for: an answer that comes too late is not shown. */
  #turn = 0;

  /** Reads a record and shows it. @param {string} uid */
  async open(uid) {
    const turn = (this.#turn += 1);
    const draft = this.draft();
    const found = await ask(`records/${uid}${draft ? `?draft=${draft}` : ""}`);
    const values = found.drafted ?? found.present;
    this.#offers = {};
    if (values?.geometry && this.mayEdit()) await this.#offer(values.geometry);
    const shown = { entity: found.entity, uid, version: found.present?.version ?? 0, values, form: found.form, names: found.names };
    if (turn !== this.#turn) return shown;
    this.shown = shown;
    this.#paint(found.title);
    const others = found.drafts.filter((/** @type {any} */ d) => d.uid !== draft).map((/** @type {any} */ d) => d.title);
    the("record-note").textContent = [found.form.title, others.length ? say("other_drafts", { titles: others.join(", ") }) : ""].filter(Boolean).join(" · ");
    the("related").replaceChildren(...this.#related(found));
    the("history").replaceChildren(...history(found, (uid, title) => this.#link(uid, title)));
    return shown;
  }

  /**
   * A form for a new record of this kind.
   * @param {string} entity
   * @param {any} geometry null for a kind that has no shape
   * @param {{values?: Record<string, string>, names?: Record<string, string>, at?: any}} [more] what it
   *   begins with, what its references are called, and a shape near which it belongs
   */
  async begin(entity, geometry, { values: given = {}, names = {}, at = geometry } = {}) {
    this.#turn += 1;
    this.#forms ??= /** @type {Record<string, Form>} */ (await ask("forms"));
    const form = this.#forms[entity];
    this.#offers = {};
    const near = at ? await this.#offer(at) : {};
    /** @type {Record<string, any>} */
    const values = { geometry };
    for (const field of form.fields) {
      if (field.type === "reference") values[field.name] = this.#offers[field.name]?.[0]?.uid ?? null;
      else if (field.default) values[field.name] = field.default;
    }
    if (entity === "address") Object.assign(values, { number: near.number, suffix: near.suffix, point_source: "ENTRANCE" });
    Object.assign(values, given);
    this.shown = { entity, uid: "", version: 0, values, form, names };
    this.#paint(say("new_record", { kind: form.title }));
    const passed = entity === "address" && !given.side ? near.nearest : undefined;
    the("record-note").textContent = !passed ? "" : near.side.length ? say("not_nearest", passed) : say("no_side", passed);
    the("related").replaceChildren();
    the("history").replaceChildren();
    /** @type {HTMLElement | null} */ (this.form.querySelector("input, select"))?.focus();
  }

  /** What the form holds, to be kept while one is away. */
  input() {
    if (!this.shown || !this.mayEdit()) return undefined;
    const { entity, uid, values } = this.shown;
    return { entity, uid, geometry: uid ? null : values.geometry ?? null, fields: Object.fromEntries(new FormData(this.form)) };
  }

  /** @param {Record<string, any>} fields by name, as `input` gave them */
  fill(fields) {
    for (const [name, value] of Object.entries(fields)) {
      const control = /** @type {HTMLInputElement | null} */ (this.form.querySelector(`[name="${name}"]`));
      if (control) control.value = String(value);
    }
  }

  close() {
    this.#turn += 1;
    this.shown = undefined;
    the("record").hidden = true;
  }

  /** @param {any} geometry */
  async #offer(geometry) {
    const [lon, lat] = middle(geometry);
    const draft = this.draft();
    const near = await ask(`surroundings?lon=${lon}&lat=${lat}${draft ? `&draft=${draft}` : ""}`);
    this.#offers = Object.fromEntries(Object.entries(near).map(([name, value]) => [name, [value].flat().filter(Boolean)]));
    return near;
  }

  /** What it belongs to and what belongs to it, each to open, with a way to add more. @param {any} found */
  #related(found) {
    const owners = found.form.fields.filter((/** @type {Field} */ f) => f.type === "reference" && found.names[f.name]);
    const body = found.drafted ?? found.present;
    const up = owners.map((/** @type {Field} */ f) => make("li", {}, [`${f.title}: `, this.#link(body[f.name], found.names[f.name])]));
    const groups = found.related.map((/** @type {any} */ group) => {
      const rows = group.rows.map((/** @type {any} */ r) => make("li", { class: r.change ? "drafted" : "" }, [this.#link(r.uid, r.title), period(r), r.change ? make("small", { text: ` ${word("operations", r.change)}` }) : ""]));
      const more = group.count - group.rows.length;
      if (more > 0) rows.push(make("li", { class: "soft", text: say("and_more", { count: more }) }));
      const add = make("button", { type: "button", class: "button small", "aria-label": `${say("add")}: ${group.title}`, text: say("add"), click: () => this.onAdd(group.entity, group.add, Object.fromEntries(Object.entries(group.add).map(([name, uid]) => [name, uid === found.uid ? found.title : ""]))) });
      const head = make("div", { class: "row between nowrap-row" }, [make("h4", { text: `${group.title} (${group.count})` }), this.mayEdit() ? add : ""]);
      return make("li", { "data-related": group.entity }, [head, make("ul", {}, rows)]);
    });
    return [...up, ...groups];
  }

  /** @param {string} uid @param {string} title */
  #link(uid, title) {
    return make("button", { type: "button", class: "link", text: title, click: () => this.onShow(uid) });
  }

  /** @param {string} title */
  #paint(title) {
    const { form, values, uid } = /** @type {Shown} */ (this.shown);
    the("record").hidden = false;
    the("record-title").textContent = title;
    const ordered = [...form.fields].sort((a, b) => LAST.indexOf(a.name) - LAST.indexOf(b.name));
    const rows = ordered.map((field) => this.#field(field, values?.[field.name]));
    if (values?.geometry?.type === "Point") rows.push(this.#place(values.geometry.coordinates));
    const keep = this.mayEdit() ? [make("button", { type: "submit", class: "button primary wide", text: say("keep") })] : [];
    const error = make("p", { class: "error", id: "record-error", role: "alert", hidden: true });
    this.form.replaceChildren(make("fieldset", { disabled: !this.mayEdit() }, [...rows, error, ...keep]));
    this.form.dataset.uid = uid;
  }

  /** @param {Field} field @param {any} value */
  #field(field, value) {
    const id = `field-${field.name}`;
    const common = { id, name: field.name, required: field.required, "aria-describedby": `${id}-error` };
    /** @type {HTMLElement} */
    let control;
    if (field.type === "reference") control = this.#reference(field, value, common);
    else if (field.choices.length) control = select(common, field.choices, value ?? "", !field.required);
    else if (field.type === "object") control = make("textarea", { ...common, text: value && Object.keys(value).length ? JSON.stringify(value) : "" });
    else {
      const types = { integer: "number", date: "date" };
      control = make("input", { ...common, type: types[/** @type {keyof typeof types} */ (field.type)] ?? "text", value: value ?? "", maxlength: field.max_length, min: field.minimum, max: field.maximum });
    }
    const fault = make("p", { class: "error", id: `${id}-error`, hidden: true });
    return make("div", { class: "field" }, [make("label", { for: id, text: field.title }), control, fault]);
  }

  /** What it refers to now, what its place suggests, and any other by its uid. @param {Field} field @param {any} value @param {any} common */
  #reference(field, value, common) {
    const name = this.shown?.names[field.name];
    /** @type {[string, string][]} */
    const choices = (this.#offers[field.name] ?? []).map((o) => [o.uid, o.title]);
    if (value && !choices.some(([uid]) => uid === value)) choices.unshift([value, name || say("unnamed")]);
    const list = select(common, [...choices, ["?", say("other")]], value ?? "", true);
    list.addEventListener("change", () => {
      if (list.value === "?") {
        const input = make("input", { ...common, type: "text" });
        list.replaceWith(input);
        input.focus();
      }
    });
    return list;
  }

  /** A point by figures, for the keyboard. @param {number[]} coordinates */
  #place([lon, lat]) {
    /** @param {string} name @param {number} value */
    const one = (name, value) => make("div", { class: "field" }, [make("label", { for: `field-${name}`, text: say(name) }), make("input", { id: `field-${name}`, name, type: "number", step: "any", value })]);
    return make("div", { class: "row pair" }, [one("lon", lon), one("lat", lat)]);
  }

  /** Gives the form's values to whoever keeps them. */
  async #keep() {
    const shown = this.shown;
    if (!shown) return;
    for (const fault of this.form.querySelectorAll(".error")) /** @type {HTMLElement} */ (fault).hidden = true;
    for (const control of this.form.querySelectorAll("[aria-invalid]")) control.removeAttribute("aria-invalid");
    try {
      await this.onKeep(this.#values(shown));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#refused(error);
    }
  }

  /** What the form says and the record does not hold yet. @param {Shown} shown */
  #values(shown) {
    const sent = new FormData(this.form);
    /** @type {Record<string, any>} */
    const values = {};
    for (const field of shown.form.fields) {
      const raw = String(sent.get(field.name) ?? "");
      const value = parsed(field, raw);
      const old = shown.values?.[field.name] ?? (field.type === "text" ? "" : null);
      if (shown.uid ? JSON.stringify(value) !== JSON.stringify(old) : value !== null && value !== "") values[field.name] = value;
    }
    const [lon, lat] = [Number(sent.get("lon")), Number(sent.get("lat"))];
    const at = shown.values?.geometry?.coordinates;
    if (sent.has("lon") && (lon !== at[0] || lat !== at[1])) values.geometry = { type: "Point", coordinates: [lon, lat] };
    else if (!shown.uid && shown.values.geometry) values.geometry = shown.values.geometry;
    return values;
  }

  /** @param {Refused} error */
  #refused(error) {
    const errors = Object.entries(error.problem.errors ?? {});
    const [present] = error.problem.present ?? [];
    let rest = errors.length ? "" : error.message;
    for (const [name, reasons] of errors) {
      const fault = document.getElementById(`field-${name}-error`);
      const control = document.getElementById(`field-${name}`);
      const text = [reasons].flat().join(" ");
      if (fault && control) {
        fault.textContent = text;
        fault.hidden = false;
        control.setAttribute("aria-invalid", "true");
      } else rest += `${label(name)}${text} `;
    }
    if (present) rest = say("conflict", { what: differences(present, this.shown?.values).join(", ") });
    const line = the("record-error");
    line.replaceChildren(...(error.signedOut ? explained(error) : [rest]));
    line.hidden = !rest;
    tell(explained(error), true);
    /** @type {HTMLElement | null} */ (this.form.querySelector("[aria-invalid]"))?.focus();
  }
}

/** @param {any} common @param {[string, string][]} choices @param {string} value @param {boolean} empty */
function select(common, choices, value, empty) {
  const options = choices.map(([code, text]) => make("option", { value: code, text, selected: code === value }));
  return make("select", common, empty ? [make("option", { value: "", text: `– ${say("none")} –`, selected: !value }), ...options] : options);
}

/** @param {Field} field @param {string} raw */
function parsed(field, raw) {
  if (field.type === "text") return raw.trim();
  if (raw === "") return field.type === "object" ? {} : null;
  if (field.type === "integer") return Number(raw);
  if (field.type !== "object") return raw;
  try {
    return JSON.parse(raw);
  } catch {
    return raw; // the register says what is wrong with it
  }
}

/** @param {{since: string | null, until: string | null}} row */
function period({ since, until }) {
  return since || until ? ` ${day(since)} – ${day(until)}` : "";
}

/** Versions with what each changed. @param {any} found @param {(uid: string, title: string) => Node} link */
function history(found, link) {
  const versions = found.versions.map((/** @type {any} */ v, /** @type {number} */ i) => {
    const before = found.versions[i + 1];
    const changed = before ? differences(v.body, before.body) : [say("first_version")];
    const since = v.valid_from ? say("since", { day: day(v.valid_from) }) : say("unknown_day");
    const act = v.number ? `${say("change_number", { number: v.number })}${v.title ? ` – ${v.title}` : ""}` : v.title ?? "";
    const force = v.in_force ? [] : [make("small", { text: say("not_in_force") })];
    return make("li", {}, [make("strong", { text: say("version", { number: v.version }) }), ` ${since}`, make("br"), make("small", { text: act }), ...force, make("ul", {}, changed.map((text) => make("li", { text })))]);
  });
  const lineage = found.lineage.map((/** @type {any} */ x) => make("li", {}, [`${word("relations", x.relation)} `, ...(x.old_value ? [`${x.old_value} → ${x.new_value}`] : [link(x.old, x.old_title), " → ", link(x.new, x.new_title)])]));
  return lineage.length ? [...versions, make("li", {}, [make("strong", { text: say("lineage") }), make("ul", {}, lineage)])] : versions;
}

/** @param {any} after @param {any} before */
function differences(after, before) {
  return Object.keys(after).filter((name) => !["uid", "version", "valid_from", "entity", "change_set"].includes(name) && JSON.stringify(after[name]) !== JSON.stringify(before?.[name]))
    .map((name) => (name === "geometry" ? `${word("fields", "geometry")}: ${say("changed_fields")}` : `${word("fields", name)}: ${plain(before?.[name])} → ${plain(after[name])}`));
}

/** @param {any} value */
function plain(value) {
  if (value === null || value === undefined || value === "") return "–";
  if (typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value)) return day(value);
  return typeof value === "object" ? JSON.stringify(value) : String(value).slice(0, 60);
}

/** A place to ask about: the point, or the middle of the first corners. @param {any} geometry */
function middle(geometry) {
  let ring = geometry.coordinates;
  while (Array.isArray(ring[0]?.[0])) [ring] = ring;
  if (!Array.isArray(ring[0])) return ring;
  const corners = geometry.type.includes("Polygon") ? ring.slice(1) : ring;
  return [0, 1].map((i) => corners.reduce((/** @type {number} */ sum, /** @type {number[]} */ c) => sum + c[i], 0) / corners.length);
}
