// The editor of a type: its questions as the citizen sees them, while they are written and answered.
const text = /** @type {HTMLTextAreaElement} */ (document.getElementById("questionnaire"));
const form = /** @type {HTMLFormElement} */ (document.getElementById("preview-form"));
const place = /** @type {HTMLElement} */ (document.getElementById("preview"));
/** @type {ReturnType<typeof setTimeout> | undefined} */
let waiting;

async function show() {
  const body = new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)]));
  body.set("questionnaire", text.value);
  const answer = await fetch(text.dataset.url ?? "", { method: "POST", body });
  if (answer.ok) place.innerHTML = await answer.text();
}

text.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(show, 400); });
form.addEventListener("change", show);
form.addEventListener("submit", (event) => event.preventDefault());
