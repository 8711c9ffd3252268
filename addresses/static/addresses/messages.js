// What the editor tells: one line that screen readers read out, and faults of what is drawn.
import { Refused, make, the } from "./ask.js";

/**
 * @param {string} text
 * @param {boolean} [bad]
 */
export function tell(text, bad = false) {
  const line = the("say");
  line.textContent = text;
  line.classList.toggle("bad", bad);
}

/** @param {string[]} texts */
export function warn(texts) {
  the("hints").replaceChildren(...texts.map((text) => make("li", { text })));
}

/**
 * Does something, and tells why if it is refused.
 * @template T
 * @param {() => Promise<T>} deed
 * @returns {Promise<T | undefined>}
 */
export async function trying(deed) {
  try {
    return await deed();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    tell(error.message, true);
    return undefined;
  }
}
