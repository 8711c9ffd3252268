// A list of types that is searched by typing, names and synonyms alike: an editable combobox over a plain
// <select>, which keeps the choice and is all there is without JavaScript. Options carry data-words.

const SHOWN = 12;
/** @param {string} text */
const plain = (text) => text.replace(/[ıİ]/g, "i").normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/**
 * @param {HTMLSelectElement} select
 * @param {{onChoose?: () => void}} [options]
 */
export function typeBox(select, { onChoose } = {}) {
  const all = [...select.options].filter((o) => o.value).map((o) => ({
    value: o.value, name: o.text, words: plain(`${o.text} ${o.dataset.words ?? ""}`).split(/[^\p{L}\p{N}]+/u),
  }));
  const box = document.createElement("div");
  box.className = "address-box";
  const input = document.createElement("input");
  const list = document.createElement("ul");
  input.id = `${select.id}-box`;
  list.id = `${select.id}-list`;
  list.setAttribute("role", "listbox");
  list.hidden = true;
  const label = /** @type {HTMLLabelElement | null} */ (document.querySelector(`label[for="${select.id}"]`));
  if (label) {
    label.htmlFor = input.id;
    list.setAttribute("aria-label", label.textContent ?? "");
  }
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id, autocomplete: "off",
    placeholder: select.options[0]?.text ?? "",
  })) input.setAttribute(name, value);
  box.append(input, list);
  select.after(box);
  select.hidden = true;
  let active = 0;
  /** @type {typeof all} */
  let found = [];
  show(select.value);

  /** @param {string} value */
  function show(value) { input.value = all.find((one) => one.value === value)?.name ?? ""; }

  /** @param {string} value */
  function choose(value) {
    select.value = value;
    show(value);
    close();
    select.dispatchEvent(new Event("change", { bubbles: true }));
    onChoose?.();
  }

  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function search() {
    const words = plain(input.value).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
    found = all.filter((one) => words.every((word) => one.words.some((w) => w.startsWith(word)))).slice(0, SHOWN);
    list.replaceChildren(...found.map((one, i) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${i}`;
      option.setAttribute("role", "option");
      option.textContent = one.name;
      return option;
    }));
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    point(0);
  }

  /** @param {number} at */
  function point(at) {
    active = at;
    for (const [i, option] of [...list.children].entries()) option.setAttribute("aria-selected", String(i === at));
    const option = list.children[at];
    if (option) { input.setAttribute("aria-activedescendant", option.id); option.scrollIntoView({ block: "nearest" }); }
  }

  input.addEventListener("focus", () => input.select());
  input.addEventListener("input", () => {
    if (!input.value.trim() && select.value) { select.value = ""; select.dispatchEvent(new Event("change", { bubbles: true })); }
    search();
  });
  input.addEventListener("blur", () => { close(); show(select.value); });
  input.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "ArrowDown") list.hidden ? search() : point((active + 1) % found.length);
    else if (event.key === "ArrowUp" && !list.hidden) point((active - 1 + found.length) % found.length);
    else if (event.key === "Enter") { if (!list.hidden && found[active]) choose(found[active].value); }
    else if (event.key === "Escape" && !list.hidden) { close(); show(select.value); }
    else return;
    event.preventDefault();
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = /** @type {Element} */ (event.target).closest("[role=option]");
    if (option) choose(found[[...list.children].indexOf(option)].value);
  });
  return { choose, input };
}
