// The library as pages load it, `lib/terra-draw.mjs`, has the types of its package.
export * from "terra-draw";
