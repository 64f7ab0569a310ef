// The list of tickets: filters, search, pages, and what changes meanwhile.
import { listTickets } from "./api.js";
import { listen } from "./live.js";
import { texts } from "./texts.js";
import {
  badge,
  categories,
  draw,
  emptyState,
  failure,
  html,
  isBlind,
  label,
  live,
  nothing,
  priorities,
  repeat,
  say,
  when,
} from "./ui.js";

/** @typedef {import("./api.js").Ticket} Ticket */

const t = texts.tickets;
const pageSize = 50;
const typing = 300;
const filters = ["q", "category", "priority", "status", "ai_status", "needs_review", "created_by"];

/**
 * @param {URLSearchParams} params
 * @returns {import("./ui.js").Page}
 */
export function ticketsPage(params) {
  let wanted = new URLSearchParams(
    [...params].filter(([name, value]) => filters.includes(name) && value !== ""),
  );
  /** @type {Ticket[]} */
  let list = [];
  /** @type {string | null | undefined} */
  let cursor;
  /** @type {import("./api.js").Schemas["Pagination"] | null} */
  let first = null;
  /** @type {unknown} */
  let failed = null;
  let loading = false;
  let news = false;
  let asked = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  async function load(/** @type {boolean} */ fresh) {
    asked.abort();
    const mine = (asked = new AbortController());
    loading = true;
    failed = null;
    draw();
    try {
      const page = await listTickets(
        {
          ...Object.fromEntries(wanted),
          limit: pageSize,
          include_total: fresh,
          cursor: fresh ? undefined : cursor,
        },
        mine.signal,
      );
      if (fresh) [list, first, news] = [[], page.pagination, false];
      list = [...list, ...page.data];
      cursor = page.pagination.next_cursor;
      if (fresh) say(counted());
    } catch (e) {
      if (mine.signal.aborted) return;
      failed = e;
    }
    loading = false;
    draw();
  }

  /** A filter by label would tell the label that a blind ticket hides. */
  const rows = () =>
    wanted.has("category") || wanted.has("priority") ? list.filter((row) => !isBlind(row)) : list;

  const counted = () => (first ? t.found(first.total ?? 0, first.total_is_exact ?? true) : "");

  /** Filters by what the form says; what was typed stays, whatever the answer is. */
  function filter(/** @type {string} */ name, /** @type {string} */ value) {
    if (value === "") wanted.delete(name);
    else wanted.set(name, value);
    history.replaceState(null, "", wanted.size ? `#/tickets?${wanted}` : "#/tickets");
    clearTimeout(timer);
    timer = setTimeout(() => {
      void load(true);
    }, typing);
    draw();
  }

  function clear() {
    wanted = new URLSearchParams();
    history.replaceState(null, "", "#/tickets");
    void load(true);
  }

  /** Brings rows up to date in place; what is new waits until somebody wants it, so that nothing moves. */
  const stop = listen((event) => {
    const ticket = event?.data.ticket;
    if (!ticket) {
      void peek();
    } else if (event?.type === "ticket.deleted") {
      list = list.filter((row) => row.id !== ticket.id);
    } else if (list.some((row) => row.id === ticket.id)) {
      list = list.map((row) => (row.id === ticket.id && ticket.version >= row.version ? ticket : row));
    } else {
      news = true;
    }
    draw();
  });

  /** Looks whether the list begins differently now, where no event tells. */
  async function peek() {
    const page = await listTickets({ ...Object.fromEntries(wanted), limit: pageSize }).catch(() => null);
    if (!page) return;
    const now = new Map(page.data.map((row) => [row.id, row]));
    if (page.data.some((row) => !list.some((old) => old.id === row.id))) news = true;
    list = list.map((row) => now.get(row.id) ?? row);
    draw();
  }

  const select = (
    /** @type {string} */ name,
    /** @type {string} */ text,
    /** @type {readonly (readonly [string, string])[]} */ options,
  ) =>
    html` <label class="field">
      <span>${text}</span>
      <select
        @change=${(/** @type {Event} */ e) => filter(name, /** @type {HTMLSelectElement} */ (e.target).value)}
      >
        <option value="" .selected=${live(!wanted.has(name))}>${t.any}</option>
        ${options.map(
          ([value, shown]) =>
            html`<option value=${value} .selected=${live(wanted.get(name) === value)}>${shown}</option>`,
        )}
      </select>
    </label>`;
  const labelled = (/** @type {readonly string[]} */ slugs) =>
    slugs.map((slug) => /** @type {const} */ ([slug, label(slug)]));
  const input = (/** @type {string} */ name) => (/** @type {Event} */ e) =>
    filter(name, /** @type {HTMLInputElement} */ (e.target).value);

  const form = () =>
    html` <form
      class="filters"
      role="search"
      @submit=${(/** @type {Event} */ e) => {
        e.preventDefault();
        void load(true);
      }}
    >
      <label class="field wide"
        ><span>${t.search}</span>
        <input
          type="search"
          dir="auto"
          .value=${wanted.get("q") ?? ""}
          placeholder=${t.searchHelp}
          @input=${input("q")}
      /></label>
      <div class="selects">
        ${select("category", texts.category, labelled(categories))}
        ${select("priority", texts.priority, labelled(priorities))}
        ${select("status", t.status, labelled(["open", "closed"]))}
        ${select("ai_status", t.ai, labelled(["done", "pending", "fallback"]))}
        ${select("needs_review", t.needsReview, [
          ["true", t.yes],
          ["false", t.no],
        ])}
        <label class="field"
          ><span>${t.creator}</span>
          <input inputmode="numeric" .value=${wanted.get("created_by") ?? ""} @input=${input("created_by")}
        /></label>
      </div>
    </form>`;

  const view = () =>
    html` <div class="head">
        <h1 tabindex="-1" data-focus>${texts.pages.tickets}</h1>
        <p class="counter muted">
          <strong>${loading && !first ? texts.loading : counted()}</strong> ${wanted.size
            ? html`<button type="button" class="link" @click=${clear}>${t.clear}</button>`
            : nothing}
        </p>
        <a class="button primary" href="#/new">${texts.pages.create}</a>
      </div>
      ${form()}
      ${news
        ? html`<p class="fresh"><button type="button" @click=${() => load(true)}>${t.fresh}</button></p>`
        : nothing}
      ${failed ? failure(failed, () => load(list.length === 0)) : nothing}
      ${!failed && !loading && rows().length === 0
        ? wanted.size
          ? emptyState(t.none, t.noneHelp)
          : emptyState(t.nothing, t.nothingHelp)
        : html`<ul class="rows" aria-busy=${loading ? "true" : "false"}>
            ${repeat(rows(), (row) => row.id, rowView)}
          </ul>`}
      ${cursor && !failed
        ? html`<p class="more">
            <button type="button" ?disabled=${loading} @click=${() => load(false)}>${t.more}</button>
          </p>`
        : nothing}`;

  void load(true);
  return {
    title: texts.pages.tickets,
    view,
    leave: () => {
      stop();
      asked.abort();
      clearTimeout(timer);
    },
  };
}

/** @returns {import("./ui.js").View} */
const rowView = (/** @type {Ticket} */ row) =>
  html` <li class="row ${row.status}">
    <a class="title" href="#/tickets/${row.id}" dir="auto">${row.title}</a>
    <p class="snippet muted" dir="auto">${row.description.slice(0, 200)}</p>
    <p class="labels">
      ${isBlind(row)
        ? badge("accent", t.blind)
        : html` ${row.category ? badge("", label(row.category)) : nothing}
          ${row.priority ? badge(row.priority, label(row.priority)) : nothing}
          ${row.ai_status === "done" ? nothing : badge("warn", label(row.ai_status))}
          ${row.needs_review && row.ai_status !== "fallback" ? badge("accent", t.unreviewed) : nothing}`}
      ${row.status === "closed" ? badge("quiet", label("closed")) : nothing}
    </p>
    <p class="small muted at">#${row.id} · ${when(row.created_at)}</p>
  </li>`;
