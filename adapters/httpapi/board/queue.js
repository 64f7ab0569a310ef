// The tickets to review: pages of them, ahead of the person, and what changes meanwhile.
import { getRecord, listTickets, Problem } from "./api.js";
import { isWaiting } from "./outbox.js";
import { draw, isBlind } from "./ui.js";

/**
 * @typedef {import("./api.js").Ticket} Ticket
 * @typedef {import("./api.js").Entry} Entry
 */

const pageSize = 25;
/** How long a list that failed waits before it is asked for again, in milliseconds. */
const patience = 15_000;
/** So many tickets are there before they are needed, and so many of them with their records. */
const ahead = 10;
const aheadRecords = 2;

/** @type {Ticket[]} what is to review, the present one first */
let list = [];
/** @type {Ticket[]} */
let skipped = [];
/** @type {string | null | undefined} undefined before the first page, null after the last */
let cursor;
let total = 0;
let exact = true;
let loading = false;
/** @type {unknown} */
let failed = null;
/** @type {Map<number, {version: number, entries: Entry[] | null}>} each of one version of its ticket */
const records = new Map();

export const current = () => list[0] ?? null;
export const left = () => {
  const here = list.length + skipped.length;
  return cursor === null ? { n: here, exact: true } : { n: Math.max(total, here), exact };
};
export const skippedCount = () => skipped.length;
export const isLoading = () => loading || (cursor === undefined && failed === null);
export const problem = () => failed;

/** Looks for more if little is left, and fetches the records of what comes next. */
export async function fill() {
  if (!loading && cursor !== null && failed === null && list.length < ahead) await page();
  prefetch();
}

/** Looks from the beginning, unless there is work to do. */
export function lookAgain() {
  if (loading || list.length > 0 || skipped.length > 0) return;
  start();
}

export function start() {
  cursor = undefined;
  failed = null;
  void fill();
}

async function page() {
  loading = true;
  const first = cursor === undefined;
  try {
    const found = await listTickets({ needs_review: true, limit: pageSize, cursor, include_total: first });
    if (first) {
      total = (found.pagination.total ?? 0) - found.data.filter((t) => isWaiting(t.id)).length;
      exact = found.pagination.total_is_exact ?? true;
    }
    for (const ticket of found.data) add(ticket);
    cursor = found.pagination.next_cursor;
  } catch (e) {
    failed = e;
    const retryAfter = e instanceof Problem ? e.retryAfter * 1000 : 0;
    setTimeout(
      () => {
        if (failed === e) start();
      },
      Math.max(patience, retryAfter),
    );
  }
  loading = false;
  if (failed === null && list.length < ahead && cursor !== null) void fill();
  draw();
}

/** The ticket as it is listed, if it is. */
export const find = (/** @type {number} */ id) =>
  list.find((t) => t.id === id) ?? skipped.find((t) => t.id === id);
const isListed = (/** @type {number} */ id) => find(id) !== undefined;

function add(/** @type {Ticket} */ ticket) {
  if (isListed(ticket.id) || isWaiting(ticket.id)) return false;
  list.push(ticket);
  return true;
}

/** Asks for no record of a blind ticket: none is shown before the decision is saved. */
function prefetch() {
  for (const ticket of list.slice(0, 1 + aheadRecords)) if (!isBlind(ticket)) void fetchRecord(ticket);
}

async function fetchRecord(/** @type {Ticket} */ { id, version }) {
  if (records.get(id)?.version === version) return;
  /** @type {{version: number, entries: Entry[] | null}} */
  const record = { version, entries: null };
  records.set(id, record);
  try {
    record.entries = (await getRecord(id)).data;
  } catch {
    // The ticket can be decided without; the next look tries again.
    if (records.get(id) === record) records.delete(id);
  }
  draw();
}

/** The record of a ticket, null while it is on its way. */
export const recordOf = (/** @type {number} */ id) => records.get(id)?.entries ?? null;

/** Takes the present ticket off: it is decided. */
export function done() {
  const ticket = list.shift();
  total--;
  trim();
  void fill();
  return ticket;
}

/** Puts the present ticket behind all others. */
export function skip() {
  const ticket = list.shift();
  if (ticket) skipped.push(ticket);
  void fill();
}

/** Takes the present ticket off without having decided it now. */
export function leave() {
  list.shift();
  void fill();
}

/** Begins with what was skipped, if there is nothing else. It reports whether that was so. */
export function backToSkipped() {
  if (list.length > 0 || cursor !== null || loading || skipped.length === 0) return false;
  list = skipped;
  skipped = [];
  void fill();
  return true;
}

/** Makes a ticket the present one; counted says that it needs a review. */
export function putFirst(/** @type {Ticket} */ ticket, counted = true) {
  drop(ticket.id);
  list.unshift(ticket);
  if (counted) total++;
  void fill();
}

function drop(/** @type {number} */ id) {
  list = list.filter((t) => t.id !== id);
  skipped = skipped.filter((t) => t.id !== id);
}

/** Takes off what was decided elsewhere, unless it is the present one. It reports whether it was. */
export function goneElsewhere(/** @type {number} */ id) {
  if (list[0]?.id === id) return true;
  if (isListed(id)) total--;
  drop(id);
  return false;
}

/** Adds a ticket that has just come to need a review. */
export function came(/** @type {Ticket} */ ticket) {
  if (cursor === undefined || !add(ticket)) return;
  total++;
  prefetch();
}

/** Brings a ticket up to date, if it is listed as it was before. */
export function refresh(/** @type {Ticket} */ ticket) {
  const listed = find(ticket.id);
  if (!listed || ticket.version <= listed.version) return;
  list = list.map((t) => (t.id === ticket.id ? ticket : t));
  skipped = skipped.map((t) => (t.id === ticket.id ? ticket : t));
  prefetch();
}

function trim() {
  const wanted = new Set(list.slice(0, 5).map((t) => t.id));
  if (records.size > 60) for (const id of records.keys()) if (!wanted.has(id)) records.delete(id);
}
