// Letters for the map: signed distance fields in ranges of 256, as MapLibre asks for them, and the
// same letters as one font file for paper. Made from the outlines themselves: each pixel knows its
// exact distance to the nearest edge. The same input gives the same bytes.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import opentype from "opentype.js";

const SIZE = 24; // pixels of an em, the size that MapLibre scales from
const BORDER = 3; // pixels around a letter
const REACH = 8; // pixels over which the distance fades
const CUT = 0.25; // the part of the fade that lies inside the letter's edge is the rest
const CURVE_STEPS = 6;
// What names here are written with: Latin with the marks of Europe's languages, dashes and quotation
// marks, currencies. More would be carried along for nothing.
const WRITTEN = [[0x20, 0x17f], [0x2010, 0x205f], [0x20a0, 0x20bf], [0x2116, 0x2122]];

/** Faces of a family whose subsets lie in several files. */
const FACES = { "Noto Sans Regular": 400, "Noto Sans Bold": 700 };
const SUBSETS = ["latin", "latin-ext"];

/** @param {string} root the folder of node_modules @param {string} target */
export function makeGlyphs(root, target) {
  for (const [name, weight] of Object.entries(FACES)) {
    const letters = lettersOf(SUBSETS.map((subset) =>
      readFont(join(root, `@fontsource/noto-sans/files/noto-sans-${subset}-${weight}-normal.woff`))));
    mkdirSync(join(target, name), { recursive: true });
    for (const first of new Set([...letters.keys()].map((code) => code - (code % 256)))) {
      const range = `${first}-${first + 255}`;
      const glyphs = [...letters].filter(([code]) => code >= first && code < first + 256);
      writeFileSync(join(target, name, `${range}.pbf`), stackMessage(name, range, glyphs.map(([code, letter]) => glyphMessage(code, letter))));
    }
    writeFileSync(join(target, `${name}.otf`), fontFile(name, letters));
  }
}

/** @param {string} path */
function readFont(path) {
  const bytes = readFileSync(path);
  return opentype.parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

/** Each letter once, by its code, from the first font that has it. */
function lettersOf(fonts) {
  const letters = new Map();
  for (const font of fonts) {
    for (let i = 0; i < font.glyphs.length; i++) {
      const glyph = font.glyphs.get(i);
      for (const code of glyph.unicodes ?? []) {
        if (WRITTEN.some(([first, last]) => code >= first && code <= last) && !letters.has(code)) letters.set(code, { glyph, font });
      }
    }
  }
  return new Map([...letters].sort(([a], [b]) => a - b));
}

/** One font with all letters, for those who write on paper. */
function fontFile(name, letters) {
  const { font } = letters.get(65);
  const empty = new opentype.Glyph({ name: ".notdef", advanceWidth: 600, path: new opentype.Path() });
  const glyphs = [...letters].map(([code, letter]) => new opentype.Glyph({
    name: `uni${code.toString(16).toUpperCase().padStart(4, "0")}`,
    unicode: code,
    advanceWidth: letter.glyph.advanceWidth,
    path: letter.glyph.path,
  }));
  const made = new opentype.Font({
    familyName: "Noto Sans", styleName: name.split(" ").at(-1), createdTimestamp: 0,
    unitsPerEm: font.unitsPerEm, ascender: font.ascender, descender: font.descender, glyphs: [empty, ...glyphs],
  });
  return Buffer.from(made.toArrayBuffer());
}

/** The outline as straight pieces, in pixels, y upward. */
function edgesOf({ glyph, font }) {
  const scale = SIZE / font.unitsPerEm;
  const edges = [];
  let start = [0, 0];
  let at = [0, 0];
  const to = (x, y) => {
    if (x !== at[0] || y !== at[1]) edges.push([at[0], at[1], x, y]);
    at = [x, y];
  };
  for (const command of glyph.path.commands) {
    const [x, y] = [command.x * scale, command.y * scale];
    if (command.type === "M") start = at = [x, y];
    else if (command.type === "L") to(x, y);
    else if (command.type === "Z") to(start[0], start[1]);
    else {
      const [x0, y0] = at;
      const [x1, y1] = [command.x1 * scale, command.y1 * scale];
      const [x2, y2] = command.type === "C" ? [command.x2 * scale, command.y2 * scale] : [x1, y1];
      for (let i = 1; i <= CURVE_STEPS; i++) {
        const t = i / CURVE_STEPS;
        const u = 1 - t;
        if (command.type === "C") to(u ** 3 * x0 + 3 * u * u * t * x1 + 3 * u * t * t * x2 + t ** 3 * x, u ** 3 * y0 + 3 * u * u * t * y1 + 3 * u * t * t * y2 + t ** 3 * y);
        else to(u * u * x0 + 2 * u * t * x1 + t * t * x, u * u * y0 + 2 * u * t * y1 + t * t * y);
      }
    }
  }
  return edges;
}

/** Distance to the outline, negative inside. @param {number[][]} edges */
function distance(edges, px, py) {
  let nearest = Infinity;
  let winding = 0;
  for (const [x0, y0, x1, y1] of edges) {
    const [dx, dy] = [x1 - x0, y1 - y0];
    const t = Math.max(0, Math.min(1, ((px - x0) * dx + (py - y0) * dy) / (dx * dx + dy * dy)));
    nearest = Math.min(nearest, (x0 + t * dx - px) ** 2 + (y0 + t * dy - py) ** 2);
    if (y0 <= py !== y1 <= py && (dx * (py - y0)) / dy + x0 > px) winding += y1 > y0 ? 1 : -1;
  }
  return winding ? -Math.sqrt(nearest) : Math.sqrt(nearest);
}

/** A glyph of the protocol: id, bitmap, width, height, left, top, advance. */
function glyphMessage(code, letter) {
  const edges = edgesOf(letter);
  const advance = Math.round(letter.glyph.advanceWidth * (SIZE / letter.font.unitsPerEm));
  if (!edges.length) return message([number(1, code), number(3, 0), number(4, 0), signed(5, 0), signed(6, 0), number(7, advance)]);
  const xs = edges.flatMap(([x0, , x1]) => [x0, x1]);
  const ys = edges.flatMap(([, y0, , y1]) => [y0, y1]);
  const [left, right] = [Math.floor(Math.min(...xs)), Math.ceil(Math.max(...xs))];
  const [bottom, top] = [Math.floor(Math.min(...ys)), Math.ceil(Math.max(...ys))];
  const [width, height] = [right - left, top - bottom];
  const across = width + 2 * BORDER;
  const bitmap = Buffer.alloc(across * (height + 2 * BORDER));
  for (let i = 0; i < bitmap.length; i++) {
    const px = left - BORDER + (i % across) + 0.5;
    const py = top + BORDER - Math.floor(i / across) - 0.5;
    const value = 255 * (1 - CUT - distance(edges, px, py) / REACH);
    bitmap[i] = Math.max(0, Math.min(255, Math.round(value)));
  }
  // `top` counts from the font's ascent, which lies above the line.
  const ascent = Math.round(letter.font.ascender * (SIZE / letter.font.unitsPerEm));
  return message([number(1, code), bytes(2, bitmap), number(3, width), number(4, height), signed(5, left), signed(6, top - ascent), number(7, advance)]);
}

function stackMessage(name, range, glyphs) {
  return bytes(1, message([bytes(1, Buffer.from(name)), bytes(2, Buffer.from(range)), ...glyphs.map((glyph) => bytes(3, glyph))]));
}

// The few forms of protocol buffers that are needed.
const message = (/** @type {Buffer[]} */ parts) => Buffer.concat(parts);
function varint(value) {
  const found = [];
  for (; value > 127; value >>>= 7) found.push((value & 127) | 128);
  return Buffer.from([...found, value]);
}
const number = (field, value) => Buffer.concat([varint(field << 3), varint(value)]);
const signed = (field, value) => number(field, ((value << 1) ^ (value >> 31)) >>> 0);
const bytes = (field, value) => Buffer.concat([varint((field << 3) | 2), varint(value.length), value]);
