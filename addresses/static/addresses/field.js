// The crews' page: a door, its plate, its true place; kept on the phone until it is sent.
import { createMap, marker } from "../vip/map.js";
import { guard, smaller } from "../vip/offline.js";
import { make, say, the, token } from "./ask.js";
import { signIn } from "./messages.js";
import { forget, keep, reports, send } from "./queue.js";

const page = the("field");
const user = String(page.dataset.user);
const form = /** @type {HTMLFormElement} */ (the("report"));
const photo = /** @type {HTMLInputElement} */ (the("photo"));
const RETRY_MS = 15_000;
/** Degrees around a tap in which doors are looked for. */
const REACH = 0.00015;
/** Doors are loaded by cells of so many degrees, at most so many at once, from this zoom on. */
const CELL = 0.0025;
const CELLS = 16;
const NEAR = 16;
/** @type {Map<string, Door>} */
const doors = new Map();
/** @type {Set<string>} */
const cells = new Set();
/** @typedef {{uid: string, number: string, street: string, at: [number, number]}} Door */
/** @type {Door | undefined} */
let door;
/** @type {import("maplibre-gl").Marker | undefined} */
let mark;
/** What is reported at this mark has one key, however often it is sent. */
let key = "";
/** A report that was not accepted, while it is mended. @type {import("./queue.js").Report | undefined} */
let mended;

/** @param {string} text */
const tell = (text) => { the("say").textContent = text; };

// The worker first: what is loaded from now on is kept. It stands above the page, and above the
// map's own workers, which load the tiles and belong to the place that their script comes from.
const standing = await Promise.all(["/register/field/", "/static/"].map((scope) => guard(String(page.dataset.worker), scope)));

const map = await createMap({ container: the("map"), permalink: true, locate: true });
map.on("moveend", around);
map.on("click", (event) => tapped([event.lngLat.lng, event.lngLat.lat], reach(event.point)));
the("middle").addEventListener("click", () => {
  const { lng, lat } = map.getCenter();
  tapped([lng, lat], REACH);
});

/** A thumb's width in degrees. @param {{x: number, y: number}} at */
function reach(at) {
  const other = map.unproject([at.x + 24, at.y]);
  return Math.min(REACH * 3, Math.abs(other.lng - map.unproject([at.x, at.y]).lng));
}

/** @param {[number, number]} at @param {number} within */
async function tapped(at, within) {
  door = await nearest(at, within);
  put(door?.at ?? at);
  const kind = /** @type {HTMLSelectElement} */ (the("kind"));
  if (!door) kind.value = "MISSING_ADDRESS";
  else if (kind.value === "MISSING_ADDRESS") kind.value = "WRONG_DATA";
  name();
  tell(say("drag"));
}

/** Sets the mark for one report. @param {[number, number]} at */
function put(at) {
  mark?.remove();
  mark = marker(map, at, true);
  mark.on("dragend", dragged);
  key = crypto.randomUUID();
}

/** The nearest door of those around, which are there without a network too. @param {[number, number]} at @param {number} within */
async function nearest(at, within) {
  await around();
  /** @type {Door | undefined} */
  let best;
  let least = within;
  for (const one of doors.values()) {
    const away = Math.max(Math.abs(one.at[0] - at[0]), Math.abs(one.at[1] - at[1]));
    if (away < least) {
      least = away;
      best = one;
    }
  }
  return best;
}

/** Loads the doors of the cells in view: the worker keeps the answers by their address. */
async function around() {
  if (map.getZoom() < NEAR) return;
  const [[west, south], [east, north]] = map.getBounds().toArray();
  /** @type {string[]} */
  const wanted = [];
  for (let x = Math.floor(west / CELL); x <= east / CELL; x += 1) {
    for (let y = Math.floor(south / CELL); y <= north / CELL; y += 1) {
      const box = [x, y, x + 1, y + 1].map((n) => (n * CELL).toFixed(4)).join(",");
      if (!cells.has(box)) wanted.push(box);
    }
  }
  await Promise.all(wanted.slice(0, CELLS).map(load));
}

/** @param {string} box */
async function load(box) {
  cells.add(box);
  /** @type {string | null} */
  let address = `/api/v1/doors?in_bbox=${box}`;
  while (address) {
    const answer = await fetch(address).catch(() => undefined);
    if (!answer?.ok) { cells.delete(box); return; }
    const found = /** @type {any} */ (await answer.json());
    for (const f of found.features) doors.set(String(f.id), { uid: String(f.id), number: f.properties.number, street: f.properties.street, at: f.geometry.coordinates });
    address = found.next;
  }
}

/** A door that is dragged is at the wrong place, unless its number says that it is about that. */
function dragged() {
  const kind = /** @type {HTMLSelectElement} */ (the("kind"));
  const number = /** @type {HTMLInputElement} */ (the("number"));
  if (door && kind.value === "WRONG_DATA" && !number.value.trim()) kind.value = "WRONG_POSITION";
  name();
}

/** Says what is chosen, and how far it was dragged. */
function name() {
  const title = door ? say("chosen", { number: door.number, street: door.street }) : say("missing");
  const metres = moved();
  the("what").textContent = mark ? title + (door && metres ? `, ${say("moved", { metres })}` : "") : say("tap");
}

/** Metres between the door and the mark. */
function moved() {
  if (!door || !mark) return 0;
  const { lng, lat } = mark.getLngLat();
  const north = (lat - door.at[1]) * 111_320;
  const east = (lng - door.at[0]) * 111_320 * Math.cos((lat * Math.PI) / 180);
  return Math.round(Math.hypot(north, east) * 10) / 10;
}

photo.addEventListener("change", photoLine);

function photoLine() {
  const [file] = photo.files ?? [];
  the("photo-is").hidden = !file && !mended?.photo;
  the("photo-is").textContent = file ? say("photo_is", { name: file.name }) : say("photo_kept");
}

/** Whether the number can be one of a plate; says so beside the field. */
function plateFits() {
  const number = /** @type {HTMLInputElement} */ (the("number"));
  const fits = !number.value.trim() || !number.validity.patternMismatch;
  the("number-error").hidden = fits;
  number.toggleAttribute("aria-invalid", false);
  if (!fits) number.setAttribute("aria-invalid", "true");
  return fits;
}
the("number").addEventListener("change", plateFits);

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = /** @type {HTMLButtonElement} */ (the("send"));
  if (button.disabled) return undefined;
  if (!mark) return tell(say("need_place"));
  if (!plateFits()) return the("number").focus();
  // All is taken before the first pause: a second tap finds nothing to send.
  button.disabled = true;
  const [file] = photo.files ?? [];
  const report = filled();
  const old = mended;
  empty();
  try {
    if (file) report.photo = await smaller(file);
    await keep(report);
    if (old) await forget(old.key);
    tell(say("kept"));
  } catch {
    fill(report);
    tell(say("not_kept"));
    return undefined;
  } finally {
    button.disabled = false;
  }
  return sendAll();
});

/** What the form says, as it waits in the queue. @returns {import("./queue.js").Report} */
function filled() {
  const { lng, lat } = /** @type {import("maplibre-gl").Marker} */ (mark).getLngLat();
  const sent = new FormData(form);
  /** @type {Record<string, string>} */
  const fields = { kind: String(sent.get("kind")), text: String(sent.get("text")), number: String(sent.get("number")), lon: lng.toFixed(9), lat: lat.toFixed(9), moved: String(moved() > 0) };
  if (door) fields.uid = door.uid;
  return { key, user, at: Date.now(), title: the("what").textContent ?? "", fields, door: door ?? null, photo: mended?.photo ?? null, state: "waiting", why: "" };
}

function empty() {
  form.reset();
  mark?.remove();
  mark = door = mended = undefined;
  photoLine();
  plateFits();
  name();
}

/** Puts a report back into the form, to be changed and sent anew. @param {import("./queue.js").Report} report */
function fill(report) {
  const { fields } = report;
  empty();
  mended = report;
  door = report.door ?? undefined;
  for (const field of ["kind", "number", "text"]) /** @type {HTMLInputElement} */ (the(field)).value = fields[field];
  /** @type {[number, number]} */
  const at = [Number(fields.lon), Number(fields.lat)];
  put(at);
  map.jumpTo({ center: at, zoom: Math.max(map.getZoom(), NEAR + 2) });
  photoLine();
  plateFits();
  name();
}

async function sendAll() {
  const waiting = (await reports(user)).some((r) => r.state === "waiting");
  const { sent, refused, signedOut } = waiting ? await send(user, token) : { sent: 0, refused: 0, signedOut: false };
  await paint();
  if (signedOut) the("say").replaceChildren(`${say("sign_in")} `, signIn());
  else if (refused) tell(say("refused", { count: refused }));
  else if (sent) tell(say("sent", { count: sent }));
  else if (waiting && !navigator.onLine) tell(say("kept"));
}

async function paint() {
  const all = await reports(user);
  const waiting = all.filter((r) => r.state === "waiting").length;
  const count = the("queue-count");
  count.textContent = all.length ? say("waiting", { count: waiting }) : say("none_waiting");
  count.classList.toggle("warn", waiting > 0);
  page.dataset.waiting = String(waiting);
  the("queue").replaceChildren(...all.map(row));
}

/** @param {import("./queue.js").Report} report */
function row(report) {
  const time = new Date(report.at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  const facts = [time, report.fields.text.slice(0, 80), report.photo ? say("with_photo") : ""].filter(Boolean).join(" · ");
  const parts = [make("p", {}, [make("strong", { text: report.title })]), make("p", { class: "soft", text: facts })];
  if (report.state === "failed") parts.push(make("p", { class: "error", text: say("failed", { why: report.why }) }));
  const again = make("button", { type: "button", class: "button small", text: say("again"), click: async () => { await keep({ ...report, state: "waiting", why: "" }); await sendAll(); } });
  const away = make("button", { type: "button", class: "button small", text: say("forget"), click: async () => { if (confirm(say("forget_sure"))) { await forget(report.key); await paint(); } } });
  const mend = make("button", { type: "button", class: "button small primary", text: say("mend"), click: () => { fill(report); tell(say("mending")); the("what").focus(); } });
  return make("li", { class: report.state }, [...parts, make("div", { class: "row" }, report.state === "failed" ? [mend, again, away] : [away])]);
}

the("send-now").addEventListener("click", sendAll);
addEventListener("online", () => { tell(say("online")); sendAll(); });
addEventListener("offline", () => tell(say("offline")));
setInterval(() => { if (navigator.onLine) sendAll(); }, RETRY_MS);

name();
await around();
await sendAll();
if (!the("say").textContent) tell(navigator.onLine ? say("tap") : say("offline"));
// What was loaded before the worker stood above the page, and the page itself.
const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
standing[0]?.postMessage({ keep: [location.origin + location.pathname, ...loaded] });
page.dataset.ready = "1";
