// The library as pages load it, `lib/terra-draw-maplibre.js`, has the types of its package.
export * from "terra-draw-maplibre-gl-adapter";
