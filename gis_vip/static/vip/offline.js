// What pages for work without a network share: the worker that keeps them, photos of a size that a weak
// network carries.

/** Longer side of a photo as it is kept, in pixels. */
const SIDE = 1600;

/**
 * Puts the worker above a part of the site; resolved when it stands there.
 * @param {string} script
 * @param {string} scope
 */
export async function guard(script, scope) {
  if (!("serviceWorker" in navigator)) return undefined;
  const found = await navigator.serviceWorker.register(script, { scope }).catch(() => undefined);
  const coming = found?.installing ?? found?.waiting;
  if (found && !found.active && coming) {
    await new Promise((resolve) => coming.addEventListener("statechange", () => coming.state === "activated" && resolve(undefined)));
  }
  return found?.active ?? undefined;
}

/** A phone's photo as a JPEG. @param {File} file @returns {Promise<Blob>} */
export async function smaller(file) {
  try {
    const image = await createImageBitmap(file);
    const share = Math.min(1, SIDE / Math.max(image.width, image.height));
    const canvas = new OffscreenCanvas(Math.round(image.width * share), Math.round(image.height * share));
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await canvas.convertToBlob({ type: "image/jpeg", quality: 0.85 });
  } catch {
    return file; // the server says whether it can be read
  }
}
