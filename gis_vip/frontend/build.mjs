// Copies the files of the front-end libraries that pages load to $VIP_HOME/frontend, from where
// Django's static files serve them. Nothing is fetched from another host at run time.
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { makeGlyphs } from "./glyphs.mjs";
import { makeSprite } from "./sprite.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const target = join(process.env.VIP_HOME ? resolve(process.env.VIP_HOME) : join(root, ".vip"), "frontend");
const files = {
  "maplibre-gl/dist/maplibre-gl.mjs": "maplibre-gl.mjs",
  "maplibre-gl/dist/maplibre-gl-worker.mjs": "maplibre-gl-worker.mjs",
  "maplibre-gl/dist/maplibre-gl-shared.mjs": "maplibre-gl-shared.mjs",
  "maplibre-gl/dist/maplibre-gl.css": "maplibre-gl.css",
  "htmx.org/dist/htmx.min.js": "htmx.min.js",
  "leaflet/dist/leaflet.js": "leaflet.js",
  "leaflet/dist/leaflet.css": "leaflet.css",
  "pdf-lib/dist/pdf-lib.esm.min.js": "pdf-lib.mjs",
  "terra-draw/dist/terra-draw.module.js": "terra-draw.mjs",
  "terra-draw-maplibre-gl-adapter/dist/terra-draw-maplibre-gl-adapter.module.js": "terra-draw-maplibre.js",
};

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
for (const [from, to] of Object.entries(files)) {
  const text = readFileSync(join(root, "node_modules", from), "utf8");
  // Source maps stay behind, and a reference to one would be a missing file.
  // The adapter names its library as packages do; written as the static files' storage reads it.
  writeFileSync(
    join(target, to),
    text.replace(/^\/[/*]# sourceMappingURL=.*$/gm, "").replace(/from ?"terra-draw"/, 'from "./terra-draw.mjs"'),
  );
}
cpSync(join(root, "node_modules/leaflet/dist/images"), join(target, "images"), { recursive: true });

// Written for loaders of another kind; pages import them.
const modules = {
  "geographiclib-geodesic/geographiclib-geodesic.min.js": "geodesic.mjs",
  "@pdf-lib/fontkit/dist/fontkit.umd.min.js": "fontkit.mjs",
};
for (const [from, to] of Object.entries(modules)) {
  const text = readFileSync(join(root, "node_modules", from), "utf8").replace(/^\/[/*]# sourceMappingURL=.*$/gm, "");
  writeFileSync(join(target, to), `const module = { exports: {} }, exports = module.exports;\n${text}\nexport default module.exports;\n`);
}

// Of ECharts only what our charts use: one module, half the size of the whole.
buildSync({
  entryPoints: [join(root, "gis_vip/frontend/charts.mjs")],
  outfile: join(target, "charts.mjs"),
  bundle: true,
  format: "esm",
  minify: true,
  target: "es2022",
  legalComments: "eof",
  logLevel: "error",
});

// What MapLibre asks for by names of its own: letters and pictures. The version goes into their
// addresses, so that browsers may keep them for ever.
const map = join(target, "map");
mkdirSync(map);
makeGlyphs(join(root, "node_modules"), map);
await makeSprite(join(root, "node_modules"), join(root, "gis_vip/frontend/sprite.svg"), join(root, "cases/static/cases/icons.svg"), map);
const hash = createHash("sha256");
for (const name of readdirSync(map, { recursive: true }).map(String).sort()) {
  if (/\.\w+$/.test(name)) hash.update(name).update(readFileSync(join(map, name)));
}
writeFileSync(join(map, "version"), hash.digest("hex").slice(0, 12));
console.log(`${Object.keys(files).length} files → ${target}`);
