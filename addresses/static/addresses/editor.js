// The editor's page: brings draft, map, tools, record and keyboard together.
import { createMap } from "../vip/map.js";
import { Refused, ask, make, say, the, word } from "./ask.js";
import { Crosshair } from "./crosshair.js";
import { Draft } from "./draft.js";
import { Drawing } from "./drawing.js";
import { tell, trying } from "./messages.js";
import { NEAR, Near } from "./near.js";
import { numbering } from "./numbering.js";
import { RecordPanel } from "./record.js";
import { Tools } from "./tools.js";

const mayEdit = the("editor").dataset.mayEdit === "1";
const asked = new URLSearchParams(location.hash.slice(1));
const map = await createMap({ container: the("map"), permalink: "map" });
const near = new Near(map);
const drawing = new Drawing(map, near);
const crosshair = new Crosshair(map);
const draft = new Draft(held, (change) => trying(() => show(change)));
const panel = new RecordPanel(() => draft.uid, () => mayEdit && draft.mayEdit);
const tools = new Tools({ draft, near, drawing, panel, number: numbering(draft, near), painted: paint, show });
panel.onKeep = (values) => tools.keep(values);
panel.onShow = (uid) => trying(() => show({ uid }));
panel.onAdd = (entity, values, names) => trying(() => tools.add(entity, values, names));

/** The draft holds something else now. */
function held() {
  near.draft = draft.uid;
  near.later();
  link("draft", draft.uid);
  if (panel?.shown?.uid) trying(() => refresh(String(panel.shown?.uid)));
}

/** The open record as the draft has it now; what it no longer holds is closed without a word. @param {string} uid */
async function refresh(uid) {
  try {
    await panel.open(uid);
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 404) throw error;
    tools.chosen = [];
    near.choose([]);
    panel.close();
    paint();
  }
}

/** Buttons and address follow the tool and the choice. */
function paint() {
  for (const button of bar) button.setAttribute("aria-pressed", String(button.dataset.tool === tools.current));
  const drawn = tools.current !== "select";
  for (const id of ["apply", "cancel"]) {
    const button = document.getElementById(id);
    if (button) button.hidden = !drawn;
  }
  crosshair.hide();
  link("record", tools.chosen.length === 1 ? tools.chosen[0].id : "");
}

/** Keeps the draft and the record in the address, beside the map's place. @param {string} name @param {string} value */
function link(name, value) {
  const now = location.hash.slice(1).split("&").filter((part) => part && !part.startsWith(`${name}=`));
  if (value) now.push(`${name}=${value}`);
  history.replaceState(history.state, "", `#${now.join("&")}`);
}

/** Goes to a record wherever it is. @param {{uid: string, point?: number[] | null, values?: any}} hit @param {boolean} [quiet] leaves what was told last */
async function show(hit, quiet = false) {
  const at = hit.point ?? (hit.values?.geometry && first(hit.values.geometry.coordinates));
  const shown = await panel.open(hit.uid);
  const place = at ?? (shown.values?.geometry && first(shown.values.geometry.coordinates));
  if (place) {
    map.jumpTo({ center: place, zoom: Math.max(map.getZoom(), NEAR + 2) });
    await near.load();
  }
  const feature = near.features.get(hit.uid) ?? { type: /** @type {const} */ ("Feature"), id: hit.uid, geometry: shown.values?.geometry ?? null, properties: { ...shown.values, entity: shown.entity, change: "" } };
  tools.chosen = [feature];
  near.choose([hit.uid]);
  paint();
  if (!quiet) tell(say("selected", { what: tools.title() }));
}

/** @param {any} coordinates @returns {[number, number]} */
function first(coordinates) {
  return Array.isArray(coordinates[0]) ? first(coordinates[0]) : coordinates;
}

// Tools by button and by key.
const bar = /** @type {HTMLButtonElement[]} */ ([...document.querySelectorAll(".tool[data-tool]")]);
for (const button of bar) button.addEventListener("click", () => trying(async () => tools.begin(String(button.dataset.tool))));
/** @type {[string, () => unknown][]} */
const buttons = [["undo", () => again(() => draft.undo())], ["redo", () => again(() => draft.redo())], ["apply", () => finish()], ["cancel", () => escape()], ["help-open", () => help.showModal()], ["record-close", () => tools.choose(undefined)]];
for (const [id, deed] of buttons) document.getElementById(id)?.addEventListener("click", () => trying(async () => deed()));
const help = /** @type {HTMLDialogElement} */ (the("help"));

/** @param {() => Promise<unknown>} deed */
async function again(deed) {
  tools.rest();
  await deed();
  await near.load();
}

/** Enter on the button ends a drawing as Enter on the map does. */
async function finish() {
  if (!drawing.finish()) await tools.apply();
}

/** Enter and Space by keyboard alone: a corner where the crosshair stands; Enter a second time ends. @param {boolean} ends */
function corner(ends) {
  if (!crosshair.resting) crosshair.set();
  else if (ends) drawing.finish();
}

function escape() {
  if (tools.current !== "select") {
    tools.rest();
    if (panel.shown && !panel.shown.uid) panel.close();
    tell(say("cancelled"));
  } else if (tools.chosen.length || panel.shown) trying(() => tools.choose(undefined));
}

// What the crosshair's key means is done when it goes down; the drawing does not hear of it again.
document.addEventListener("keyup", (event) => {
  if (event.isTrusted && crosshair.shown && [" ", "Enter"].includes(event.key)) event.stopPropagation();
}, { capture: true });

/** Pixels by which the crosshair moves, and with Shift. */
const [STEP, FAR] = [4, 40];
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
document.addEventListener("keydown", (event) => {
  const field = /** @type {HTMLElement} */ (event.target).closest("input, select, textarea, dialog");
  if (event.key === "Escape" && !(/** @type {HTMLElement} */ (event.target).closest("dialog"))) return escape();
  if (field) return undefined;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && mayEdit) {
    event.preventDefault();
    return trying(() => again(() => (event.shiftKey ? draft.redo() : draft.undo())));
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const onControl = /** @type {HTMLElement} */ (event.target).closest("button, a, summary");
  const arrow = ARROWS[/** @type {keyof typeof ARROWS} */ (event.key)];
  if (arrow && tools.current === "move") {
    const metres = event.shiftKey ? 5 : 0.5;
    if (drawing.nudge(arrow[0] * metres, arrow[1] * metres)) {
      event.preventDefault();
      event.stopPropagation();
    }
    return undefined;
  }
  if (tools.isDrawing && near.isNear && !onControl) {
    const far = event.shiftKey ? FAR : STEP;
    const sets = event.key === " " || (event.key === "Enter" && (crosshair.shown || drawing.draw.getModeState() !== "drawing"));
    if (arrow) crosshair.move(arrow[0] * far, -arrow[1] * far);
    else if (sets) corner(event.key === "Enter");
    if (arrow || sets) {
      event.preventDefault();
      event.stopPropagation();
      return undefined;
    }
  }
  if (event.key === "Enter" && tools.current !== "select" && !onControl) {
    event.preventDefault();
    if (drawing.draw.getModeState() !== "drawing") return trying(() => tools.apply());
    return undefined;
  }
  if (!(/** @type {HTMLInputElement} */ (the("keys-on")).checked)) return undefined;
  if (event.key === "?") return help.showModal();
  if (event.key === "/") { event.preventDefault(); return the("find").focus(); }
  const button = bar.find((b) => b.getAttribute("aria-keyshortcuts")?.toLowerCase() === event.key.toLowerCase());
  if (button) { event.preventDefault(); return trying(async () => tools.begin(String(button.dataset.tool))); }
  return undefined;
}, { capture: true });

map.on("click", (event) => {
  if (tools.current !== "select") return;
  if (!near.isNear) { tell(say("come_nearer")); return; }
  trying(() => tools.choose(near.at(event.point), { more: event.originalEvent.shiftKey }));
});
map.boxZoom.disable(); // Shift chooses several
map.on("zoomend", () => { if (!near.isNear && tools.current !== "select") tell(say("come_nearer")); });

the("find-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = /** @type {HTMLInputElement} */ (the("find")).value.trim();
  if (text) trying(() => find(text));
});

/** Forms that were not kept yet when somebody had to sign in again. */
const INPUT = `register-input-${the("editor").dataset.user}`;
document.addEventListener("click", (event) => {
  if (!(/** @type {HTMLElement} */ (event.target).closest("a.sign-in"))) return;
  const opening = /** @type {HTMLFormElement | null} */ (document.getElementById("new-draft-form"));
  const texts = opening ? [...new FormData(opening)].filter(([name, value]) => name !== "kind" && typeof value === "string" && value) : [];
  sessionStorage.setItem(INPUT, JSON.stringify({ opening: texts, panel: panel.input() }));
});

/** Puts back what was written before the sign-in; whether there was anything. */
async function takenUp() {
  const kept = JSON.parse(sessionStorage.getItem(INPUT) ?? "null");
  sessionStorage.removeItem(INPUT);
  if (!kept) return false;
  for (const [name, value] of kept.opening) {
    const control = /** @type {HTMLInputElement | null} */ (document.querySelector(`#new-draft-form [name="${name}"]`));
    if (control) control.value = value;
  }
  if (kept.opening.length) /** @type {HTMLDetailsElement} */ (the("new-draft")).open = true;
  const { panel: form } = kept;
  if (form) {
    const done = await trying(async () => {
      await (form.uid ? show({ uid: form.uid }) : tools.resume(form.entity, form.geometry));
      panel.fill(form.fields);
      return true;
    });
    return Boolean(done);
  }
  return kept.opening.length > 0;
}

/** @param {string} text */
async function find(text) {
  const { hits } = await ask(`find?q=${encodeURIComponent(text)}`);
  the("hits").replaceChildren(...hits.map((/** @type {any} */ hit) => {
    const retired = hit.status === "RETIRED" ? ` · ${word("operations", "RETIRE")}` : "";
    const button = make("button", { type: "button", class: "link", text: hit.title || hit.kind, click: () => trying(() => show(hit)) });
    return make("li", {}, [button, make("small", { class: "soft", text: `${hit.kind} · ${hit.detail ? `${hit.detail} · ` : ""}${word("found", hit.how)}${retired}` })]);
  }));
  tell(hits.length ? say("hits", { count: hits.length }) : say("no_hits"));
  if (hits.length === 1) await show(hits[0]);
}

paint();
await trying(() => draft.list(asked.get("draft") ?? ""));
const record = asked.get("record");
if (await takenUp()) tell(say("taken_up"));
else if (record) await trying(() => show({ uid: record }));
else tell(near.isNear ? say("choose") : say("come_nearer"));
the("editor").dataset.ready = "1";
