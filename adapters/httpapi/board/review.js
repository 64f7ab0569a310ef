// The review: one ticket after the other, decided by a key.
import { getRecord } from "./api.js";
import { listen } from "./live.js";
import * as outbox from "./outbox.js";
import * as queue from "./queue.js";
import { verdictOf } from "./record.js";
import { texts } from "./texts.js";
import { outcomeOf, reasonView, verdictView } from "./verdict.js";
import {
  badge,
  categories,
  categoryKeys,
  choice,
  draw,
  emptyState,
  failure,
  focusHeading,
  html,
  isBlind,
  label,
  labelsOf,
  nothing,
  priorities,
  priorityKeys,
  repeat,
  say,
  when,
} from "./ui.js";

/**
 * @typedef {import("./api.js").Ticket} Ticket
 * @typedef {object} Chosen
 * @property {import("./api.js").Category | null} category
 * @property {import("./api.js").Priority | null} priority
 */

const t = texts.review;

/** @type {Chosen} */
let chosen = { category: null, priority: null };
/** @type {Ticket | null} the ticket that chosen is about */
let shown = null;
let decided = 0;
/** @type {import("./verdict.js").Past[]} what can be undone, the last one last */
let past = [];
/** @type {Set<number>} tickets that came back after they had been saved */
const again = new Set();
/** @type {Map<number, Chosen>} what was chosen for tickets that came back */
const kept = new Map();
/** @type {{id: number, ticket: Ticket, title: string, text: string}[]} */
let notices = [];
/** @type {Ticket | "deleted" | null} the present ticket as somebody else has left it */
let overtaken = null;
let problem = "";
/** Whether the page is open. */
let here = false;

/** Follows the queue's first ticket. */
function sync() {
  const ticket = queue.current();
  if (ticket?.id === shown?.id && ticket?.version === shown?.version) return;
  if (!ticket && queue.backToSkipped()) {
    if (here) say(t.skippedBack);
    sync();
    return;
  }
  const before = shown;
  shown = ticket;
  overtaken = null;
  problem = "";
  if (!ticket) return;
  if (ticket.id === before?.id && isTouched(before)) return;
  chosen = kept.get(ticket.id) ?? presetOf(ticket);
  kept.delete(ticket.id);
}

/** Whether the labels of a ticket stand there to be confirmed. */
const presets = (/** @type {Ticket} */ ticket) =>
  again.has(ticket.id) || (!isBlind(ticket) && ticket.ai_status === "done" && ticket.category !== null);

/** @returns {Chosen} */
const presetOf = (/** @type {Ticket} */ ticket) =>
  presets(ticket)
    ? { category: ticket.category, priority: ticket.priority }
    : { category: null, priority: null };

/** Whether a person has chosen something else than what stood there. */
function isTouched(/** @type {Ticket} */ ticket) {
  const { category, priority } = presetOf(ticket);
  return chosen.category !== category || chosen.priority !== priority;
}

/** Keeps what is chosen for the present ticket while another one takes its place. */
function keepChoice() {
  if (shown && isTouched(shown)) kept.set(shown.id, chosen);
}

function decide() {
  const ticket = shown;
  if (!ticket) return;
  if (overtaken) {
    queue.done();
    next(overtaken === "deleted" ? t.goneNow : `${labelsOf(overtaken)}.`);
    return;
  }
  const { category, priority } = chosen;
  if (!category || !priority) {
    problem = t.both;
    say(problem);
    draw();
    return;
  }
  const confirms =
    ticket.ai_status === "done" && category === ticket.category && priority === ticket.priority;
  const decision = outbox.decide({ ticket, labels: { category, priority }, confirms });
  const made = { decision, saved: null, blind: ticket.audit && !again.has(ticket.id) };
  past = [...past, made].slice(-100);
  if (again.delete(ticket.id)) queue.leave();
  else queue.done();
  kept.delete(ticket.id);
  decided++;
  next(outcomeOf(made));
}

function next(/** @type {string} */ outcome) {
  sync();
  const { n, exact } = queue.left();
  say(`${outcome} ${shown ? t.left(n, exact) : t.empty}`);
  focusHeading();
  draw();
}

function skip() {
  if (!shown) return;
  if (again.delete(shown.id)) {
    decided++; // the decision that was to be replaced stands
    queue.leave();
  } else if (overtaken) queue.done();
  else {
    keepChoice();
    queue.skip();
  }
  next(t.skippedOne);
}

function undo() {
  const last = past.pop();
  if (!last) {
    say(t.nothingToUndo);
    return;
  }
  const { decision } = last;
  const taken = outbox.takeBack(decision) && !outbox.isWaiting(decision.ticket.id);
  const ticket = last.saved ?? decision.ticket;
  bringBack(ticket, decision.labels, taken && ticket.needs_review);
  decided = Math.max(0, decided - 1);
  shown = null;
  sync();
  say(`${t.undone(decision.ticket.title)} ${again.has(decision.ticket.id) ? t.undoneSaved : ""}`);
  focusHeading();
  draw();
}

/** Shows a ticket once more, with what was chosen for it; open says that it still needs a review. */
function bringBack(
  /** @type {Ticket} */ ticket,
  /** @type {Chosen} */ labels,
  /** @type {boolean} */ open,
) {
  if (shown?.id !== ticket.id) keepChoice();
  if (open) again.delete(ticket.id);
  else again.add(ticket.id);
  kept.set(ticket.id, { ...labels });
  queue.putFirst(ticket, open);
}

/** Hears what became of a decision on the server. */
async function settled(/** @type {import("./outbox.js").Outcome} */ o) {
  const { decision } = o;
  const { ticket } = decision;
  const mine = labelsOf(decision.labels);
  if (o.kind === "saved") {
    for (const p of past) if (p.decision === decision) p.saved = o.ticket;
    queue.refresh(o.ticket); // it is there if it was undone while it was on its way
    if (queue.problem()) queue.start();
    draw();
    return;
  }
  if (past.some((p) => p.decision === decision)) decided = Math.max(0, decided - 1);
  past = past.filter((p) => p.decision !== decision);
  if (outbox.isWaiting(ticket.id)) return; // the next decision about it hears the same
  if (o.kind === "decided") {
    const by = await getRecord(ticket.id).then(
      (r) => r.data.find((e) => e.source === "human")?.by,
      () => null,
    );
    notify(o.ticket, t.conflict, t.conflictHelp(labelsOf(o.ticket), by ?? "", mine));
  } else if (o.kind === "changed") {
    bringBack(o.ticket, decision.labels, o.ticket.needs_review);
    notify(o.ticket, t.changed, t.changedHelp);
  } else if (o.kind === "deleted") {
    notify(ticket, t.deleted, t.deletedHelp);
  } else {
    bringBack(ticket, decision.labels, ticket.needs_review);
    notify(ticket, t.refused, o.problem.message);
  }
  sync();
  draw();
}

function notify(/** @type {Ticket} */ ticket, /** @type {string} */ title, /** @type {string} */ text) {
  notices = [...notices.filter((n) => n.id !== ticket.id), { id: ticket.id, ticket, title, text }].slice(-5);
  say(`${title}: ${ticket.title}. ${text}`);
}

function happened(/** @type {import("./api.js").TicketEvent | null} */ event) {
  const ticket = event?.data.ticket;
  if (!event || !ticket) {
    queue.lookAgain();
    return;
  }
  if (outbox.isWaiting(ticket.id)) return;
  const listed = queue.find(ticket.id);
  if (again.has(ticket.id)) {
    // What a colleague decided is no news of one's own decision: sending the next one tells of it.
    const same = ticket.category === listed?.category && ticket.priority === listed?.priority;
    if (same && event.type !== "ticket.deleted") queue.refresh(ticket);
  } else if (event.type === "ticket.review_needed" && !listed) {
    queue.came(ticket);
  } else if (event.type === "ticket.deleted" || !ticket.needs_review) {
    if (queue.goneElsewhere(ticket.id) && shown) {
      overtaken = event.type === "ticket.deleted" ? "deleted" : ticket;
      if (here) say(overtakenText());
    }
  } else {
    queue.refresh(ticket); // closed, reopened or classified again
  }
  sync();
  draw();
}

const overtakenText = () =>
  overtaken === "deleted" ? t.goneNow : overtaken ? t.meanwhile(labelsOf(overtaken)) : "";

/** @returns {import("./ui.js").View} */
function lastView() {
  const last = past[past.length - 1];
  if (!last) return nothing;
  return html` <div class="last">
    <p><bdi class="title">${last.decision.ticket.title}</bdi> <span>${outcomeOf(last)}</span></p>
    <button type="button" class="quiet" @click=${undo} aria-keyshortcuts="z">
      ${t.undo} <kbd aria-hidden="true">z</kbd>
    </button>
  </div>`;
}

/** @returns {import("./ui.js").View} */
function noticesView() {
  return html`${repeat(
    notices,
    (n) => n.id,
    (n) =>
      html` <div class="notice">
        <div>
          <p>
            <strong>${n.title}</strong> <a href="#/tickets/${n.id}"><bdi>${n.ticket.title}</bdi></a>
          </p>
          <p>${n.text}</p>
        </div>
        <button
          type="button"
          class="quiet"
          @click=${() => {
            notices = notices.filter((o) => o !== n);
            draw();
          }}
        >
          ${texts.dismiss}
        </button>
      </div>`,
  )}`;
}

/** @returns {import("./ui.js").View} */
function ticketView(/** @type {Ticket} */ ticket) {
  const open = again.has(ticket.id) || !isBlind(ticket);
  const confirms =
    !overtaken &&
    open &&
    ticket.ai_status === "done" &&
    !again.has(ticket.id) &&
    chosen.category === ticket.category &&
    chosen.priority === ticket.priority;
  const machine = open && ticket.ai_status === "done" && ticket.classified_by !== "human";
  return html` <div class="work">
    <article class="ticket">
      <header>
        <h2 tabindex="-1" data-focus dir="auto">${ticket.title}</h2>
        <p class="meta muted">
          <a href="#/tickets/${ticket.id}">#${ticket.id}</a> ${when(ticket.created_at)}
          ${ticket.status === "closed" ? badge("quiet", label("closed")) : nothing}
        </p>
      </header>
      <div class="text" dir="auto">${ticket.description}</div>
    </article>
    <form
      class="panel decide"
      aria-label=${texts.tickets.correct}
      @submit=${(/** @type {Event} */ e) => {
        e.preventDefault();
        decide();
      }}
    >
      ${
        overtaken
          ? html`<p class="notice" role="status">${overtakenText()}</p>`
          : reasonView(ticket, again.has(ticket.id))
      }
      ${choice({
        name: "category",
        legend: texts.category,
        options: categories,
        chosen: chosen.category,
        keys: categoryKeys,
        machine: machine ? ticket.category : null,
        confidence: ticket.ai_confidence,
        pick: (slug) => pick({ category: slug }),
      })}
      ${choice({
        name: "priority",
        legend: texts.priority,
        options: priorities,
        chosen: chosen.priority,
        keys: priorityKeys,
        machine: machine ? ticket.priority : null,
        confidence: verdictOf(queue.recordOf(ticket.id))?.priority_confidence ?? null,
        pick: (slug) => pick({ priority: slug }),
      })}
      <p class="bad-text" role="alert">${problem}</p>
      <div class="acts">
        <button class="primary" aria-keyshortcuts="Enter" @click=${onlyOnce}>
          ${overtaken ? t.next : confirms ? t.confirm : t.save} <kbd aria-hidden="true">↵</kbd>
        </button>
        <button type="button" @click=${skip} aria-keyshortcuts="s">
          ${t.skip} <kbd aria-hidden="true">s</kbd>
        </button>
      </div>
    </form>
    ${open ? verdictView(ticket, queue.recordOf(ticket.id)) : nothing}
  </div>`;
}

/** The second click of a double click is about a ticket that nobody has read. */
function onlyOnce(/** @type {MouseEvent} */ e) {
  if (e.detail > 1) e.preventDefault();
}

function pick(/** @type {Partial<Chosen>} */ labels) {
  if (overtaken) return;
  chosen = { ...chosen, ...labels };
  problem = "";
  draw();
}

/** @returns {import("./ui.js").View} */
function view() {
  sync();
  const { n, exact } = queue.left();
  const failed = queue.problem();
  return html` <div class="head">
      <h1 tabindex="-1" data-focus=${shown ? nothing : ""}>${texts.pages.review}</h1>
      <p class="counter muted">
        <strong>${queue.isLoading() && n === 0 ? texts.loading : t.left(n, exact)}</strong>
        <span>${t.done(decided)}</span>
        ${queue.skippedCount() ? html`<span>${t.skipped(queue.skippedCount())}</span>` : nothing}
      </p>
    </div>
    ${lastView()}${noticesView()} ${failed ? failure(failed, queue.start) : nothing}
    ${shown
      ? ticketView(shown)
      : failed
        ? nothing
        : queue.isLoading()
          ? html`<p class="muted" aria-busy="true">${texts.loading}</p>`
          : emptyState(t.empty, html`${decided ? t.emptyDone(decided) : ""} ${t.emptyHelp}`)}`;
}

function key(/** @type {KeyboardEvent} */ e) {
  const digit = /^(?:Digit|Numpad)([1-3])$/.exec(e.code)?.[1] ?? e.key;
  const letter = e.key.toLowerCase();
  const category = categories[categoryKeys.indexOf(digit)];
  const priority = priorities[priorityKeys.indexOf(letter)];
  if (category) pick({ category });
  else if (priority) pick({ priority });
  else if (e.key === "Enter") decide();
  else if (letter === "s") skip();
  else if (letter === "z" || letter === "u") undo();
  else return;
  e.preventDefault();
}

// Also of decisions that an earlier page left, whatever page is open.
outbox.reportTo((o) => {
  void settled(o);
});

let started = false;

/** @returns {import("./ui.js").Page} */
export function reviewPage() {
  if (!started) {
    started = true;
    queue.start();
    listen(happened); // for good: the queue outlives the page
  } else {
    queue.lookAgain();
  }
  here = true;
  const leave = () => {
    here = false;
  };
  return { title: texts.pages.review, view, key, leave };
}
