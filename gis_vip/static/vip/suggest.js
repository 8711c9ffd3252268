// Address suggestions below a text field, from the geocoder's autocomplete.

/** A person types faster than this between two letters. */
const PAUSE_MS = 150;

/**
 * Fills the list with what may follow, after each pause in typing.
 * @param {HTMLInputElement} field
 * @param {HTMLElement} list the field's datalist
 * @param {number} least letters before it asks
 * @returns {Map<string, [number, number]>} places by their label: longitude, latitude
 */
export function suggestAddresses(field, list, least) {
  /** @type {Map<string, [number, number]>} */
  const places = new Map();
  /** @type {ReturnType<typeof setTimeout>} */
  let waiting;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    if (places.has(field.value)) return;
    waiting = setTimeout(async () => {
      if (field.value.trim().length < least) return;
      const answer = await fetch(`/geocode/autocomplete?q=${encodeURIComponent(field.value)}`);
      if (!answer.ok) return;
      const { features } = await answer.json();
      list.replaceChildren(...features.map((/** @type {any} */ feature) => {
        places.set(feature.properties.label, feature.geometry?.coordinates);
        const option = document.createElement("option");
        option.value = feature.properties.label;
        return option;
      }));
    }, PAUSE_MS);
  });
  return places;
}
