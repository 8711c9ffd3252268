// Reads a PMTiles archive over range requests: its header, its metadata, and the layers of one tile.
import { VectorTile } from "@mapbox/vector-tile";
import { PbfReader } from "pbf";
import { PMTiles } from "pmtiles";

const [url, z, x, y] = process.argv.slice(2);
const archive = new PMTiles(url);
const header = await archive.getHeader();
const metadata = await archive.getMetadata();
const tile = await archive.getZxy(Number(z), Number(x), Number(y));
const layers = tile ? new VectorTile(new PbfReader(new Uint8Array(tile.data))).layers : {};
console.log(JSON.stringify({
  header, metadata, layers: Object.fromEntries(Object.entries(layers).map(([n, l]) => [n, l.length])),
}));
