// What a crew did, until the server has it.
import { outbox } from "../vip/outbox.js";

/**
 * @typedef {object} Order as the API tells it
 * @property {number} id
 * @property {number} version
 * @property {string} state
 * @property {boolean} open
 * @property {string} day
 * @property {string} crew
 * @property {string} number
 * @property {string} type
 * @property {string} place
 * @property {string} task
 * @property {string} note
 * @property {string} description
 * @property {[number, number] | null} at
 * @property {string | null} due_at
 * @property {string[]} photos
 */
/**
 * @typedef {object} Done
 * @property {Order} order as it was seen
 * @property {string} deed start, done or not_done
 * @property {number} version that it was seen in
 * @property {Record<string, string>} fields
 * @property {Record<"before" | "after", Blob[]>} photos
 */
/** @typedef {import("../vip/outbox.js").Entry & Done} Report */

const page = document.getElementById("crew");

/** @type {ReturnType<typeof outbox<Report>>} */
const box = outbox("gis-vip-crew", {
  address: ({ order, deed }) => `${page?.dataset.orders}/${order.id}/${deed}`,
  body: ({ version, at, fields, photos }) => {
    const body = new FormData();
    body.set("version", String(version));
    body.set("at", new Date(at).toISOString());
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    for (const moment of /** @type {const} */ (["before", "after"])) {
      photos[moment].forEach((photo, i) => body.append(moment, photo, `${moment}-${i + 1}.jpg`));
    }
    return body;
  },
  group: ({ order }) => String(order.id),
});

export const { keep, forget, entries: reports, send } = box;

/** @type {Record<string, string>} */
const BECOMES = { start: "UNDER_WAY", done: "DONE", not_done: "NOT_DONE" };

/** The order once all of this has arrived: each deed is one version more. @param {Order} order @param {Report[]} mine */
export function after(order, mine) {
  const last = mine.at(-1);
  const state = last ? BECOMES[last.deed] : order.state;
  return { state, version: last ? last.version + 1 : order.version, open: state === "PLANNED" || state === "UNDER_WAY" };
}
