// Tiles of a dashboard that are maps: fetched when they come into view, and again when the figures are.
import { createMap, popup } from "../vip/map.js";
import { addAreas, colouring } from "./areas_layer.js";
import { figures, handOver } from "./parts.js";

/** @typedef {{id: number | string, colour: string, told: [string, string], ring?: [number, number][]}} Area */
/** @typedef {{text: string, map?: import("maplibre-gl").Map}} Shown */

/** @type {WeakMap<HTMLElement, Shown>} */
const shown = new WeakMap();
const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    seen.unobserve(target);
    put(/** @type {HTMLElement} */ (target));
  }
}, { rootMargin: "200px" });

/** Maps that are new begin when they are seen; what is shown is asked for again. @param {HTMLElement} board */
export function mapTiles(board) {
  for (const tile of /** @type {NodeListOf<HTMLElement>} */ (board.querySelectorAll(".map-tile[data-url]"))) {
    if (shown.has(tile)) put(tile);
    else seen.observe(tile);
  }
}

/** A tile that goes takes its map with it. @param {HTMLElement} figure */
export function forget(figure) {
  const tile = /** @type {HTMLElement | null} */ (figure.querySelector(".map-tile"));
  if (!tile) return;
  seen.unobserve(tile);
  shown.get(tile)?.map?.remove();
}

/** @param {HTMLElement} tile */
async function put(tile) {
  const answer = await fetch(/** @type {string} */ (tile.dataset.url), { headers: { "X-Requested-With": "fetch" } }).catch(() => undefined);
  if (!answer?.ok || !tile.isConnected) return; // the link to the map stays, or the figures of before
  const text = await answer.text();
  const old = shown.get(tile);
  if (old?.text === text) return;
  const fresh = document.createElement("template");
  fresh.innerHTML = text;
  /** @type {Area[]} */
  const areas = JSON.parse(fresh.content.querySelector("script")?.textContent ?? "[]");
  const container = /** @type {HTMLElement} */ (fresh.content.querySelector(".map"));
  const level = container.dataset.level ?? "";
  const open = tile.querySelector("details")?.open;
  if (old?.map && level !== "cell") {
    // The place that somebody has moved to stays.
    fresh.content.querySelector(".map")?.replaceWith(old.map.getContainer());
    old.map.setPaintProperty("areas", "fill-color", colouring(level, areas));
  } else old?.map?.remove();
  tile.replaceChildren(fresh.content);
  const details = tile.querySelector("details");
  if (details && open) details.open = true;
  const byId = new Map(areas.map((area) => [area.id, area]));
  Object.assign(tile, { byId });
  if (old?.map && level !== "cell") {
    shown.set(tile, { text, map: old.map });
    return;
  }
  shown.set(tile, { text });
  const map = await createMap({ container });
  shown.set(tile, { text, map });
  addAreas(map, level, areas);
  handOver(map, "areas");
  map.on("click", "areas", (event) => {
    const found = event.features?.[0];
    const id = level === "cell" ? String(found?.properties?.h3) : Number(found?.id);
    const area = /** @type {{byId: Map<number | string, Area>}} */ (/** @type {unknown} */ (tile)).byId.get(id);
    if (area) popup(map, [event.lngLat.lng, event.lngLat.lat], figures(area.told[0], [[container.getAttribute("aria-label") ?? "", area.told[1]]]));
  });
  container.dataset.painted = String(areas.length);
}
