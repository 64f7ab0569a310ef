// The figures of GET /stats. Each says of how many tickets it is, and whether it is biased.
import { calibrationChart, daysOf, volumeChart, wilson } from "./charts.js";
import { texts } from "./texts.js";
import { badge, categories, html, label, nothing, priorities } from "./ui.js";

/** @typedef {import("./api.js").Stats} Stats */

const t = texts.quality;

/** @returns {import("./ui.js").View} */
const goReview = () => html`<a class="button" href="#/review">${t.goReview}</a>`;

function interval(/** @type {number} */ share, /** @type {number} */ n) {
  const [low, high] = wilson(share, n).map((end) => texts.percent(Math.round(end * 100) / 100));
  return t.between(low ?? "", high ?? "");
}

/** @returns {import("./ui.js").View} */
const figure = (
  /** @type {string} */ name,
  /** @type {number | null} */ share,
  /** @type {number} */ n,
  main = false,
) =>
  html` <div class="figure ${main ? "main" : ""}">
    <dt>${name}</dt>
    <dd>
      ${share === null
        ? "–"
        : html`<span class="number">${texts.percent(share)}</span>
            <span class="small muted">${interval(share, n)}</span>`}
    </dd>
  </div>`;

/** @returns {import("./ui.js").View} */
const errorFigure = (/** @type {number | null} */ ece) =>
  html` <div class="figure">
    <dt>${t.ece}</dt>
    <dd>
      <span class="number">${ece === null ? "–" : texts.percent(ece)}</span
      ><span class="small muted">${t.eceHelp}</span>
    </dd>
  </div>`;

/** @returns {import("./ui.js").View} */
const biased = (/** @type {number} */ n) =>
  html`<p class="basis">
    ${badge("warn", t.biased)} <span class="small muted">${t.n(n)}. ${t.biasedHelp}</span>
  </p>`;

/** @returns {import("./ui.js").View} */
export function auditView(/** @type {Stats} */ { audit }) {
  const whole = audit.n >= audit.drawn;
  return html` <section class="panel lead">
    <h2>${t.audit}</h2>
    ${audit.n === 0
      ? html`<p><strong>${t.noAudit}</strong></p>
          <p class="muted">${audit.drawn ? t.noAuditDrawn(audit.drawn) : t.noAuditHelp}</p>
          ${goReview()}`
      : html`<p class="basis">
            ${whole ? badge("good", t.unbiased) : badge("accent", t.sample)}
            <span class="small muted"
              >${t.n(audit.n)}. ${whole ? t.unbiasedHelp : t.partly(audit.n, audit.drawn)}</span
            >
          </p>
          <dl class="numbers">
            ${figure(t.category, audit.category, audit.n, true)}${figure(
              t.priority,
              audit.priority,
              audit.n,
              true,
            )}${errorFigure(audit.ece)}
          </dl>`}
  </section>`;
}

/** @returns {import("./ui.js").View} */
export function reviewedView(/** @type {Stats} */ { agreement, calibration }) {
  return html` <section class="panel">
    <h2>${t.reviewed}</h2>
    ${agreement.n === 0
      ? html`<p><strong>${t.noReviewed}</strong></p>
          <p class="muted">${t.noReviewedHelp}</p>
          ${goReview()}`
      : html`${biased(agreement.n)}
          <dl class="numbers">
            ${figure(t.category, agreement.category, agreement.n)}${figure(
              t.priority,
              agreement.priority,
              agreement.n,
            )}${errorFigure(calibration.ece)}
          </dl>`}
  </section>`;
}

/** @returns {import("./ui.js").View} */
export function standView(/** @type {Stats} */ { tickets, review }) {
  const row = (/** @type {number} */ n, /** @type {string} */ what, href = "") =>
    html` <li>
      <strong>${n.toLocaleString("en")}</strong> ${href ? html`<a href=${href}>${what}</a>` : what}
    </li>`;
  return html` <section class="panel">
    <h2>${t.now}</h2>
    <p class="basis"><span class="small muted">${t.n(tickets.total)}</span></p>
    <ul class="stand">
      ${row(review.open, t.toReview, "#/review")}${row(review.confirmed, t.confirmed)}${row(
        review.corrected,
        t.corrected,
      )}
      ${row(tickets.by_ai_status.fallback, t.fallbacks, "#/tickets?ai_status=fallback")}${row(
        tickets.by_ai_status.pending,
        t.pending,
        "#/tickets?ai_status=pending",
      )}
    </ul>
  </section>`;
}

/** @returns {import("./ui.js").View} */
export function volumeView(/** @type {Stats} */ stats, /** @type {{from: string, to: string}} */ bounds) {
  const { bars, weekly } = daysOf(stats.by_day, bounds);
  const columns = [...categories, .../** @type {const} */ (["none"])].filter((slug) =>
    bars.some((bar) => bar[slug] > 0),
  );
  return html` <section class="panel wide">
    <h2>${weekly ? t.volumeWeeks : t.volume}</h2>
    <p class="basis"><span class="small muted">${t.n(stats.tickets.total)}. ${t.volumeHelp}</span></p>
    ${volumeChart(bars, columns, weekly, Math.min(1060, Math.max(260, innerWidth - 90)))}
    <details>
      <summary>${t.asTable}</summary>
      <div class="scroll" tabindex="0" role="region" aria-label=${t.volume}>
        <table>
          <thead>
            <tr>
              <th scope="col">${weekly ? t.week : t.day}</th>
              ${columns.map((slug) => html`<th scope="col" class="n">${label(slug)}</th>`)}
              <th scope="col" class="n">${t.total}</th>
            </tr>
          </thead>
          <tbody>
            ${bars
              .filter((bar) => bar.total > 0)
              .map(
                (bar) =>
                  html` <tr>
                    <th scope="row">${bar.day}</th>
                    ${columns.map((slug) => html`<td class="n">${bar[slug]}</td>`)}
                    <td class="n">${bar.total}</td>
                  </tr>`,
              )}
          </tbody>
        </table>
      </div>
    </details>
  </section>`;
}

/** @returns {import("./ui.js").View} */
export function calibrationView(/** @type {Stats} */ { calibration, agreement }) {
  if (agreement.n === 0) return nothing;
  const bins = calibration.bins.filter((bin) => bin.n > 0);
  return html` <section class="panel">
    <h2>${t.calibration}</h2>
    ${calibration.n === 0
      ? html`<p class="muted">${t.noConfidence}</p>`
      : html` ${biased(calibration.n)} ${calibrationChart(bins)}
          <p class="small muted">${t.calibrationHelp}</p>
          <details>
            <summary>${t.asTable}</summary>
            <table>
              <thead>
                <tr>
                  <th scope="col">${t.bin}</th>
                  <th scope="col" class="n">${t.claimed}</th>
                  <th scope="col" class="n">${t.right}</th>
                  <th scope="col" class="n">n</th>
                </tr>
              </thead>
              <tbody>
                ${bins.map(
                  (bin) =>
                    html`<tr>
                      <th scope="row">${texts.percent(bin.from)} – ${texts.percent(bin.to)}</th>
                      <td class="n">${texts.percent(bin.confidence ?? 0)}</td>
                      <td class="n">${texts.percent(bin.accuracy ?? 0)}</td>
                      <td class="n">${bin.n}</td>
                    </tr>`,
                )}
              </tbody>
            </table>
          </details>`}
  </section>`;
}

/** @returns {import("./ui.js").View} */
export function confusionView(/** @type {Stats} */ { confusion, agreement }) {
  if (agreement.n === 0) return nothing;
  const table = (
    /** @type {string} */ name,
    /** @type {readonly string[]} */ slugs,
    /** @type {Record<string, Record<string, number>>} */ counts,
  ) => {
    const most = Math.max(1, ...slugs.flatMap((said) => slugs.map((left) => counts[said]?.[left] ?? 0)));
    return html` <table class="confusion">
      <caption>
        ${name}
      </caption>
      <thead>
        <tr>
          <td></td>
          ${slugs.map((slug) => html`<th scope="col" class="n">${label(slug)}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${slugs.map(
          (said) =>
            html`<tr>
              <th scope="row">${label(said)}</th>
              ${slugs.map((left) => {
                const n = counts[said]?.[left] ?? 0;
                return html`<td
                  class="n ${said === left ? "right" : "wrong"} heat${n === 0
                    ? 0
                    : Math.ceil((4 * n) / most)}"
                >
                  ${n}
                </td>`;
              })}
            </tr>`,
        )}
      </tbody>
    </table>`;
  };
  return html` <section class="panel">
    <h2>${t.confusion}</h2>
    ${biased(agreement.n)} ${table(texts.category, categories, confusion.category)}
    ${table(texts.priority, priorities, confusion.priority)}
    <p class="small muted">${t.confusionHelp}</p>
  </section>`;
}

/** @returns {import("./ui.js").View} */
export function modelsView(/** @type {Stats} */ { by_model: models }) {
  if (models.length === 0) return nothing;
  const share = (/** @type {number | null} */ figure) => (figure === null ? "–" : texts.percent(figure));
  const n = models.reduce((sum, model) => sum + model.n, 0);
  return html` <section class="panel wide">
    <h2>${t.models}</h2>
    ${biased(n)}
    <div class="scroll" tabindex="0" role="region" aria-label=${t.models}>
      <table>
        <thead>
          <tr>
            <th scope="col">${t.model}</th>
            <th scope="col">${t.prompt}</th>
            <th scope="col" class="n">${t.category}</th>
            <th scope="col" class="n">${t.priority}</th>
            <th scope="col" class="n">${t.ece}</th>
            <th scope="col" class="n">n</th>
          </tr>
        </thead>
        <tbody>
          ${models.map(
            (model) =>
              html`<tr>
                <th scope="row">${model.model ?? texts.sources[model.source]}</th>
                <td>${model.prompt_version ?? "–"}</td>
                <td class="n">${share(model.category)}</td>
                <td class="n">${share(model.priority)}</td>
                <td class="n">${share(model.ece)}</td>
                <td class="n">${model.n}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}
