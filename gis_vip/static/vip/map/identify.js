// What lies under a point: by a click, or by the keyboard in the middle of the map. Whoever does not
// see the map is told where it stands and what is there.
import { popup } from "../map.js";
import { fieldsOf, layerOf, nameOf, once } from "./values.js";
import { element, say, spoken } from "./words.js";

const REACH = 5; // pixels around a click
const MOST = 20;

/**
 * @param {import("maplibre-gl").Map} map
 * @param {object} choice
 * @param {import("./drawings.js").Offered[]} choice.offered
 * @param {() => boolean} choice.busy something else wants the clicks
 * @param {(point: {x: number, y: number}) => import("maplibre-gl").Map} [choice.at] the map that is seen at a point
 * @param {Record<string, string>} choice.links address of a thing of a layer, with NUMBER, CODE or 0 in place of its own
 */
export function identify(map, { offered, busy, at = () => map, links }) {
  const order = new Map([...offered].reverse().map(({ id }, i) => [id, i]));
  const canvas = map.getCanvas();
  const voice = element("p", "", { class: "hidden-visually", role: "status" });
  map.getContainer().append(voice);

  /** @param {import("maplibre-gl").Point} point */
  function under({ x, y }) {
    const found = at({ x, y }).queryRenderedFeatures([[x - REACH, y - REACH], [x + REACH, y + REACH]]).filter((feature) => order.has(layerOf(feature)));
    return once(found).sort((a, b) => (order.get(layerOf(a)) ?? 0) - (order.get(layerOf(b)) ?? 0));
  }

  /** @param {import("maplibre-gl").Point} point @param {boolean} byKey */
  function tell(point, byKey) {
    const features = under(point);
    if (!features.length) {
      if (byKey) voice.textContent = say("found.none");
      return;
    }
    const cluster = features[0]?.properties.count !== undefined && !byKey;
    if (cluster) return void map.easeTo({ center: map.unproject(point), zoom: map.getZoom() + 2 });
    const box = element("div", "", { class: "found", tabindex: "-1", role: "group", "aria-label": say("found.title") });
    box.append(...features.slice(0, MOST).map(entry));
    if (features.length > MOST) box.append(element("p", say("found.more", { n: features.length - MOST })));
    const { lng, lat } = map.unproject(point);
    const open = popup(map, [lng, lat], box);
    box.addEventListener("keydown", (event) => { if (event.key === "Escape") open.remove(); });
    open.on("close", () => canvas.focus({ preventScroll: true }));
    box.focus({ preventScroll: true });
  }

  /** @param {import("maplibre-gl").MapGeoJSONFeature} feature */
  function entry(feature) {
    const layer = layerOf(feature);
    const box = element("section");
    const title = offered.find(({ id }) => id === layer)?.title ?? layer;
    const head = element("h3", nameOf(feature) || title);
    head.append(" ", element("small", title));
    const facts = element("dl", "", { class: "facts" });
    for (const [name, text] of fieldsOf(feature)) facts.append(element("dt", name), element("dd", text));
    box.append(head, facts);
    const link = linkOf(feature, links);
    if (link) box.append(element("a", say(layer === "cases" && !feature.properties.number ? "found.list" : "found.open"), { href: link }));
    return box;
  }

  map.on("click", (event) => { if (!busy() && !event.defaultPrevented) tell(event.point, false); });
  map.on("mousemove", (event) => { if (!busy()) canvas.style.cursor = under(event.point).some((f) => !["boundaries", "buildings"].includes(layerOf(f))) ? "pointer" : ""; });

  let byKey = false;
  canvas.addEventListener("keydown", (event) => {
    byKey = true;
    if (event.key !== "Enter" || busy()) return;
    event.preventDefault();
    tell(map.project(map.getCenter()), true);
  });
  canvas.addEventListener("pointerdown", () => { byKey = false; });
  canvas.addEventListener("focus", () => { if (canvas.matches(":focus-visible")) voice.textContent = say("keys"); });
  // Where it stands is told to those who moved it by keys, once it stands still.
  map.on("idle", () => {
    if (!byKey || document.activeElement !== canvas) return;
    const middle = under(map.project(map.getCenter()));
    const places = middle.filter((feature) => layerOf(feature) === "boundaries").map(nameOf).join(", ");
    const shown = once(map.queryRenderedFeatures()).filter((feature) => layerOf(feature) === "cases");
    const cases = shown.reduce((sum, { properties }) => sum + Number(properties.count ?? 1), 0);
    const there = middle.filter((feature) => layerOf(feature) !== "boundaries").slice(0, 3).map(nameOf).filter(Boolean).join(", ");
    const text = say("where", { zoom: spoken(map.getZoom(), 1), place: places || say("where.nowhere"), cases: spoken(cases) });
    voice.textContent = there ? `${text} ${say("where.there", { things: there })}` : text;
  });
}

/** @param {import("maplibre-gl").MapGeoJSONFeature} feature @param {Record<string, string>} links */
export function linkOf(feature, links) {
  const made = links[layerOf(feature)];
  const { number, code } = feature.properties;
  const [placed, own] = made?.includes("NUMBER") ? ["NUMBER", number] : made?.includes("CODE") ? ["CODE", code] : ["/0/", feature.id && `/${feature.id}/`];
  return made && own ? made.replace(placed, String(own)) : undefined;
}
