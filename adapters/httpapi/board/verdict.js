// What people see of a verdict: why it is to be reviewed, what it says, and what became of it.
import { recordView, verdictOf } from "./record.js";
import { texts } from "./texts.js";
import { badge, html, isBlind, label, labelsOf, nothing } from "./ui.js";

/**
 * @typedef {import("./api.js").Ticket} Ticket
 * @typedef {object} Past a decision that can be undone
 * @property {import("./outbox.js").Decision} decision
 * @property {Ticket | null} saved the ticket as it was saved
 * @property {boolean} blind whether the verdict was hidden before
 */

const t = texts.review;

/** What became of a decision, for the ear and for the line above the ticket. */
export function outcomeOf(/** @type {Past} */ p) {
  const { ticket, labels, confirms } = p.decision;
  const own =
    confirms && !p.blind ? `${t.confirmed}: ${labelsOf(labels)}.` : `${t.saved} ${labelsOf(labels)}.`;
  return p.blind && ticket.ai_status === "done" ? `${own} ${revealOf(p)}` : own;
}

function revealOf(/** @type {Past} */ p) {
  const { ticket, labels } = p.decision;
  const same = labels.category === ticket.category && labels.priority === ticket.priority;
  const sure = ticket.ai_confidence === null ? "" : ` (${texts.percent(ticket.ai_confidence)})`;
  return same
    ? `${t.agree}${sure}.`
    : `${t.differ} ${label(ticket.category)}${sure} · ${label(ticket.priority)}.`;
}

/**
 * Why a ticket is there.
 * @param {Ticket} ticket
 * @param {boolean} again whether it was decided before
 * @returns {import("./ui.js").View}
 */
export function reasonView(ticket, again) {
  const r = t.reasons;
  const [kind, text, help] = again ? ["quiet", r.again, r.againHelp]
    : ticket.ai_status === "pending" ? ["quiet", r.pending, r.pendingHelp]
    : ticket.ai_status === "fallback" ? ["warn", r.fallback, r.fallbackHelp]
    : isBlind(ticket) ? ["accent", r.audit, r.auditHelp]
    : ticket.ai_confidence === null ? ["warn", r.unknown, r.unknownHelp]
    : ["warn", r.unsure, r.unsureHelp(texts.percent(ticket.ai_confidence))];
  return html`<p class="reason">${badge(kind ?? "", text ?? "")} <span>${help}</span></p>`;
}

/**
 * What the machine said and what else is on record.
 * @param {Ticket} ticket
 * @param {import("./api.js").Entry[] | null} entries its record, null while it is on its way
 * @returns {import("./ui.js").View}
 */
export function verdictView(ticket, entries) {
  const verdict = verdictOf(entries);
  const sure = (/** @type {number | null} */ c) =>
    c === null ? nothing : html`<span class="muted">${texts.percent(c)} ${t.confidence}</span>`;
  return html` <section class="panel why">
    ${verdict && ticket.ai_status !== "fallback"
      ? html` <h3>${t.verdict}</h3>
          <dl class="facts">
            <dt>${texts.category}</dt>
            <dd>${label(verdict.category)} ${sure(verdict.confidence)}</dd>
            <dt>${texts.priority}</dt>
            <dd>${label(verdict.priority)} ${sure(verdict.priority_confidence)}</dd>
          </dl>
          <p dir="auto">${verdict.reason ?? t.noReason}</p>`
      : nothing}
    <details ?open=${ticket.ai_status === "fallback"}>
      <summary>${texts.record.title}</summary>
      ${entries ? recordView(entries) : html`<p class="muted">${texts.loading}</p>`}
    </details>
  </section>`;
}
