// Decisions on their way to the server: held for a moment so that they can be undone, sent one after the
// other, kept while the server is away, and checked against what a colleague decided meanwhile.
import { editTicket, getTicket, Problem, Unreachable } from "./api.js";
import { texts } from "./texts.js";
import { draw, say } from "./ui.js";

/**
 * @typedef {import("./api.js").Ticket} Ticket
 * @typedef {{category: import("./api.js").Category, priority: import("./api.js").Priority}} Labels
 * @typedef {object} Decision
 * @property {Ticket} ticket as it was decided on
 * @property {Labels} labels
 * @property {boolean} confirms whether the labels are those that the ticket had
 * @property {number} due when it is sent, in milliseconds
 * @property {boolean} tried whether it was sent, whatever became of that
 * @typedef {{kind: "saved", decision: Decision, ticket: Ticket}
 *   | {kind: "decided", decision: Decision, ticket: Ticket}
 *   | {kind: "changed", decision: Decision, ticket: Ticket}
 *   | {kind: "deleted", decision: Decision}
 *   | {kind: "refused", decision: Decision, problem: Problem}} Outcome
 */

/** How long a decision can be undone without a trace, in milliseconds. */
const hold = 4_000;
const soonest = 1_000;
const latest = 15_000;
const storeName = "ticketd.outbox";

/** @type {Decision[]} */
let waiting = restore();
/** @type {Decision | null} */
let sending = null;
/** What holds the sending up, in words; "" if nothing does. */
let trouble = "";
let pause = soonest;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
/** @type {(outcome: Outcome) => void} */
let report = () => {};

export const unsaved = () => waiting.length;
export const troubled = () => trouble;

/** Names who hears what becomes of decisions, and goes on with what an earlier page left. */
export function reportTo(/** @type {(outcome: Outcome) => void} */ to) {
  report = to;
  plan();
}

export const isWaiting = (/** @type {number} */ id) => waiting.some((d) => d.ticket.id === id);

export function decide(/** @type {Omit<Decision, "due" | "tried">} */ decision) {
  const d = { ...decision, due: Date.now() + hold, tried: false };
  waiting.push(d);
  keep();
  plan();
  return d;
}

/** Takes a decision back that the server cannot know yet. It reports whether that was so. */
export function takeBack(/** @type {Decision} */ d) {
  if (d.tried || !waiting.includes(d)) return false;
  waiting = waiting.filter((other) => other !== d);
  if (waiting.length === 0) trouble = "";
  keep();
  draw();
  return true;
}

function restore() {
  /** @type {Decision[]} */
  const list = JSON.parse(sessionStorage.getItem(storeName) ?? "[]");
  return list.map((d) => ({ ...d, due: 0, tried: true })); // by the page that went
}

/** Keeps decisions over a reload, without the texts: the server has them. */
function keep() {
  const slim = waiting.map((d) => ({ ...d, ticket: { ...d.ticket, description: "" } }));
  sessionStorage.setItem(storeName, JSON.stringify(slim));
}

function plan() {
  clearTimeout(timer);
  const next = waiting[0];
  if (!next || sending) return;
  timer = setTimeout(
    () => {
      void sendNext();
    },
    Math.max(0, next.due - Date.now(), trouble ? pause : 0),
  );
}

/** @returns {import("./api.js").Schemas["TicketEdit"]} */
const bodyOf = (/** @type {Decision} */ d) => (d.confirms ? { confirmed: true } : { ...d.labels });

async function sendNext() {
  const d = waiting[0];
  if (!d || sending) return;
  sending = d;
  d.tried = true;
  try {
    // It outlives the page: a tab that is closed costs no decision.
    settle(d, { kind: "saved", decision: d, ticket: await editTicket(d.ticket, bodyOf(d), true) });
  } catch (e) {
    await failed(d, e);
  }
  sending = null;
  plan();
  draw();
}

async function failed(/** @type {Decision} */ d, /** @type {unknown} */ e) {
  if (e instanceof Problem && e.status === 412) {
    try {
      settle(d, compare(d, await getTicket(d.ticket.id)));
      return;
    } catch (again) {
      e = again;
    }
  }
  if (e instanceof Problem && e.status === 404) {
    settle(d, { kind: "deleted", decision: d });
  } else if (e instanceof Problem && e.status < 500 && e.status !== 429) {
    settle(d, { kind: "refused", decision: d, problem: e });
  } else if (e instanceof Problem || e instanceof Unreachable) {
    const before = trouble;
    trouble = e instanceof Problem ? e.message : texts.connection.lost;
    pause = Math.max(
      Math.min(Math.max(pause, soonest) * 2, latest),
      (e instanceof Problem ? e.retryAfter : 0) * 1000,
    );
    if (trouble !== before) say(`${trouble} ${texts.connection.waiting(waiting.length)}`);
  } else {
    throw e;
  }
}

/**
 * An answer that was lost leaves the ticket as it was decided: that is no conflict. Nor is it one if the
 * decision that is replaced still stands, and something else about the ticket has changed.
 * @returns {Outcome}
 */
function compare(/** @type {Decision} */ d, /** @type {Ticket} */ now) {
  const same = now.category === d.labels.category && now.priority === d.labels.priority;
  const mineStill =
    d.ticket.review !== null && now.category === d.ticket.category && now.priority === d.ticket.priority;
  const undecided = now.review === null || now.needs_review;
  const kind = undecided ? "changed" : same ? "saved" : mineStill ? "changed" : "decided";
  return { kind, decision: d, ticket: now };
}

function settle(/** @type {Decision} */ d, /** @type {Outcome} */ outcome) {
  waiting = waiting.filter((other) => other !== d);
  if (outcome.kind === "saved") {
    // Who has decided once more meanwhile has done so about the ticket as it is now.
    for (const other of waiting) {
      if (other.ticket.id === d.ticket.id) [other.ticket, other.confirms] = [outcome.ticket, false];
    }
  }
  keep();
  if (trouble && waiting.length === 0) say(texts.connection.back);
  trouble = "";
  pause = soonest;
  report(outcome);
}

/** Sends at once what waits, since the connection may be back or the page about to go. */
function hurry() {
  for (const d of waiting) d.due = 0;
  pause = 0;
  plan();
}
addEventListener("online", hurry);
document.addEventListener("visibilitychange", () => {
  if (document.hidden) hurry();
});

// What is still here when the page goes is sent by the browser; a reload sends it again to no effect.
addEventListener("pagehide", () => {
  for (const d of waiting) {
    if (d === sending) continue;
    d.tried = true;
    editTicket(d.ticket, bodyOf(d), true).catch(() => {});
  }
});
addEventListener("beforeunload", (e) => {
  if (trouble && waiting.length > 0) e.preventDefault();
});
