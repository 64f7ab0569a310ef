// The pages of the board: with tickets that are not nice, by mouse and by touch, for everybody.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import {
  checked, clean, drawn, eventually, heading, left, prepare, press, shown, sit, unsure, words,
} from "./board.mjs";
import { desk } from "./desk.mjs";
import { files, to as vendor, vendored } from "./vendor.mjs";
import { fits, open } from "./visit.mjs";

const folder = new URL("../../adapters/httpapi/board/", import.meta.url);
const key = "a-key-for-the-board-test";
const program = prepare();

describe("the files of the board", () => {
  test("are under 100 KiB compressed in all, and the library is as its package has it", async (t) => {
    const names = (await readdir(folder, { recursive: true }))
      .filter((name) => /\.(js|css|html|svg)$|LICENSE$/.test(name));
    let bytes = 0;
    for (const name of names) bytes += gzipSync(await readFile(new URL(name, folder)), { level: 1 }).length;
    t.diagnostic(`${names.length} files, ${(bytes / 1024).toFixed(1)} KiB in gzip, as the server sends them`);
    assert.ok(bytes < 100 * 1024, `${bytes}`);
    for (const name of files) {
      assert.equal(await readFile(new URL(name, vendor), "utf8"), await vendored(name), name);
    }
  });
});

describe("tickets that are not nice", () => {
  const html = `<img src=x onerror="alert(1)"><script>document.title = "hacked"</script><b>bold</b>`;
  const long = "word ".repeat(4_000).trim();
  const arabic = ["لا أستطيع تسجيل الدخول", "منذ التحديث يظهر الخطأ 500 بعد إدخال كلمة المرور."];
  let at, visit;
  before(async () => {
    at = await desk(program.program, { store: "sqlite", env: unsure });
    await at.create("x".repeat(200), long);
    await at.create(...arabic);
    await at.create(html, `${html}\n</div></main>`);
    visit = await sit(at);
    await left(visit.page, 3);
  });
  after(async () => { await visit?.close(); await at?.close(); });

  const check = async (path, act) => {
    const { page } = visit;
    await page.goto(`${at.url}/board#/${path}`);
    await act(page);
    await fits(page, path.replaceAll("/", "-"));
  };

  test("that are HTML and script are shown as they were typed, everywhere", async () => {
    for (const path of ["review", "tickets", "tickets/3"]) {
      await check(path, async (page) => {
        await page.getByText(html).first().waitFor();
        assert.equal(await page.locator("main img, main script, main b").count(), 0);
        assert.notEqual(await page.title(), "hacked");
      });
    }
  });

  test("that read from right to left do so", async () => {
    for (const path of ["review", "tickets", "tickets/2"]) {
      await check(path, async (page) => {
        if (path === "review") {
          await left(page, 3); // no key counts before
          await press(page, "Enter");
        }
        const title = page.getByText(arabic[0]).last();
        await title.waitFor();
        assert.equal(await title.evaluate((e) => getComputedStyle(e).direction), "rtl");
      });
    }
  });

  test("of 20,000 characters fit the screen, and the decision stays in sight", async () => {
    await check("review", async (page) => {
      await left(page, 2);
      await press(page, "Enter");
      await page.getByRole("heading", { name: "xxxx" }).waitFor();
      await page.setViewportSize({ width: 400, height: 800 });
      const save = page.getByRole("button", { name: "Confirm" });
      const box = await save.boundingBox();
      assert.ok(box && box.y + box.height <= 800, "the button is out of sight");
    });
    await check("tickets/1", (page) => page.getByText(long.slice(0, 100)).first().waitFor());
  });

  test("break no policy and log no error", () => clean(visit));
});

describe("tickets, by mouse and by touch", () => {
  let at, visit;
  before(async () => {
    at = await desk(program.program, { store: "sqlite", env: unsure });
    for (let i = 0; i < 60; i++) await at.create(`${words[i % 3][0]} ${i}`, words[i % 3][1]);
    visit = await sit(at, "#/tickets");
  });
  after(async () => { await visit?.close(); await at?.close(); });

  test("are filtered, searched, paged, and up to date by themselves", async () => {
    const { page } = visit;
    const rows = page.locator(".row");
    const counted = (text) => page.locator(".counter").getByText(text, { exact: true }).waitFor();
    await counted("60 tickets");
    assert.equal(await rows.count(), 50);
    await page.getByRole("button", { name: "Show more" }).click();
    await page.waitForFunction(() => document.querySelectorAll(".row").length === 60);
    await page.getByLabel("Search").fill('"charged twice" 12');
    await counted("1 ticket");
    await page.getByRole("link", { name: "Charged twice 12" }).waitFor();
    await at.edit(13, { status: "closed" });
    await rows.getByText("Closed").waitFor();
    await page.getByLabel("Search").fill("-");
    await page.getByRole("alert").getByText("q must").waitFor(); // the API's own words
    assert.equal(await page.getByLabel("Search").inputValue(), "-");
    await page.getByRole("button", { name: "Clear filters" }).click();
    await counted("60 tickets");
    await page.getByLabel("Status").selectOption("closed");
    await counted("1 ticket");
    assert.match(page.url(), /status=closed/);
    await at.create("New one");
    await page.getByRole("button", { name: "There is news" }).click();
    visit.failed.length = 0; // the search without a word
    visit.errors = visit.errors.filter((line) => !line.includes("400 (Bad Request)"));
  });

  test("are corrected, closed and classified again on their page, with a record of it", async () => {
    const { page } = visit;
    await page.goto(`${at.url}/board#/tickets/5`);
    await page.getByRole("radio", { name: "General" }).check();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.").first().waitFor();
    await page.locator(".record .human").getByText("A person").waitFor();
    await page.getByRole("button", { name: "Close ticket" }).click();
    await page.getByText("Closed.").first().waitFor();
    await page.getByRole("button", { name: "Classify again" }).click();
    await page.getByText("Classified again.").first().waitFor();
    const ticket = await at.ticket(5);
    assert.deepEqual([ticket.status, ticket.classified_by, ticket.review], ["closed", "local", null]);
    await at.edit(5, { priority: "high" });
    await page.getByText("Corrected by a person").waitFor();
    clean(visit);
  });

  test("are reviewed on a telephone without a key", async () => {
    const telephone = { viewport: { width: 400, height: 800 }, hasTouch: true, isMobile: true };
    const phone = await sit(at, "", telephone);
    const { page } = phone;
    const id = await eventually(() => shown(page), "no ticket");
    await page.getByRole("radio", { name: "General" }).tap();
    await page.getByRole("radio", { name: "High" }).tap();
    await page.getByRole("button", { name: "Save" }).tap();
    await page.getByRole("button", { name: "Undo" }).tap();
    await eventually(async () => assert.equal(await shown(page), id), "it did not come back");
    await page.getByRole("button", { name: "Save" }).tap();
    await eventually(async () => assert.equal((await at.ticket(id)).category, "general"), "it was not saved");
    assert.match(await page.locator("#said").innerText(), /Set to General · High\..* left/);
    clean(phone);
    await phone.close();
  });
});

describe("tickets of the audit sample, outside of the review", () => {
  let at, visit;
  before(async () => {
    at = await desk(program.program, { store: "sqlite", env: drawn });
    for (const [title, text] of words) await at.create(title, text);
    visit = await sit(at, "#/tickets/1");
  });
  after(async () => { await visit?.close(); await at?.close(); });

  test("stay blind when they are closed, and keep what was chosen", async () => {
    const { page } = visit;
    const blind = async (labels) => {
      assert.deepEqual(await checked(page), labels, "a label would bias the sample");
      assert.equal(await page.locator(".said, .machine, .record").count(), 0, "so would the record");
    };
    await page.getByRole("button", { name: "Close ticket" }).click();
    await page.getByText("Closed.", { exact: true }).last().waitFor();
    await blind([]);
    await at.edit(1, { status: "open" }); // by a colleague
    await page.getByRole("button", { name: "Close ticket" }).waitFor();
    await blind([]);
    await page.getByRole("radio", { name: "General" }).check();
    await page.getByRole("button", { name: "Close ticket" }).click();
    await page.getByRole("button", { name: "Reopen ticket" }).waitFor();
    await blind(["general"]);
    await page.getByRole("radio", { name: "Low" }).check();
    await page.getByRole("button", { name: "Save" }).click();
    await page.locator(".record .human").getByText("A person").waitFor(); // and now it is shown
  });

  test("are not found by the label that they hide", async () => {
    const { page } = visit;
    await page.goto(`${at.url}/board#/tickets?category=technical`);
    await page.locator(".counter").getByText(/^[1-3] tickets?$/).waitFor();
    assert.equal(await page.locator(".row").count(), 0);
    await page.getByRole("button", { name: "Clear filters" }).click();
    await page.locator(".row").nth(2).waitFor();
  });

  test("break no policy and log no error", () => clean(visit));
});

describe("everybody", () => {
  let at, empty, axe;
  before(async () => {
    axe = await readFile(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
    at = await desk(program.program, { store: "sqlite", env: { REVIEW_THRESHOLD: "1", AUDIT_RATE: "0.5" } });
    for (let i = 0; i < 40; i++) await at.create(`${words[i % 3][0]} ${i}`, words[i % 3][1]);
    for (let i = 1; i <= 20; i++) await at.edit(i, i % 4 ? { confirmed: true } : { category: "general" });
    await at.edit(30, { status: "closed" });
    empty = await desk(program.program, { store: "sqlite", key });
  });
  after(async () => { await at?.close(); await empty?.close(); });

  for (const colorScheme of ["light", "dark"]) {
    test(`can read and work every page in ${colorScheme} colours (axe-core)`, async () => {
      const visit = await sit(at, "", { colorScheme, viewport: { width: 1280, height: 900 } });
      const { page } = visit;
      const examine = async (name) => {
        await page.evaluate(axe);
        const found = await page.evaluate(async () => {
          const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });
          return violations.filter(({ impact }) => impact !== "minor")
            .map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0].html} ${nodes[0].failureSummary}`);
        });
        assert.deepEqual(found, [], name);
      };
      await heading(page).waitFor();
      const kinds = new Set();
      for (let n = 0; n < 20 && kinds.size < 2; n++) {
        const { audit } = await at.ticket(await shown(page));
        if (!kinds.has(audit)) await examine(`review, ${audit ? "blind" : "open"}`);
        kinds.add(audit);
        await press(page, "1", "w", "Enter");
      }
      // The record, if the last one was not blind.
      await page.locator("summary").first().click().catch(() => {});
      await examine("review with a decision behind");
      await press(page, "?");
      await examine("keys");
      await press(page, "Escape");
      const pages = [
        ["tickets", "40 tickets"], ["tickets/25", "Record"], ["new", "Create ticket"],
        ["quality", "Tickets by day"],
      ];
      for (const [path, ready] of pages) {
        await page.goto(`${at.url}/board#/${path}`);
        await page.getByText(ready).first().waitFor();
        if (path === "quality") {
          for (const details of await page.locator("summary").all()) await details.click();
        }
        await examine(path);
        await page.setViewportSize({ width: 400, height: 800 });
        if (colorScheme === "light") await examine(`${path} on a telephone`);
        await fits(page, `${path.replaceAll("/", "-")}-${colorScheme}`);
      }
      clean(visit);
      await visit.close();
    });
  }

  test("is told what to do where there is nothing yet, and can work the dialog of the key", async () => {
    const visit = await open(empty.url, "", "/board#/quality");
    const { page } = visit;
    await page.getByRole("dialog").waitFor();
    await page.evaluate(axe);
    const found = await page.evaluate(async () => (await window.axe.run()).violations.map(({ id }) => id));
    assert.deepEqual(found, []);
    await page.getByLabel("API key").fill(key);
    await press(page, "Enter");
    await page.getByText("No tickets in this period").waitFor();
    await page.goto(`${empty.url}/board#/tickets`);
    await page.getByText("No tickets yet").waitFor();
    await page.goto(`${empty.url}/board#/review`);
    await page.getByText("Nothing to review").waitFor();
    await empty.create(...words[0]);
    await page.goto(`${empty.url}/board#/quality`);
    await page.getByText("AUDIT_RATE").waitFor();
    clean(visit);
    await visit.close();
  });

  test("sees the figures of GET /stats, each with its n and whether it is biased", async () => {
    const visit = await sit(at, "#/quality?period=all");
    const { page } = visit;
    await page.getByText("Tickets by day").waitFor();
    const stats = await at.api("GET", "/stats");
    const lead = await page.locator(".panel.lead").innerText();
    assert.ok(lead.includes(`n = ${stats.audit.n}`), lead);
    assert.ok(lead.includes(`${(stats.audit.category * 100).toFixed(1).replace(/\.0$/, "")} %`), lead);
    assert.equal(await page.getByText("Biased", { exact: true }).count(), 4);
    const cells = await page.locator(".confusion").first().locator("td.n").allInnerTexts();
    const { billing, technical, general } = stats.confusion.category;
    const rows = [billing, technical, general].flatMap((row) => [row.billing, row.technical, row.general]);
    assert.deepEqual(cells, rows.map(String));
    assert.equal(await page.getByRole("img").count(), 2);
    await page.getByRole("radio", { name: "Other" }).check();
    await page.getByLabel("From").fill("2020-01-01");
    await page.getByLabel("Up to").fill("2020-01-31");
    await page.getByRole("button", { name: "Show" }).click();
    await page.getByText("No tickets in this period").waitFor();
    await page.getByLabel("Up to").fill("2019-01-01");
    await page.getByRole("button", { name: "Show" }).click();
    await page.getByRole("alert").getByText("from must not be after to").waitFor();
    await page.goto(`${at.url}/board#/quality?period=never&to=2020-13-45`);
    await page.getByText("Tickets by day").waitFor();
    await visit.close();
  });

  test("sees something useful soon, also on a cold start", async (t) => {
    const cold = await desk(program.program, { store: "sqlite", env: unsure });
    for (let i = 0; i < 3; i++) await cold.create(...words[i]);
    const visit = await open(cold.url, "", "/board");
    await heading(visit.page).waitFor();
    const ms = await visit.page.evaluate(() => ({
      paint: Math.round(performance.getEntriesByName("first-contentful-paint")[0].startTime),
      useful: Math.round(performance.now()),
    }));
    t.diagnostic(`first paint after ${ms.paint} ms, the first ticket after ${ms.useful} ms, nothing cached`);
    await visit.close();
    await cold.close();
  });
});
