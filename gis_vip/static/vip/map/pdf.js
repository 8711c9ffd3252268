// One sheet of paper as PDF: title, map, legend, north arrow, bar, scale and source. Text is text, in
// a font with every letter; who hears the file instead of seeing it is told the same in order.
import fontkit from "../../lib/fontkit.mjs";
import { PDFDocument, PDFHexString, PDFName, PDFOperator, PDFString, rgb } from "../../lib/pdf-lib.mjs";

const MARGIN = 10;
const TITLE = 9; // millimetres under the upper margin
const LINE = 3.6; // of what stands below the title
const COLUMN = 54; // of the legend
const ROW = 4.6;
const FOOT = 22; // scale bar, numbers, source
/** Signs that the font has not. @type {Record<string, string>} */
const INSTEAD = { "≥": ">=", "≤": "<=", "−": "–", "→": ">" };
const INK = rgb(0.1, 0.13, 0.13);
const mm = (/** @type {number} */ value) => (value * 72) / 25.4;

/**
 * @typedef {object} Entry
 * @property {string} text
 * @property {string} colour
 * @property {string} shape area, line or dot
 * @property {Uint8Array} [picture] PNG
 *
 * @typedef {object} Sheet
 * @property {[number, number]} paper millimetres, as it lies
 * @property {string} title
 * @property {string[]} below what stands below the title
 * @property {string} language
 * @property {Entry[]} legend
 * @property {string} legendTitle
 * @property {{metres: number, mm: number, text: string}} bar
 * @property {string} scale the words for it
 * @property {string} source
 * @property {string} alternative what the picture shows, in words
 * @property {string} font address of the font file
 */

/** The lines below the title. As the map's frame must be known before there is a font, the letters are counted: at
 * this size one is 1.55 mm wide at most, on average. @param {[number, number]} paper @param {string[]} texts */
export function linesBelow([width], texts) {
  const most = Math.floor((width - 2 * MARGIN) / 1.55);
  return texts.flatMap((text) => {
    const found = [""];
    for (const word of text.split(" ")) {
      const longer = `${found.at(-1)} ${word}`.trim();
      if (longer.length <= most) found[found.length - 1] = longer;
      else found.push(word);
    }
    return found;
  });
}

/** How much of the paper is left for the map. @param {[number, number]} paper @param {number} entries of the legend @param {number} below lines below the title */
export function frameOf([width, height], entries, below = 0) {
  const columns = Math.max(1, Math.floor((width - 2 * MARGIN - 70) / COLUMN));
  const rows = Math.ceil(entries / columns);
  const foot = Math.max(FOOT, 6 + rows * ROW);
  return { columns, foot, width: width - 2 * MARGIN, height: height - 2 * MARGIN - TITLE - below * LINE - foot - 3 };
}

/** @param {Sheet} sheet @param {Uint8Array} map JPEG @returns {Promise<Uint8Array>} */
export async function pdfOf(sheet, map) {
  const [width, height] = sheet.paper;
  const below = linesBelow(sheet.paper, sheet.below);
  const frame = frameOf(sheet.paper, sheet.legend.length, below.length);
  const document = await PDFDocument.create();
  document.registerFontkit(fontkit);
  const bytes = await (await fetch(sheet.font)).arrayBuffer();
  const font = await document.embedFont(bytes, { subset: false });
  const page = document.addPage([mm(width), mm(height)]);
  const tags = new Tags(document, page);
  const text = (/** @type {string} */ words, /** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ size) =>
    page.drawText(words.replace(/[≥≤−→]/g, (sign) => INSTEAD[sign] ?? sign), { x: mm(x), y: mm(y), size, font, color: INK });

  tags.add("H1", () => text(fitting(font, sheet.title, 15, mm(frame.width)), MARGIN, height - MARGIN - 6, 15));
  below.forEach((line, i) => tags.add("P", () => text(fitting(font, line, 8, mm(frame.width)), MARGIN, height - MARGIN - TITLE - 1.6 - i * LINE, 8)));
  const bottom = MARGIN + frame.foot + 3;
  const picture = await document.embedJpg(map);
  tags.add("Figure", () => page.drawImage(picture, { x: mm(MARGIN), y: mm(bottom), width: mm(frame.width), height: mm(frame.height) }), sheet.alternative);
  tags.skip(() => {
    page.drawRectangle({ x: mm(MARGIN), y: mm(bottom), width: mm(frame.width), height: mm(frame.height), borderColor: INK, borderWidth: 0.7 });
    north(page, width - MARGIN - 11, bottom + frame.height - 16);
  });
  // The bar: black and white halves, as long as its metres are at this scale.
  const [left, foot] = [MARGIN, MARGIN + frame.foot - 7];
  const { bar } = sheet;
  tags.skip(() => {
    page.drawRectangle({ x: mm(left), y: mm(foot), width: mm(bar.mm), height: mm(1.6), borderColor: INK, borderWidth: 0.6, color: rgb(1, 1, 1) });
    page.drawRectangle({ x: mm(left), y: mm(foot), width: mm(bar.mm / 2), height: mm(1.6), color: INK });
  });
  tags.add("P", () => text(bar.text, left + bar.mm + 2, foot, 8));
  tags.add("P", () => text(sheet.scale, left, foot - 5.5, 10));
  lines(font, sheet.source, 7, mm(62)).slice(0, 3).forEach((line, i) => tags.add("P", () => text(line, left, foot - 10 - i * 3, 7)));
  const start = MARGIN + 70;
  if (sheet.legend.length) tags.add("H2", () => text(sheet.legendTitle, start, MARGIN + frame.foot - 4, 8.5));
  for (const [i, entry] of sheet.legend.entries()) {
    const x = start + (i % frame.columns) * COLUMN;
    const y = MARGIN + frame.foot - 6 - (Math.floor(i / frame.columns) + 1) * ROW + 1.4;
    const image = entry.picture && await document.embedPng(entry.picture);
    tags.skip(() => (image ? page.drawImage(image, { x: mm(x), y: mm(y - 0.8), width: mm(4), height: mm(4) }) : sign(page, entry, x, y)));
    tags.add("P", () => text(fitting(font, entry.text, 7.5, mm(COLUMN - 8)), x + 6, y, 7.5));
  }
  tags.close(sheet.language);
  document.setTitle(sheet.title, { showInWindowTitleBar: true });
  document.setSubject(sheet.source);
  document.setProducer("GIS-VIP");
  document.setCreator("GIS-VIP");
  return document.save({ useObjectStreams: false });
}

/** @typedef {import("pdf-lib").PDFPage} Page @typedef {import("pdf-lib").PDFFont} Font */

/** @param {string} colour #rrggbb, or rgb(…) as a computed style has it */
function inkOf(colour) {
  const parts = colour.startsWith("#") ? [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)) : (colour.match(/[\d.]+/g) ?? []).map(Number);
  const [r, g, b] = parts.map((part) => Math.min(part / 255, 1));
  return r !== undefined && g !== undefined && b !== undefined && r + g + b >= 0 ? rgb(r, g, b) : INK;
}

/** @param {Page} page @param {Entry} entry @param {number} x @param {number} y */
function sign(page, { colour, shape }, x, y) {
  const color = inkOf(colour);
  const edge = { borderColor: rgb(0.45, 0.45, 0.45), borderWidth: 0.4 };
  if (shape === "dot") page.drawCircle({ x: mm(x + 2), y: mm(y + 1.1), size: mm(1.3), color, ...edge });
  else page.drawRectangle({ x: mm(x), y: mm(shape === "line" ? y + 0.6 : y - 0.2), width: mm(4.2), height: mm(shape === "line" ? 1 : 2.6), color, ...edge });
}

/** @param {Page} page @param {number} x @param {number} y millimetres of its lower left corner */
function north(page, x, y) {
  page.drawCircle({ x: mm(x + 2.5), y: mm(y + 5.5), size: mm(6), color: rgb(1, 1, 1), opacity: 0.8 });
  page.drawSvgPath("M0 12 L5 0 L10 12 L5 9 Z", { x: mm(x + 2.5) - 5, y: mm(y + 10), color: INK });
  page.drawSvgPath("M0 6 L0 0 L4 6 L4 0", { x: mm(x + 2.5) - 2, y: mm(y + 4.6), borderColor: INK, borderWidth: 1.1 });
}

/** @param {Font} font @param {string} words @param {number} size @param {number} most points */
function fitting(font, words, size, most) {
  let text = words;
  while (text && font.widthOfTextAtSize(text, size) > most) text = text.slice(0, -1);
  return text === words ? words : `${text.slice(0, -1)}…`;
}

/** @param {Font} font @param {string} words @param {number} size @param {number} most points */
function lines(font, words, size, most) {
  const found = [""];
  for (const word of words.split(" ")) {
    const longer = `${found.at(-1)} ${word}`.trim();
    if (font.widthOfTextAtSize(longer, size) <= most) found[found.length - 1] = longer;
    else found.push(word);
  }
  return found;
}

/** The order in which the sheet is read out: a structure tree beside what is drawn. */
class Tags {
  /** @type {import("pdf-lib").PDFRef[]} */
  #parts = [];

  /** @param {PDFDocument} document @param {Page} page */
  constructor(document, page) {
    this.document = document;
    this.page = page;
    this.root = document.context.nextRef();
    this.whole = document.context.nextRef();
  }

  /** @param {string} kind @param {() => void} draw @param {string} [alternative] */
  add(kind, draw, alternative) {
    const { context } = this.document;
    const number = this.#parts.length;
    this.#mark(`/${kind} <</MCID ${number}>> BDC`, draw);
    this.#parts.push(context.register(context.obj({
      Type: "StructElem", S: kind, P: this.whole, Pg: this.page.ref, K: number,
      ...(alternative && { Alt: PDFHexString.fromText(alternative) }),
    })));
  }

  /** What only adorns. @param {() => void} draw */
  skip(draw) {
    this.#mark("/Artifact BMC", draw);
  }

  /** @param {string} begin @param {() => void} draw */
  #mark(begin, draw) {
    // Written as one operator: the library has no name for marked content with properties.
    this.page.pushOperators(PDFOperator.of(/** @type {any} */ (begin)));
    draw();
    this.page.pushOperators(PDFOperator.of(/** @type {any} */ ("EMC")));
  }

  /** @param {string} language */
  close(language) {
    const { context, catalog } = this.document;
    const parents = context.register(context.obj({ Nums: [0, this.#parts] }));
    context.assign(this.whole, context.obj({ Type: "StructElem", S: "Document", P: this.root, K: this.#parts }));
    context.assign(this.root, context.obj({ Type: "StructTreeRoot", K: this.whole, ParentTree: parents, ParentTreeNextKey: 1 }));
    this.page.node.set(PDFName.of("StructParents"), context.obj(0));
    this.page.node.set(PDFName.of("Tabs"), PDFName.of("S"));
    catalog.set(PDFName.of("StructTreeRoot"), this.root);
    catalog.set(PDFName.of("MarkInfo"), context.obj({ Marked: true }));
    catalog.set(PDFName.of("Lang"), PDFString.of(language));
  }
}
