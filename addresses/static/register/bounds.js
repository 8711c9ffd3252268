// Which part of the map shows some shapes.

/** Grows west, south, east, north by nested coordinates. @param {number[]} bounds @param {any} c */
function grow(bounds, c) {
  if (typeof c[0] !== "number") { c.forEach((/** @type {any} */ part) => grow(bounds, part)); return; }
  bounds[0] = Math.min(bounds[0], c[0]);
  bounds[1] = Math.min(bounds[1], c[1]);
  bounds[2] = Math.max(bounds[2], c[0]);
  bounds[3] = Math.max(bounds[3], c[1]);
}

/** For `data-bounds`; a single door is shown with the street around it. @param {{geometry: any}[]} features @param {number} [least] degrees from west to east */
export function seen(features, least = 0.002) {
  const bounds = [180, 90, -180, -90];
  for (const feature of features) grow(bounds, feature.geometry.coordinates);
  const room = Math.max(0, least - (bounds[2] - bounds[0])) / 2;
  return [bounds[0] - room, bounds[1] - room, bounds[2] + room, bounds[3] + room].join(",");
}
