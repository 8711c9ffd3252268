// The library as pages load it, `lib/geodesic.mjs`: the parts of GeographicLib that are used.
interface Figure {
  AddPoint(latitude: number, longitude: number): void;
  Compute(reverse: boolean, sign: boolean): { perimeter: number; area?: number };
}
declare const geodesic: { Geodesic: { WGS84: { Polygon(line: boolean): Figure } } };
export default geodesic;
