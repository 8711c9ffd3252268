// Numbering a street by rule: what would come of it stands on the map before anything is kept.
import { ask, make, say, the } from "./ask.js";
import { explained, trying } from "./messages.js";

const PAUSE_MS = 200;

/**
 * @param {import("./draft.js").Draft} draft
 * @param {import("./near.js").Near} near
 */
export function numbering(draft, near) {
  const dialog = /** @type {HTMLDialogElement} */ (the("numbering"));
  const form = /** @type {HTMLFormElement} */ (the("numbering-form"));
  let street = { uid: "", title: "" };
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;

  function rule() {
    const sent = new FormData(form);
    return {
      street: street.uid,
      left_first: Number(sent.get("left_first")),
      right_first: Number(sent.get("right_first")),
      step: Number(sent.get("step")),
      spacing: sent.get("spacing") ? Number(sent.get("spacing")) : null,
      keep: sent.has("keep"),
      reverse: sent.has("reverse"),
      sides: sent.getAll("sides"),
    };
  }

  async function preview() {
    const apply = /** @type {HTMLButtonElement} */ (the("numbering-apply"));
    const line = the("numbering-say");
    try {
      const query = draft.uid ? `?draft=${draft.uid}` : "";
      const { doors } = await ask(`numbering${query}`, rule());
      const changed = doors.filter((/** @type {any} */ d) => d.changed).length;
      const odd = doors.find((/** @type {any} */ d) => d.out_of_order);
      line.classList.toggle("error", Boolean(odd));
      line.textContent = odd ? say("out_of_order", { number: written(odd.number, odd.suffix) }) : doors.length ? say("preview", { changed, count: doors.length }) : say("preview_none");
      apply.disabled = !changed;
      the("numbering-rows").replaceChildren(...doors.map(row));
      near.mark(doors.map((/** @type {any} */ d) => ({ type: "Feature", geometry: { type: "Point", coordinates: [d.lon, d.lat] }, properties: { label: written(d.number, d.suffix), changed: d.changed } })));
      dialog.dataset.changed = String(changed);
    } catch (error) {
      line.classList.add("error");
      line.replaceChildren(...explained(error));
      apply.disabled = true;
    }
  }

  function close() {
    near.mark([]);
    near.map.setLayoutProperty("near-numbers", "visibility", "visible");
    if (dialog.open) dialog.close();
  }

  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(preview, PAUSE_MS); });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    trying(async () => {
      const title = street.title;
      const done = await draft.operate(say("numbered", { count: the("numbering").dataset.changed ?? "" }) + ` ${title}`, "number", rule());
      close();
      return done;
    });
  });
  the("numbering-close").addEventListener("click", close);
  dialog.addEventListener("close", close);

  /** @param {{uid: string, title: string}} chosen */
  return function open(chosen) {
    street = chosen;
    the("numbering-street").textContent = chosen.title;
    near.map.setLayoutProperty("near-numbers", "visibility", "none");
    // Not modal: the map behind it can be moved to look at the preview.
    dialog.show();
    /** @type {HTMLElement} */ (form.querySelector("input"))?.focus();
    return preview();
  };
}

/** @param {any} d */
function row(d) {
  const cells = [say(d.side === "L" ? "left" : "right"), String(Math.round(d.at)), written(d.old_number, d.old_suffix), written(d.number, d.suffix)];
  return make("tr", { class: d.changed ? "" : "same" }, cells.map((text, i) => make("td", { text, class: i === 1 ? "num" : "" })));
}

/** @param {number} number @param {string} suffix */
function written(number, suffix) {
  if (!number) return "–";
  return suffix ? `${number}/${suffix}` : String(number);
}
