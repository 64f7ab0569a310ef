// How good the verdicts are in a period, from GET /stats.
import { getStats } from "./api.js";
import {
  auditView,
  calibrationView,
  confusionView,
  modelsView,
  reviewedView,
  standView,
  volumeView,
} from "./figures.js";
import { texts } from "./texts.js";
import { draw, emptyState, failure, html, live, nothing, say } from "./ui.js";

/** @typedef {import("./api.js").Stats} Stats */

const t = texts.quality;
const dayLength = 86_400_000;
const usual = "30";
const periods = /** @type {const} */ (["7", "30", "90", "all", "own"]);
const isoDay = (/** @type {number} */ at) => new Date(at).toISOString().slice(0, 10);
/** A day as it was given, "" if it is none. */
const dayOf = (/** @type {string | null} */ given) => {
  const at = /^\d{4}-\d\d-\d\d$/.test(given ?? "") ? Date.parse(`${given}T00:00:00Z`) : NaN;
  return Number.isNaN(at) ? "" : isoDay(at);
};

/**
 * @param {URLSearchParams} params
 * @returns {import("./ui.js").Page}
 */
export function qualityPage(params) {
  let from = dayOf(params.get("from"));
  let to = dayOf(params.get("to"));
  /** @type {string} */
  let period =
    periods.find((name) => name === params.get("period")) ??
    (params.has("from") || params.has("to") ? "own" : usual);
  /** @type {Stats | null} */
  let stats = null;
  /** @type {unknown} */
  let failed = null;
  let asked = new AbortController();

  /** The days that are asked about, UTC; "" for an open end. The last one counts as a whole. */
  function bounds() {
    if (period === "own") return { from: dayOf(from), to: dayOf(to) };
    if (period === "all") return { from: "", to: "" };
    const now = Date.now();
    return { from: isoDay(now - (Number(period) - 1) * dayLength), to: isoDay(now) };
  }

  async function load() {
    asked.abort();
    const mine = (asked = new AbortController());
    failed = null;
    const days = bounds();
    const after = days.to && isoDay(Date.parse(days.to) + dayLength);
    try {
      stats = await getStats(
        {
          from: days.from && `${days.from}T00:00:00Z`,
          to: after && `${after}T00:00:00Z`,
        },
        mine.signal,
      );
      say(texts.pages.quality);
    } catch (e) {
      if (mine.signal.aborted) return;
      failed = e;
    }
    draw();
  }

  function choose(/** @type {string} */ name) {
    if (name === "own" && period !== "own") ({ from, to } = bounds());
    period = name;
    remember();
    if (name !== "own") void load();
    draw();
  }

  function remember() {
    const query = new URLSearchParams(period === "own" ? { from, to } : { period });
    history.replaceState(null, "", `#/quality?${query}`);
  }

  const date = (/** @type {"from" | "to"} */ name) =>
    html` <label class="field"
      ><span>${t[name]}</span>
      <input
        type="date"
        .value=${live(name === "from" ? from : to)}
        @input=${(/** @type {Event} */ e) => {
          const { value } = /** @type {HTMLInputElement} */ (e.target);
          if (name === "from") from = value;
          else to = value;
        }}
    /></label>`;

  const periodView = () =>
    html` <form
      class="period"
      @submit=${(/** @type {Event} */ e) => {
        e.preventDefault();
        remember();
        void load();
      }}
    >
      <fieldset class="choice">
        <legend>${t.period}</legend>
        <div class="options">
          ${periods.map(
            (name) =>
              html` <label class="option"
                ><input
                  type="radio"
                  name="period"
                  value=${name}
                  .checked=${live(period === name)}
                  @change=${() => choose(name)}
                /><span class="face"
                  ><span class="name">${t.periods[name]}</span></span
                ></label
              >`,
          )}
        </div>
      </fieldset>
      ${period === "own"
        ? html`${date("from")}${date("to")}<button class="primary">${t.show}</button>`
        : nothing}
    </form>`;

  const view = () =>
    html` <div class="head">
        <h1 tabindex="-1" data-focus>${texts.pages.quality}</h1>
        ${periodView()}
      </div>
      ${failed
        ? failure(failed, () => {
            void load();
          })
        : !stats
          ? html`<p class="muted" aria-busy="true">${texts.loading}</p>`
          : stats.tickets.total === 0
            ? emptyState(
                t.none,
                t.noneHelp,
                html`<a class="button primary" href="#/new">${texts.pages.create}</a>`,
              )
            : html`<div class="figures">
                ${auditView(stats)}${reviewedView(stats)}${standView(stats)}
                ${volumeView(stats, bounds())}${calibrationView(stats)}${confusionView(stats)}${modelsView(
                  stats,
                )}
              </div>`}`;

  addEventListener("resize", draw); // the chart is as wide as the page
  void load();
  const leave = () => {
    asked.abort();
    removeEventListener("resize", draw);
  };
  return { title: texts.pages.quality, view, leave };
}
