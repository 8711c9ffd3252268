// The layer of cases on any map: single points from zoom 12, numbers on a grid below.
import { absolute, popup } from "./map.js";

/** @param {URLSearchParams} filters */
function tiles(filters) {
  const query = filters.toString();
  return absolute(`/tiles/cases/{z}/{x}/{y}.mvt${query ? `?${query}` : ""}`);
}

/**
 * @param {import("maplibre-gl").Map} map
 * @param {URLSearchParams} filters
 * @param {string} caseUrl address of a case with NUMBER in place of its number
 */
export function addCases(map, filters, caseUrl) {
  map.addSource("cases", { type: "vector", tiles: [tiles(filters)], minzoom: 5, maxzoom: 16 });
  map.addLayer({
    id: "case-clusters", type: "circle", source: "cases", "source-layer": "cases", filter: ["has", "count"],
    paint: {
      "circle-color": "#c2410c", "circle-opacity": 0.82,
      "circle-radius": ["interpolate", ["linear"], ["sqrt", ["get", "count"]], 1, 6, 10, 13, 60, 26],
      "circle-stroke-color": "#fff", "circle-stroke-width": 1.2,
    },
  });
  map.addLayer({
    id: "case-counts", type: "symbol", source: "cases", "source-layer": "cases", filter: ["has", "count"],
    layout: { "text-field": ["to-string", ["get", "count"]], "text-font": ["Noto Sans Bold", "sans-serif"], "text-size": 11, "text-allow-overlap": true, "text-ignore-placement": true },
    paint: { "text-color": "#fff" },
  });
  map.addLayer({
    id: "case-points", type: "circle", source: "cases", "source-layer": "cases", filter: ["!", ["has", "count"]],
    paint: {
      "circle-color": ["case", ["get", "open"], ["coalesce", ["get", "colour"], "#c2410c"], "#8c9692"],
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 12, 3.2, 16, 7],
      "circle-opacity": ["case", ["get", "open"], 0.95, 0.6],
      "circle-stroke-color": ["case", ["all", ["get", "open"], ["<", ["get", "due"], Date.now() / 1000]], "#7f1d1d", "#fff"],
      "circle-stroke-width": 1.4,
    },
  });
  map.on("click", "case-points", (event) => {
    const feature = event.features?.[0];
    if (!feature) return;
    const box = document.createElement("div");
    const title = document.createElement("strong");
    const english = document.documentElement.lang === "en";
    title.textContent = String((english && feature.properties.type_en) || feature.properties.type || "–");
    box.append(title);
    const { open, ended } = map.getContainer().dataset;
    if (open && ended) {
      const month = new Date(`${feature.properties.month}-15`);
      const words = month.toLocaleDateString(document.documentElement.lang, { year: "numeric", month: "long" });
      box.append(document.createElement("br"), `${feature.properties.open ? open : ended} · ${words}`);
    }
    if (feature.properties.number) {
      const link = document.createElement("a");
      link.href = caseUrl.replace("NUMBER", String(feature.properties.number));
      link.textContent = String(feature.properties.number);
      box.append(document.createElement("br"), link);
    }
    popup(map, [event.lngLat.lng, event.lngLat.lat], box);
  });
  for (const layer of ["case-points", "case-clusters"]) {
    map.on("mouseenter", layer, () => { map.getCanvas().style.cursor = "pointer"; });
    map.on("mouseleave", layer, () => { map.getCanvas().style.cursor = ""; });
  }
  map.on("click", "case-clusters", (event) => map.easeTo({ center: event.lngLat, zoom: map.getZoom() + 2 }));
}

/** @param {import("maplibre-gl").Map} map @param {URLSearchParams} filters */
export function filterCases(map, filters) {
  const source = /** @type {import("maplibre-gl").VectorTileSource} */ (map.getSource("cases"));
  source.setTiles([tiles(filters)]);
}
