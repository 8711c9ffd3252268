// A small map that shows the place of one request.
import { createMap, marker } from "../vip/map.js";

const container = /** @type {HTMLElement} */ (document.getElementById("map"));
const map = await createMap({ container });
marker(map, [Number(container.dataset.lon), Number(container.dataset.lat)]);
