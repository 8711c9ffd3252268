// The list of cases: what is selected and where one stands survive every refresh of the rows.
import { onKeys } from "./keys.js";

const bulk = /** @type {HTMLFormElement} */ (document.getElementById("bulk"));
const more = /** @type {HTMLDetailsElement} */ (document.getElementById("bulk-more"));
const told = /** @type {HTMLElement} */ (document.getElementById("selected"));
const none = /** @type {HTMLButtonElement} */ (document.getElementById("select-none"));
const all = /** @type {HTMLInputElement | null} */ (document.getElementById("all-matching"));
const act = /** @type {HTMLSelectElement} */ (document.getElementById("act"));
const filters = /** @type {HTMLFormElement} */ (document.getElementById("filters"));
const news = /** @type {HTMLElement} */ (document.getElementById("news"));

/** Number → what was sent for it when it was selected: its version of then. @type {Map<string, string>} */
const selected = new Map();
let here = "";
let known = new Set(numbers());
let scrolled = 0;

function rows() {
  return /** @type {HTMLTableRowElement[]} */ ([...document.querySelectorAll("#list tr[data-number]")]);
}
function numbers() {
  return rows().map((row) => row.dataset.number ?? "");
}
/** @param {HTMLTableRowElement} row */
function box(row) {
  return /** @type {HTMLInputElement} */ (row.querySelector("input[name=row]"));
}

function show() {
  for (const row of rows()) {
    const number = row.dataset.number ?? "";
    const input = box(row);
    const chosen = selected.get(number);
    input.checked = chosen !== undefined;
    if (chosen !== undefined) input.value = chosen;
    row.classList.toggle("here", number === here);
  }
  const page = /** @type {HTMLInputElement | null} */ (document.getElementById("select-page"));
  if (page) {
    const shown = rows().filter((row) => selected.has(row.dataset.number ?? "")).length;
    page.hidden = false;
    page.checked = shown > 0 && shown === rows().length;
    page.indeterminate = shown > 0 && shown < rows().length;
  }
  told.textContent = String(selected.size);
  none.hidden = selected.size === 0;
  bulk.classList.toggle("on", selected.size > 0);
  // What is selected on another page, or has left this one, is sent as well.
  for (const old of bulk.querySelectorAll("input[data-elsewhere]")) old.remove();
  const visible = new Set(numbers());
  for (const [number, value] of selected) {
    if (visible.has(number)) continue;
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name: "row", value });
    input.dataset.elsewhere = number;
    bulk.append(input);
  }
}

document.addEventListener("change", (event) => {
  const input = event.target;
  if (!(input instanceof HTMLInputElement)) return;
  if (input.id === "select-page") {
    for (const row of rows()) select(row, input.checked);
  } else if (input.name === "row") {
    select(/** @type {HTMLTableRowElement} */ (input.closest("tr")), input.checked);
  } else return;
  show();
});

/** @param {HTMLTableRowElement} row @param {boolean} on */
function select(row, on) {
  const number = row.dataset.number ?? "";
  if (!on) selected.delete(number);
  else if (!selected.has(number)) selected.set(number, box(row).value);
}

none.addEventListener("click", () => {
  selected.clear();
  show();
});

// Only the fields that the chosen act needs; without scripts all of them stand there.
function fields() {
  const needs = (act.selectedOptions[0]?.dataset.needs ?? "").split(" ");
  for (const part of bulk.querySelectorAll("[data-for]")) {
    const name = /** @type {HTMLElement} */ (part).dataset.for ?? "";
    const optional = name === "note" && act.value !== "" && act.value !== "give";
    /** @type {HTMLElement} */ (part).hidden = !needs.includes(name) && !optional;
  }
}
act.addEventListener("change", fields);
fields();
bulk.addEventListener("submit", (event) => {
  if (selected.size || all?.checked) return;
  event.preventDefault();
  told.scrollIntoView({ block: "nearest" });
});

// Addresses without what was left empty.
filters.addEventListener("submit", () => {
  for (const input of filters.querySelectorAll("input, select")) {
    const field = /** @type {HTMLInputElement} */ (input);
    if (!field.value || (field.name === "view" && field.value === "all") || (field.name === "sort" && field.value === "new")) field.disabled = true;
  }
  if (new FormData(filters).entries().next().done) {
    const view = /** @type {HTMLInputElement} */ (filters.elements.namedItem("view"));
    view.disabled = false;
  }
});
addEventListener("pageshow", () => {
  for (const input of filters.querySelectorAll(":disabled")) /** @type {HTMLInputElement} */ (input).disabled = false;
});
document.addEventListener("click", (event) => {
  for (const pick of document.querySelectorAll("details.pick[open]")) {
    if (!pick.contains(/** @type {Node} */ (event.target))) /** @type {HTMLDetailsElement} */ (pick).open = false;
  }
});
document.addEventListener("keydown", (event) => {
  const pick = event.key === "Escape" && document.querySelector("details.pick[open]");
  if (!pick) return;
  /** @type {HTMLDetailsElement} */ (pick).open = false;
  /** @type {HTMLElement} */ (pick.querySelector("summary")).focus();
});

// Rows that come by themselves: nothing jumps, and a screen reader hears how many are new.
document.body.addEventListener("htmx:beforeSwap", () => {
  scrolled = document.getElementById("table")?.scrollLeft ?? 0;
});
document.body.addEventListener("htmx:afterSettle", (event) => {
  if (/** @type {any} */ (event).detail?.target?.id !== "list" && !document.getElementById("list")?.contains(/** @type {Node} */ (event.target))) return;
  const table = document.getElementById("table");
  if (table) table.scrollLeft = scrolled;
  const fresh = numbers().filter((number) => !known.has(number)).length;
  known = new Set([...known, ...numbers()]);
  if (fresh) news.textContent = fresh === 1 ? news.dataset.one ?? "" : (news.dataset.many ?? "").replace("NUMBER", String(fresh));
  show();
  document.dispatchEvent(new CustomEvent("rows-changed"));
});

/** @param {number} step */
function move(step) {
  const list = rows();
  const at = list.findIndex((row) => row.dataset.number === here);
  const row = list[at < 0 ? (step > 0 ? 0 : list.length - 1) : Math.min(Math.max(at + step, 0), list.length - 1)];
  if (!row) return;
  here = row.dataset.number ?? "";
  show();
  /** @type {HTMLElement} */ (row.querySelector("a")).focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}
function current() {
  return rows().find((row) => row.dataset.number === here);
}
document.addEventListener("focusin", (event) => {
  const row = event.target instanceof HTMLElement ? event.target.closest("tr[data-number]") : null;
  if (!row) return;
  here = /** @type {HTMLElement} */ (row).dataset.number ?? "";
  for (const one of rows()) one.classList.toggle("here", one === row);
});

/** @param {string} id */
const follow = (id) => document.getElementById(id)?.click();
const open = () => current()?.querySelector("a")?.click();
onKeys(location.pathname, {
  j: () => move(1),
  k: () => move(-1),
  o: open,
  Enter: open,
  x: () => {
    const row = current();
    if (!row) return;
    select(row, !box(row).checked);
    show();
  },
  "/": () => document.getElementById("q")?.focus(),
  n: () => follow("page-next"),
  p: () => follow("page-back"),
  b: () => {
    more.open = true;
    act.focus();
  },
});
show();
