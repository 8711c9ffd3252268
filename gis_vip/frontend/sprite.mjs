// The map's pictures: every drawing of sprite.svg on one sheet, at one and at two pixels per unit.
// Nothing but the drawings decides where they stand, so the same drawings give the same sheet.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Resvg, initWasm } from "@resvg/resvg-wasm";

const ROW = 8;

/** @param {string} root the folder of node_modules @param {string} source sprite.svg @param {string} target */
export async function makeSprite(root, source, target) {
  await initWasm(readFileSync(join(root, "@resvg/resvg-wasm/index_bg.wasm")));
  const text = readFileSync(source, "utf8").replace(/<!--[^]*?-->/g, "");
  const drawings = [...text.matchAll(/<symbol id="([^"]+)" viewBox="0 0 (\d+) (\d+)"([^>]*)>([^]*?)<\/symbol>/g)]
    .map(([, id, width, height, more, body]) => ({ id, width: Number(width), height: Number(height), more, body }));
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
