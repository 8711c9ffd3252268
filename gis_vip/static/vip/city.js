// The city's map page: what is shown is chosen at the side, and all of it stands in the address.
import { addressBox } from "./address-box.js";
import { createMap, marker, nearOf, showDay, zoomOf } from "./map.js";
import { Compare } from "./map/compare.js";
import { identify } from "./map/identify.js";
import { openTable } from "./map/table.js";
import { addTools } from "./map/tools.js";
import { Layers, layerTree, legendOf } from "./map/tree.js";

/** Layers whose features are records of the register. */
const REGISTER = ["boundaries", "boundary_labels", "streets", "parcels", "buildings", "doors", "landmarks"];
const the = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const container = the("map");
const form = /** @type {HTMLFormElement} */ (the("filters"));
const asked = new URLSearchParams(location.search);

/** Writes values into the address; null takes one out. @param {Record<string, string | null>} values */
function keep(values) {
  const address = new URL(location.href);
  for (const [name, value] of Object.entries(values)) {
    if (value) address.searchParams.set(name, value);
    else address.searchParams.delete(name);
  }
  history.replaceState(null, "", address);
}

/** The filters of a layer's tiles: what is empty is left out. @param {string} layer */
function filters(layer) {
  const sent = new URLSearchParams(/** @type {any} */ (new FormData(form)));
  for (const [name, value] of [...sent]) if (!value) sent.delete(name);
  if (layer === "cases") return sent;
  // The table of counts knows a group by its running number.
  const group = /** @type {HTMLSelectElement} */ (the("group")).selectedOptions[0]?.dataset.id;
  const type = sent.get("type");
  return new URLSearchParams({ ...(group && { group }), ...(type && { type }) });
}

/** The same filters in the address, and in that of the list. */
function keepFilters() {
  const sent = filters("cases");
  keep({ group: sent.get("group"), type: sent.get("type"), since: sent.get("since"), state: sent.has("open_only") ? null : "all" });
  const list = /** @type {HTMLAnchorElement | null} */ (document.getElementById("as-list"));
  if (list) list.search = location.search;
}

const map = await createMap({ container, permalink: true, locate: true, theme: asked.get("theme") ?? undefined });
const offered = JSON.parse(the("map-layers").textContent ?? "[]");
const layers = new Layers(map, offered, asked.get("layers"));
const filterLayers = () => { for (const name of ["cases", "density"]) layers.ask(name, filters(name)); };
filterLayers();
layers.draw();
keepFilters();
form.addEventListener("change", () => { filterLayers(); keepFilters(); });

layerTree(the("layers"), layers, () => keep({ layers: layers.wanted }));
legendOf(the("legend"), layers);
/** Where the things of a layer have a page that this viewer may open. */
const { caseUrl, listUrl, findingUrl, recordUrl } = container.dataset;
const links = Object.fromEntries(Object.entries({
  // A public request has no page; what is near its kind is a list.
  cases: caseUrl ?? listUrl, work_orders: caseUrl, quality: findingUrl,
  ...Object.fromEntries(REGISTER.map((layer) => [layer, recordUrl?.replace("LAYER", layer)])),
}).flatMap(([name, url]) => (url ? [[name, url]] : [])));

const comparison = /** @type {HTMLFormElement} */ (the("comparison"));
const compare = new Compare(map, { form: comparison, layers, query: filters });
comparison.addEventListener("change", () => { if (compare.second) keep({ compare: compare.told }); });
const { measure, bar } = addTools(map, {
  legend: (style, zoom) => layers.legend(style, zoom).flatMap(({ signs }) => signs),
  onTheme: (theme) => keep({ theme }),
  more: {
    table: () => openTable(map, layers.offered, links),
    compare: (button) => {
      comparison.hidden = Boolean(compare.second);
      button.setAttribute("aria-pressed", String(!compare.second));
      if (compare.second) compare.end();
      else compare.begin();
      keep({ compare: compare.second ? compare.told : null });
    },
  },
});
if (compare.take(asked.get("compare") ?? "")) /** @type {HTMLElement} */ (bar.querySelector("[data-do=compare]")).click();
identify(map, { offered: layers.offered, busy: () => measure.active, at: (point) => compare.at(point), links });

// Those who work with cases see new ones within a second or two.
const changes = container.dataset.changesUrl;
if (changes) {
  let seen = "";
  setInterval(async () => {
    if (document.hidden || compare.second) return;
    const answer = await fetch(`${changes}?seen=${seen}`).catch(() => undefined);
    const version = answer?.headers.get("X-Version") ?? "";
    if (seen && version && version !== seen) layers.ask("cases", filters("cases"));
    seen = version || seen;
  }, 1000);
}

// The register as it was in force on a day; the day stays in the address.
const day = /** @type {HTMLInputElement} */ (the("as-of"));
function changeDay() {
  showDay(map, day.value);
  keep({ as_of: day.value });
}
day.value = asked.get("as_of") ?? "";
if (day.value) changeDay();
day.addEventListener("change", changeDay);

/** @type {import("maplibre-gl").Marker | undefined} */
let shown;
addressBox(/** @type {HTMLInputElement} */ (the("find")), {
  near: () => nearOf(map),
  enterTakesFirst: true,
  onChoose: ({ point, precision }) => {
    if (!point) return;
    shown?.remove();
    shown = marker(map, point);
    map.easeTo({ center: point, zoom: zoomOf(precision) });
  },
});

// On a phone the side is a sheet that is drawn up from below.
const handle = the("handle");
handle.addEventListener("click", () => {
  const open = handle.getAttribute("aria-expanded") !== "true";
  handle.setAttribute("aria-expanded", String(open));
  handle.parentElement?.classList.toggle("open", open);
});
