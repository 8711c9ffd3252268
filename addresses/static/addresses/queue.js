// What a crew reports waits in the browser's own database until the server has it.

/**
 * @typedef {object} Report
 * @property {string} key made here, once: the server takes a report of one key once
 * @property {string} user who reported; somebody else on the same phone does not send it
 * @property {number} at milliseconds
 * @property {string} title
 * @property {Record<string, string>} fields
 * @property {{uid: string, number: string, street: string, at: [number, number]} | null} door
 * @property {Blob | null} photo
 * @property {"waiting" | "failed"} state
 * @property {string} why
 */

const STORE = "reports";

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("gis-vip-field", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "key" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

/**
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest} deed
 * @returns {Promise<any>} when it is on the disk
 */
async function within(mode, deed) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const asked = deed(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

/** @param {Report} report */
export const keep = (report) => within("readwrite", (store) => store.put(report));

/** @param {string} key */
export const forget = (key) => within("readwrite", (store) => store.delete(key));

/** In the order in which they were made. @param {string} user @returns {Promise<Report[]>} */
export async function reports(user) {
  const all = /** @type {Report[]} */ (await within("readonly", (store) => store.getAll()));
  return all.filter((report) => report.user === user).sort((a, b) => a.at - b.at);
}

/**
 * Sends what waits. What the server refuses for good is marked with the reason; everything else
 * goes on waiting.
 * @param {string} user
 * @param {string} address
 * @param {() => string} token
 * @returns {Promise<{sent: number, refused: number, signedOut: boolean}>}
 */
export function send(user, address, token) {
  // Two windows of one phone do not send side by side; and if they did, the key would hold.
  return navigator.locks.request("gis-vip-field-send", async () => {
    let [sent, refused] = [0, 0];
    for (const report of await reports(user)) {
      if (report.state !== "waiting") continue;
      const body = new FormData();
      for (const [name, value] of Object.entries(report.fields)) body.set(name, value);
      if (report.photo) body.set("photo", report.photo, "plate.jpg");
      const answer = await fetch(address, { method: "POST", body, headers: { "X-CSRFToken": token(), "Idempotency-Key": report.key } }).catch(() => undefined);
      if (!answer || answer.status === 408 || answer.status === 429 || answer.status >= 500) return { sent, refused, signedOut: false };
      if (answer.status === 401 || answer.status === 403) return { sent, refused, signedOut: true };
      if (answer.ok) {
        await forget(report.key);
        sent += 1;
      } else {
        const problem = await answer.json().catch(() => ({}));
        const reasons = Object.values(problem.errors ?? {}).flat().join(" ");
        await keep({ ...report, state: "failed", why: reasons || problem.detail || String(answer.status) });
        refused += 1;
      }
    }
    return { sent, refused, signedOut: false };
  });
}
