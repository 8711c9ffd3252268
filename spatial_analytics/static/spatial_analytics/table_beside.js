// The table of what is on the screen, beside the map. It is a part of a page of its own, where whoever has no
// script finds it; here its heads sort it in place and its lines lead to the map.

/**
 * @param {import("maplibre-gl").Map} map
 * @param {(cell: string, at: [number, number]) => void} choose a line was chosen: its hexagon, longitude and latitude
 */
export function tableBeside(map, choose) {
  const place = /** @type {HTMLElement} */ (document.getElementById("cells-part"));
  const whole = /** @type {HTMLAnchorElement} */ (document.getElementById("all-cells"));
  /** Its address without the box. */
  let address = new URL(whole.href), told = "";

  async function load() {
    const { _sw: sw, _ne: ne } = /** @type {any} */ (map.getBounds());
    const wanted = new URL(address);
    wanted.searchParams.set("bbox", [sw.lng, sw.lat, ne.lng, ne.lat].map((degrees) => degrees.toFixed(4)).join(","));
    if (told === wanted.href) return;
    told = wanted.href;
    const answer = await fetch(wanted);
    const text = await answer.text();
    if (!answer.ok || told !== wanted.href) return;
    const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("cells-part");
    const held = place.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement) : null;
    place.replaceChildren(...fresh?.childNodes ?? []);
    if (!held) return;
    // Who sorts, turns a page or goes to a hexagon stays where the focus was.
    const links = [...place.querySelectorAll("a")];
    const same = links.find((link) => (held.dataset.cell ? link.dataset.cell === held.dataset.cell : link.textContent === held.textContent));
    (same ?? /** @type {HTMLElement | null} */ (place.querySelector("[tabindex]")))?.focus({ preventScroll: true });
  }

  place.addEventListener("click", (event) => {
    const link = /** @type {HTMLElement} */ (event.target).closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { cell, at } = link.dataset;
    if (cell && at) {
      const [lat = 0, lon = 0] = at.split("/").map(Number);
      choose(cell, [lon, lat]);
      return;
    }
    address = new URL(link.href);
    load();
  });
  // Of another screen the first page.
  map.on("movestart", () => address.searchParams.delete("page"));
  map.on("idle", load);
}
