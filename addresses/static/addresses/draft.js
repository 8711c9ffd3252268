// The draft in which one works: chosen, opened, its changes, undo and redo, its way to publication.
import { ask, day, make, Refused, say, the, word } from "./ask.js";
import { explained, tell, trying } from "./messages.js";

/**
 * @typedef {{entity: string, uid: string, operation: string, base_version: number | null, values: any, note: string, title: string}} Change
 * @typedef {{name: string, size: number | null, sha256: string, url: string}} Evidence
 * @typedef {{page: string, source: string, evidence: Evidence | null, uid: string, title: string, state: string, number: number | null, version: number, own: boolean, count: number, changes: Change[], lineage: any[], may: Record<string, boolean>, report: any, author: string | null, effective_from: string | null}} Body
 * @typedef {{what: string, before: Body, after: Body}} Step
 */

/** Findings of one rule that the report names. */
const FINDINGS = 8;

export class Draft {
  /** @type {Body | undefined} */
  body;
  /** @type {Step[]} */
  #done = [];
  /** @type {Step[]} */
  #undone = [];

  /**
   * @param {() => void} onChange after everything that changes what the draft holds
   * @param {(change: Change) => void} onShow a change was chosen in the table
   */
  constructor(onChange, onShow) {
    this.onChange = onChange;
    this.onShow = onShow;
    this.chooser = /** @type {HTMLSelectElement} */ (the("draft"));
    this.chooser.addEventListener("change", () => trying(() => this.choose(this.chooser.value)));
    document.getElementById("new-draft-form")?.addEventListener("submit", (event) => { event.preventDefault(); this.#open(); });
    for (const button of the("draft-moves").querySelectorAll("button")) {
      const move = String(button.dataset.move);
      button.addEventListener("click", () => (move === "reject" ? this.#askWhy() : trying(() => this.#move(move))));
    }
    document.getElementById("reject-form")?.addEventListener("submit", (event) => {
      const why = new FormData(/** @type {HTMLFormElement} */ (event.target)).get("reason");
      trying(() => this.#move("reject", { reason: why }));
    });
    document.getElementById("reject-close")?.addEventListener("click", () => /** @type {HTMLDialogElement} */ (the("reject")).close());
  }

  get uid() {
    return this.body?.uid ?? "";
  }

  get mayEdit() {
    return Boolean(this.body?.may.edit);
  }

  /** @param {string} [uid] the draft to begin with */
  async list(uid = this.uid) {
    const { drafts } = await ask("drafts");
    const options = drafts.map((/** @type {Body} */ d) => {
      return make("option", { value: d.uid, text: called(d) });
    });
    this.chooser.replaceChildren(make("option", { value: "", text: say("no_draft") }), ...options);
    await this.choose(uid);
  }

  /** @param {string} uid */
  async choose(uid) {
    if (uid && ![...this.chooser.options].some((o) => o.value === uid)) uid = "";
    this.chooser.value = uid;
    this.#done = [];
    this.#undone = [];
    this.show(uid ? await ask(`drafts/${uid}`) : undefined);
  }

  async #open() {
    const form = /** @type {HTMLFormElement} */ (the("new-draft-form"));
    const fault = the("new-draft-error");
    const values = new FormData(form);
    const file = /** @type {File} */ (values.get("evidence"));
    if (!file.name) values.delete("evidence");
    fault.hidden = true;
    try {
      const body = await ask("drafts", values);
      form.reset();
      /** @type {HTMLDetailsElement} */ (the("new-draft")).open = false;
      await this.list(body.uid);
      tell(say("opened"));
    } catch (error) {
      fault.replaceChildren(...explained(error));
      fault.hidden = false;
    }
  }

  /**
   * Changes the draft, and remembers how to undo it.
   * @param {string} what in words
   * @param {() => Promise<Body>} deed gives the draft as it is then
   */
  async change(what, deed) {
    const before = /** @type {Body} */ (this.body);
    const after = await deed();
    this.#done.push({ what, before, after });
    this.#undone = [];
    this.show(after);
    tell(say("kept", { what }));
  }

  /**
   * Says which version of the draft was seen. Where another editor was faster, the draft is read
   * again, so that what stands in it can be looked at.
   * @param {string} path below the draft's address
   * @param {object} values
   */
  async #send(path, values) {
    const { uid, version } = /** @type {Body} */ (this.body);
    try {
      return await ask(`drafts/${uid}/${path}`, values, "POST", { "If-Match": `"${version}"` });
    } catch (error) {
      if (error instanceof Refused && error.status === 409 && this.uid === uid) this.show(await ask(`drafts/${uid}`));
      throw error;
    }
  }

  /** @param {string} what @param {object[]} changes */
  async propose(what, changes) {
    await this.change(what, () => this.#send("changes", { changes }));
  }

  /** @param {string} what @param {string} name @param {object} values @returns {Promise<any>} */
  async operate(what, name, values) {
    let done;
    await this.change(what, async () => {
      const answer = await this.#send(`operations/${name}`, values);
      done = answer.done;
      return answer.draft;
    });
    return done;
  }

  async undo() {
    const step = this.#done.at(-1);
    if (!step) return tell(say("nothing_to_undo"));
    this.show(await this.#towards(step.after, step.before));
    this.#undone.push(/** @type {Step} */ (this.#done.pop()));
    this.#buttons();
    return tell(say("undone", { what: step.what }));
  }

  async redo() {
    const step = this.#undone.at(-1);
    if (!step) return tell(say("nothing_to_redo"));
    this.show(await this.#towards(step.before, step.after));
    this.#done.push(/** @type {Step} */ (this.#undone.pop()));
    this.#buttons();
    return tell(say("redone", { what: step.what }));
  }

  /** Leads the draft from one state to another by taking back and proposing. @param {Body} from @param {Body} to */
  #towards(from, to) {
    /** @param {Body} body */
    const by = (body) => new Map(body.changes.map((c) => [`${c.entity} ${c.uid}`, c]));
    const [have, want] = [by(from), by(to)];
    /** @type {object[]} */
    const changes = [];
    for (const [key, c] of have) {
      if (JSON.stringify(c) !== JSON.stringify(want.get(key))) changes.push({ entity: c.entity, uid: c.uid, operation: "TAKE_BACK" });
    }
    for (const [key, c] of want) {
      if (JSON.stringify(c) !== JSON.stringify(have.get(key))) {
        changes.push({ entity: c.entity, uid: c.uid, operation: c.operation, base_version: c.base_version, values: c.values, note: c.note });
      }
    }
    return this.#send("changes", { changes, lineage: to.lineage });
  }

  #askWhy() {
    /** @type {HTMLFormElement} */ (the("reject-form")).reset();
    /** @type {HTMLDialogElement} */ (the("reject")).showModal();
  }

  /** @param {string} move @param {object} [values] */
  async #move(move, values = {}) {
    const body = await this.#send(move, values);
    this.#done = [];
    this.#undone = [];
    this.show(body);
    if (move === "check" && body.checking) tell(say("being_checked"));
    else if (move === "check") {
      const { problems = [] } = body.report;
      const found = findings(body.report);
      if (problems.length) tell(say("report_bad", { count: problems.length }), true);
      else tell(found ? say("report_findings", { count: found }) : say("report_good"));
    } else if (body.number) tell(say("published", { number: body.number }));
    else if (move === "publish") tell(say("waits", { day: day(body.effective_from) }));
    else if (move === "reject") tell(say("rejected"));
    else tell(word("states", body.state));
    if (["publish", "reject"].includes(move) && body.state !== "REVIEWED") await this.list("");
  }

  /** @param {Body | undefined} body */
  show(body) {
    this.body = body;
    the("draft-box").hidden = !body;
    this.#buttons();
    if (body) {
      const [option] = this.chooser.selectedOptions;
      if (option?.value === body.uid) option.textContent = called(body);
      the("draft-state").textContent = word("states", body.state);
      /** @type {HTMLAnchorElement} */ (the("draft-page")).href = body.page;
      the("draft-source").textContent = body.source;
      the("draft-evidence").replaceChildren(...(body.evidence ? evidence(body.evidence) : []));
      the("draft-facts").textContent = [body.author, day(body.effective_from)].filter(Boolean).join(" · ");
      the("changes").replaceChildren(...(body.changes.length ? [...body.changes].reverse().map((c) => this.#row(c)) : [make("tr", {}, [make("td", { colspan: 3, class: "soft", text: say("no_changes") })])]));
      for (const button of the("draft-moves").querySelectorAll("button")) button.disabled = !body.may[String(button.dataset.move)];
      the("report").replaceChildren(...report(body, (c) => this.onShow(c)));
    }
    this.onChange();
  }

  #buttons() {
    const [undo, redo] = ["undo", "redo"].map((id) => /** @type {HTMLButtonElement | null} */ (document.getElementById(id)));
    if (undo) undo.disabled = !this.#done.length;
    if (redo) redo.disabled = !this.#undone.length;
  }

  /** A record that only the draft knows goes together with what the draft makes upon it. @param {Change} c @returns {Change[]} */
  #withWhatRefersToIt(c) {
    const found = [c];
    if (c.operation !== "CREATE") return found;
    const made = this.body?.changes.filter((x) => x.operation === "CREATE") ?? [];
    for (const one of found) {
      for (const other of made) {
        if (!found.includes(other) && Object.values(other.values).includes(one.uid)) found.push(other);
      }
    }
    return found;
  }

  /** @param {Change} c */
  #row(c) {
    const name = `${word("kinds", c.entity)} ${c.title}`.trim();
    const show = make("button", { type: "button", class: "link", text: c.title || word("kinds", c.entity), "aria-label": `${say("show")}: ${name}`, click: () => this.onShow(c) });
    const back = make("button", { type: "button", class: "link", text: say("take_back"), "aria-label": `${say("take_back")}: ${name}`, click: () => trying(() => this.propose(`${say("take_back")} – ${name}`, this.#withWhatRefersToIt(c).map((x) => ({ entity: x.entity, uid: x.uid, operation: "TAKE_BACK" })))) });
    const what = make("td", {}, [word("operations", c.operation), make("br"), make("small", { text: word("kinds", c.entity) })]);
    return make("tr", {}, [what, make("td", {}, [show]), make("td", {}, this.mayEdit ? [back] : [])]);
  }
}

/** @param {Body} d */
function called(d) {
  return `${d.title} · ${word("states", d.state)} · ${d.own ? say("own_draft") : d.author ?? ""} (${d.count})`;
}

/** @param {Evidence} file */
function evidence(file) {
  const size = file.size === null ? "" : ` ${Math.max(1, Math.round(file.size / 1024)).toLocaleString(document.documentElement.lang)} kB`;
  return [make("a", { href: file.url, download: true, title: file.sha256 ? `SHA-256 ${file.sha256}` : undefined, text: file.name }), size];
}

/** What the last check found, in words. @param {Body} body @param {(change: any) => void} onShow */
function report(body, onShow) {
  const { problems = [], counts } = body.report;
  if (!counts && !problems.length) return [make("p", { class: "soft", text: say("report_none") })];
  if (problems.length) {
    const rows = problems.map((/** @type {any} */ p) => {
      const held = body.changes.find((c) => c.uid === p.uid);
      const where = held ? [make("button", { type: "button", class: "link", text: held.title || word("kinds", held.entity), click: () => onShow(held) }), ": "] : [];
      return make("li", {}, [...where, p.code === "empty" ? say("empty") : p.reason]);
    });
    return [make("div", { class: "notice bad report" }, [make("p", { text: say("report_bad", { count: problems.length }) }), make("ul", {}, rows)])];
  }
  const rows = Object.entries(counts).map(([kind, c]) => make("li", { text: say("report_counts", { kind: word("kinds", kind), .../** @type {any} */ (c) }) }));
  const effects = Object.values(body.report.effects ?? {}).flatMap((e) => texts(e)).map((text) => make("li", { text }));
  const found = findings(body.report);
  const words = make("p", { text: found ? say("report_findings", { count: found }) : say("report_good") });
  return [make("div", { class: `notice ${found ? "warn" : "good"} report` }, [words, ...(found ? quality(body) : []), make("ul", {}, [...rows, ...effects])])];
}

/** How many findings of quality the draft would bring. @param {any} told @returns {number} */
function findings(told) {
  /** @type {number[]} */
  const counts = Object.values(told.quality?.new_by_rule ?? {});
  return counts.reduce((sum, count) => sum + count, 0);
}

/** New findings by rule, the worst first, each with the records that it is about. @param {Body} body */
function quality(body) {
  const { new_by_rule: counts, new: told, rules } = body.report.quality;
  const order = ["ERROR", "WARNING", "INFO"];
  const codes = Object.keys(counts).sort((a, b) => order.indexOf(rules[a]?.severity) - order.indexOf(rules[b]?.severity));
  const groups = codes.map((code) => {
    const about = told.filter((/** @type {any} */ f) => f.rule === code).map((/** @type {any} */ f) => f.label || word("kinds", f.entity)).slice(0, FINDINGS);
    const more = counts[code] - about.length;
    if (more > 0) about.push(say("and_more", { count: more }));
    return make("li", {}, [make("strong", { text: `${rules[code]?.title ?? code}: ${counts[code]}` }), make("br"), make("small", { text: about.join(", ") })]);
  });
  return [make("ul", { class: "findings" }, groups), make("p", {}, [make("a", { href: body.page, text: say("report_page") })])];
}

/** Other rooms tell effects in words, or as values. @param {any} value @returns {string[]} */
function texts(value) {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(texts);
  return value && typeof value.text === "string" ? [value.text] : [];
}
