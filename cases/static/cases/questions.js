// Questions of the type that is chosen or that the words suggest: fetched as a piece of the form whenever
// something changes that they depend on. What is visible is decided by the server alone.

const PAUSE_MS = 300;

/**
 * @param {HTMLElement} place where the questions stand; its data-url answers with them
 * @param {(place: HTMLElement) => void} [onChange] after new ones have come
 */
export function liveQuestions(place, onChange) {
  const form = /** @type {HTMLFormElement} */ (place.closest("form"));
  const url = place.dataset.url ?? "";
  /** @type {AbortController | undefined} */
  let asking;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;
  let last = "";

  async function refresh() {
    clearTimeout(waiting);
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form))
      if (typeof value === "string" && /^(csrfmiddlewaretoken|description|request_type|asked|lon|lat|near_lon|near_lat|answer\.)/.test(name)) body.append(name, value);
    if (body.toString() === last) return;
    last = body.toString();
    asking?.abort();
    const mine = asking = new AbortController();
    try {
      const answer = await fetch(url, { method: "POST", body, signal: mine.signal });
      if (!answer.ok || mine.signal.aborted) return;
      replace(await answer.text());
    } catch { /* the step after sending asks then */ }
  }

  /** Keeps what is being typed, and the focus. @param {string} html */
  function replace(html) {
    const now = /** @type {HTMLElement | null} */ (document.activeElement);
    const held = now && place.contains(now) ? /** @type {HTMLInputElement} */ (now) : undefined;
    const typed = held && held.type !== "radio" && held.type !== "checkbox" ? held.value : undefined;
    if (place.innerHTML.trim() === html.trim()) return;
    place.innerHTML = html;
    if (held) {
      const again = [...place.querySelectorAll("input, textarea")].find((one) => {
        const field = /** @type {HTMLInputElement} */ (one);
        return field.name === held.name && (typed !== undefined || field.value === held.value);
      });
      if (again instanceof HTMLInputElement || again instanceof HTMLTextAreaElement) {
        if (typed !== undefined) again.value = typed;
        again.focus();
      }
    }
    onChange?.(place);
  }

  const later = (/** @type {number} */ pause) => { clearTimeout(waiting); waiting = setTimeout(refresh, pause); };
  form.querySelector("[name=description]")?.addEventListener("input", () => later(PAUSE_MS));
  form.addEventListener("change", (event) => {
    const name = /** @type {HTMLInputElement} */ (event.target).name;
    if (/^(description|request_type|answer\.)/.test(name)) later(0);
  });
  return refresh;
}
