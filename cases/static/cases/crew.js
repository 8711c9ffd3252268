// A crew's day on its phone: the list and the map, with or without a network; what is reported waits
// on the phone until the server has it.
import { make, say, the, token, word } from "../addresses/ask.js";
import { signIn } from "../addresses/messages.js";
import { guard, smaller } from "../vip/offline.js";
import { createMap } from "../vip/map.js";
import { after, forget, keep, reports, send } from "./crew-outbox.js";
import { drawWay, stop } from "./way.js";

/** @typedef {import("./crew-outbox.js").Report} Report */
/** @typedef {import("./crew-outbox.js").Order} Order */
/** @typedef {{day: string, orders: Order[], way: {by: string, metres: number, minutes: number, line: any}}} Day */

const page = the("crew");
const user = String(page.dataset.user);
const form = /** @type {HTMLFormElement} */ (the("report"));
const RETRY_MS = 15_000;
const COLOUR = "#1d4ed8";
const MS_OF_DAY = 86_400_000;
/** @type {Day} */
let shown = { day: "", orders: [], way: { by: "straight", metres: 0, minutes: 0, line: null } };
/** The order whose form is open. @type {Order | undefined} */
let open;
/** @type {import("maplibre-gl").Marker[]} */
let marks = [];
/** @type {Record<"before" | "after", Blob[]>} */
let photos = { before: [], after: [] };

/** @param {string | (Node | string)[]} text */
const tell = (text) => the("say").replaceChildren(...[text].flat());
/** @param {string} iso */
const dayName = (iso) => new Date(`${iso}T12:00`).toLocaleDateString(document.documentElement.lang, { weekday: "long", day: "numeric", month: "long" });
/** The day of this place, not of Greenwich. @param {Date} date */
const isoDay = (date) => new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);

// The worker first: what is loaded from now on is kept.
const standing = await Promise.all(["/crew/", "/static/"].map((scope) => guard(String(page.dataset.worker), scope)));
const map = await createMap({ container: the("map"), locate: true });

/** @param {string} day @returns {Promise<Day | undefined>} */
async function load(day) {
  const answer = await fetch(`${page.dataset.orders}?day=${day}`).catch(() => undefined);
  if (answer?.status === 401 || answer?.status === 403) tell([`${say("sign_in")} `, signIn()]);
  return answer?.ok ? answer.json() : undefined;
}

/** @param {string} day */
async function show(day) {
  const found = await load(day);
  shown = found ?? { day, orders: [], way: { by: "straight", metres: 0, minutes: 0, line: null } };
  if (open && !shown.orders.some((o) => o.id === open?.id)) shut();
  await paint();
  drawMap();
}

function drawMap() {
  marks.forEach((mark) => mark.remove());
  marks = shown.orders.flatMap((order, i) => (order.at ? [stop(map, order.at, String(i + 1), order.number, order.open ? COLOUR : "#5a6b66")] : []));
  drawWay(map, "way", shown.way.line, COLOUR, shown.way.by);
  const all = shown.orders.flatMap((o) => (o.at ? [o.at] : []));
  if (!all.length) return;
  const [xs, ys] = [all.map(([x]) => x), all.map(([, y]) => y)];
  map.fitBounds([[Math.min(...xs), Math.min(...ys)], [Math.max(...xs), Math.max(...ys)]], { padding: 40, maxZoom: 17, duration: 0 });
}

async function paint() {
  const waiting = await reports(user);
  the("day").textContent = dayName(shown.day);
  page.dataset.day = shown.day;
  const { by, metres, minutes, line } = shown.way;
  the("way").textContent = line ? say(`way_${by}`, { km: (metres / 1000).toFixed(1), minutes: Math.round(minutes) }) : "";
  const rows = shown.orders.map((order) => row(order, waiting.filter((r) => r.order.id === order.id)));
  the("orders").replaceChildren(...(rows.length ? rows : [make("li", { class: "soft", text: say("none") })]));
  paintQueue(waiting);
}

/** @param {Order} order @param {Report[]} mine */
function row(order, mine) {
  const now = after(order, mine);
  const facts = [order.number, order.crew, order.day === shown.day ? "" : say("from_day", { day: dayName(order.day) }), order.due_at ? say("due", { day: new Date(order.due_at).toLocaleDateString(document.documentElement.lang) }) : ""];
  const last = mine.at(-1);
  const state = last ? say("waits", { deed: say(`deed_${last.deed}`) }) : word("states", order.state);
  const parts = [
    make("p", {}, [make("strong", { text: order.type || order.number }), ` · ${order.place}`]),
    make("p", { class: "soft", text: facts.filter(Boolean).join(" · ") }),
    make("p", {}, [make("span", { class: `tag ${last ? "warn" : order.state === "DONE" ? "good" : ""}`, text: state })]),
    order.task ? make("p", {}, [make("strong", { text: order.task })]) : "",
    make("p", { text: order.description }),
  ];
  const pictures = order.photos.map((src, i) => make("img", { class: "photo", src, alt: say("photo", { n: i + 1 }), loading: "lazy" }));
  /** @type {(Node | string)[]} */
  const buttons = [];
  if (order.at) {
    const [lon, lat] = order.at;
    buttons.push(make("a", { class: "button", href: `geo:${lat},${lon}?q=${lat},${lon}`, text: say("navigate") }));
    buttons.push(make("a", { class: "button", href: `/map/#18/${lat}/${lon}`, text: say("map") }));
  }
  if (now.state === "PLANNED") buttons.push(make("button", { type: "button", class: "button", "data-deed": "start", text: say("here"), click: () => begin(order) }));
  if (now.open) buttons.push(make("button", { type: "button", class: "button primary", "data-deed": "report", text: say("open"), click: () => unfold(order) }));
  const item = make("li", { "data-order": order.id, "data-state": now.state }, [...parts, ...pictures, make("div", { class: "row" }, buttons)]);
  if (open?.id === order.id) item.append(form);
  return item;
}

/** @param {Order} order */
async function begin(order) {
  await store(order, "start", {}, {});
}

/** @param {Order} order */
function unfold(order) {
  shut();
  open = order;
  form.hidden = false;
  the("report-title").textContent = `${order.type || order.number} · ${order.place}`;
  document.querySelector(`[data-order="${order.id}"]`)?.append(form);
  the("report-title").focus();
}

function shut() {
  open = undefined;
  form.reset();
  form.hidden = true;
  page.querySelector(".sheet")?.append(form);
  photos = { before: [], after: [] };
  the("material-rows").replaceChildren();
  counts();
}

function counts() {
  the("count-before").textContent = String(photos.before.length);
  the("count-after").textContent = String(photos.after.length);
}

for (const moment of /** @type {const} */ (["before", "after"])) {
  const input = /** @type {HTMLInputElement} */ (the(`photo-${moment}`));
  input.addEventListener("change", async () => {
    const kept = await Promise.all([...(input.files ?? [])].map(smaller));
    photos[moment] = [...photos[moment], ...kept].slice(0, 5);
    input.value = "";
    counts();
  });
}

the("add-material").addEventListener("click", () => {
  const n = the("material-rows").childElementCount + 1;
  /** @param {string} name @param {Record<string, any>} more */
  const field = (name, more) => make("input", { "data-name": name, "aria-label": `${say(name === "name" ? "material" : name)} ${n}`, placeholder: say(name === "name" ? "material" : name), autocomplete: "off", ...more });
  const line = make("div", { class: "row material" }, [field("name", { maxlength: 120 }), field("quantity", { inputmode: "decimal", maxlength: 10 }), field("unit", { maxlength: 20 })]);
  the("material-rows").append(line);
  line.firstElementChild.focus();
});

function materials() {
  return [...document.querySelectorAll(".material")].flatMap((line) => {
    const values = Object.fromEntries([...line.querySelectorAll("input")].map((input) => [input.dataset.name, input.value.trim()]));
    return values.name || values.quantity ? [values] : [];
  });
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const order = open;
  if (!order) return undefined;
  const deed = event.submitter?.id === "not-done" ? "not_done" : "done";
  const sent = new FormData(form);
  const [code, note] = [String(sent.get("result_code")), String(sent.get("note")).trim()];
  const group = form.querySelector(`option[value="${code}"]`)?.closest("optgroup")?.dataset.deed;
  if (deed === "not_done" && (!note || group !== "not_done")) return tell(say("need_note"));
  /** @type {Record<string, string>} */
  const fields = { note, minutes: String(sent.get("minutes")), materials: JSON.stringify(materials()) };
  if (code && group === deed) fields.result_code = code;
  if (deed === "not_done" && sent.get("hand_out")) fields.hand_out = "true";
  const pictures = photos;
  shut();
  return store(order, deed, fields, pictures);
});
the("leave").addEventListener("click", () => { shut(); paint(); });

/** @param {Order} order @param {string} deed @param {Record<string, string>} fields @param {Partial<Record<"before" | "after", Blob[]>>} pictures */
async function store(order, deed, fields, pictures) {
  const mine = (await reports(user)).filter((r) => r.order.id === order.id);
  const version = after(order, mine).version;
  /** @type {Report} */
  const report = { key: crypto.randomUUID(), user, at: Date.now(), order, deed, version, fields, photos: { before: pictures.before ?? [], after: pictures.after ?? [] }, state: "waiting", why: "" };
  try {
    await keep(report);
    tell(say("kept"));
  } catch {
    return tell(say("not_kept"));
  }
  await paint();
  return sendAll();
}

async function sendAll() {
  const waiting = (await reports(user)).some((r) => r.state === "waiting");
  const { sent, refused, signedOut } = waiting ? await send(user, token) : { sent: 0, refused: 0, signedOut: false };
  if (sent || refused) await show(shown.day);
  else await paint();
  if (signedOut) tell([`${say("sign_in")} `, signIn()]);
  else if (refused) tell(say("refused", { count: refused }));
  else if (sent) tell(say("sent", { count: sent }));
}

/** @param {Report[]} all */
function paintQueue(all) {
  const waiting = all.filter((r) => r.state === "waiting").length;
  const count = the("queue-count");
  count.textContent = all.length ? say("waiting", { count: waiting }) : say("none_waiting");
  count.classList.toggle("warn", waiting > 0);
  page.dataset.waiting = String(waiting);
  the("queue").replaceChildren(...all.map(queued));
}

/** What was written here, in words. @param {Report} report */
function written({ deed, fields, photos: pictures }) {
  const result = form.querySelector(`option[value="${fields.result_code ?? ""}"]`);
  const many = pictures.before.length + pictures.after.length;
  const parts = [say(`deed_${deed}`), fields.result_code ? result?.textContent : "", fields.note, fields.minutes ? say("minutes", { count: fields.minutes }) : "", many ? say("photos", { count: many }) : ""];
  return parts.filter(Boolean).join(" · ");
}

/** @param {Report} report */
function queued(report) {
  const time = new Date(report.at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  const parts = [make("p", {}, [make("strong", { text: `${report.order.type || ""} ${report.order.number}` })])];
  const buttons = [];
  const drop = async () => { if (confirm(say("take_theirs_sure"))) { await forgetFrom(report); await show(shown.day); } };
  if (report.theirs) {
    const { state, day, crew, note, changed_by, changed_note } = report.theirs;
    const theirs = [word("states", state), crew, dayName(day), note || changed_note, changed_by ? say("by", { name: changed_by }) : ""].filter(Boolean).join(" · ");
    parts.push(make("p", { class: "error", text: say("changed") }));
    parts.push(make("dl", { class: "facts conflict" }, [make("dt", { text: say("yours") }), make("dd", { text: `${time} · ${written(report)}` }), make("dt", { text: say("theirs") }), make("dd", { text: theirs })]));
    if (report.theirs.open) buttons.push(make("button", { type: "button", class: "button small primary", "data-choice": "mine", text: say("keep_mine"), click: () => insist(report) }));
    buttons.push(make("button", { type: "button", class: "button small", "data-choice": "theirs", text: say("take_theirs"), click: drop }));
  } else {
    parts.push(make("p", { class: "soft", text: `${time} · ${written(report)}` }));
    if (report.state === "failed") {
      parts.push(make("p", { class: "error", text: say("failed", { why: report.why }) }));
      buttons.push(make("button", { type: "button", class: "button small primary", text: say("again"), click: async () => { await keep({ ...report, state: "waiting", why: "" }); await sendAll(); } }));
    }
    buttons.push(make("button", { type: "button", class: "button small", text: say("forget"), click: drop }));
  }
  return make("li", { class: report.state, "data-key": report.key }, [...parts, make("div", { class: "row" }, buttons)]);
}

/** What was done to this order from this report on. @param {Report} report */
async function chain(report) {
  return (await reports(user)).filter((r) => r.order.id === report.order.id && r.at >= report.at);
}

/** Sends mine over what they did: their version is known now. @param {Report} report */
async function insist(report) {
  let { version } = report.theirs;
  for (const one of await chain(report)) {
    await keep({ ...one, version, state: "waiting", why: "", theirs: undefined });
    version += 1;
  }
  await sendAll();
}

/** @param {Report} report */
async function forgetFrom(report) {
  for (const one of await chain(report)) await forget(one.key);
}

/** @param {number} by days */
function turn(by) {
  return show(isoDay(new Date(new Date(`${shown.day}T12:00`).getTime() + by * MS_OF_DAY)));
}
the("before").addEventListener("click", () => turn(-1));
the("after").addEventListener("click", () => turn(1));
the("send-now").addEventListener("click", sendAll);
addEventListener("online", () => { tell(say("online")); sendAll(); });
addEventListener("offline", () => tell(say("offline")));
setInterval(() => { if (navigator.onLine) sendAll(); }, RETRY_MS);

const today = isoDay(new Date());
await show(today);
await sendAll();
if (!the("say").textContent && !navigator.onLine) tell(say("offline"));
// Tomorrow too: the day may begin without a network. And what was loaded before the worker stood.
await load(isoDay(new Date(Date.now() + MS_OF_DAY)));
const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
standing[0]?.postMessage({ keep: [location.origin + location.pathname, ...loaded] });
page.dataset.ready = "1";
