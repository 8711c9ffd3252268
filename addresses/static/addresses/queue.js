// What a numbering crew reports, until the server has it.
import { outbox } from "../vip/outbox.js";

/**
 * @typedef {object} Told
 * @property {string} title
 * @property {Record<string, string>} fields
 * @property {{uid: string, number: string, street: string, at: [number, number]} | null} door
 * @property {Blob | null} photo
 */
/** @typedef {import("../vip/outbox.js").Entry & Told} Report */

const page = document.getElementById("field");

/** @type {ReturnType<typeof outbox<Report>>} */
const box = outbox("gis-vip-field", {
  address: () => String(page?.dataset.send),
  body: ({ fields, photo }) => {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    if (photo) body.set("photo", photo, "plate.jpg");
    return body;
  },
});

export const { keep, forget, entries: reports, send } = box;
