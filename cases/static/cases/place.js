// The place of one request: a small map of it, and the field that corrects it.
import { addressBox } from "../vip/address-box.js";
import { createMap, marker } from "../vip/map.js";

const field = /** @type {HTMLInputElement | null} */ (document.getElementById("place"));
if (field) addressBox(field);
const container = document.getElementById("map");
if (container) {
  const map = await createMap({ container });
  marker(map, [Number(container.dataset.lon), Number(container.dataset.lat)]);
}
