// The library as pages load it, `lib/pdf-lib.mjs`, has the types of its package.
export * from "pdf-lib";
