// A text field that completes addresses while somebody types: an editable combobox with a list, as
// the ARIA Authoring Practices describe it. Without JavaScript the field is a plain one.
//
// The page writes what is said into the field: data-list (the list's name), data-one and data-some
// (how many suggestions, {n} for the number), data-none.

/** A person types faster than this between two letters. */
const PAUSE_MS = 120;
const REMEMBERED = 60;
/** Letters that are the same to somebody who searches; each stands for one letter. */
const PLAIN = /** @type {Record<string, string>} */ ({
  ı: "i", İ: "i", I: "i", ş: "s", Ş: "s", ğ: "g", Ğ: "g", ç: "c", Ç: "c", ö: "o", Ö: "o", ü: "u",
  Ü: "u", â: "a", Â: "a", î: "i", Î: "i", û: "u", Û: "u",
});

/**
 * @typedef {object} Place
 * @property {string} label
 * @property {string} precision DOOR, STREET, NEIGHBOURHOOD …
 * @property {[number, number] | null} point longitude, latitude
 * @property {string} other the other name that was typed, if the label does not have it
 *
 * @typedef {object} Choice
 * @property {number} [least] letters before it asks
 * @property {() => [number, number] | undefined} [near] what is close to this point comes first
 * @property {(place: Place) => void} [onChoose]
 * @property {boolean} [enterTakesFirst] Enter without a choice takes the first suggestion
 */

let boxes = 0;

/** @param {HTMLInputElement} field @param {Choice} [choice] */
export function addressBox(field, { least = 2, near, onChoose, enterTakesFirst = false } = {}) {
  const { list, status } = furnish(field);
  /** @type {Map<string, Place[]>} */
  const remembered = new Map();
  /** @type {Place[]} */
  let places = [];
  let active = -1;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;
  /** @type {AbortController | undefined} */
  let asking;

  const isOpen = () => !list.hidden;

  function close() {
    clearTimeout(waiting);
    asking?.abort();
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    point(-1);
  }

  function open() {
    if (!places.length) return;
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
  }

  /** Points at an option; -1 is the text itself. @param {number} at */
  function point(at) {
    active = at;
    for (const [i, option] of [...list.children].entries()) option.setAttribute("aria-selected", String(i === at));
    const option = list.children[at];
    if (option) {
      field.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else field.removeAttribute("aria-activedescendant");
  }

  /** @param {number} at */
  function choose(at) {
    const place = places[at];
    if (!place) return;
    field.value = place.label;
    status.textContent = "";
    close();
    field.dispatchEvent(new Event("change", { bubbles: true }));
    onChoose?.(place);
  }

  /** @param {Place[]} found @param {string} text */
  function show(found, text) {
    places = found;
    list.replaceChildren(...found.map((place, i) => optionOf(place, text, `${list.id}-${i}`)));
    point(-1);
    if (found.length) open();
    else close();
    const words = found.length === 1 ? field.dataset.one : found.length ? field.dataset.some : field.dataset.none;
    status.textContent = (words ?? "").replace("{n}", String(found.length));
  }

  async function ask() {
    const text = field.value;
    if (text.trim().length < least) {
      places = [];
      status.textContent = "";
      close();
      return;
    }
    const query = new URLSearchParams({ q: text });
    const here = near?.();
    if (here) {
      query.set("lon", here[0].toFixed(3));
      query.set("lat", here[1].toFixed(3));
    }
    const key = query.toString();
    asking?.abort();
    const mine = asking = new AbortController();
    const found = remembered.get(key) ?? await suggestions(key, mine.signal);
    // An answer to what stood there before is of no use any more.
    if (!found || mine.signal.aborted || field.value !== text || document.activeElement !== field) return;
    remembered.set(key, found);
    if (remembered.size > REMEMBERED) remembered.delete([...remembered.keys()][0]);
    show(found, text);
  }

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE_MS);
    point(-1);
  });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const last = places.length - 1;
    switch (event.key) {
      case "ArrowDown":
        if (!isOpen()) {
          if (!places.length) { ask(); break; }
          open();
          if (!event.altKey) point(0);
        } else point(active === last ? -1 : active + 1);
        break;
      case "ArrowUp":
        if (event.altKey) close();
        else if (isOpen()) point(active === -1 ? last : active - 1);
        else { open(); point(last); }
        break;
      case "Enter":
        if (isOpen() && active >= 0) choose(active);
        else if (isOpen() && enterTakesFirst) choose(0);
        else { close(); return; }
        break;
      case "Escape":
        if (isOpen()) close();
        else if (field.value) { field.value = ""; places = []; } else return;
        break;
      default:
        // The caret moves in the text: the list has no say any more.
        if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) point(-1);
        return;
    }
    event.preventDefault();
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const option = /** @type {Element} */ (event.target).closest("[role=option]");
    if (option) choose([...list.children].indexOf(option));
  });
}

/** Puts the list and the voice beside the field. @param {HTMLInputElement} field */
function furnish(field) {
  const box = document.createElement("div");
  box.className = "address-box";
  const focused = document.activeElement === field; // moving it takes the focus away
  field.before(box);
  const list = document.createElement("ul");
  list.id = `address-list-${boxes++}`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.dataset.list ?? "");
  list.hidden = true;
  const status = document.createElement("div");
  status.className = "hidden-visually";
  status.setAttribute("role", "status");
  box.append(field, list, status);
  if (focused) field.focus();
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
    autocomplete: "off", autocapitalize: "off", spellcheck: "false",
  })) field.setAttribute(name, value);
  return { list, status };
}

/** @param {string} query @param {AbortSignal} signal @returns {Promise<Place[] | undefined>} */
async function suggestions(query, signal) {
  try {
    const answer = await fetch(`/geocode/autocomplete?${query}`, { signal });
    if (!answer.ok) return undefined;
    const { features } = await answer.json();
    return features.map((/** @type {any} */ feature) => ({
      label: feature.properties.label,
      precision: feature.properties.precision,
      point: feature.geometry?.coordinates ?? null,
      other: feature.properties.evidence.street?.matched ?? "",
    }));
  } catch {
    return undefined; // stale, or no network: the field is a plain one then
  }
}

/** @param {Place} place @param {string} text @param {string} id */
function optionOf(place, text, id) {
  const option = document.createElement("li");
  option.id = id;
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  option.append(...marked(place.label, text));
  if (place.other) {
    const other = document.createElement("small");
    other.append(" (", ...marked(place.other, text), ")");
    option.append(other);
  }
  return option;
}

/** The same length as the text, so that places in one are places in the other. @param {string} text */
const plain = (text) => text.split("").map((letter) => PLAIN[letter] ?? letter.toLowerCase()[0]).join("");

/** The label in pieces; what was typed, at the beginning of a word, stands in a mark. @param {string} label @param {string} text */
function marked(label, text) {
  const folded = plain(label);
  const words = plain(text).split(/[^\p{L}\p{N}]+/u).filter(Boolean).sort((a, b) => b.length - a.length);
  /** @type {(string | Node)[]} */
  const pieces = [];
  let from = 0;
  for (const { index } of folded.matchAll(/[\p{L}\p{N}]+/gu)) {
    const word = words.find((one) => folded.startsWith(one, index));
    if (!word || index < from) continue;
    const mark = document.createElement("mark");
    mark.textContent = label.slice(index, index + word.length);
    pieces.push(label.slice(from, index), mark);
    from = index + word.length;
  }
  pieces.push(label.slice(from));
  return pieces;
}
