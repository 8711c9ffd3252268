// The board's map: each crew's places with their numbers, its way, and what is not planned.
import { createMap } from "../vip/map.js";
import { drawWay, stop } from "./way.js";

/** @typedef {{at: [number, number], title: string}} Stop */
const said = document.getElementById("places")?.textContent ?? "{}";
/** @type {{crews: {id: number, stops: Stop[], way: string}[], waiting: Stop[]}} */
const places = JSON.parse(said);
const container = /** @type {HTMLElement} */ (document.getElementById("map"));
const all = [...places.crews.flatMap((crew) => crew.stops), ...places.waiting].map((s) => s.at);
if (all.length) {
  const [xs, ys] = [all.map(([x]) => x), all.map(([, y]) => y)];
  const room = 0.003;
  container.dataset.bounds = [Math.min(...xs) - room, Math.min(...ys) - room, Math.max(...xs) + room, Math.max(...ys) + room].join(",");
}
container.dataset.cooperative = "1";
const map = await createMap({ container });
for (const { at, title } of places.waiting) stop(map, at, "", title);
for (const crew of places.crews) {
  const card = document.getElementById(`crew-${crew.id}`);
  const colour = card ? getComputedStyle(card).getPropertyValue("--swatch").trim() : "#1d4ed8";
  crew.stops.forEach(({ at, title }, i) => stop(map, at, String(i + 1), title, colour));
  if (crew.stops.length < 2) continue;
  const answer = await fetch(crew.way).catch(() => undefined);
  if (!answer?.ok) continue;
  const way = await answer.json();
  drawWay(map, `way-${crew.id}`, way.line, colour, way.by);
  const line = card?.querySelector(".way");
  if (line) line.textContent = way.words;
}
container.dataset.ways = "1";
