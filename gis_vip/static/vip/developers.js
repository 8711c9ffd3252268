// Examples that run with one's own key, which never leaves the page but in the header; and every collection on a map.
import { createMap } from "./map.js";

/** @template {HTMLElement} T @param {string} id @returns {T} */
const part = (id) => /** @type {T} */ (document.getElementById(id));
const [example, path, key] = [/** @type {HTMLSelectElement} */ (part("example")), /** @type {HTMLInputElement} */ (part("path")), /** @type {HTMLInputElement} */ (part("key"))];
const [told, answer, curl] = [part("told"), part("answer"), part("as-curl")];
const MOST = 6000;

function asCurl() {
  const header = key.value ? ' -H "Authorization: Bearer $KEY"' : "";
  curl.textContent = `curl${header} "${location.origin}${path.value}"`;
}
example.addEventListener("change", () => { path.value = example.value; asCurl(); });
path.addEventListener("input", asCurl);
key.addEventListener("input", asCurl);
asCurl();

part("try-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const at = new URL(path.value, location.origin);
  if (at.origin !== location.origin) return;
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  if (key.value) headers.Authorization = `Bearer ${key.value.trim()}`;
  const begun = performance.now();
  const got = await fetch(at, { headers, credentials: key.value ? "omit" : "same-origin" }).catch(() => undefined);
  answer.hidden = !got;
  if (!got) { told.textContent = told.dataset.failed ?? ""; return; }
  const text = await got.text();
  const left = got.headers.get("RateLimit-Remaining");
  told.textContent = [`${got.status} ${got.statusText}`, got.headers.get("Content-Type"), `${Math.round(performance.now() - begun)} ms`, left && `RateLimit-Remaining: ${left}`].filter(Boolean).join(" · ");
  answer.textContent = pretty(text).slice(0, MOST);
});

/** @param {string} text */
function pretty(text) {
  try { return JSON.stringify(JSON.parse(text), null, 1); } catch { return text; }
}

const container = part("map");
const collection = /** @type {HTMLSelectElement} */ (part("collection"));
const map = await createMap({ container, permalink: true });
const empty = { type: /** @type {const} */ ("FeatureCollection"), features: [] };
map.addSource("items", { type: "geojson", data: empty });
const colour = "#7c3aed";
map.addLayer({ id: "items-fill", type: "fill", source: "items", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colour, "fill-opacity": 0.15 } });
map.addLayer({ id: "items-line", type: "line", source: "items", filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": colour, "line-width": 1.6 } });
map.addLayer({ id: "items-point", type: "circle", source: "items", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-color": colour, "circle-radius": 4, "circle-stroke-color": "#fff", "circle-stroke-width": 1 } });

let asked = 0;
async function draw() {
  const mine = ++asked;
  const box = map.getBounds();
  const query = new URLSearchParams({ bbox: [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map((v) => v.toFixed(6)).join(","), limit: "1000" });
  /** @type {HTMLAnchorElement} */ (part("as-page")).href = `/ogc/collections/${collection.value}/items?f=html`;
  const got = await fetch(`/ogc/collections/${collection.value}/items?${query}`, { headers: { Accept: "application/geo+json" } }).catch(() => undefined);
  if (mine !== asked) return;
  const words = part("on-map");
  const body = got?.ok ? await got.json() : empty;
  const placed = body.features.filter((/** @type {any} */ one) => one.geometry);
  /** @type {import("maplibre-gl").GeoJSONSource} */ (map.getSource("items")).setData({ type: "FeatureCollection", features: placed });
  words.textContent = got?.ok ? `${placed.length} ${words.dataset.words}` : words.dataset.none ?? "";
  container.dataset.drawn = `${collection.value}:${placed.length}`;
}
collection.addEventListener("change", draw);
map.on("moveend", draw);
draw();
