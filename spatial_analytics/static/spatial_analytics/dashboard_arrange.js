// Arranging one's own dashboard: every change is kept at once, under the version that was read, and may be
// taken back. Each tile has buttons for what a mouse does by dragging.
import { redraw } from "./charts/chart.js";

/** @typedef {{kind: string, title?: string, text?: string, question?: Record<string, string>, width: number, height: number}} Tile */
/** @typedef {{tiles: Tile[], bar: Record<string, string>}} Layout */

/** @template {HTMLElement} T @param {string} id @returns {T} */
const part = (id) => /** @type {T} */ (document.getElementById(id));
const panel = part("arranging");
const board = part("board");
const toggle = /** @type {HTMLButtonElement} */ (part("arrange"));
const undo = /** @type {HTMLButtonElement} */ (part("undo"));
const form = /** @type {HTMLFormElement} */ (part("add"));
const fault = part("add-error");
const told = part("told");
const words = panel.dataset;
/** @type {Record<string, {indicators: [number, number], dimensions: [number, number], first: string[], width: number, height: number}>} */
const rules = JSON.parse(part("kinds").textContent ?? "{}");
/** @type {Layout} */
let layout = JSON.parse(part("layout").textContent ?? "{}");
let version = Number(words.version);
/** @type {Layout[]} */
const past = [];
const token = /** @type {HTMLInputElement} */ (panel.querySelector("[name=csrfmiddlewaretoken]")).value;
const columns = Number(words.columns);
const rows = Number(words.rows);

/** Fetches the tiles anew. @type {() => Promise<void>} */
let refresh = async () => {};

const figures = () => /** @type {HTMLElement[]} */ ([...board.querySelectorAll(".board > figure.chart")]);

/** One change after the other, each under the version that the one before has made. */
let line = Promise.resolve(true);

/** Keeps another layout. @param {Layout} next @param {boolean} [forgotten] a change that is itself a taking back */
function keep(next, forgotten = false) {
  line = line.then(() => send(next, forgotten));
  return line;
}

/** @param {Layout} next @param {boolean} forgotten @returns {Promise<boolean>} */
async function send(next, forgotten) {
  fault.hidden = true;
  try {
    const answer = await fetch(words.url ?? "", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ version, layout: next }),
    });
    const body = await answer.json();
    if (answer.ok) {
      if (!forgotten) past.push(layout);
      layout = next;
      version = body.version;
      for (const input of document.querySelectorAll("input[name=version]")) /** @type {HTMLInputElement} */ (input).value = String(version);
      undo.disabled = !past.length;
      told.textContent = words.saved ?? "";
      return true;
    }
    fault.textContent = answer.status === 409 ? words.stale ?? "" : body.detail ?? words.failed ?? "";
  } catch {
    fault.textContent = words.failed ?? "";
  }
  fault.hidden = false;
  return false;
}

/** @returns {Layout} */
const copy = () => structuredClone(layout);

/** The figures in the order of the layout, with the sizes that it says; numbers and names follow. */
function lay() {
  figures().forEach((figure, i) => {
    const tile = layout.tiles[i];
    if (!tile) return;
    figure.className = figure.className.replace(/\bw-\d+/, `w-${tile.width}`).replace(/\bh-\d+/, `h-${tile.height}`);
  });
  tools();
  redraw(board);
}

/** Moves a tile to another place. @param {number} from @param {number} to @param {string} [focus] the button that keeps the focus */
async function move(from, to, focus) {
  const next = copy();
  const [tile] = next.tiles.splice(from, 1);
  if (!tile || to < 0 || to > next.tiles.length) return;
  next.tiles.splice(to, 0, tile);
  if (!await keep(next)) return;
  const all = figures();
  const figure = all[from];
  if (!figure) return;
  const others = all.filter((one) => one !== figure);
  const before = others[to];
  if (before) before.before(figure); else others.at(-1)?.after(figure);
  lay();
  at(to, focus);
}

/** @param {number} i @param {string} [focus] */
function at(i, focus) {
  const buttons = figures()[i]?.querySelector(".arrange-tools");
  const wanted = /** @type {HTMLButtonElement | null} */ (buttons?.querySelector(`[data-do="${focus ?? "later"}"]`) ?? null);
  (wanted?.disabled ? /** @type {HTMLButtonElement | null} */ (buttons?.querySelector("button:not(:disabled):not(.drag)")) : wanted)?.focus();
}

/** @param {number} i @param {Partial<Tile>} change @param {string} focus */
async function alter(i, change, focus) {
  const next = copy();
  next.tiles[i] = { .../** @type {Tile} */ (next.tiles[i]), ...change };
  if (!await keep(next)) return;
  if (change.title !== undefined) await refresh();
  lay();
  at(i, focus);
}

/** @param {number} i */
async function remove(i) {
  const next = copy();
  next.tiles.splice(i, 1);
  if (!await keep(next)) return;
  await refresh();
  lay();
  if (figures().length) at(Math.min(i, figures().length - 1), "remove"); else undo.focus();
}

/** Buttons on every tile, while arranging. */
function tools() {
  for (const one of board.querySelectorAll(".arrange-tools")) one.remove();
  if (panel.hidden) return;
  figures().forEach((figure, i) => {
    const tile = layout.tiles[i];
    if (!tile) return;
    const group = document.createElement("div");
    group.className = "arrange-tools no-print";
    group.setAttribute("role", "group");
    const name = figure.querySelector("h2")?.textContent ?? String(i + 1);
    group.setAttribute("aria-label", (words.tile ?? "{}").replace("{}", name));
    /** @param {string} act @param {string} sign @param {string | undefined} label @param {boolean} off @param {() => void} done */
    const button = (act, sign, label, off, done) => {
      const one = document.createElement("button");
      one.type = "button";
      one.dataset.do = act;
      one.textContent = sign;
      one.title = label ?? "";
      one.setAttribute("aria-label", label ?? "");
      one.disabled = off;
      one.addEventListener("click", done);
      group.append(one);
      return one;
    };
    const drag = button("drag", "⠿", words.drag, false, () => {});
    drag.classList.add("drag");
    drag.tabIndex = -1;
    dragging(drag, figure);
    button("earlier", "←", words.earlier, i === 0, () => move(i, i - 1, "earlier"));
    button("later", "→", words.later, i === layout.tiles.length - 1, () => move(i, i + 1, "later"));
    button("narrower", "⇤", words.narrower, tile.width <= 1, () => alter(i, { width: tile.width - 1 }, "narrower"));
    button("wider", "⇥", words.wider, tile.width >= columns, () => alter(i, { width: tile.width + 1 }, "wider"));
    button("lower", "−", words.lower, tile.height <= 1, () => alter(i, { height: tile.height - 1 }, "lower"));
    button("taller", "+", words.taller, tile.height >= rows, () => alter(i, { height: tile.height + 1 }, "taller"));
    button("rename", "✎", words.rename, false, () => rename(group, i, name));
    button("remove", "×", words.remove, false, () => remove(i));
    figure.prepend(group);
  });
}

/** @param {HTMLElement} group @param {number} i @param {string} name */
function rename(group, i, name) {
  const input = document.createElement("input");
  input.value = layout.tiles[i]?.title ?? name;
  input.maxLength = 120;
  input.setAttribute("aria-label", words.name ?? "");
  group.replaceChildren(input);
  input.focus();
  input.select();
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") { event.preventDefault(); alter(i, { title: input.value.trim() }, "rename"); }
    else if (event.key === "Escape") { tools(); at(i, "rename"); }
  });
}

/** Drags a tile by its handle, with mouse, pen or finger. @param {HTMLElement} handle @param {HTMLElement} figure */
function dragging(handle, figure) {
  /** @type {HTMLElement | undefined} */
  let over;
  handle.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    figure.classList.add("dragged");
  });
  handle.addEventListener("pointermove", (event) => {
    if (!figure.classList.contains("dragged")) return;
    const under = document.elementsFromPoint(event.clientX, event.clientY).map((one) => /** @type {HTMLElement | null} */ (one.closest("figure.chart"))).find((one) => one && one !== figure);
    over?.classList.remove("over");
    over = under ?? undefined;
    over?.classList.add("over");
  });
  const drop = () => {
    figure.classList.remove("dragged");
    over?.classList.remove("over");
    const all = figures();
    if (over) move(all.indexOf(figure), all.indexOf(over));
    over = undefined;
  };
  handle.addEventListener("pointerup", drop);
  handle.addEventListener("pointercancel", () => { over = undefined; drop(); });
}

// ── Adding ──────────────────────────────────────────────────────────────────────────────────────

const value = (/** @type {string} */ id) => /** @type {HTMLInputElement} */ (part(id)).value;

/** Offers the ways that can draw what is chosen. */
function offer() {
  const kinds = /** @type {HTMLSelectElement} */ (part("add-kind"));
  const indicators = value("add-second") ? 2 : 1;
  const by = [value("add-by"), value("add-then")].filter(Boolean);
  for (const option of kinds.options) {
    const rule = rules[option.value];
    if (!rule || option.value === "text") continue;
    option.disabled = indicators < rule.indicators[0] || indicators > rule.indicators[1] || by.length < rule.dimensions[0] || by.length > rule.dimensions[1]
      || (by.length > 0 && rule.first.length > 0 && !rule.first.includes(by[0] ?? ""));
  }
  if (kinds.selectedOptions[0]?.disabled) kinds.value = [...kinds.options].find((one) => !one.disabled)?.value ?? "";
}

form.addEventListener("change", offer);
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const kind = value("add-kind");
  const rule = rules[kind];
  if (!rule) return;
  const title = value("add-title").trim();
  const by = [value("add-by"), value("add-then")].filter(Boolean).join(",");
  /** @type {Tile} */
  const tile = kind === "text"
    ? { kind, text: title, width: rule.width, height: rule.height }
    : { kind, question: { indicator: [value("add-indicator"), value("add-second")].filter(Boolean).join(","), ...(by ? { by } : {}) }, width: rule.width, height: rule.height, ...(title ? { title: title.slice(0, 120) } : {}) };
  const next = copy();
  next.tiles.push(tile);
  if (!await keep(next)) return;
  await refresh();
  lay();
  /** @type {HTMLInputElement} */ (part("add-title")).value = "";
  figures().at(-1)?.scrollIntoView({ block: "nearest" });
});
undo.addEventListener("click", async () => {
  const last = past.pop();
  if (!last) return;
  if (!await keep(last, true)) { past.push(last); return; }
  await refresh();
  lay();
});
toggle.addEventListener("click", () => {
  panel.hidden = !panel.hidden;
  toggle.setAttribute("aria-expanded", String(!panel.hidden));
  tools();
});
board.addEventListener("board", tools);

/** Begins. @param {() => Promise<void>} again fetches the tiles anew */
export function arrange(again) {
  refresh = again;
  offer();
  toggle.hidden = false;
}
