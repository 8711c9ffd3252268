// A chart on the page: a figure that holds its caption, its table and, as JSON, its drawing. The library is
// fetched when the first chart comes into view; each is drawn when it does.
import { optionOf, spoken } from "./drawing.js";

/** @typedef {import("./drawing.js").Drawing} Drawing */
/** @typedef {import("./drawing.js").Look} Look */
/** @typedef {import("./drawing.js").Link} Link */

/**
 * What each figure has of the script.
 * @typedef {{drawing: Drawing, chart?: any, at: number, series: number}} Drawn
 */

/** @type {WeakMap<Element, Drawn>} */
const drawn = new WeakMap();
const dark = matchMedia("(prefers-color-scheme: dark)");
const printing = matchMedia("print");
const forced = matchMedia("(forced-colors: active)");
const contrast = matchMedia("(prefers-contrast: more)");
const still = matchMedia("(prefers-reduced-motion: reduce)");
/** @type {DOMStringMap} */
let words = {};
/** @type {(link: Record<string, string>) => void} */
let choose = () => {};

/** @param {Element} figure @returns {Drawing | undefined} */
function read(figure) {
  const text = figure.querySelector('script[type="application/json"]')?.textContent;
  return text ? JSON.parse(text) : undefined;
}

/** @param {string} name @param {CSSStyleDeclaration} style */
const token = (name, style) => style.getPropertyValue(name).trim();

/**
 * Colours, sizes and words at this place, from the style sheet.
 * @param {Element} figure @param {number} width @param {number} height @returns {Look}
 */
function lookOf(figure, width, height) {
  const style = getComputedStyle(figure);
  const size = parseFloat(token("--chart-size", style)) || 12;
  const palette = [1, 2, 3, 4, 5, 6, 7, 8].map((i) => token(`--chart-${i}`, style));
  return {
    ink: token("--ink", style), soft: token("--soft", style), line: token("--line", style), card: token("--card", style),
    earlier: token("--chart-earlier", style), target: token("--chart-target", style),
    palette, ramp: [1, 2, 3, 4, 5].map((i) => token(`--chart-ramp-${i}`, style)),
    font: style.fontFamily.replaceAll('"', "'"), size, lang: document.documentElement.lang, width, height,
    still: still.matches, patterns: forced.matches || contrast.matches, words,
  };
}

/** Draws a figure, or draws it anew with other figures, colours or room. @param {HTMLElement} figure */
async function draw(figure) {
  const known = drawn.get(figure);
  const canvas = /** @type {HTMLElement | null} */ (figure.querySelector(".canvas"));
  if (!known || !canvas || figure.hidden) return;
  canvas.hidden = false;
  const { init } = await import("../../lib/charts.mjs");
  if (!canvas.isConnected || !canvas.clientWidth || !canvas.clientHeight) return;
  if (!known.chart) {
    const inner = document.createElement("div");
    inner.className = "drawn";
    canvas.replaceChildren(inner);
    known.chart = init(inner, null, { renderer: "svg", width: canvas.clientWidth, height: canvas.clientHeight });
    known.chart.on("click", (/** @type {any} */ at) => follow(figure, at.dataIndex, at.seriesIndex, at.seriesType));
  }
  widths.set(figure, canvas.clientWidth * 10000 + canvas.clientHeight);
  known.chart.resize({ width: canvas.clientWidth, height: canvas.clientHeight });
  const look = lookOf(figure, canvas.clientWidth, canvas.clientHeight);
  known.chart.setOption(optionOf(known.drawing, look), { notMerge: true });
  reachable(figure, canvas, known);
  figure.dataset.drawn = "1";
}

/** The chart takes the focus, and says what it is; its table describes it. @param {HTMLElement} figure @param {HTMLElement} canvas @param {Drawn} known */
function reachable(figure, canvas, known) {
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-roledescription", words.roll ?? "chart");
  canvas.setAttribute("aria-label", (words.chart ?? "{}").replace("{}", known.drawing.title));
  const table = figure.querySelector("table");
  if (table) canvas.setAttribute("aria-details", table.id);
  canvas.querySelector(".drawn")?.setAttribute("aria-hidden", "true");
}

/** What a click on a part changes. @param {HTMLElement} figure @param {number} at @param {number} series @param {string} kind */
function follow(figure, at, series, kind) {
  const drawing = drawn.get(figure)?.drawing;
  if (!drawing) return;
  let link = drawing.categories[at]?.link;
  if (drawing.kind === "calendar") link = drawing.categories.filter((day) => day.link)[at]?.link ?? link;
  // A part of a stack, or a small drawing, is told apart by its series.
  if (drawing.kind === "stacked" || drawing.kind === "multiples") link = drawing.series.filter((one) => drawing.kind === "stacked" || !one.earlier)[series]?.link ?? link;
  if (link && kind !== "gauge") choose(link);
}

/** Says the figure where the keys have come to. @param {HTMLElement} figure @param {HTMLElement} canvas @param {Drawn} known */
function tell(figure, canvas, known) {
  const { drawing, chart } = known;
  const one = drawing.series[known.series];
  const category = drawing.categories[known.at];
  if (!one) return;
  const value = category ? one.values[known.at] : one.whole;
  const text = [category?.label ?? "", drawing.series.length > 1 ? one.name : "", spoken(value, one, lookOf(figure, 0, 0))].filter(Boolean).join(", ");
  const line = document.getElementById("told");
  if (line) line.textContent = text;
  canvas.setAttribute("aria-valuetext", text);
  canvas.dataset.at = String(known.at);
  chart?.dispatchAction({ type: "downplay" });
  chart?.dispatchAction({ type: "highlight", seriesIndex: known.series, dataIndex: known.at });
  chart?.dispatchAction({ type: "showTip", seriesIndex: known.series, dataIndex: known.at });
}

/** @param {KeyboardEvent} event */
function key(event) {
  const canvas = /** @type {HTMLElement} */ (event.target);
  if (!canvas.matches?.(".canvas") || event.ctrlKey || event.metaKey || event.altKey) return;
  const figure = /** @type {HTMLElement | null} */ (canvas.closest("figure.chart"));
  const known = figure && drawn.get(figure);
  if (!figure || !known || document.body.classList.contains("meeting")) return;
  const last = Math.max(known.drawing.categories.length - 1, 0);
  const series = known.drawing.series.length - 1;
  const moves = {
    ArrowRight: () => { known.at = Math.min(known.at + 1, last); },
    ArrowLeft: () => { known.at = Math.max(known.at - 1, 0); },
    ArrowDown: () => { known.series = Math.min(known.series + 1, series); },
    ArrowUp: () => { known.series = Math.max(known.series - 1, 0); },
    Home: () => { known.at = 0; },
    End: () => { known.at = last; },
    Enter: () => follow(figure, known.at, known.series, ""),
  };
  const move = moves[/** @type {keyof typeof moves} */ (event.key)];
  if (!move) return;
  event.preventDefault();
  move();
  if (event.key !== "Enter") tell(figure, canvas, known);
}

// ── To take along ───────────────────────────────────────────────────────────────────────────────

/** @param {Blob} blob @param {string} name */
function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** The figures of a table, line by line; numbers as numbers, and beside each what it was. @param {Element} figure @returns {string[][]} */
function cells(figure) {
  const compared = figure.querySelector("[data-before]") !== null;
  return [...figure.querySelectorAll("table tr")].map((row) => /** @type {HTMLElement[]} */ ([...row.children]).flatMap((cell) => {
    const text = cell.dataset.value ?? cell.textContent?.trim() ?? "";
    if (!compared || !cell.matches(".num")) return [text];
    return [text, cell.dataset.before ?? `${text}, ${words.before ?? ""}`];
  }));
}

/** A cell that a spreadsheet takes for no formula. @param {string} text */
const safe = (text) => (/^[=+@\t\r-]/.test(text) && !/^-?[\d.]+$/.test(text) ? `'${text}` : text);
const quoted = (/** @type {string} */ text) => (/[",\n;]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/**
 * The chart as a slide: on white, with its title and its source.
 * @param {HTMLElement} figure @param {Drawn} known @returns {Promise<string>} SVG
 */
async function slide(figure, known) {
  const { init } = await import("../../lib/charts.mjs");
  const [width, height, head] = [1280, 720, 96];
  const stage = document.createElement("div");
  stage.className = "slide"; // always in light colours
  figure.append(stage);
  try {
    const look = { ...lookOf(stage, width, height - head), size: 17, still: true };
    const chart = init(stage, null, { renderer: "svg", width, height: height - head });
    chart.setOption(optionOf(known.drawing, look));
    const inner = decodeURIComponent(chart.getDataURL({ type: "svg" }).replace(/^data:image\/svg\+xml;charset=UTF-8,/, ""));
    chart.dispose();
    const text = (/** @type {string} */ one) => one.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
    const source = figure.querySelector(".source")?.textContent?.trim() ?? "";
    const figureText = figure.querySelector(".big")?.firstChild?.textContent?.trim();
    const title = known.drawing.title + (figureText ? `: ${figureText}` : "");
    const city = document.querySelector(".brand span")?.firstChild?.textContent?.trim() ?? "";
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><rect width="100%" height="100%" fill="#fff"/>`
      + `<text x="24" y="46" font-family="Noto Sans, sans-serif" font-size="30" font-weight="700" fill="${look.ink}">${text(title)}</text>`
      + `<text x="24" y="76" font-family="Noto Sans, sans-serif" font-size="17" fill="${look.soft}">${text([city, source].filter(Boolean).join(" · "))}</text>`
      + `<g transform="translate(0 ${head})">${inner}</g></svg>`;
  } finally {
    stage.remove();
  }
}

/** @param {string} svg @returns {Promise<Blob>} */
async function asPng(svg) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth * 2;
  canvas.height = image.naturalHeight * 2;
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png"));
}

/** @param {MouseEvent} event */
async function take(event) {
  const button = /** @type {HTMLElement} */ (event.target).closest?.("[data-take]");
  const figure = /** @type {HTMLElement | null} */ (button?.closest("figure.chart") ?? null);
  if (!(button instanceof HTMLElement) || !figure) return;
  const known = drawn.get(figure);
  const name = (figure.querySelector("h2")?.textContent ?? "chart").trim().slice(0, 80);
  const kind = button.dataset.take;
  if (kind === "csv") save(new Blob(["\ufeff", cells(figure).map((row) => row.map((cell) => quoted(safe(cell))).join(",")).join("\r\n")], { type: "text/csv" }), `${name}.csv`);
  else if (kind === "copy") {
    await navigator.clipboard.writeText(cells(figure).map((row) => row.map(safe).join("\t")).join("\n"));
    const line = document.getElementById("told");
    if (line) line.textContent = words.copied ?? "";
    button.dataset.done = "1";
  } else if (known) {
    const svg = await slide(figure, known);
    save(kind === "svg" ? new Blob([svg], { type: "image/svg+xml" }) : await asPng(svg), `${name}.${kind}`);
  }
}

// ── Coming and going ────────────────────────────────────────────────────────────────────────────

const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    seen.unobserve(entry.target);
    const figure = /** @type {HTMLElement} */ (entry.target);
    draw(figure);
    sized.observe(figure);
  }
}, { rootMargin: "200px" });
/** @type {WeakMap<Element, number>} */
const widths = new WeakMap();
const sized = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const canvas = target.querySelector(".canvas");
    const now = canvas ? canvas.clientWidth * 10000 + canvas.clientHeight : 0;
    if (now && widths.get(target) !== now) draw(/** @type {HTMLElement} */ (target));
  }
});

/** Takes charge of a chart: it is drawn when it comes into view. @param {HTMLElement} figure */
export function show(figure) {
  const tools = /** @type {HTMLElement | null} */ (figure.querySelector(".take"));
  if (tools) tools.hidden = false;
  const drawing = read(figure);
  const canvas = /** @type {HTMLElement | null} */ (figure.querySelector(".canvas"));
  if (!drawing || !canvas) return;
  canvas.hidden = false;
  /** @type {HTMLDetailsElement | null} */ (figure.querySelector("details.figures"))?.removeAttribute("open");
  drawn.set(figure, { drawing, at: -1, series: 0 });
  seen.observe(figure);
}

/**
 * Puts a figure that the server has made anew in the place of one that is shown: its drawing moves over.
 * @param {HTMLElement} old @param {HTMLElement} fresh
 */
export function replace(old, fresh) {
  const known = drawn.get(old);
  const canvas = old.querySelector(".canvas");
  const open = /** @type {HTMLDetailsElement | null} */ (old.querySelector("details.figures"))?.open;
  const focus = old.contains(document.activeElement) ? document.activeElement : null;
  seen.unobserve(old);
  sized.unobserve(old);
  fresh.hidden = old.hidden;
  old.replaceWith(fresh);
  const drawing = read(fresh);
  const blank = fresh.querySelector(".canvas");
  if (known?.chart && drawing && canvas && blank && drawing.kind === known.drawing.kind) {
    blank.replaceWith(canvas);
    const tools = /** @type {HTMLElement | null} */ (fresh.querySelector(".take"));
    if (tools) tools.hidden = false;
    known.chart.off("click");
    known.chart.on("click", (/** @type {any} */ at) => follow(fresh, at.dataIndex, at.seriesIndex, at.seriesType));
    drawn.set(fresh, { ...known, drawing });
    fresh.dataset.drawn = "1"; // its table may be shown at once, and take the focus
    draw(fresh);
    sized.observe(fresh);
  } else {
    known?.chart?.dispose();
    show(fresh);
  }
  const details = /** @type {HTMLDetailsElement | null} */ (fresh.querySelector("details.figures"));
  if (details) details.open = Boolean(open);
  if (focus instanceof HTMLElement && !focus.isConnected) {
    const same = focus.dataset.change ? [...fresh.querySelectorAll("[data-change]")].find((one) => one.textContent === focus.textContent) : fresh.querySelector(focus.dataset.take ? `[data-take=${focus.dataset.take}]` : "summary");
    /** @type {HTMLElement | undefined | null} */ (same)?.focus({ preventScroll: true });
  } else if (focus instanceof HTMLElement) focus.focus({ preventScroll: true });
}

/** Draws what is on the screen anew: other colours, other room. @param {ParentNode} [root] */
export function redraw(root = document) {
  for (const figure of root.querySelectorAll("figure.chart[data-drawn]")) draw(/** @type {HTMLElement} */ (figure));
}

/**
 * Before anything is shown: the words of the page, and what choosing a part of a chart does.
 * @param {DOMStringMap} said @param {(link: Record<string, string>) => void} chosen
 */
export function begin(said, chosen) {
  words = said;
  choose = chosen;
  document.addEventListener("keydown", key);
  document.addEventListener("click", take);
  document.addEventListener("focusout", (event) => {
    const canvas = /** @type {HTMLElement} */ (event.target);
    const figure = canvas.matches?.(".canvas") ? canvas.closest("figure.chart") : null;
    if (figure) drawn.get(figure)?.chart?.dispatchAction({ type: "hideTip" });
  });
  for (const media of [dark, printing, forced, contrast]) media.addEventListener("change", () => redraw());
}
