// The tools that every map may have: theme, measuring, a picture, a sheet of paper.
import { dressed, setTheme, styleUrl } from "../map.js";
import { Measure } from "./measure.js";
import { download } from "./table.js";
import { element, part, say, spoken } from "./words.js";

/**
 * @typedef {(style: import("maplibre-gl").StyleSpecification, zoom: number) => {text: string, colour: string, shape: string, picture?: string}[]} Legend
 *
 * @typedef {object} ToolChoice
 * @property {Legend} [legend] what goes on paper, for a style at a zoom; by default the legend that the page shows
 * @property {(style: import("maplibre-gl").StyleSpecification) => import("maplibre-gl").StyleSpecification} [still] the
 *   style for pictures and paper, where the map's own leans on states of its features
 * @property {() => string[]} [slide] title and lines below it: a picture has them and the legend then, paper the lines
 * @property {(theme: string) => void} [onTheme]
 * @property {Record<string, (button: HTMLButtonElement) => void>} [more] further buttons by the name of their part
 */

/**
 * Adds the tools to a map. The page includes map_tools.html, which holds their words.
 * @param {import("maplibre-gl").Map} map @param {ToolChoice} [choice]
 */
export function addTools(map, { legend = writtenLegend, still = (style) => style, slide, onTheme, more = {} } = {}) {
  const bar = part("bar");
  const container = map.getContainer();
  const result = element("div", "", { class: "measure-result", role: "status" });
  result.hidden = true;
  container.append(result);
  const button = (/** @type {string} */ name) => /** @type {HTMLButtonElement} */ (bar.querySelector(`[data-do="${name}"]`));
  const measure = new Measure(map, result, () => button("measure").setAttribute("aria-pressed", "false"));
  /** @type {Record<string, (button: HTMLButtonElement) => void>} */
  const deeds = {
    measure: (pressed) => {
      if (measure.active) return measure.end();
      pressed.setAttribute("aria-pressed", "true");
      measure.begin();
      map.getCanvas().focus({ preventScroll: true });
    },
    picture: () => working(result, () => picture(map, still(map.getStyle()), legend, slide)),
    paper: () => openPaper(map, legend, still, slide),
    ...more,
  };
  for (const one of bar.querySelectorAll("button")) {
    const deed = deeds[one.dataset.do ?? ""];
    if (deed) one.addEventListener("click", () => deed(one));
    else one.remove();
  }
  const theme = /** @type {HTMLSelectElement} */ (bar.querySelector("select"));
  theme.value = container.dataset.theme ?? "light";
  theme.addEventListener("change", () => { setTheme(map, theme.value); onTheme?.(theme.value); });
  map.addControl({ onAdd: () => bar, onRemove: () => bar.remove() }, "top-left");
  return { measure, bar };
}

/** Says that something is being made, and what went wrong. @param {HTMLElement} place @param {() => Promise<void>} make */
async function working(place, make) {
  place.hidden = false;
  place.textContent = say("making");
  try {
    await make();
    place.hidden = true;
  } catch (error) {
    place.textContent = say("failed");
    console.warn(error);
  }
}

/** The legend of the page as it stands. @type {Legend} */
function writtenLegend() {
  return [...document.querySelectorAll(".legend li")].map((item) => {
    const swatch = item.querySelector("i");
    const shape = swatch?.classList.contains("dot") ? "dot" : "area";
    const colour = swatch ? getComputedStyle(swatch).backgroundColor : item.querySelector("rect")?.getAttribute("fill") ?? "";
    return { text: item.textContent?.trim().replace(/\s+/g, " ") ?? "", colour, shape };
  });
}

const today = () => new Date().toLocaleDateString(document.documentElement.lang, { dateStyle: "long" });
const sourceLine = () => say("source", { date: today() });
const fileName = (/** @type {string} */ title) => title.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replaceAll("ı", "i").replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "map";

/**
 * What is on the screen, as a picture with its source; as a slide with title and legend too.
 * @param {import("maplibre-gl").Map} map @param {import("maplibre-gl").StyleSpecification} style
 * @param {Legend} legend @param {ToolChoice["slide"]} slide
 */
async function picture(map, style, legend, slide) {
  const { DPI, blobOf, drawSheet, scaleAt } = await import("./sheet.js");
  const { clientWidth, clientHeight } = map.getContainer();
  const [perPx, ratio] = [25.4 / 96, DPI / 96];
  const center = map.getCenter();
  const sheet = await drawSheet({
    style, center, width: clientWidth * perPx, height: clientHeight * perPx, scale: scaleAt(map.getZoom(), center.lat),
  });
  const canvas = element("canvas");
  const ink = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const [title = "", ...below] = slide?.() ?? [];
  const small = `${15 * ratio}px sans-serif`;
  ink.font = small;
  const lines = below.filter(Boolean).flatMap((text) => wrapped(ink, text, sheet.width - 32 * ratio));
  const [head, foot] = [slide ? (54 + 20 * lines.length) * ratio : 0, 26 * ratio];
  Object.assign(canvas, { width: sheet.width, height: head + sheet.height + foot });
  ink.fillStyle = "#fff";
  ink.fillRect(0, 0, canvas.width, canvas.height);
  ink.drawImage(sheet, 0, head);
  ink.fillStyle = "#1a2120";
  ink.font = `${12 * ratio}px sans-serif`;
  ink.fillText(sourceLine(), 8 * ratio, head + sheet.height + 17 * ratio);
  if (slide) {
    ink.font = `600 ${26 * ratio}px sans-serif`;
    ink.fillText(title, 16 * ratio, 36 * ratio, canvas.width - 32 * ratio);
    ink.font = small;
    for (const [i, line] of lines.entries()) ink.fillText(line, 16 * ratio, (60 + 20 * i) * ratio);
    drawLegend(ink, legend(style, map.getZoom()), canvas.width, head + sheet.height, ratio);
  }
  download(await blobOf(canvas, "image/png"), `${fileName(document.title)}.png`);
}

/** A text in lines that are no longer than that. @param {CanvasRenderingContext2D} ink @param {string} text @param {number} most */
function wrapped(ink, text, most) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (ink.measureText(longer).width <= most) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

const MOST_LINES = 14;

/**
 * The legend on a white box in the lower right corner of the map.
 * @param {CanvasRenderingContext2D} ink @param {ReturnType<Legend>} entries
 * @param {number} right @param {number} below @param {number} ratio pixels of the picture to one of the screen
 */
function drawLegend(ink, entries, right, below, ratio) {
  const lines = entries.slice(0, MOST_LINES);
  if (entries.length > MOST_LINES) lines.push({ text: `… ${entries.length - MOST_LINES}`, colour: "", shape: "area" });
  if (!lines.length) return;
  ink.font = `${14 * ratio}px sans-serif`;
  const [step, edge, box] = [22 * ratio, 12 * ratio, 16 * ratio];
  const width = Math.max(...lines.map(({ text }) => ink.measureText(text).width)) + box + 3 * edge;
  const height = lines.length * step + edge;
  const [x, y] = [right - width - edge, below - height - edge];
  ink.fillStyle = "rgb(255 255 255 / .93)";
  ink.fillRect(x, y, width, height);
  for (const [i, { text, colour, shape }] of lines.entries()) {
    const line = y + edge / 2 + i * step;
    if (colour) {
      ink.fillStyle = colour;
      if (shape === "dot") {
        ink.beginPath();
        ink.arc(x + edge + box / 2, line + step / 2, box * 0.4, 0, 2 * Math.PI);
        ink.fill();
      } else ink.fillRect(x + edge, line + step / 2 - box / 2, box, box);
    }
    ink.fillStyle = "#1a2120";
    ink.fillText(text, x + edge + box + edge / 2, line + step / 2 + 5 * ratio);
  }
}

/** @param {import("maplibre-gl").Map} map @param {Legend} legend @param {NonNullable<ToolChoice["still"]>} still @param {ToolChoice["slide"]} slide */
function openPaper(map, legend, still, slide) {
  const dialog = /** @type {HTMLDialogElement} */ (part("paper"));
  const form = /** @type {HTMLFormElement} */ (dialog.querySelector("form"));
  const status = /** @type {HTMLElement} */ (dialog.querySelector("[role=status]"));
  const field = (/** @type {string} */ name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
  field("title").value = document.querySelector("h1")?.textContent?.trim() ?? document.title;
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    working(status, () => paper(map, still(map.getStyle()), legend, {
      title: field("title").value.trim(), paper: field("paper").value, lies: field("lies").value === "landscape",
      scale: Number(field("scale").value), theme: field("theme").value || undefined,
      below: slide?.().slice(1).filter(Boolean) ?? [],
    }));
  });
  dialog.querySelector("[data-do=close]")?.addEventListener("click", () => dialog.close());
  dialog.showModal();
}

/**
 * @param {import("maplibre-gl").Map} map @param {import("maplibre-gl").StyleSpecification} shown @param {Legend} legend
 * @param {{title: string, paper: string, lies: boolean, scale: number, theme: string | undefined, below: string[]}} choice
 */
async function paper(map, shown, legend, choice) {
  const [{ PAPERS, barOf, blobOf, drawSheet, zoomFor }, { frameOf, linesBelow, pdfOf }, { pictureOf }] = await Promise.all([import("./sheet.js"), import("./pdf.js"), import("./tree.js")]);
  const [short, long] = PAPERS[choice.paper] ?? [210, 297];
  const size = /** @type {[number, number]} */ (choice.lies ? [long, short] : [short, long]);
  const center = map.getCenter();
  const style = choice.theme ? dressed(shown, await (await fetch(styleUrl(choice.theme))).json()) : shown;
  const explained = legend(style, zoomFor(choice.scale, center.lat));
  const { width, height } = frameOf(size, explained.length, linesBelow(size, choice.below).length);
  const canvas = await drawSheet({ style, center, width, height, scale: choice.scale });
  const bytes = async (/** @type {HTMLCanvasElement} */ drawn, /** @type {string} */ type) => new Uint8Array(await (await blobOf(drawn, type)).arrayBuffer());
  const entries = await Promise.all(explained.map(async (entry) => {
    const drawn = entry.picture ? pictureOf(map, entry.picture) : undefined;
    return { ...entry, picture: drawn && await bytes(drawn, "image/png") };
  }));
  const bar = barOf(45, choice.scale);
  const scale = `1 : ${spoken(choice.scale)}`;
  const made = await pdfOf({
    paper: size, title: choice.title, below: choice.below, language: document.documentElement.lang, legend: entries, legendTitle: say("legend"),
    bar: { ...bar, text: bar.metres < 1000 ? `${spoken(bar.metres)} m` : `${spoken(bar.metres / 1000, 1)} km` },
    scale: say("scale", { scale, paper: choice.paper }), source: sourceLine(),
    alternative: say("paper.alternative", { title: choice.title, scale, lon: center.lng.toFixed(4), lat: center.lat.toFixed(4) }),
    font: say("font"),
  }, await bytes(canvas, "image/jpeg"));
  download(new Blob([/** @type {BlobPart} */ (made)], { type: "application/pdf" }), `${fileName(choice.title)}.pdf`);
}
