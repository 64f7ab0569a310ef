// One ticket: its text, its labels, its record, and what a person can do.
import { classifyTicket, editTicket, getRecord, getTicket, Problem } from "./api.js";
import { listen } from "./live.js";
import { recordView } from "./record.js";
import { texts } from "./texts.js";
import {
  badge,
  categories,
  choice,
  complaint,
  draw,
  failure,
  html,
  isBlind,
  label,
  nothing,
  priorities,
  say,
  when,
} from "./ui.js";

/** @typedef {import("./api.js").Ticket} Ticket */
/**
 * @typedef {object} Chosen
 * @property {import("./api.js").Category | null} category
 * @property {import("./api.js").Priority | null} priority
 */

const t = texts.tickets;

/**
 * What stands there before anybody has chosen: of a blind ticket nothing.
 * @returns {Chosen}
 */
const preset = (/** @type {Ticket} */ of) =>
  isBlind(of) ? { category: null, priority: null } : { category: of.category, priority: of.priority };

/**
 * @param {number} id
 * @returns {import("./ui.js").Page}
 */
export function ticketPage(id) {
  /** @type {Ticket | null} */
  let ticket = null;
  /** @type {{entries: import("./api.js").Entry[], next: string | null} | null} */
  let record = null;
  /** @type {unknown} */
  let failed = null;
  /** @type {Chosen} */
  let chosen = { category: null, priority: null };
  /** @type {{text: string, bad: boolean} | null} */
  let told = null;
  let busy = "";
  let gone = false;

  /** Shows a state of the ticket; what a person has chosen and not saved stays. */
  function take(/** @type {Ticket} */ now, keepChoice = false) {
    if (ticket && now.version < ticket.version) return;
    const before = ticket && preset(ticket);
    const touched =
      before && (chosen.category !== before.category || chosen.priority !== before.priority);
    if (!keepChoice && !touched) chosen = preset(now);
    ticket = now;
    failed = null;
  }

  async function load() {
    try {
      take(await getTicket(id));
      await loadRecord();
    } catch (e) {
      failed = e;
    }
    draw();
  }

  /** @param {string} [cursor] */
  async function loadRecord(cursor) {
    const page = await getRecord(id, cursor);
    record = {
      entries: [...(cursor && record ? record.entries : []), ...page.data],
      next: page.pagination.next_cursor,
    };
    draw();
  }

  /** Does something with the ticket and says how that went. */
  async function act(
    /** @type {string} */ name,
    /** @type {() => Promise<Ticket>} */ what,
    /** @type {string} */ done,
  ) {
    if (busy || !ticket) return;
    [busy, told] = [name, null];
    draw();
    try {
      take(await what());
      told = { text: done, bad: false };
      await loadRecord();
    } catch (e) {
      told = { text: complaint(e), bad: true };
      if (e instanceof Problem && e.status === 412) {
        try {
          take(await getTicket(id), true);
          told = { text: t.stale, bad: true };
          await loadRecord();
        } catch (again) {
          told = { text: complaint(again), bad: true };
        }
      }
    }
    busy = "";
    say(told?.text ?? "");
    draw();
  }

  function save() {
    const { category, priority } = chosen;
    const now = ticket;
    if (!now) return;
    if (!category || !priority) {
      told = { text: texts.review.both, bad: true };
      say(told.text);
      draw();
      return;
    }
    const confirms = now.ai_status === "done" && now.category === category && now.priority === priority;
    void act(
      "save",
      () => editTicket(now, confirms ? { confirmed: true } : { category, priority }),
      t.savedLabels,
    );
  }

  function flip() {
    const now = ticket;
    if (!now) return;
    const status = now.status === "open" ? "closed" : "open";
    void act("status", () => editTicket(now, { status }), status === "closed" ? t.closedNow : t.reopenedNow);
  }

  const stop = listen((event) => {
    const now = event?.data.ticket;
    if (event && now?.id !== id) return;
    if (event?.type === "ticket.deleted") {
      gone = true;
    } else if (!busy && (!now || now.version > (ticket?.version ?? 0))) {
      if (now) take(now);
      else void load();
      if (ticket) void loadRecord().catch(() => {}); // the next event tries again
    }
    draw();
  });

  const view = () => {
    if (failed)
      return html`<h1 tabindex="-1" data-focus>${t.number(id)}</h1>
        ${failure(failed, () => {
          void load();
        })}`;
    if (!ticket)
      return html`<h1 tabindex="-1" data-focus>${t.number(id)}</h1>
        <p class="muted" aria-busy="true">${texts.loading}</p>`;
    const now = ticket;
    const blind = isBlind(now);
    const machine = !blind && now.ai_status === "done" && now.classified_by !== "human";
    return html` <p class="back"><a href="#/tickets">← ${texts.pages.tickets}</a></p>
      ${gone ? html`<p class="notice">${t.gone}</p>` : nothing}
      <div class="work">
        <article class="ticket">
          <header>
            <h1 class="as-h2" tabindex="-1" data-focus dir="auto">${now.title}</h1>
            <p class="meta muted">
              #${now.id} ${when(now.created_at)}
              ${now.created_by ? html`<span>${t.by} ${now.created_by}</span>` : nothing}
              ${badge(now.status === "closed" ? "quiet" : "", label(now.status))}
              ${now.ai_status === "done" ? nothing : badge("warn", label(now.ai_status))}
              ${now.review
                ? badge("quiet", t.review[/** @type {"corrected" | "confirmed"} */ (now.review)])
                : nothing}
              ${now.needs_review ? badge("accent", t.unreviewed) : nothing}
            </p>
          </header>
          <div class="text" dir="auto">${now.description}</div>
        </article>
        <form
          class="panel decide"
          aria-label=${t.correct}
          @submit=${(/** @type {Event} */ e) => {
            e.preventDefault();
            save();
          }}
        >
          ${blind
            ? html`<p class="reason">
                ${badge("accent", texts.review.reasons.audit)} <span>${texts.review.reasons.auditHelp}</span>
              </p>`
            : nothing}
          ${choice({
            name: "category",
            legend: texts.category,
            options: categories,
            chosen: chosen.category,
            machine: machine ? now.category : null,
            confidence: now.ai_confidence,
            pick: (category) => {
              chosen = { ...chosen, category };
              draw();
            },
          })}
          ${choice({
            name: "priority",
            legend: texts.priority,
            options: priorities,
            chosen: chosen.priority,
            machine: machine ? now.priority : null,
            pick: (priority) => {
              chosen = { ...chosen, priority };
              draw();
            },
          })}
          <div class="acts">
            <button class="primary" ?disabled=${busy !== ""}>
              ${!blind &&
              now.ai_status === "done" &&
              now.category === chosen.category &&
              now.priority === chosen.priority
                ? texts.review.confirm
                : texts.review.save}
            </button>
            <button type="button" ?disabled=${busy !== ""} @click=${flip}>
              ${now.status === "open" ? t.close : t.reopen}
            </button>
          </div>
          <div class="acts">
            <button
              type="button"
              class="quiet"
              ?disabled=${busy !== ""}
              aria-describedby="classify-help"
              @click=${() => act("classify", () => classifyTicket(id), t.classifiedNow)}
            >
              ${busy === "classify" ? t.classifying : t.classify}
            </button>
            <span id="classify-help" class="small muted">${t.classifyHelp}</span>
          </div>
          ${told ? html`<p class=${told.bad ? "bad-text" : "good-text"}>${told.text}</p>` : nothing}
        </form>
        <section class="panel why">
          <h2 class="as-h3">${texts.record.title}</h2>
          ${blind
            ? html`<p class="muted">${texts.review.reasons.auditHelp}</p>`
            : html`<p class="small muted">${texts.record.help}</p>
                ${record ? recordView(record.entries) : html`<p class="muted">${texts.loading}</p>`}
                ${record?.next
                  ? html`<button
                      type="button"
                      class="quiet"
                      @click=${() => loadRecord(record?.next ?? undefined)}
                    >
                      ${texts.record.more}
                    </button>`
                  : nothing}`}
        </section>
      </div>`;
  };

  void load();
  return { title: t.number(id), view, leave: stop };
}
