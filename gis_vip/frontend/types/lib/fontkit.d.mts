// The library as pages load it, `lib/fontkit.mjs`, has the types of its package.
export { default } from "@pdf-lib/fontkit";
