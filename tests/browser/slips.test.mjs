// What hands, eyes and connections do wrong, and what it must not cost.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { checked, clean, eventually, left, many, prepare, press, shown, sit, unsure } from "./board.mjs";
import { desk } from "./desk.mjs";

const program = prepare();

describe("a slip of the hand", () => {
  let at, visit;
  before(async () => {
    at = await desk(program.program, { store: "sqlite", tickets: many(6), env: unsure });
    visit = await sit(at);
    await left(visit.page, 6);
  });
  after(async () => { await visit?.close(); await at?.close(); });

  test("decides one ticket: a key held down and a double click, too", async () => {
    const { page } = visit;
    for (let n = 0; n < 4; n++) await page.keyboard.down("Enter"); // all but the first are repetitions
    await page.keyboard.up("Enter");
    await left(page, 5);
    await page.getByRole("button", { name: "Confirm" }).dblclick();
    await left(page, 4);
    await page.getByText("2 done").waitFor();
  });

  test("is mended by an undo after a lost answer, and a skip leaves what was decided", async () => {
    const { page } = visit;
    await eventually(async () => {
      assert.equal((await at.api("GET", "/tickets?needs_review=true")).data.length, 4);
    }, "not everything was saved");
    const id = await shown(page);
    await page.route("**/tickets/*", async (route) => {
      if (route.request().method() !== "PATCH") return route.fallback();
      await route.fetch(); // the server has it, and nobody hears that
      return route.abort();
    });
    await press(page, "2", "e", "Enter");
    await page.getByText("1 decision is kept here").first().waitFor();
    await press(page, "z");
    await eventually(async () => assert.equal(await shown(page), id), "it did not come back");
    await page.unroute("**/tickets/*");
    await press(page, "3", "q", "Enter");
    await eventually(async () => {
      const { category, priority } = await at.ticket(id);
      assert.deepEqual([category, priority], ["general", "low"]);
    }, "the second decision was not saved");
    assert.equal(await page.locator(".notice").count(), 0, "it is no conflict");
    await press(page, "z", "s");
    await left(page, 3);
    await page.getByText("3 done").waitFor();
  });
});

describe("a key held down", () => {
  let at, visit;
  before(async () => {
    at = await desk(program.program, { store: "sqlite", tickets: many(5), env: unsure });
    visit = await sit(at);
    await left(visit.page, 5);
  });
  after(async () => { await visit?.close(); await at?.close(); });

  async function hold(key) {
    for (let n = 0; n < 5; n++) await visit.page.keyboard.down(key); // all but the first are repetitions
    await visit.page.keyboard.up(key);
  }

  test("decides one ticket, whatever has the focus", async () => {
    const { page } = visit;
    const confirm = page.getByRole("button", { name: "Confirm" });
    for (const [n, place] of [page.getByRole("radio", { checked: true }).first(), confirm].entries()) {
      await place.focus();
      await hold("Enter");
      await page.getByText(`${n + 1} done`, { exact: true }).waitFor();
      await left(page, 4 - n);
    }
  });

  test("skips one, and undoes one", async () => {
    const { page } = visit;
    await hold("s");
    await page.getByText("1 skipped", { exact: true }).waitFor();
    await hold("z");
    await page.getByText("1 done", { exact: true }).waitFor();
    clean(visit);
  });
});

describe("an undo while the decision is on its way", () => {
  let at, visit;
  before(async () => {
    at = await desk(program.program, { store: "sqlite", tickets: many(4), env: unsure });
    visit = await sit(at);
    await left(visit.page, 4);
  });
  after(async () => { await visit?.close(); await at?.close(); });

  /** Decides, holds that back on its way, and undoes it. */
  async function undone() {
    const { page } = visit;
    const id = await shown(page);
    /** @type {() => void} */
    let send;
    const way = new Promise((resolve) => { send = resolve; });
    const going = page.waitForRequest((request) => request.method() === "PATCH");
    await page.route("**/tickets/*", async (route) => {
      if (route.request().method() === "PATCH") await way;
      return route.fallback();
    });
    await press(page, "2", "e", "Enter");
    await going;
    await press(page, "z");
    await page.getByText("Decided before").waitFor();
    assert.equal(await shown(page), id);
    assert.deepEqual(await checked(page), ["technical", "high"]);
    return { id, send };
  }

  async function decidedOnce(id, done) {
    const { page } = visit;
    await eventually(async () => {
      const { category, priority } = await at.ticket(id);
      assert.deepEqual([category, priority], ["general", "low"]);
    }, "the second decision was not saved");
    await page.getByText(`${done} done`, { exact: true }).waitFor();
    await left(page, 4 - done);
    assert.equal(await page.locator(".notice").count(), 0, "it is no conflict");
    await page.unroute("**/tickets/*");
    clean(visit); // nothing was refused
  }

  test("and another decision before the answer leave that one", async () => {
    const { id, send } = await undone();
    await press(visit.page, "3", "q", "Enter");
    send();
    await decidedOnce(id, 1);
  });

  test("and another decision after the answer leave that one", async () => {
    const { page } = visit;
    const { id, send } = await undone();
    const answer = page.waitForResponse((one) => one.request().method() === "PATCH");
    send();
    await (await answer).finished();
    await page.locator(".record .human").getByText("Technical · High").waitFor({ state: "attached" });
    await press(page, "3", "q", "Enter");
    await decidedOnce(id, 2);
  });

  test("and a skip leave the first", async () => {
    const { page } = visit;
    const { id, send } = await undone();
    send();
    await press(page, "s");
    await page.getByText("3 done", { exact: true }).waitFor();
    await left(page, 1);
    await eventually(async () => assert.equal((await at.ticket(id)).category, "technical"), "it was lost");
  });
});

describe("tickets that were put off", () => {
  let at, visit, ids;
  before(async () => {
    at = await desk(program.program, { store: "sqlite", tickets: many(6), env: unsure });
    ids = (await at.api("GET", "/tickets?needs_review=true")).data.map(({ id }) => id);
    visit = await sit(at);
    await left(visit.page, 6);
  });
  after(async () => { await visit?.close(); await at?.close(); });

  const comes = (id) =>
    eventually(async () => assert.equal(await shown(visit.page), id), `${id} did not come`);
  /** Lets the server refuse what is decided, until it is ended. */
  async function refuse() {
    const answer = {
      status: 422, contentType: "application/problem+json",
      body: JSON.stringify({ title: "Unprocessable", status: 422, detail: "not today" }),
    };
    await visit.page.route("**/tickets/*", (route) =>
      (route.request().method() === "PATCH" ? route.fulfill(answer) : route.fallback()));
  }

  test("come again in order: refused ones at once, skipped ones at the end", async () => {
    const { page } = visit;
    const [a, b, c, d, e, f] = ids;
    await comes(a);
    await press(page, "3", "q", "s");
    await comes(b);
    await press(page, "s");
    await comes(c);
    await refuse();
    await press(page, "2", "e", "Enter");
    await comes(d);
    await press(page, "3", "w");
    await page.locator(".notice", { hasText: "not today" }).waitFor();
    await comes(c);
    assert.deepEqual(await checked(page), ["technical", "high"], "what was chosen is kept");
    await page.unroute("**/tickets/*");
    await left(page, 6);
    await press(page, "Enter");
    await comes(d);
    assert.deepEqual(await checked(page), ["general", "medium"], "what was begun is kept");
    for (const [now, next] of [[d, e], [e, f], [f, a]]) {
      await comes(now);
      await press(page, "Enter");
      await comes(next);
    }
    assert.deepEqual(await checked(page), ["general", "low"], "what was chosen before the skip is kept");
    await page.getByText("skipped").waitFor({ state: "detached" });
    await press(page, "Enter");
    await comes(b);
  });

  test("come again though nothing was left", async () => {
    const { page } = visit;
    const b = ids[1];
    await eventually(async () => {
      assert.equal((await at.api("GET", "/tickets?needs_review=true")).data.length, 1);
    }, "not everything was saved");
    await refuse();
    await press(page, "1", "w", "Enter");
    await page.getByText("You decided 6 tickets.").waitFor();
    await comes(b);
    await left(page, 1);
    await page.unroute("**/tickets/*");
    await press(page, "Enter");
    await eventually(async () => {
      const found = await Promise.all(ids.map(at.ticket));
      assert.deepEqual(found.map(({ category, priority }) => `${category} ${priority}`), [
        "general low", "billing medium", "technical high", "general medium",
        ...found.slice(4).map(({ category, priority }) => `${category} ${priority}`),
      ]);
      assert.ok(found.every(({ review }) => review));
    }, "not everything was saved");
    await page.getByText("You decided 6 tickets.").waitFor();
  });
});

describe("the help", () => {
  let at, visit;
  before(async () => {
    at = await desk(program.program, { store: "sqlite", tickets: many(3), env: unsure });
    visit = await sit(at);
    await left(visit.page, 3);
  });
  after(async () => { await visit?.close(); await at?.close(); });

  test("gives the focus back where it was, and no key reaches the ticket below it", async () => {
    const { page } = visit;
    const dialog = page.getByRole("dialog");
    const labels = await checked(page);
    const id = await shown(page);
    const ways = [
      () => press(page, "Escape"),
      () => dialog.getByRole("button", { name: "Close" }).click(),
      () => dialog.getByRole("button", { name: "Close" }).press("Enter"),
    ];
    const places = [
      page.locator("article h2"), page.getByRole("radio", { checked: true }).last(),
      page.getByRole("button", { name: "Skip" }), page.getByRole("link", { name: "Tickets" }),
    ];
    for (const place of places) {
      for (const close of ways) {
        await place.focus();
        await press(page, "?");
        await dialog.getByRole("button", { name: "Close" }).focus(); // in no field, where keys would be typed
        await press(page, "3", "2", "1", "q", "w", "e", "s", "z", "u", "?");
        await close();
        await dialog.waitFor({ state: "detached" });
        assert.ok(await place.evaluate((e) => e === document.activeElement), `${place}`);
      }
    }
    assert.deepEqual([await shown(page), await checked(page)], [id, labels]);
    await page.getByText("0 done").waitFor();
    assert.equal(await page.getByText("skipped").count(), 0);
    await places[0].focus();
    await press(page, "3", "Enter"); // and now they do
    await page.getByText("1 done").waitFor();
    clean(visit);
  });
});
