// What the map's tools say: written into the page by map_tools.html in the page's language.

const template = /** @type {HTMLTemplateElement | null} */ (document.getElementById("map-tools"));
const words = new Map([...(template?.content.querySelectorAll("data") ?? [])].map((said) => [said.value, said.textContent ?? ""]));

/** @param {string} name @param {Record<string, string | number>} [values] what stands for {name} in the text */
export function say(name, values = {}) {
  return Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, String(value)), words.get(name) ?? name);
}

/** Whether there is a text of this name. @param {string} name */
export const isSaid = (name) => words.has(name);

/**
 * A copy of a part of the tools.
 * @param {string} name as in data-part
 */
export function part(name) {
  const found = template?.content.querySelector(`[data-part="${name}"]`);
  if (!found) throw new Error(`map_tools.html has no part ${name}`);
  return /** @type {HTMLElement} */ (found.cloneNode(true));
}

/**
 * An element with a text.
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name @param {string} [text] @param {Record<string, string>} [attributes]
 */
export function element(name, text = "", attributes = {}) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/** A number in the page's language. @param {number} value @param {number} [digits] */
export function spoken(value, digits = 0) {
  return new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: digits }).format(value);
}
