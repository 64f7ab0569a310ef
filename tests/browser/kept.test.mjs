// What a page has still to send, when it goes or may not ask any more.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer, request } from "node:http";
import { after, before, describe, test } from "node:test";
import { clean, drawn, eventually, left, many, prepare, press, shown, sit, unsure } from "./board.mjs";
import { desk } from "./desk.mjs";

const key = "a-key-for-the-board-test";
const program = prepare();

const isSaving = (one) => one.method() === "PATCH";

describe("decisions that were not sent before a reload", () => {
  let at, visit;
  before(async () => {
    at = await desk(program.program, { store: "sqlite", tickets: many(12), env: unsure });
    visit = await sit(at);
    const { page } = visit;
    // Nothing gets through from inside of the page, not even when it goes: a route may miss that.
    await page.addInitScript(() => {
      const real = window.fetch;
      window.fetch = (to, how) => (how?.method === "PATCH" && sessionStorage.getItem("test.cut")
        ? Promise.reject(new TypeError("no connection")) : real(to, how));
    });
    page.on("dialog", (dialog) => dialog.accept());
    await page.reload();
    await left(page, 12);
  });
  after(async () => { await visit?.close(); await at?.close(); });

  const cut = () => visit.page.evaluate(() => sessionStorage.setItem("test.cut", "yes"));
  const mend = () => visit.page.evaluate(() => sessionStorage.removeItem("test.cut"));
  const kept = () => visit.page.getByText("1 decision is kept here").first().waitFor();

  /** Decides the present ticket, which does not reach the server. */
  async function decide() {
    const { page } = visit;
    await page.goto(`${at.url}/board#/review`);
    const id = await eventually(() => shown(page), "no ticket");
    await cut();
    await press(page, "2", "e", "Enter");
    await kept();
    return id;
  }

  async function saved(id) {
    await eventually(async () => {
      const { category, priority, review } = await at.ticket(id);
      assert.deepEqual([category, priority, review], ["technical", "high", "corrected"]);
    }, "it was lost");
    const record = (await at.api("GET", `/tickets/${id}/classifications`)).data;
    assert.equal(record.filter(({ source }) => source === "human").length, 1);
  }

  test("are not asked for again, and sent when the server is back", async () => {
    const { page } = visit;
    const id = await decide();
    await page.reload();
    await kept();
    await left(page, 11);
    assert.notEqual(await shown(page), id);
    assert.equal((await at.ticket(id)).review, null);
    await mend();
    await page.locator(".status").waitFor({ state: "detached" });
    await saved(id);
    await left(page, 11);
  });

  for (const path of ["tickets/1", "quality", "nowhere"]) {
    test(`are sent though the page that is opened is #/${path}`, async () => {
      const { page } = visit;
      const id = await decide();
      await page.goto(`${at.url}/board#/${path}`);
      await page.reload();
      await kept(); // every page says so
      await mend();
      await saved(id);
      assert.match(page.url(), new RegExp(`#/${path}$`));
    });
  }

  test("break no policy and log no error", () => clean(visit));
});

describe("decisions that were made right before the page was closed", () => {
  // Ten of them are more than a browser sends for a page that went.
  const text = "word ".repeat(4_000).trim();
  let at;
  before(async () => {
    const tickets = many(12).map((ticket) => ({ ...ticket, description: text }));
    at = await desk(program.program, { store: "sqlite", tickets, env: unsure });
  });
  after(() => at?.close());

  /** Closes a page as people do, so that it hears of it. */
  async function close(page) {
    const closed = page.waitForEvent("close");
    await page.close({ runBeforeUnload: true });
    await closed;
  }

  const areSaved = (ids) => eventually(async () => {
    for (const id of ids) {
      const { category, priority } = await at.ticket(id);
      assert.deepEqual([category, priority], ["general", "high"], `${id}`);
    }
  }, "not every decision arrived");

  test("reach the server, and the limit of what outlives a page is not met", async (t) => {
    const visit = await sit(at);
    t.after(() => visit.close());
    const { page } = visit;
    await left(page, 12);
    const ids = [];
    for (let n = 0; n < 10; n++) {
      await left(page, 12 - n);
      ids.push(await shown(page));
      await press(page, "3", "e", "Enter");
    }
    await left(page, 2);
    await close(page);
    await areSaved(ids);
  });

  test("reach the server also if they are on a slow way already", async (t) => {
    /** @type {() => void} */
    let go;
    const way = new Promise((resolve) => { go = resolve; });
    const slow = createServer(async (asked, answer) => {
      if (asked.method === "PATCH") await way;
      if (answer.destroyed) return; // given up by the browser
      const on = request(at.url + asked.url, { method: asked.method, headers: asked.headers }, (said) => {
        answer.writeHead(said.statusCode, said.headers);
        said.pipe(answer);
      });
      on.once("error", () => answer.destroy());
      answer.once("close", () => { if (asked.method === "GET") on.destroy(); });
      asked.pipe(on);
    });
    await new Promise((resolve) => { slow.listen(0, "127.0.0.1", resolve); });
    t.after(() => new Promise((resolve) => {
      slow.close(resolve);
      slow.closeAllConnections();
    }));
    const url = `http://127.0.0.1:${slow.address().port}`;
    const visit = await sit({ url });
    t.after(() => visit.close());
    const { page } = visit;
    await left(page, 2);
    const id = await shown(page);
    const arrived = new Promise((resolve) => {
      slow.on("request", (asked) => { if (asked.method === "PATCH") resolve(); });
    });
    await press(page, "3", "e", "Enter");
    await arrived;
    await close(page);
    // By the time that another page has come, the browser would have given it up.
    await (await page.context().newPage()).goto(`${url}/board`);
    go();
    await areSaved([id]);
  });
});

describe("the usual rate limit", () => {
  const samples = [["open", unsure, ["Enter"]], ["blind", drawn, ["1", "w", "Enter"]]];
  for (const [kind, env, keys] of samples) {
    test(`is enough for as many ${kind} reviews as the documentation says, and costs none`, async (t) => {
      const limit = { RATE_LIMIT_MAX_REQUESTS: "100" };
      const at = await desk(program.program, {
        store: "sqlite", key, tickets: many(120), env: { ...env, ...limit },
      });
      // Whom the page counts for is somebody else than who looks whether that is so.
      const visit = await sit(at, "", {}, `${key}-of-bob`);
      t.after(async () => { await visit.close(); await at.close(); });
      const { page } = visit;
      await left(page, 120);
      let saved = 0;
      for (let status = 200; status === 200;) {
        const answer = page.waitForResponse((one) => isSaving(one.request()));
        const id = await shown(page);
        await press(page, ...keys);
        await page.waitForFunction((before) =>
          document.querySelector("article .meta a")?.textContent !== `#${before}`, id);
        await page.evaluate(() => dispatchEvent(new Event("online"))); // which ends the time to undo
        status = (await answer).status();
        if (status === 200) saved++;
        else assert.equal(status, 429);
      }
      await page.getByText("the limit of 100 requests in 900 seconds is used up").first().waitFor();
      await page.getByText("1 decision is kept here").first().waitFor();
      t.diagnostic(`${saved} reviews`);
      const text = await readFile(new URL("../../docs/board.md", import.meta.url), "utf8");
      const [, open, blind] = /about\s+(\d+)\s+reviews,\s+or\s+(\d+)\s+of\s+blind/.exec(text);
      const said = Number({ open, blind }[kind]);
      assert.ok(saved >= said && saved < said + 5, `${saved}, not ${said}`);
    });
  }
});
