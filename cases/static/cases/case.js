// Keys on the page of a case: a digit makes the move that the help names, after a look at what it needs.
import { onKeys } from "./keys.js";

const form = /** @type {HTMLFormElement | null} */ (document.getElementById("moves"));
const note = /** @type {HTMLTextAreaElement | null} */ (document.getElementById("note"));

/** @param {string} id */
const follow = (id) => document.getElementById(id)?.click();

/** What a move needs and the form does not have yet. @param {HTMLButtonElement} button */
function missing(button) {
  const names = (button.dataset.requires ?? "").split(" ").filter(Boolean);
  return names.map((name) => /** @type {HTMLInputElement | null} */ (document.getElementById(name))).find((field) => field && !field.value);
}

/** @type {Record<string, () => void>} */
const keys = {
  j: () => follow("list-after"),
  k: () => follow("list-before"),
  u: () => follow("to-list"),
  e: () => note?.focus(),
};
for (const button of form?.querySelectorAll("button[data-key]") ?? []) {
  const move = /** @type {HTMLButtonElement} */ (button);
  keys[move.dataset.key ?? ""] = () => {
    const field = missing(move);
    // Nothing is sent by a single key that needs a word first; the button waits for Enter, too.
    (field ?? move).focus();
    (field ?? move).scrollIntoView({ block: "center" });
  };
}
const list = /** @type {HTMLAnchorElement | null} */ (document.getElementById("to-list"));
onKeys(list ? new URL(list.href).pathname : "/console/", keys);
