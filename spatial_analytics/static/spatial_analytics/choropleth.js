// Cases per 1,000 residents: shapes come as tiles, values beside them, joined by the area's id.
import { absolute, belowLabels, createMap, popup } from "../vip/map.js";
import { addTools } from "../vip/map/tools.js";
import { figures, handOver, spoken } from "./parts.js";

/** @typedef {{id: number, name: string, district: string, population: number | null, cases: number | null, rate: number | null, colour: string}} Area */

const NO_DATA = "#c9ced0";
const container = /** @type {HTMLElement} */ (document.getElementById("map"));
const form = /** @type {HTMLFormElement} */ (document.getElementById("question"));
const words = container.dataset;

// A choice shows itself at once, and the place on the map stays in the address.
form.addEventListener("change", (event) => {
  const changed = /** @type {HTMLInputElement} */ (event.target).name;
  const [from, to, days] = ["from", "to", "days"].map((name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name)));
  if (changed === "days") from.value = to.value = "";
  if ((changed === "from" || changed === "to") && !(from.value && to.value)) return;
  days.disabled = Boolean(from.value && to.value);
  form.action = location.pathname + location.hash;
  form.requestSubmit();
});

/** @type {Promise<{areas: Area[], no_data: string}>} */
const answer = fetch(/** @type {string} */ (words.url)).then((response) => response.json());
const map = await createMap({ container, permalink: true });
addTools(map);
map.addSource("areas", {
  type: "vector", minzoom: 5, maxzoom: 12,
  tiles: [absolute(`/tiles/choropleth/{z}/{x}/{y}.mvt?level=${words.level}`)],
});
map.addLayer({
  id: "areas", type: "fill", source: "areas", "source-layer": "choropleth",
  paint: { "fill-color": NO_DATA, "fill-opacity": 0.78 },
}, belowLabels(map));
map.addLayer({
  id: "area-lines", type: "line", source: "areas", "source-layer": "choropleth",
  paint: {
    "line-color": ["case", ["boolean", ["feature-state", "chosen"], false], "#d97a00", "#ffffff"],
    "line-width": ["case", ["boolean", ["feature-state", "chosen"], false], 3, 0.8],
  },
}, belowLabels(map));

const { areas } = await answer;
const byId = new Map(areas.map((area) => [area.id, area]));
const feature = (/** @type {number} */ id) => ({ source: "areas", sourceLayer: "choropleth", id });
// In the style, not as states of the features: these a picture or a sheet of paper would not have.
/** @type {any} */
const colours = ["match", ["id"], ...areas.flatMap(({ id, colour }) => [id, colour]), NO_DATA];
if (areas.length) map.setPaintProperty("areas", "fill-color", colours);
container.dataset.painted = String(areas.length);

/** @type {number | undefined} */
let chosen;
/** @param {number} id */
function choose(id) {
  if (chosen !== undefined) map.setFeatureState(feature(chosen), { chosen: false });
  document.querySelector("tr.chosen")?.classList.remove("chosen");
  chosen = id;
  map.setFeatureState(feature(id), { chosen: true });
  document.querySelector(`tr[data-area="${id}"]`)?.classList.add("chosen");
}

map.on("click", "areas", (event) => {
  const id = Number(event.features?.[0]?.id);
  const area = byId.get(id);
  if (!area) return;
  choose(id);
  document.querySelector(`tr[data-area="${id}"]`)?.scrollIntoView({ block: "nearest" });
  const none = words.none ?? "–";
  popup(map, [event.lngLat.lng, event.lngLat.lat], figures(area.name, [
    [words.rate ?? "", area.rate === null ? none : spoken(area.rate, 2)],
    [words.cases ?? "", area.cases === null ? words.few ?? "" : spoken(area.cases)],
    [words.residents ?? "", area.population ? spoken(area.population) : none],
  ]));
});
handOver(map, "areas");
document.getElementById("areas")?.addEventListener("click", (event) => {
  const row = /** @type {HTMLElement} */ (event.target).closest("tr");
  if (row?.dataset.area) choose(Number(row.dataset.area));
});
document.getElementById("permalink")?.addEventListener("click", (event) => {
  /** @type {HTMLAnchorElement} */ (event.currentTarget).hash = location.hash;
});
