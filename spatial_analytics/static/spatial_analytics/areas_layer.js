// Areas in their colours, for the page of the thematic map and for tiles of dashboards: shapes come as tiles,
// colours beside them, joined by the area's id. Hexagons bring their outline.
import { absolute, belowLabels } from "../vip/map.js";

/** @typedef {{id: number | string, colour: string, colour_before?: string, ring?: [number, number][]}} Coloured */

export const NO_DATA = "#c9ced0";

/**
 * The colours as a style has them: states of features would be missing in a picture or on paper.
 * @param {string} level @param {Coloured[]} areas @param {"colour" | "colour_before"} [which]
 * @returns {any}
 */
export function colouring(level, areas, which = "colour") {
  if (level === "cell") return ["get", which];
  const rest = level === "street" ? "rgba(0,0,0,0)" : NO_DATA;
  return areas.length ? ["match", ["id"], ...areas.flatMap((area) => [area.id, area[which] ?? NO_DATA]), rest] : NO_DATA;
}

/**
 * The source and the layer `areas`; below the names of places.
 * @param {import("maplibre-gl").Map} map @param {string} level @param {Coloured[]} areas
 * @returns {{"source-layer"?: string}} what further layers of this source need
 */
export function addAreas(map, level, areas) {
  const lines = level === "street";
  if (level === "cell") {
    map.addSource("areas", {
      type: "geojson", promoteId: "h3",
      data: {
        type: "FeatureCollection",
        features: areas.map((area) => ({
          type: "Feature", geometry: { type: "Polygon", coordinates: [area.ring ?? []] },
          properties: { h3: area.id, colour: area.colour, colour_before: area.colour_before ?? NO_DATA },
        })),
      },
    });
  } else {
    map.addSource("areas", {
      type: "vector", minzoom: lines ? 10 : 5, maxzoom: lines ? 14 : 12,
      tiles: [absolute(`/tiles/choropleth/{z}/{x}/{y}.mvt?level=${level}`)],
    });
  }
  const of = level === "cell" ? {} : { "source-layer": "choropleth" };
  const colours = colouring(level, areas);
  if (lines) {
    map.addLayer({
      id: "areas", type: "line", source: "areas", ...of,
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": colours, "line-width": ["interpolate", ["exponential", 1.5], ["zoom"], 10, 1.5, 13, 4, 17, 14], "line-opacity": 0.9 },
    }, belowLabels(map));
  } else {
    map.addLayer({
      id: "areas", type: "fill", source: "areas", ...of,
      // Opaque as long as the city is seen as a whole: the colours are those of the legend. Nearer, streets shine through.
      paint: { "fill-color": colours, "fill-opacity": ["interpolate", ["linear"], ["zoom"], 11, 1, 13, 0.8] },
    }, belowLabels(map));
  }
  return of;
}
