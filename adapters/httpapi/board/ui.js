// Small things that all pages share.
import { html, nothing, svg } from "./vendor/lit-html.js";
import { live } from "./vendor/directives/live.js";
import { repeat } from "./vendor/directives/repeat.js";
import { Problem, Unreachable } from "./api.js";
import { texts } from "./texts.js";

export { html, live, nothing, repeat, svg };

/** @typedef {import("./api.js").Ticket} Ticket */
/** @typedef {import("lit-html").TemplateResult<1 | 2> | typeof nothing | string} View */
/**
 * A page: what it shows, and what it does while it is there.
 * @typedef {object} Page
 * @property {string} title
 * @property {() => View} view
 * @property {() => void} [leave]
 * @property {(e: KeyboardEvent) => void} [key]
 */

export const categories = /** @type {const} */ (["billing", "technical", "general"]);
export const priorities = /** @type {const} */ (["low", "medium", "high"]);
export const categoryKeys = ["1", "2", "3"];
export const priorityKeys = ["q", "w", "e"];

/** @type {() => void} */
let drawNow = () => {};
let drawing = false;

/** Names what draws the whole page. */
export function drawWith(/** @type {() => void} */ draw) {
  drawNow = draw;
}

/** Draws soon, once for all changes until then. */
export function draw() {
  if (drawing) return;
  drawing = true;
  queueMicrotask(() => {
    drawing = false;
    drawNow();
  });
}

/** Tells people who hear the page rather than see it. */
export function say(/** @type {string} */ what) {
  const region = document.getElementById("said");
  if (!region) return;
  // A text that stays the same would not be read again.
  region.textContent = region.textContent === what ? `${what}\u00a0` : what;
}

/** Moves the reading position to the heading of what has just appeared. */
export function focusHeading() {
  setTimeout(() => {
    const heading = document.querySelector("[data-focus]");
    if (heading instanceof HTMLElement) heading.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  });
}

export const label = (/** @type {string | null | undefined} */ slug) =>
  texts.labels[slug ?? "none"] ?? slug ?? "";

export const labelsOf = (/** @type {{category: string | null, priority: string | null}} */ t) =>
  `${label(t.category)} · ${label(t.priority)}`;

/** Whether the verdict is to be hidden until a person has decided. */
export const isBlind = (/** @type {Ticket} */ t) => t.audit && t.needs_review;

const time = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });
export const when = (/** @type {string} */ at) =>
  html`<time datetime=${at}>${time.format(new Date(at))}</time>`;

/** What went wrong, in the API's own words. */
export function complaint(/** @type {unknown} */ e) {
  if (e instanceof Unreachable) return texts.connection.lost;
  return e instanceof Error ? e.message : String(e);
}

/** @returns {View} */
export function failure(/** @type {unknown} */ e, /** @type {() => void} */ again) {
  const id = e instanceof Problem ? e.requestId : "";
  return html` <div class="notice bad" role="alert">
    <p>${complaint(e)}</p>
    ${id ? html`<p class="small muted">${texts.requestId(id)}</p>` : nothing}
    <button type="button" class="quiet" @click=${again}>${texts.retry}</button>
  </div>`;
}

/** @returns {View} */
export const emptyState = (
  /** @type {string} */ title,
  /** @type {unknown} */ help,
  /** @type {unknown} */ act = nothing,
) =>
  html` <div class="empty">
    <h2>${title}</h2>
    <p>${help}</p>
    ${act}
  </div>`;

/** @returns {View} */
export const badge = (/** @type {string} */ kind, /** @type {string} */ text) =>
  html`<span class="badge ${kind}">${text}</span>`;

/**
 * A choice of one label.
 * @param {object} o
 * @param {string} o.name
 * @param {string} o.legend
 * @param {readonly string[]} o.options
 * @param {string | null} o.chosen
 * @param {string[]} [o.keys]
 * @param {string | null} [o.machine] the label that the machine chose, if it is to be seen
 * @param {number | null} [o.confidence] of the machine's label
 * @param {(slug: any) => void} o.pick
 * @returns {View}
 */
export function choice(o) {
  return html` <fieldset class="choice">
    <legend>${o.legend}</legend>
    <div class="options">
      ${o.options.map((slug, i) => {
        const key = o.keys?.[i];
        const machine = slug === o.machine;
        const sure =
          machine && o.confidence !== null && o.confidence !== undefined ? texts.percent(o.confidence) : "";
        return html` <label class="option ${machine ? "machine" : ""}">
          <input
            type="radio"
            name=${o.name}
            value=${slug}
            .checked=${live(o.chosen === slug)}
            aria-keyshortcuts=${key ?? nothing}
            @change=${() => o.pick(slug)}
          />
          <span class="face">
            <span class="name">${label(slug)}</span>
            ${key ? html`<kbd aria-hidden="true">${key}</kbd>` : nothing}
            ${machine
              ? html`<span class="said">${texts.review.machine}${sure ? ` ${sure}` : ""}</span>`
              : nothing}
          </span>
        </label>`;
      })}
    </div>
  </fieldset>`;
}
