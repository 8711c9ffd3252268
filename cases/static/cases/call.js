// The agents' form: everything that is asked while somebody speaks, by keyboard alone.
import { addressBox } from "../vip/address-box.js";
import { createMap, marker, nearOf, zoomOf } from "../vip/map.js";
import { liveQuestions } from "./questions.js";
import { typeBox } from "./type-box.js";

/** @template {HTMLElement} T @param {string} id @returns {T} */
const element = (id) => /** @type {T} */ (document.getElementById(id));
const form = /** @type {HTMLFormElement} */ (element("call"));
/** @param {string} name */
const field = (name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
const description = /** @type {HTMLTextAreaElement} */ (element("description"));
const place = /** @type {HTMLInputElement} */ (element("place_text"));
const type = /** @type {HTMLSelectElement} */ (element("request_type"));
const questions = element("questions");

/** @type {import("maplibre-gl").Map | undefined} */
let map;
/** @type {import("maplibre-gl").Marker | undefined} */
let pin;

/** @param {HTMLElement} one @param {string} letter */
function keyed(one, letter) {
  one.dataset.key = letter;
  one.setAttribute("aria-keyshortcuts", `Alt+${letter.toUpperCase()}`);
  const label = document.querySelector(`label[for="${one.id}"]`);
  if (label && !label.querySelector("kbd")) label.append(" ", Object.assign(document.createElement("kbd"), { textContent: letter.toUpperCase() }));
}
keyed(place, "y");
keyed(field("phone"), "l");
// Not the attribute accesskey: its modifiers differ from browser to browser.
document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey) return;
  const letter = event.code.replace(/^(Key|Digit)/, "").toLowerCase();
  const meant = /** @type {HTMLElement | null} */ (document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"], [data-key="${CSS.escape(letter)}"]`));
  if (!meant) return;
  event.preventDefault();
  if (meant instanceof HTMLButtonElement) meant.click();
  else meant.focus();
});
addressBox(place, {
  near: () => map && nearOf(map),
  enterTakesFirst: true,
  onChoose: ({ point, precision }) => {
    if (point) {
      map?.easeTo({ center: point, zoom: zoomOf(precision) });
      [field("near_lon").value, field("near_lat").value] = [String(point[0]), String(point[1])];
    }
    description.focus();
    refresh();
  },
});

const refresh = liveQuestions(questions);
const chosen = typeBox(type, { onChoose: next });
keyed(chosen.input, "t");

/** To the first question that has no answer, else to the caller. */
async function next() {
  await refresh();
  const open = [...questions.querySelectorAll(".question")].find((one) =>
    ![...one.querySelectorAll("input, textarea")].some((input) => {
      const it = /** @type {HTMLInputElement} */ (input);
      return it.type === "radio" || it.type === "checkbox" ? it.checked : it.value;
    }));
  const first = /** @type {HTMLElement | null} */ (open?.querySelector("input, textarea") ?? null);
  (first ?? field("phone")).focus();
}

questions.addEventListener("click", (event) => {
  const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("button"));
  if (button?.dataset.type) chosen.choose(button.dataset.type);
  if (button?.dataset.follow) {
    // No submit button of its own: Enter in a field would press the first one.
    const number = Object.assign(document.createElement("input"), { type: "hidden", name: "follow", value: button.dataset.follow });
    form.append(number);
    form.requestSubmit();
  }
});

// In a choice, a figure chooses; in a question of yes or no, the first letter of either language does.
const YES = ["e", "y", "1"], NO = ["h", "n", "2"];
questions.addEventListener("keydown", (event) => {
  const input = /** @type {HTMLInputElement} */ (event.target);
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (input.type !== "radio" && input.type !== "checkbox") {
    if (event.key === "Enter" && input instanceof HTMLInputElement) { event.preventDefault(); input.dispatchEvent(new Event("change", { bubbles: true })); next(); }
    return;
  }
  const all = /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll(`input[name="${CSS.escape(input.name)}"]`)]);
  const key = event.key.toLowerCase();
  const yesNo = all.length === 2 && all[0].value === "yes";
  const at = yesNo ? (YES.includes(key) ? 0 : NO.includes(key) ? 1 : -1) : Number(key) - 1;
  if (all[at]) {
    event.preventDefault();
    all[at].checked = input.type === "radio" ? true : !all[at].checked;
    all[at].focus();
    all[at].dispatchEvent(new Event("change", { bubbles: true }));
    if (input.type === "radio") next();
  } else if (event.key === "Enter") {
    event.preventDefault();
    next();
  }
});

form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.ctrlKey) { event.preventDefault(); form.requestSubmit(); }
});

const caller = element("caller");
field("phone").addEventListener("change", async () => {
  const body = new URLSearchParams({ csrfmiddlewaretoken: field("csrfmiddlewaretoken").value, phone: field("phone").value });
  const answer = await fetch(caller.dataset.url ?? "", { method: "POST", body }).catch(() => undefined);
  if (answer?.ok) caller.innerHTML = await answer.text();
});

element("pin").hidden = false;
map = await createMap({ container: element("map") });
const state = element("pin-state"), unpin = element("unpin");
/** @param {number} x @param {number} y */
function set(x, y) {
  if (!map) return;
  [field("lon").value, field("lat").value] = [x.toFixed(6), y.toFixed(6)];
  if (!pin) {
    pin = marker(map, [x, y], true);
    pin.on("dragend", () => { const at = pin?.getLngLat(); if (at) set(at.lng, at.lat); });
  }
  pin.setLngLat([x, y]);
  unpin.hidden = false;
  state.textContent = state.dataset.set ?? "";
  refresh();
}
map.on("click", (event) => set(event.lngLat.lng, event.lngLat.lat));
unpin.addEventListener("click", () => {
  pin?.remove();
  pin = undefined;
  field("lon").value = field("lat").value = "";
  unpin.hidden = true;
  state.textContent = state.dataset.none ?? "";
});
if (field("lon").value && field("lat").value) {
  set(Number(field("lon").value.replace(",", ".")), Number(field("lat").value.replace(",", ".")));
  map.jumpTo({ center: [Number(field("lon").value), Number(field("lat").value)], zoom: 15 });
}
