// Charts as SVG. Each has its figures in a table beside it; the picture itself is named in words.
import { texts } from "./texts.js";
import { html, label, svg } from "./ui.js";

/**
 * @typedef {import("./api.js").Schemas["CalibrationBin"]} Bin
 * @typedef {import("./api.js").Schemas["DayCount"]} DayCount
 * @typedef {DayCount & {total: number}} Bar
 */

const t = texts.quality;
const dayLength = 86_400_000;
/** With more days than this, bars are weeks. */
const mostDays = 92;
const iso = (/** @type {number} */ at) => new Date(at).toISOString().slice(0, 10);

/** Makes a bar of each day of a period, also of those without tickets, or of each week of a long one. */
export function daysOf(/** @type {DayCount[]} */ days, /** @type {{from: string, to: string}} */ bounds) {
  const first = Date.parse(bounds.from || (days[0]?.day ?? ""));
  const last = Date.parse(bounds.to || (days[days.length - 1]?.day ?? ""));
  if (Number.isNaN(first) || Number.isNaN(last)) return { bars: [], weekly: false };
  const weekly = (last - first) / dayLength >= mostDays;
  const step = weekly ? 7 * dayLength : dayLength;
  // Weeks begin on Monday: 1970-01-05 was one.
  const start = weekly ? first - ((((first - 4 * dayLength) % step) + step) % step) : first;
  /** @type {Map<number, Bar>} */
  const bars = new Map();
  // The calendar may be longer than any screen is wide; what is drawn are at most ten years.
  const left = Math.max(0, Math.ceil((last - 3_660 * dayLength - start) / step));
  for (let at = start + left * step; at <= last; at += step) {
    bars.set(at, { day: iso(at), billing: 0, technical: 0, general: 0, none: 0, total: 0 });
  }
  for (const day of days) {
    const at = Date.parse(day.day);
    const bar = bars.get(start + Math.floor((at - start) / step) * step);
    if (!bar) continue;
    for (const slug of /** @type {const} */ (["billing", "technical", "general", "none"])) {
      bar[slug] += day[slug];
      bar.total += day[slug];
    }
  }
  return { bars: [...bars.values()], weekly };
}

/** The next round number from most on. */
function roundUp(/** @type {number} */ most) {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, most)));
  return [1, 2, 4, 6, 8, 10].map((n) => n * power).find((n) => n >= most) ?? most;
}

const shortDay = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", timeZone: "UTC" });

/**
 * @param {Bar[]} bars
 * @param {readonly ("billing" | "technical" | "general" | "none")[]} columns
 * @param {boolean} weekly
 * @param {number} width in pixels, so that its words are as large as all others
 */
export function volumeChart(bars, columns, weekly, width) {
  const [height, left, bottom] = [220, 36, 24];
  const most = roundUp(Math.max(1, ...bars.map((bar) => bar.total)));
  const slot = (width - left) / Math.max(1, bars.length);
  const y = (/** @type {number} */ n) => (height - bottom) * (1 - n / most) + 6;
  const every = Math.ceil((bars.length * 80) / width);
  const total = bars.reduce((sum, bar) => sum + bar.total, 0);
  const top = bars.reduce(
    (best, bar) => (bar.total > best.total ? bar : best),
    bars[0] ?? { day: "", total: 0 },
  );
  const name = weekly ? t.volumeWeeks : t.volume;
  const words = `${name}: ${total.toLocaleString("en")}; ${top.day}: ${top.total}`;
  return html` <ul class="legend" aria-hidden="true">
      ${columns.map(
        (slug) =>
          html`<li>
            <svg viewBox="0 0 12 12" class="swatch">
              <rect width="12" height="12" rx="3" class="bar ${slug}" /></svg
            >${label(slug)}
          </li>`,
      )}
    </ul>
    <svg class="chart" viewBox="0 0 ${width} ${height + 8}" role="img" aria-label=${words}>
      ${[0, most / 2, most]
        .filter((n) => Number.isInteger(n))
        .map(
          (n) => svg`
        <line class="grid" x1=${left} x2=${width} y1=${y(n)} y2=${y(n)}></line>
        <text class="tick" x=${left - 8} y=${y(n) + 4} text-anchor="end">${n.toLocaleString("en")}</text>`,
        )}
      ${bars.map((bar, i) => {
        let below = 0;
        return svg`<g>
          <title>${bar.day}: ${columns.map((slug) => `${label(slug)} ${bar[slug]}`).join(", ")}</title>
          ${columns.map((slug) => {
            const [from, to] = [below, (below += bar[slug])];
            return bar[slug] === 0
              ? ""
              : svg`<rect class="bar ${slug}" x=${left + slot * (i + 0.12)} width=${slot * 0.76}
              y=${y(to)} height=${y(from) - y(to)}></rect>`;
          })}
          ${
            i % every === 0
              ? svg`<text class="tick" x=${left + slot * (i + 0.5)} y=${height + 2} text-anchor="middle">
                  ${shortDay.format(Date.parse(bar.day))}</text>`
              : ""
          }
        </g>`;
      })}
    </svg>`;
}

/** Wilson's interval for a share of n, 95 %: honest for few, too. */
export function wilson(/** @type {number} */ share, /** @type {number} */ n) {
  const z = 1.96;
  const middle = share + (z * z) / (2 * n);
  const half = z * Math.sqrt((share * (1 - share) + (z * z) / (4 * n)) / n);
  return [middle - half, middle + half].map((end) => Math.min(1, Math.max(0, end / (1 + (z * z) / n))));
}

/** @param {Bin[]} bins those with tickets */
export function calibrationChart(bins) {
  const [size, left, bottom] = [400, 60, 44];
  const x = (/** @type {number} */ share) => left + share * (size - left - 12);
  const y = (/** @type {number} */ share) => (size - bottom) * (1 - share) + 8;
  const most = Math.max(...bins.map((bin) => bin.n));
  const words = `${t.calibration} ${bins
    .map(
      (bin) =>
        `${t.claimed} ${texts.percent(bin.confidence ?? 0)}: ${t.right} ${texts.percent(bin.accuracy ?? 0)}`,
    )
    .join("; ")}`;
  const points = bins.map((bin) => ({ x: x(bin.confidence ?? 0), y: y(bin.accuracy ?? 0), bin }));
  return html` <svg class="chart square" viewBox="0 0 ${size} ${size + 8}" role="img" aria-label=${words}>
    ${[0, 0.5, 1].map(
      (share) => svg`
        <line class="grid" x1=${x(0)} x2=${x(1)} y1=${y(share)} y2=${y(share)}></line>
        <line class="grid" x1=${x(share)} x2=${x(share)} y1=${y(0)} y2=${y(1)}></line>
        <text class="tick" x=${x(0) - 8} y=${y(share) + 4} text-anchor="end">${share * 100} %</text>
        <text class="tick" x=${x(share)} y=${y(0) + 18} text-anchor=${share === 1 ? "end" : "middle"}>
          ${share * 100} %</text>`,
    )}
    <line class="ideal" x1=${x(0)} y1=${y(0)} x2=${x(1)} y2=${y(1)}></line>
    <polyline class="curve" points=${points.map((p) => `${p.x},${p.y}`).join(" ")}></polyline>
    ${points.map((p) => {
      const [low = 0, high = 1] = wilson(p.bin.accuracy ?? 0, p.bin.n);
      return svg`<line class="spread" x1=${p.x} x2=${p.x} y1=${y(low)} y2=${y(high)}></line>`;
    })}
    ${points.map(({ x, y, bin }) => {
      const shares = `${texts.percent(bin.confidence ?? 0)}: ${texts.percent(bin.accuracy ?? 0)}`;
      return svg`<circle class="dot" cx=${x} cy=${y} r=${3 + 6 * Math.sqrt(bin.n / most)}>
        <title>${shares}, ${t.n(bin.n)}</title>
      </circle>`;
    })}
    <text class="axis" x=${x(0.5)} y=${size + 4} text-anchor="middle">${t.claimed}</text>
    <text class="axis" x=${-y(0.5)} y="12" text-anchor="middle" transform="rotate(-90)">${t.right}</text>
  </svg>`;
}
