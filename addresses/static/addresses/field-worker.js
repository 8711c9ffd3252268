// Keeps the crews' pages, their files and the last seen parts of the map, so that they open without a
// network. Served from /register/field/worker.js: it stands above the page of numbering crews, above
// /crew/, and above the maps' workers.

const worker = /** @type {any} */ (self);
const KEPT = "field-1";
/** So many tiles and answers; the oldest go first. */
const MOST = 800;
/** Who looks and in which language does not change on the way: what is kept is found again. */
const ANY = { ignoreVary: true };

worker.addEventListener("install", () => worker.skipWaiting());

worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(worker.clients.claim()));

// What the page has loaded before the worker was there.
worker.addEventListener("message", (/** @type {any} */ event) => {
  event.waitUntil(keepAll(event.data?.keep ?? []));
});

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  if (request.method !== "GET" || !ours(request.url)) return;
  // Names of static files carry a hash: what is kept is right for ever.
  const settled = new URL(request.url).pathname.startsWith("/static/");
  event.respondWith(settled ? keptFirst(request) : networkFirst(request));
});

/** @param {string} address */
function ours(address) {
  const { origin, pathname } = new URL(address);
  return origin === worker.location.origin && /^\/(static|tiles|maps\/style|register\/field\/$|api\/v1\/doors|crew\/$|api\/v1\/work-orders$|console\/cases\/[\w-]+\/photos\/)/.test(pathname);
}

/** @param {string[]} addresses */
async function keepAll(addresses) {
  const cache = await caches.open(KEPT);
  for (const address of addresses.filter(ours)) {
    if (await cache.match(address, ANY)) continue;
    const answer = await fetch(address).catch(() => undefined);
    if (answer?.ok) await cache.put(address, answer);
  }
}

/** @param {Request} request */
async function keptFirst(request) {
  const cache = await caches.open(KEPT);
  return (await cache.match(request, ANY)) ?? keeping(cache, request);
}

/** @param {Request} request */
async function networkFirst(request) {
  const cache = await caches.open(KEPT);
  try {
    return await keeping(cache, request);
  } catch (error) {
    const kept = await cache.match(request, ANY);
    if (kept) return kept;
    throw error;
  }
}

/** @param {Cache} cache @param {Request} request */
async function keeping(cache, request) {
  const answer = await fetch(request);
  // A page that leads to the sign-in is not the page.
  if (answer.ok && !answer.redirected) {
    await cache.put(request, answer.clone());
    if (Math.random() < 0.02) await trim(cache);
  } else if (answer.redirected || answer.status === 401 || answer.status === 403) {
    // Whoever has signed out leaves nothing of it behind.
    await cache.delete(request, ANY);
  }
  return answer;
}

/** @param {Cache} cache */
async function trim(cache) {
  const keys = (await cache.keys()).filter((k) => !/^\/(static|register|crew|api\/v1\/work)/.test(new URL(k.url).pathname));
  await Promise.all(keys.slice(0, Math.max(0, keys.length - MOST)).map((k) => cache.delete(k)));
}
