// The forms that open a request, with JavaScript: a pin on the map, the device's position, address suggestions.
import { addressBox } from "../vip/address-box.js";
import { createMap, marker, nearOf, zoomOf } from "../vip/map.js";
import { liveQuestions } from "./questions.js";

/** @param {string} id */
const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const lon = /** @type {HTMLInputElement} */ (element("lon"));
const lat = /** @type {HTMLInputElement} */ (element("lat"));
const state = element("pin-state");
const unpin = element("unpin");

/** @type {import("maplibre-gl").Map | undefined} */
let drawn; // the field completes before there is a map, and without one
addressBox(/** @type {HTMLInputElement} */ (element("place_text")), {
  near: () => drawn && nearOf(drawn),
  // What is chosen is shown; a pin is only what somebody sets.
  onChoose: ({ point, precision }) => { if (point) drawn?.easeTo({ center: point, zoom: zoomOf(precision) }); },
});

const questions = document.getElementById("questions");
if (questions) liveQuestions(questions);

element("pin").hidden = false;
const container = element("map");
const map = drawn = await createMap({ container });
/** @type {import("maplibre-gl").Marker | undefined} */
let pin;

/** @param {number} x @param {number} y */
function set(x, y) {
  lon.value = x.toFixed(6);
  lat.value = y.toFixed(6);
  pin ??= newPin(x, y);
  pin.setLngLat([x, y]);
  unpin.hidden = false;
  state.textContent = state.dataset.set ?? "";
}

/** @param {number} x @param {number} y */
function newPin(x, y) {
  const made = marker(map, [x, y], true);
  made.on("dragend", () => set(made.getLngLat().lng, made.getLngLat().lat));
  return made;
}

function clear() {
  pin?.remove();
  pin = undefined;
  lon.value = lat.value = "";
  unpin.hidden = true;
  state.textContent = state.dataset.none ?? "";
}

map.on("click", (event) => set(event.lngLat.lng, event.lngLat.lat));
unpin.addEventListener("click", clear);
document.getElementById("here")?.addEventListener("click", () => {
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => { set(coords.longitude, coords.latitude); map.easeTo({ center: [coords.longitude, coords.latitude], zoom: 17 }); },
    () => { state.textContent = state.dataset.denied ?? ""; },
    { enableHighAccuracy: true, timeout: 10000 },
  );
});
if (lon.value && lat.value) {
  set(Number(lon.value.replace(",", ".")), Number(lat.value.replace(",", ".")));
  map.jumpTo({ center: [Number(lon.value), Number(lat.value)], zoom: 15 });
}
