// The volume of tickets on the Quality page, of periods so long that it is shown by week.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { clean, prepare, sit, words } from "./board.mjs";
import { desk } from "./desk.mjs";

const dayLength = 86_400_000;
const labels = ["billing", "technical", "general"];
const iso = (at) => new Date(at).toISOString().slice(0, 10);
/** The Monday of the week that a day is in. */
const monday = (day) => iso(Date.parse(day) - ((new Date(day).getUTCDay() + 6) % 7) * dayLength);
const program = prepare();

describe("the volume of a long period", () => {
  let at, visit;
  before(async () => {
    // One ticket every ninth day, so that each day of the week comes about.
    const tickets = [];
    for (let day = Date.parse("2012-03-07"); day <= Date.parse("2026-11-20"); day += 9 * dayLength) {
      const n = tickets.length;
      const [title, description] = words[n % 3];
      const created_at = `${iso(day)}T23:59:59Z`;
      tickets.push({ title: `${title} ${n}`, description, category: labels[n % 3], created_at });
    }
    at = await desk(program.program, { store: "sqlite", tickets, flags: ["--keep"] });
    visit = await sit(at, "#/tickets");
  });
  after(async () => { await visit?.close(); await at?.close(); });

  /** The bars of the chart, and the rows of the table beside it. */
  async function shown(query) {
    const { page } = visit;
    await page.goto(`${at.url}/board#/quality?${query}`);
    await page.reload(); // it shows what the address says
    const panel = page.locator(".panel", { hasText: "Tickets by week" });
    await panel.waitFor();
    await panel.locator("summary").click();
    const titles = await panel.locator("svg.chart g title").allTextContents();
    const bars = titles.map((title) => {
      const [, day, counts] = /^(\S+): (.*)$/s.exec(title);
      return { day, counts: [...counts.matchAll(/\d+/g)].map(Number) };
    });
    const rows = await panel.locator("tbody tr").evaluateAll((all) =>
      all.map((row) => [...row.cells].map((cell) => cell.textContent.trim())));
    return { bars, rows };
  }

  /** What the weeks should be, from the days of the API. */
  async function weeks(query) {
    /** @type {Map<string, number[]>} */
    const sums = new Map();
    for (const day of (await at.api("GET", `/stats?${query}`)).by_day) {
      const sum = sums.get(monday(day.day)) ?? [0, 0, 0];
      sums.set(monday(day.day), labels.map((label, i) => sum[i] + day[label]));
    }
    return sums;
  }

  function areWeeks(bars) {
    for (const [i, { day }] of bars.entries()) {
      assert.equal(day, monday(day), "a week begins on Monday");
      if (i > 0) assert.equal(Date.parse(day), Date.parse(bars[i - 1].day) + 7 * dayLength);
    }
  }

  function areSums({ bars, rows }, sums) {
    for (const { day, counts } of bars) assert.deepEqual(counts, sums.get(day) ?? [0, 0, 0], day);
    const table = [...sums].map(([day, [a, b, c]]) => [day, ...[a, b, c, a + b + c].map(String)]);
    assert.deepEqual(rows, table);
  }

  test("is shown by whole weeks, each the sum of its days", async () => {
    const found = await shown("from=2025-01-01&to=2026-11-20"); // a Wednesday and a Friday
    areWeeks(found.bars);
    assert.deepEqual([found.bars[0].day, found.bars.at(-1).day], ["2024-12-30", "2026-11-16"]);
    areSums(found, await weeks("from=2025-01-01T00:00:00Z&to=2026-11-21T00:00:00Z"));
  });

  test("of more than ten years is shown by the last ten, by the same weeks", async () => {
    const found = await shown("period=all");
    areWeeks(found.bars);
    const sums = await weeks("");
    const newest = [...sums.keys()].at(-1);
    assert.equal(found.bars.at(-1).day, newest);
    const years = (Date.parse(newest) - Date.parse(found.bars[0].day)) / dayLength / 365.25;
    assert.ok(years > 9.9 && years < 10.1, `${years} years`);
    for (const day of sums.keys()) if (day < found.bars[0].day) sums.delete(day);
    areSums(found, sums);
    clean(visit);
  });
});
