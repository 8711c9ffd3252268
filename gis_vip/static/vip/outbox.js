// What is done without a network waits in the browser's own database until the server has it.

/**
 * @typedef {object} Entry
 * @property {string} key made here, once: the server does what one key says once
 * @property {string} user who did it; somebody else on the same phone does not send it
 * @property {number} at milliseconds
 * @property {"waiting" | "failed"} state
 * @property {string} why it was refused, in words
 * @property {any} [theirs] what the server answered with a conflict
 */

/**
 * @template {Entry} T
 * @typedef {object} Ways
 * @property {(entry: T) => string} address
 * @property {(entry: T) => FormData} body
 * @property {(entry: T) => string} [group] entries of one group wait for each other: behind one that
 *   failed, none is sent
 */

/** @typedef {{sent: number, refused: number, signedOut: boolean}} Sent */

const STORE = "reports";

/**
 * @template {Entry} T
 * @param {string} name of the database
 * @param {Ways<T>} ways
 */
export function outbox(name, { address, body, group }) {
  /** @returns {Promise<IDBDatabase>} */
  function open() {
    return new Promise((resolve, reject) => {
      const asked = indexedDB.open(name, 1);
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

  /** @param {T} entry */
  const keep = (entry) => within("readwrite", (store) => store.put(entry));

  /** @param {string} key */
  const forget = (key) => within("readwrite", (store) => store.delete(key));

  /** In the order in which they were made. @param {string} user @returns {Promise<T[]>} */
  async function entries(user) {
    const all = /** @type {T[]} */ (await within("readonly", (store) => store.getAll()));
    return all.filter((entry) => entry.user === user).sort((a, b) => a.at - b.at);
  }

  /**
   * Sends what waits. What the server refuses for good is marked with the reason; everything else
   * goes on waiting.
   * @param {string} user
   * @param {() => string} token
   * @returns {Promise<Sent>}
   */
  function send(user, token) {
    // Two windows of one phone do not send side by side; and if they did, the key would hold.
    return navigator.locks.request(`${name}-send`, async () => {
      let [sent, refused] = [0, 0];
      /** @type {Set<string | undefined>} */
      const stopped = new Set();
      for (const entry of await entries(user)) {
        const set = group?.(entry);
        if (entry.state !== "waiting") stopped.add(set);
        if (entry.state !== "waiting" || (set !== undefined && stopped.has(set))) continue;
        const answer = await fetch(address(entry), { method: "POST", body: body(entry), headers: { "X-CSRFToken": token(), "Idempotency-Key": entry.key } }).catch(() => undefined);
        if (!answer || answer.status === 408 || answer.status === 429 || answer.status >= 500) return { sent, refused, signedOut: false };
        if (answer.status === 401 || answer.status === 403) return { sent, refused, signedOut: true };
        if (answer.ok) {
          await forget(entry.key);
          sent += 1;
        } else {
          const problem = await answer.json().catch(() => ({}));
          const reasons = Object.values(problem.errors ?? {}).flat().join(" ");
          await keep({ ...entry, state: "failed", why: reasons || problem.detail || String(answer.status), theirs: problem.theirs });
          stopped.add(set);
          refused += 1;
        }
      }
      return { sent, refused, signedOut: false };
    });
  }

  return { keep, forget, entries, send };
}
