// What the map shows, as a table: the same features, for those who read rather than look.
import { linkOf } from "./identify.js";
import { fieldsOf, layerOf, once } from "./values.js";
import { element, part, say, spoken } from "./words.js";

const MOST = 500;

/**
 * @param {import("maplibre-gl").Map} map
 * @param {import("./drawings.js").Offered[]} offered
 * @param {Record<string, string>} links
 */
export function openTable(map, offered, links) {
  const dialog = /** @type {HTMLDialogElement} */ (part("table"));
  const choice = /** @type {HTMLSelectElement} */ (dialog.querySelector("select"));
  const place = /** @type {HTMLElement} */ (dialog.querySelector(".scroll"));
  const count = /** @type {HTMLElement} */ (dialog.querySelector("[role=status]"));
  const csv = /** @type {HTMLButtonElement} */ (dialog.querySelector("[data-do=csv]"));
  const features = once(map.queryRenderedFeatures());
  const shown = [...offered].reverse().filter(({ id }) => features.some((feature) => layerOf(feature) === id));
  choice.replaceChildren(...shown.map(({ id, title }) => element("option", title, { value: id })));
  let rows = /** @type {Row[]} */ ([]);
  let names = /** @type {string[]} */ ([]);

  function fill() {
    rows = features.filter((feature) => layerOf(feature) === choice.value)
      .map((feature) => ({ values: new Map([...fieldsOf(feature), [say("field.middle"), middleOf(feature)]]), link: linkOf(feature, links) }));
    names = [...new Set(rows.flatMap(({ values }) => [...values.keys()]))];
    count.textContent = say(rows.length > MOST ? "table.part" : "table.count", { n: spoken(rows.length), most: spoken(MOST) });
    csv.disabled = !rows.length;
    place.replaceChildren(rows.length ? tableOf(names, rows, shown.find(({ id }) => id === choice.value)?.title ?? "") : element("p", say("found.none"), { class: "empty" }));
  }
  choice.addEventListener("change", fill);
  csv.addEventListener("click", () => download(new Blob(["\ufeff", csvOf(names, rows)], { type: "text/csv" }), `${choice.value}.csv`));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  fill();
  dialog.showModal();
}

/** @typedef {{values: Map<string, string>, link: string | undefined}} Row */

/** Latitude and longitude of the middle of what is seen of it. @param {import("maplibre-gl").MapGeoJSONFeature} feature */
function middleOf({ geometry }) {
  const bounds = [180, 90, -180, -90];
  (function widen(/** @type {any} */ part) {
    if (typeof part[0] !== "number") return part.forEach(widen);
    const [lon, lat] = part;
    bounds.splice(0, 4, Math.min(bounds[0] ?? 0, lon), Math.min(bounds[1] ?? 0, lat), Math.max(bounds[2] ?? 0, lon), Math.max(bounds[3] ?? 0, lat));
  })(/** @type {any} */ (geometry).coordinates);
  const [west, south, east, north] = /** @type {[number, number, number, number]} */ (bounds);
  return `${((south + north) / 2).toFixed(5)}, ${((west + east) / 2).toFixed(5)}`;
}

/** @param {string[]} names @param {Row[]} rows @param {string} title */
function tableOf(names, rows, title) {
  const table = element("table");
  const body = element("tbody");
  const head = element("tr");
  const order = new Intl.Collator(document.documentElement.lang, { numeric: true }).compare;
  let sorted = { name: "", up: true };

  function fill() {
    const { name, up } = sorted;
    const shown = name ? [...rows].sort((a, b) => order(a.values.get(name) ?? "", b.values.get(name) ?? "") * (up ? 1 : -1)) : rows;
    body.replaceChildren(...shown.slice(0, MOST).map(({ values, link }) => {
      const row = element("tr");
      names.forEach((column, i) => {
        const cell = element("td");
        const text = values.get(column) ?? "";
        if (link && i === 0) cell.append(element("a", text || say("found.open"), { href: link }));
        else cell.append(text);
        row.append(cell);
      });
      return row;
    }));
    for (const [i, cell] of [...head.children].entries()) {
      if (names[i] === name) cell.setAttribute("aria-sort", up ? "ascending" : "descending");
      else cell.removeAttribute("aria-sort");
    }
  }
  for (const name of names) {
    const cell = element("th", "", { scope: "col" });
    const button = element("button", name, { type: "button", class: "sort" });
    button.addEventListener("click", () => { sorted = { name, up: sorted.name !== name || !sorted.up }; fill(); });
    cell.append(button);
    head.append(cell);
  }
  const top = element("thead");
  top.append(head);
  table.append(element("caption", title, { class: "hidden-visually" }), top, body);
  fill();
  return table;
}

/** @param {string[]} names @param {Row[]} rows */
function csvOf(names, rows) {
  // A spreadsheet would run what begins like a formula.
  const cell = (/** @type {string} */ text) => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  return [names, ...rows.map(({ values }) => names.map((name) => values.get(name) ?? ""))].map((row) => row.map(cell).join(",")).join("\r\n");
}

/** Hands a file to the browser. @param {Blob} blob @param {string} name */
export function download(blob, name) {
  const url = URL.createObjectURL(blob);
  element("a", "", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
