// Keys of the console: single letters, `g` and a letter; never while somebody types, never with Ctrl or Alt.

/** @param {EventTarget | null} target */
function typing(target) {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
    && !(target instanceof HTMLInputElement && /^(checkbox|radio|button|submit)$/.test(target.type));
}

const help = /** @type {HTMLDialogElement | null} */ (document.getElementById("keys"));
const opener = document.getElementById("help-open");
if (opener && help) {
  opener.hidden = false;
  opener.addEventListener("click", () => help.showModal());
}

/** Where `g` and a letter lead. @type {Record<string, string>} */
const PLACES = { t: "?view=triage", d: "?view=department", m: "?view=mine", c: "?view=crew", a: "?view=all" };

/**
 * @param {string} list address of the list
 * @param {Record<string, () => void>} keys what each key does
 */
export function onKeys(list, keys) {
  let went = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    if (event.key === "Escape" && typing(event.target)) {
      /** @type {HTMLElement} */ (event.target).blur();
      return;
    }
    if (typing(event.target) || help?.open) return;
    const { key } = event;
    if (Date.now() - went < 1500 && PLACES[key]) {
      event.preventDefault();
      location.assign(list + PLACES[key]);
      return;
    }
    went = key === "g" ? Date.now() : 0;
    if (key === "?" && help) help.showModal();
    else if (!keys[key] || (key === "Enter" && event.target instanceof HTMLElement && event.target.closest("a, button, summary, input"))) return;
    else keys[key]();
    event.preventDefault();
  });
}
