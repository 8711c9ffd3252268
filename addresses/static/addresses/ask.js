// Questions to the register's API, and what it answers in words.

const BASE = "/api/v1/register/";
const said = JSON.parse(document.getElementById("words")?.textContent ?? "{}");

/** A refusal: `status` 0 where no answer came, `problem` as RFC 9457 has it. */
export class Refused extends Error {
  /** @param {number} status @param {Record<string, any>} problem */
  constructor(status, problem) {
    const fields = Object.entries(problem.errors ?? {}).map(([name, why]) => `${label(name)}${[why].flat().join(" ")}`);
    super(fields.length ? fields.join(" · ") : problem.detail ?? problem.title ?? String(status));
    this.status = status;
    this.problem = problem;
    this.signedOut = problem.code === "signed_out";
  }
}

/** The cookie's: whoever signs in anew in another window, or kept the page, has another one. */
export function token() {
  const found = document.cookie.split("; ").find((part) => part.startsWith("csrftoken="));
  return found?.split("=")[1] ?? /** @type {HTMLInputElement | null} */ (document.querySelector("[name=csrfmiddlewaretoken]"))?.value ?? "";
}

/** What a field is called, before what is said of it; nothing for one that no form has. @param {string} name */
export function label(name) {
  const known = said.fields?.[name];
  return known ? `${known}: ` : "";
}

/**
 * @param {string} path below the register's address
 * @param {unknown} [body] sent by POST, as JSON, or as the form that it is; without it a GET
 * @param {string} [method]
 * @param {Record<string, string>} [extra] headers
 * @returns {Promise<any>}
 */
export async function ask(path, body, method, extra = {}) {
  /** @type {RequestInit} */
  const options = { method: method ?? (body === undefined ? "GET" : "POST"), headers: { "X-CSRFToken": token(), ...extra } };
  if (body instanceof FormData) options.body = body;
  else if (body !== undefined) {
    options.headers = { ...options.headers, "Content-Type": "application/json" };
    options.body = JSON.stringify(body);
  }
  const answer = await fetch(BASE + path, options).catch(() => undefined);
  if (!answer) throw new Refused(0, { detail: say("offline") });
  const found = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(answer.status, found);
  return found;
}

/**
 * A text in the page's language.
 * @param {string} name
 * @param {Record<string, string | number>} [values]
 */
export function say(name, values = {}) {
  return fill(said[name] ?? name, values);
}

/**
 * A text of one of the lists, such as `operations`.
 * @param {string} list
 * @param {string} name
 * @returns {string}
 */
export function word(list, name) {
  return said[list]?.[name] ?? name;
}

/** @param {string} text @param {Record<string, string | number>} values */
function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** A day as the reader writes days. @param {string | null | undefined} iso YYYY-MM-DD */
export function day(iso) {
  return iso ? new Date(`${iso}T12:00`).toLocaleDateString(document.documentElement.lang, { day: "numeric", month: "long", year: "numeric" }) : "";
}

/**
 * An element by its id; the template has it.
 * @template {HTMLElement} T
 * @param {string} id
 * @returns {T}
 */
export function the(id) {
  return /** @type {T} */ (document.getElementById(id));
}

/**
 * @param {string} tag
 * @param {Record<string, any>} [attributes] `text` is its words, functions are listeners
 * @param {(Node | string)[]} [children]
 * @returns {any}
 */
export function make(tag, attributes = {}, children = []) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") element.textContent = value;
    else if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined && value !== null) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}
