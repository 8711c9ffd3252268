// The library as pages load it, `lib/maplibre-gl.mjs`, has the types of its package.
export * from "maplibre-gl";
