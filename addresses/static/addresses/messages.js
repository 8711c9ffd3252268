// What the editor tells: one line that screen readers read out, and faults of what is drawn.
import { Refused, make, say, the } from "./ask.js";

/**
 * @param {string | (Node | string)[]} text
 * @param {boolean} [bad]
 */
export function tell(text, bad = false) {
  const line = the("say");
  line.replaceChildren(...[text].flat());
  line.classList.toggle("bad", bad);
}

/** Why something was refused; for whoever is signed out, with the way back. @param {unknown} error @returns {(Node | string)[]} */
export function explained(error) {
  if (!(error instanceof Refused && error.signedOut)) return [error instanceof Error ? error.message : String(error)];
  return [`${say("signed_out")} `, signIn()];
}

/** Leads to the sign-in and back to this place. */
export function signIn() {
  const next = encodeURIComponent(location.pathname + location.search + location.hash);
  return make("a", { class: "sign-in", href: `${say("sign_in_at")}?next=${next}`, text: say("sign_in_again") });
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
    tell(explained(error), true);
    return undefined;
  }
}
