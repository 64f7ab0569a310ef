// The API of this server: requests, errors, the key.

/**
 * @typedef {import("./openapi.js").components["schemas"]} Schemas
 * @typedef {Schemas["Ticket"]} Ticket
 * @typedef {Schemas["Classification"]} Entry
 * @typedef {Schemas["Stats"]} Stats
 * @typedef {Schemas["Event"]} TicketEvent
 * @typedef {Schemas["Category"]} Category
 * @typedef {Schemas["Priority"]} Priority
 * @typedef {{[name: string]: string | number | boolean | null | undefined}} Query
 */

/** The address that the paths of the contract are relative to, also below a prefix. */
const root = new URL("..", import.meta.url);
const keyName = "ticketd.key";
const usualTime = 30_000;
/** A classification may take AI_TIMEOUT_MS, at most five minutes. */
const classifyTime = 330_000;

/** An answer that is an error: what the API says (RFC 9457). */
export class Problem extends Error {
  /**
   * @param {number} status
   * @param {Partial<Schemas["Problem"]>} said
   * @param {number} retryAfter seconds, 0 if the answer names none
   */
  constructor(status, said, retryAfter) {
    super(said.detail ?? said.title ?? `HTTP ${status}`);
    this.status = status;
    this.code = said.code ?? "";
    this.errors = said.errors ?? [];
    this.requestId = said.request_id ?? "";
    this.retryAfter = retryAfter;
  }
}

/** The server was not reached, or the answer broke off. */
export class Unreachable extends Error {}

let key = sessionStorage.getItem(keyName) ?? "";
/** @type {Promise<void> | null} */
let asking = null;
/** @type {(complaint: string) => Promise<string>} */
let ask = () => Promise.reject(new Error("nobody asks for the key"));

/** Names who asks the person for a key, given what the API says of the last one; "" before the first. */
export function askWith(/** @type {(complaint: string) => Promise<string>} */ asker) {
  ask = asker;
}

export const hasKey = () => key !== "";

export function forgetKey() {
  key = "";
  sessionStorage.removeItem(keyName);
}

/** Asks once for all requests that the key used was refused for. */
async function another(/** @type {string} */ used, /** @type {Problem} */ refusal) {
  if (used !== key) return;
  asking ??= ask(used === "" ? "" : refusal.message)
    .then((given) => {
      key = given;
      sessionStorage.setItem(keyName, given);
    })
    .finally(() => {
      asking = null;
    });
  await asking;
}

/** @returns {Promise<Problem>} */
async function problemOf(/** @type {Response} */ answer) {
  const said = await answer.json().catch(() => ({ title: answer.statusText }));
  return new Problem(answer.status, said, Number(answer.headers.get("Retry-After")) || 0);
}

/**
 * @typedef {object} Ask
 * @property {Query} [query]
 * @property {object} [body]
 * @property {Record<string, string>} [headers]
 * @property {number} [time] milliseconds, 0 for no limit
 * @property {AbortSignal} [signal]
 * @property {boolean} [keepalive] whether it outlives the page
 */

/** Sends a request, again with another key if there is need, and returns the answer if it is no error. */
async function send(/** @type {string} */ method, /** @type {string} */ path, /** @type {Ask} */ what = {}) {
  const url = new URL(path, root);
  for (const [name, value] of Object.entries(what.query ?? {})) {
    if (value !== undefined && value !== null && value !== "") url.searchParams.set(name, String(value));
  }
  for (;;) {
    const used = key;
    /** @type {Record<string, string>} */
    const headers = { Accept: "application/json", ...what.headers };
    if (used) headers["Authorization"] = `Bearer ${used}`;
    if (what.body) headers["Content-Type"] = "application/json";
    const time = what.time ?? usualTime;
    const signals = [what.signal, time ? AbortSignal.timeout(time) : undefined].filter(
      (s) => s !== undefined,
    );
    /** @type {Response} */
    let answer;
    try {
      answer = await fetch(url, {
        method,
        headers,
        body: what.body ? JSON.stringify(what.body) : null,
        signal: AbortSignal.any(signals),
        cache: "no-store",
        credentials: "omit",
        keepalive: what.keepalive ?? false,
      });
    } catch (e) {
      what.signal?.throwIfAborted();
      throw new Unreachable(String(e));
    }
    if (answer.ok) return answer;
    const problem = await problemOf(answer);
    if (problem.status !== 401) throw problem;
    await another(used, problem);
  }
}

/** @returns {Promise<any>} */
async function json(/** @type {string} */ method, /** @type {string} */ path, /** @type {Ask} */ what = {}) {
  const answer = await send(method, path, what);
  try {
    return await answer.json();
  } catch (e) {
    throw new Unreachable(String(e));
  }
}

/**
 * @param {Query} query
 * @param {AbortSignal} [signal]
 * @returns {Promise<Schemas["TicketPage"]>}
 */
export const listTickets = (query, signal) => json("GET", "tickets", { query, ...(signal && { signal }) });

/** @returns {Promise<Ticket>} */
export const getTicket = (/** @type {number} */ id) => json("GET", `tickets/${id}`);

/**
 * @param {number} id
 * @param {string} [cursor]
 * @returns {Promise<Schemas["ClassificationPage"]>}
 */
export const getRecord = (id, cursor) =>
  json("GET", `tickets/${id}/classifications`, { query: { limit: 50, cursor } });

/**
 * Changes a ticket that still has this version.
 * @returns {Promise<Ticket>}
 */
export const editTicket = (
  /** @type {{id: number, version: number}} */ ticket,
  /** @type {Schemas["TicketEdit"]} */ body,
  keepalive = false,
) =>
  json("PATCH", `tickets/${ticket.id}`, { body, keepalive, headers: { "If-Match": `"${ticket.version}"` } });

/** @returns {Promise<Ticket>} */
export const classifyTicket = (/** @type {number} */ id) =>
  json("POST", `tickets/${id}/classify`, { time: classifyTime });

/** @returns {Promise<Ticket>} */
export const createTicket = (/** @type {Schemas["NewTicket"]} */ body, /** @type {string} */ once) =>
  json("POST", "tickets", { body, time: classifyTime, headers: { "Idempotency-Key": once } });

/** @returns {Promise<Stats>} */
export const getStats = (/** @type {Query} */ query, /** @type {AbortSignal} */ signal) =>
  json("GET", "stats", { query, signal });

/**
 * Reads the stream of events until it ends, from the event after last, or from now on.
 * @param {string} last the id of the last event that was read, or ""
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<{id: string, event: TicketEvent | null}>} no event for what only holds the line
 */
export async function* streamEvents(last, signal) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "text/event-stream" };
  if (last) headers["Last-Event-ID"] = last;
  const answer = await send("GET", "events", { headers, time: 0, signal });
  if (!answer.body) return;
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const field = (/** @type {string} */ name) =>
        block
          .split("\n")
          .find((line) => line.startsWith(`${name}:`))
          ?.slice(name.length + 1)
          .trim() ?? "";
      const data = field("data");
      yield { id: field("id"), event: data ? JSON.parse(data) : null };
    }
  }
}
