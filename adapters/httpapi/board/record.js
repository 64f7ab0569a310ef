// The record of a ticket: who decided what and why.
import { texts } from "./texts.js";
import { html, labelsOf, nothing, when } from "./ui.js";

/** @typedef {import("./api.js").Entry} Entry */

/** The newest verdict of a machine that counts. */
export const verdictOf = (/** @type {Entry[] | null} */ entries) =>
  entries?.find((e) => (e.source === "model" || e.source === "local") && e.error === null) ?? null;

const how = (/** @type {Entry} */ e) =>
  [
    e.model,
    e.prompt_version,
    e.confidence === null ? null : `${texts.category} ${texts.percent(e.confidence)}`,
    e.priority_confidence === null ? null : `${texts.priority} ${texts.percent(e.priority_confidence)}`,
    e.attempt > 1 ? texts.record.attempt(e.attempt) : null,
  ]
    .filter((part) => part)
    .join(" · ");

/** @returns {import("./ui.js").View} */
export function recordView(/** @type {Entry[]} */ entries) {
  if (entries.length === 0) return html`<p class="muted">${texts.record.empty}</p>`;
  return html` <ol class="record">
    ${entries.map(
      (e) =>
        html` <li class=${e.source}>
          <p>
            <strong>${e.source === "human" ? texts.record.person(e.by) : texts.sources[e.source]}</strong>
            ${e.category ? html`<span class="verdict">${labelsOf(e)}</span>` : nothing}
            ${e.error
              ? html`<span class="bad-text"
                  >${e.error === "superseded" ? texts.record.superseded : texts.record.failed(e.error)}</span
                >`
              : nothing}
          </p>
          ${e.reason ? html`<p dir="auto">${e.reason}</p>` : nothing}
          <p class="small muted">${when(e.created_at)}${how(e) ? html` · ${how(e)}` : nothing}</p>
        </li>`,
    )}
  </ol>`;
}
