// The map's pictures: every drawing of sprite.svg, and the icon of every request type on a white disc of
// its own, on one sheet, at one and at two pixels per unit.
// Nothing but the drawings decides where they stand, so the same drawings give the same sheet.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Resvg, initWasm } from "@resvg/resvg-wasm";

const ROW = 8;
const INK = "#1d2624";

/** @param {string} source a file of symbols */
function symbolsOf(source) {
  const text = readFileSync(source, "utf8").replace(/<!--[^]*?-->/g, "");
  return [...text.matchAll(/<symbol id="([^"]+)" viewBox="0 0 (\d+) (\d+)"([^>]*)>([^]*?)<\/symbol>/g)]
    .map(([, id, width, height, more, body]) => ({ id, width: Number(width), height: Number(height), more, body }));
}

/** A line drawing on a disc: legible on whatever colour a point has. */
function onDisc({ id, width, height, body }) {
  const drawn = body.replaceAll("currentColor", INK).replaceAll('stroke-width="1.8"', 'stroke-width="2.3"');
  return {
    id: `case-${id}`, width: 20, height: 20, more: "",
    body: `<circle cx="10" cy="10" r="9" fill="#fff"/><svg x="3.5" y="3.5" width="13" height="13" viewBox="0 0 ${width} ${height}">${drawn}</svg>`,
  };
}

/**
 * @param {string} root the folder of node_modules @param {string} source sprite.svg
 * @param {string} icons those of the request types, lines in currentColor @param {string} target
 */
export async function makeSprite(root, source, icons, target) {
  await initWasm(readFileSync(join(root, "@resvg/resvg-wasm/index_bg.wasm")));
  const drawings = [...symbolsOf(source), ...symbolsOf(icons).map(onDisc)];
  const cell = Math.max(...drawings.map(({ width, height }) => Math.max(width, height))) + 2;
  const places = drawings.map((drawing, i) => ({ ...drawing, x: (i % ROW) * cell + 1, y: Math.floor(i / ROW) * cell + 1 }));
  const [across, down] = [ROW * cell, Math.ceil(drawings.length / ROW) * cell];
  const sheet = `<svg xmlns="http://www.w3.org/2000/svg" width="${across}" height="${down}">${places.map(({ x, y, width, height, more, body }) =>
    `<svg x="${x}" y="${y}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"${more}>${body}</svg>`).join("")}</svg>`;
  for (const ratio of [1, 2]) {
    const name = ratio === 1 ? "sprite" : `sprite@${ratio}x`;
    const picture = new Resvg(sheet, { fitTo: { mode: "zoom", value: ratio } }).render().asPng();
    const index = Object.fromEntries(places.map(({ id, x, y, width, height }) =>
      [id, { x: x * ratio, y: y * ratio, width: width * ratio, height: height * ratio, pixelRatio: ratio }]));
    writeFileSync(join(target, `${name}.png`), picture);
    writeFileSync(join(target, `${name}.json`), JSON.stringify(index));
  }
}
