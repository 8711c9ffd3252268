// What a feature of the tiles is called and what is known of it, in the page's words.
import { isSaid, say, spoken } from "./words.js";

/** @typedef {import("maplibre-gl").MapGeoJSONFeature} Feature */

/** Said by another property, or by nothing that a person reads. */
const SILENT = new Set(["type_en", "colour", "icon", "code", "h3"]);
/** What a thing is known by comes first. */
const LEADING = ["number", "name", "label", "type"];
const english = document.documentElement.lang === "en";

/** The layer of the tiles that a feature comes from. @param {Feature} feature */
export const layerOf = (feature) => feature.sourceLayer ?? feature.source;

/** Features that are one, once: tiles repeat what crosses their edges. @param {Feature[]} features */
export function once(features) {
  return [...new Map(features.map((feature) => [keyOf(feature), feature])).values()];
}

/** @param {Feature} feature */
function keyOf(feature) {
  const at = feature.id ?? `${JSON.stringify(feature.properties)}${feature.geometry.type === "Point" ? feature.geometry.coordinates.map((n) => n.toFixed(6)) : ""}`;
  return `${layerOf(feature)}:${at}`;
}

/** @param {Feature} feature */
export function nameOf({ properties }) {
  const type = (english && properties.type_en) || properties.type;
  return String(properties.name || properties.label || type || properties.number || (properties.count !== undefined ? spoken(properties.count) : ""));
}

/** Name and text of each property. @param {Feature} feature @returns {[string, string][]} */
export function fieldsOf({ properties }) {
  const ordered = { ...Object.fromEntries(LEADING.filter((name) => name in properties).map((name) => [name, properties[name]])), ...properties };
  return Object.entries(ordered).filter(([name, value]) => !SILENT.has(name) && value !== null && value !== "")
    .map(([name, value]) => [isSaid(`field.${name}`) ? say(`field.${name}`) : name, textOf(name, name === "type" && english ? properties.type_en || value : value)]);
}

/** @param {string} name @param {any} value */
function textOf(name, value) {
  const { lang } = document.documentElement;
  if (typeof value === "boolean") return say(value ? "yes" : "no");
  if (name === "due") return new Date(value * 1000).toLocaleDateString(lang, { dateStyle: "medium" });
  if (name === "month") return new Date(`${value}-15`).toLocaleDateString(lang, { year: "numeric", month: "long" });
  if (typeof value === "number") return spoken(value, 2);
  return isSaid(`${name}.${value}`) ? say(`${name}.${value}`) : String(value);
}
