// Reads a tile (address as the first argument) as a map in a browser does; prints its layers as JSON.
import { VectorTile } from "@mapbox/vector-tile";
import { PbfReader } from "pbf";

const [url, z, x, y] = process.argv.slice(2);
const response = await fetch(url);
const tile = new VectorTile(new PbfReader(new Uint8Array(await response.arrayBuffer())));
const found = Object.fromEntries(
  Object.entries(tile.layers).map(([name, layer]) => [
    name,
    {
      version: layer.version,
      extent: layer.extent,
      features: Array.from({ length: layer.length }, (_, i) => {
        const feature = layer.feature(i);
        const json = feature.toGeoJSON(Number(x), Number(y), Number(z));
        return {
          id: feature.id ?? null, safe: Number.isSafeInteger(feature.id), type: feature.type,
          properties: feature.properties, geometry: json.geometry,
        };
      }),
    },
  ]),
);
console.log(JSON.stringify(found));
