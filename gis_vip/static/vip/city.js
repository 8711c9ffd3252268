// The city's map page: cases, their filters, and the search for an address.
import { addressBox } from "./address-box.js";
import { addCases, filterCases } from "./cases-layer.js";
import { createMap, marker, nearOf, showDay, zoomOf } from "./map.js";

const container = /** @type {HTMLElement} */ (document.getElementById("map"));
const form = /** @type {HTMLFormElement} */ (document.getElementById("filters"));
const find = /** @type {HTMLInputElement} */ (document.getElementById("find"));

/** The filters of the tiles: what is empty is left out. */
function filters() {
  const sent = new URLSearchParams(/** @type {any} */ (new FormData(form)));
  for (const [name, value] of [...sent]) if (!value) sent.delete(name);
  return sent;
}

/** The same filters in the address, and in that of the list. */
function keepFilters() {
  const sent = filters();
  const address = new URL(location.href);
  for (const name of ["group", "since"]) {
    const value = sent.get(name);
    if (value) address.searchParams.set(name, value);
    else address.searchParams.delete(name);
  }
  if (sent.has("open_only")) address.searchParams.delete("state");
  else address.searchParams.set("state", "all");
  history.replaceState(null, "", address);
  const list = /** @type {HTMLAnchorElement | null} */ (document.getElementById("as-list"));
  if (list) list.search = address.search;
}

const map = await createMap({ container, permalink: true, locate: true });
addCases(map, filters(), container.dataset.caseUrl ?? "");
keepFilters();
form.addEventListener("change", () => { filterCases(map, filters()); keepFilters(); });

// Those who work with cases see new ones within a second or two.
const changes = container.dataset.changesUrl;
if (changes) {
  let seen = "";
  setInterval(async () => {
    if (document.hidden) return;
    const answer = await fetch(`${changes}?seen=${seen}`).catch(() => undefined);
    const version = answer?.headers.get("X-Version") ?? "";
    if (seen && version && version !== seen) filterCases(map, filters());
    seen = version || seen;
  }, 1000);
}

// The register as it was in force on a day; the day stays in the address.
const day = /** @type {HTMLInputElement} */ (document.getElementById("as-of"));
function changeDay() {
  showDay(map, day.value);
  const address = new URL(location.href);
  if (day.value) address.searchParams.set("as_of", day.value);
  else address.searchParams.delete("as_of");
  history.replaceState(null, "", address);
}
day.value = new URLSearchParams(location.search).get("as_of") ?? "";
if (day.value) changeDay();
day.addEventListener("change", changeDay);

/** @type {import("maplibre-gl").Marker | undefined} */
let shown;
addressBox(find, {
  near: () => nearOf(map),
  enterTakesFirst: true,
  onChoose: ({ point, precision }) => {
    if (!point) return;
    shown?.remove();
    shown = marker(map, point);
    map.easeTo({ center: point, zoom: zoomOf(precision) });
  },
});
