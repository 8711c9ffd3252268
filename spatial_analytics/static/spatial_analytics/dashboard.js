// A dashboard: one bar of filters over all tiles, kept in the address; figures that are asked for again;
// the meeting mode. The tiles are made by the server, also those that replace others.
import { begin, redraw, replace, show } from "./charts/chart.js";
/** The maps of tiles: their library is large, and most dashboards have none. @type {Promise<typeof import("./map_tile.js")> | undefined} */
let maps;

const board = /** @type {HTMLElement} */ (document.getElementById("board"));
const bar = /** @type {HTMLFormElement} */ (document.getElementById("bar"));
const when = /** @type {HTMLSelectElement} */ (document.getElementById("when"));
const told = document.getElementById("told");
const words = board.dataset;
const AGAIN = 60_000;
const PERIOD = ["period", "days", "from", "to"];
const usual = (words.usual ?? "").split(",").filter(Boolean);

/** What the bar says now. @returns {Record<string, string>} */
const said = () => JSON.parse(document.getElementById("said")?.textContent ?? "{}");

/** The address of what the bar would say. @param {Record<string, string>} bar */
function query(bar) {
  return new URLSearchParams(Object.entries(bar).filter(([name, value]) => value || (usual.includes(name) && !PERIOD.includes(name)))).toString();
}

/** Sets the bar to what the address says. */
function settle() {
  const now = said();
  for (const field of bar.querySelectorAll("[name]")) {
    const input = /** @type {HTMLInputElement} */ (field);
    if (input.value !== (now[input.name] ?? "")) input.value = now[input.name] ?? "";
  }
  const dates = Boolean(now.from || now.to);
  const value = dates ? "dates" : now.period ?? now.days ?? "365";
  if (![...when.options].some((one) => one.value === value)) when.add(new Option(value, value));
  when.value = value;
  for (const field of bar.querySelectorAll(".dates")) /** @type {HTMLElement} */ (field).hidden = !dates;
}

let asking = 0;
/** Fetches the tiles for what the address says, and puts in what has changed. @param {boolean} [quiet] */
async function refresh(quiet = false) {
  const mine = ++asking;
  if (!quiet) board.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(`${words.url}${location.search}`, { headers: { "X-Requested-With": "fetch" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const text = await answer.text();
    if (mine !== asking) return;
    put(new DOMParser().parseFromString(text, "text/html"));
    if (told && !quiet) told.textContent = board.querySelector(".as-of")?.textContent ?? "";
  } catch (error) {
    if (mine === asking && told) told.textContent = words.unreachable ?? String(error);
  } finally {
    if (mine === asking) board.removeAttribute("aria-busy");
  }
}

/** As the server wrote each tile: what is the same stays. @type {Map<string, string>} */
const known = new Map();

/** @param {Document} fresh */
function put(fresh) {
  const grid = /** @type {HTMLElement} */ (board.querySelector(".board"));
  for (const selector of ["#said", ".chips", ".no-tiles"]) {
    const old = board.querySelector(selector);
    const one = fresh.querySelector(selector);
    if (old && one) old.replaceWith(one);
    else if (old) old.remove();
    else if (one) grid.before(one);
  }
  const olds = /** @type {HTMLElement[]} */ ([...grid.querySelectorAll("figure.chart")]);
  const news = /** @type {HTMLElement[]} */ ([...fresh.querySelectorAll("figure.chart")]);
  news.forEach((figure, i) => {
    const text = figure.outerHTML;
    const old = olds[i];
    if (known.get(figure.id) === text && old) return;
    known.set(figure.id, text);
    if (old) {
      maps?.then(({ forget }) => forget(old));
      replace(old, figure);
    }
    else { grid.append(figure); show(figure); }
  });
  for (const old of olds.slice(news.length)) {
    maps?.then(({ forget }) => forget(old));
    old.remove();
  }
  drawMaps();
  settle();
  board.dispatchEvent(new CustomEvent("board"));
}

function drawMaps() {
  if (!board.querySelector(".map-tile[data-url]")) return;
  maps ??= import("./map_tile.js");
  maps.then(({ mapTiles }) => mapTiles(board));
}

/** The bar says something else from now on. @param {Record<string, string>} change @param {boolean} [replaced] */
function change(change, replaced = false) {
  const next = { ...said(), ...change };
  const address = `${location.pathname}?${query(next)}`;
  if (replaced) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
  refresh();
}

bar.addEventListener("change", (event) => {
  const field = /** @type {HTMLInputElement} */ (event.target);
  if (field.id === "when") {
    if (when.value === "dates") {
      for (const one of bar.querySelectorAll(".dates")) /** @type {HTMLElement} */ (one).hidden = false;
      document.getElementById("from")?.focus();
      return;
    }
    change({ period: "", days: "", from: "", to: "", [/^\d+$/.test(when.value) ? "days" : "period"]: when.value });
  } else if (field.name === "from" || field.name === "to") {
    const [from, to] = ["from", "to"].map((id) => /** @type {HTMLInputElement} */ (document.getElementById(id)).value);
    if (from && to && from <= to) change({ period: "", days: "", from, to });
  } else change({ [field.name]: field.value, ...(field.name === "group" ? { type: "" } : {}) });
});
bar.addEventListener("submit", (event) => event.preventDefault());

board.addEventListener("click", (event) => {
  const link = /** @type {HTMLElement} */ (event.target).closest?.("a[data-change], a[data-link]");
  if (!(link instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  change(link.dataset.change ? JSON.parse(link.dataset.change) : Object.fromEntries((link.dataset.link ?? "").split(",").map((name) => [name, ""])));
});
addEventListener("popstate", () => refresh());

// Figures grow old: each minute that somebody looks at them, and when somebody comes back to them.
let asked = Date.now();
setInterval(() => { if (!document.hidden && Date.now() - asked >= AGAIN) { asked = Date.now(); refresh(true); } }, 5_000);
document.addEventListener("visibilitychange", () => { if (!document.hidden && Date.now() - asked >= AGAIN) { asked = Date.now(); refresh(true); } });

// ── The meeting ─────────────────────────────────────────────────────────────────────────────────

const meet = /** @type {HTMLButtonElement} */ (document.getElementById("meet"));
let slide = -1;
/** @type {HTMLElement | undefined} */
let foot;

const slides = () => /** @type {HTMLElement[]} */ ([...board.querySelectorAll("figure.chart")]);

/** Shows one tile, as large as the screen. */
function page() {
  const all = slides();
  slide = Math.min(Math.max(slide, 0), all.length - 1);
  all.forEach((figure, i) => { figure.hidden = i !== slide; });
  const shown = all[slide];
  if (foot) /** @type {HTMLElement} */ (foot.querySelector("output")).textContent = `${words.page} ${slide + 1} / ${all.length}`;
  if (told) told.textContent = `${slide + 1} / ${all.length}: ${shown?.querySelector("h2")?.textContent ?? ""}`;
  if (shown) requestAnimationFrame(() => redraw(board));
}

function enter() {
  if (slide >= 0 || !slides().length) return;
  slide = 0;
  document.body.classList.add("meeting");
  foot = document.createElement("div");
  foot.className = "meeting-foot";
  for (const [key, label] of [["ArrowLeft", words.previous], ["ArrowRight", words.next], ["Escape", words.leave]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button small";
    button.dataset.key = key;
    button.textContent = label ?? "";
    foot.append(button);
  }
  foot.append(document.createElement("output"));
  foot.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest("button");
    if (button?.dataset.key) press(button.dataset.key);
  });
  board.after(foot);
  document.documentElement.requestFullscreen?.().catch(() => {}); // large type is worth having without it
  page();
}

function leave() {
  if (slide < 0) return;
  slide = -1;
  document.body.classList.remove("meeting");
  foot?.remove();
  for (const figure of slides()) figure.hidden = false;
  if (document.fullscreenElement) document.exitFullscreen();
  requestAnimationFrame(() => redraw(board));
  meet.focus();
}

/** @param {string} key @returns {boolean} whether it meant something */
function press(key) {
  if (slide < 0) return false;
  if (key === "Escape") leave();
  else if (key === "ArrowRight" || key === "PageDown" || key === " ") { slide += 1; page(); }
  else if (key === "ArrowLeft" || key === "PageUp") { slide -= 1; page(); }
  else return false;
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const at = /** @type {HTMLElement} */ (event.target);
  if (at.matches?.("input, select, textarea")) return;
  if (at.matches?.("button") && event.key === " ") return;
  if (press(event.key)) event.preventDefault();
  else if (event.key.toLowerCase() === "f") { if (slide < 0) enter(); else leave(); }
});
document.addEventListener("fullscreenchange", () => { if (!document.fullscreenElement && slide >= 0 && document.body.classList.contains("meeting")) leave(); });
board.addEventListener("board", () => { if (slide >= 0) page(); });
meet.hidden = false;
meet.addEventListener("click", enter);

// ── Begin ───────────────────────────────────────────────────────────────────────────────────────

begin(words, (link) => change(link));
settle();
for (const figure of slides()) {
  known.set(figure.id, figure.outerHTML);
  show(figure);
}
drawMaps();
document.body.dataset.ready = "1";
if (document.getElementById("arranging")) import("./dashboard_arrange.js").then(({ arrange }) => arrange(() => refresh(true)));
