// A review as people do it: by keys, two at a time, without a connection, and with many tickets to go.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  clean, eventually, heading, last, left, many, prepare, press, shown, sit, unsure, words,
} from "./board.mjs";
import { desk } from "./desk.mjs";
import { open } from "./visit.mjs";

const key = "a-key-for-the-board-test";
const program = prepare();

for (const store of ["sqlite", "postgres"]) {
  for (const keyed of [false, true]) {
    describe(`a review by keys on ${store} ${keyed ? "with" : "without"} API keys`, () => {
      let at, visit;
      before(async () => {
        at = await desk(program.program, {
          store, key: keyed ? key : undefined,
          // One of them without events, too: the board then looks by itself.
          env: {
            REVIEW_THRESHOLD: "1", AUDIT_RATE: "0.5",
            ...(store === "sqlite" && keyed && { EVENTS: "false" }),
          },
        });
        for (let i = 0; i < 24; i++) await at.create(`${words[i % 3][0]} ${i}`, words[i % 3][1]);
      });
      after(async () => { await visit?.close(); await at?.close(); });

      const wrong = "asks for a key once, again if it is wrong, and keeps it in the tab alone";
      test(wrong, { skip: !keyed }, async () => {
        visit = await open(at.url, "", "/board");
        const { page } = visit;
        const dialog = page.getByRole("dialog", { name: "This server wants a key" });
        assert.equal(await dialog.getByRole("alert").innerText(), "", "there was no key that could be wrong");
        await page.getByLabel("API key").fill("not-a-key-of-this-server");
        await press(page, "Enter");
        await dialog.getByText("the key is not one of this server's").waitFor();
        await page.getByLabel("API key").fill("nämlich");
        await press(page, "Enter");
        await dialog.getByText("beyond ASCII").waitFor();
        await page.getByLabel("API key").fill(key);
        await press(page, "Enter");
        await left(page, 24);
        assert.ok(!visit.requests.some((url) => url.includes(key)));
        assert.equal(await page.evaluate(() => JSON.stringify(localStorage) + document.cookie), "{}");
        await page.reload();
        await left(page, 24);
      });

      test("goes through all tickets, some of them blind, with a skip and an undo", async () => {
        visit ??= await sit(at);
        const { page } = visit;
        await left(page, 24);
        /** @type {Map<number, {category?: string, priority?: string}>} */
        const wanted = new Map();
        let blind = 0;
        const skipped = await shown(page);
        await press(page, "s");
        await page.getByText("1 skipped").waitFor();
        for (let n = 0; n < 24; n++) {
          await left(page, 24 - n);
          const id = await shown(page);
          if (n < 23) assert.notEqual(id, skipped);
          const ticket = await at.ticket(id);
          assert.equal(await heading(page).innerText(), ticket.title);
          const panel = page.locator("form.decide");
          if (ticket.audit) {
            blind++;
            await panel.getByText("Audit sample").waitFor();
            const checked = await page.locator("input[type=radio]:checked").count();
            assert.equal(checked, 0, "a label would bias the sample");
            assert.equal(await page.locator(".said, .why").count(), 0);
            await press(page, "Enter");
            await page.getByText("Choose a category and a priority first.").first().waitFor();
            await press(page, "2", "e", "Enter");
            wanted.set(id, { category: "technical", priority: "high" });
            assert.match(await last(page), /The machine had said/);
          } else if (n % 2 === 0) {
            await press(page, "Enter");
            wanted.set(id, { category: ticket.category, priority: ticket.priority });
            assert.match(await last(page), /Confirmed/);
          } else {
            await press(page, "3", "q", "Enter");
            wanted.set(id, { category: "general", priority: "low" });
          }
          if (n === 4) { // a slip of the finger, taken back at once
            await press(page, "z");
            await left(page, 24 - n);
            assert.equal(await shown(page), id);
            await press(page, "1", "w", "Enter");
            wanted.set(id, { category: "billing", priority: "medium" });
          }
        }
        await page.getByRole("heading", { name: "Nothing to review" }).waitFor();
        await page.getByText("You decided 24 tickets.").waitFor();
        assert.ok(blind > 0 && blind < 24, `${blind}`);
        await eventually(async () => {
          assert.equal((await at.api("GET", "/tickets?needs_review=true")).data.length, 0);
        }, "not everything was saved");
        for (const [id, labels] of wanted) {
          const ticket = await at.ticket(id);
          assert.deepEqual({ category: ticket.category, priority: ticket.priority }, labels, `${id}`);
          assert.ok(ticket.review);
          if (keyed) assert.equal((await at.api("GET", `/tickets/${id}/classifications`)).data[0].by, "ann");
        }
      });

      test("can be undone after it was saved, and decided again", async () => {
        const { page } = visit;
        await press(page, "z");
        await page.getByText("Decided before").waitFor();
        const id = await shown(page);
        await press(page, "3", "q", "Enter");
        await page.getByRole("heading", { name: "Nothing to review" }).waitFor();
        await eventually(async () => {
          const { category, priority } = await at.ticket(id);
          assert.deepEqual([category, priority], ["general", "low"]);
        }, "the second decision was not saved");
      });

      test("breaks no policy, asks no other host and logs no error", () => {
        visit.failed = visit.failed.filter((line) => !line.endsWith("/events"));
        visit.errors = visit.errors.filter((line) => !line.includes("404 (Not Found)"));
        clean(visit);
      });
    });
  }

  describe(`several people on ${store}`, () => {
    let at, ann, bob;
    before(async () => {
      at = await desk(program.program, { store, key, env: unsure });
      for (let i = 0; i < 4; i++) await at.create(`${words[i % 3][0]} ${i}`, words[i % 3][1]);
      ann = await sit(at, "", {}, key);
      bob = await sit(at, "", {}, `${key}-of-bob`);
      await left(ann.page, 4);
      await left(bob.page, 4);
    });
    after(async () => { await ann?.close(); await bob?.close(); await at?.close(); });

    test("hear at once of what a colleague decided, and do not overwrite it", async () => {
      const id = await shown(ann.page);
      assert.equal(await shown(bob.page), id);
      await press(bob.page, "2", "e", "Enter");
      await ann.page.locator("form.decide")
        .getByText("Somebody else has just decided this ticket: Technical · High").waitFor();
      await press(ann.page, "1", "Enter"); // which goes on
      await left(ann.page, 3);
      assert.deepEqual([(await at.ticket(id)).category, (await at.ticket(id)).version], ["technical", 3]);
    });

    test("who are too late are told who was faster, and with what", async () => {
      const id = await shown(ann.page);
      await press(ann.page, "1", "q", "Enter"); // held for a moment
      const asBob = { Authorization: `Bearer ${key}-of-bob` };
      await at.api("PATCH", `/tickets/${id}`, { category: "general", priority: "high" }, asBob);
      const notice = ann.page.locator(".notice", { hasText: "Somebody else was faster" });
      await notice.getByText("bob decided: General · High. Your Billing · Low was not saved.").waitFor();
      assert.equal((await at.ticket(id)).category, "general");
      await notice.getByRole("button", { name: "Dismiss" }).click();
      await notice.waitFor({ state: "detached" });
    });

    test("get a ticket back that was changed but not decided, with what they chose", async () => {
      const id = await shown(ann.page);
      await press(ann.page, "2", "q", "Enter");
      await at.edit(id, { status: "closed" });
      await ann.page.getByText("It changed since you read it").first().waitFor();
      await eventually(async () => assert.equal(await shown(ann.page), id), "it did not come back");
      await press(ann.page, "Enter");
      await eventually(async () => {
        const { status, category, priority } = await at.ticket(id);
        assert.deepEqual([status, category, priority], ["closed", "technical", "low"]);
      }, "it was not saved");
    });

    test("see new tickets that need them without asking", async () => {
      await press(ann.page, "Enter");
      await ann.page.getByRole("heading", { name: "Nothing to review" }).waitFor();
      await at.create("Charged for nothing", words[0][1]);
      await ann.page.getByRole("heading", { name: "Charged for nothing" }).waitFor();
    });

    test("break no policy and ask no other host", () => {
      for (const { foreign, violations } of [ann, bob]) assert.deepEqual([foreign, violations], [[], []]);
    });
  });

  describe(`a lost connection on ${store}`, () => {
    let at, visit;
    before(async () => {
      at = await desk(program.program, { store, env: unsure });
      for (let i = 0; i < 6; i++) await at.create(`${words[i % 3][0]} ${i}`, words[i % 3][1]);
      visit = await sit(at);
      await left(visit.page, 6);
    });
    after(async () => { await visit?.close(); await at?.close(); });

    test("costs no decision: they are kept, people are told, and they are saved later", async () => {
      const { page } = visit;
      const ids = [];
      await page.context().setOffline(true);
      for (const category of ["1", "2", "3"]) {
        ids.push(await shown(page));
        await press(page, category, "e", "Enter");
      }
      await page.getByText("3 decisions are kept here and saved as soon as it works.").first().waitFor();
      await left(page, 3);
      assert.equal((await at.ticket(ids[0])).review, null);
      await page.context().setOffline(false);
      await page.locator(".status").waitFor({ state: "detached" });
      await eventually(async () => {
        const found = await Promise.all(ids.map(async (id) => (await at.ticket(id)).category));
        assert.deepEqual(found, ["billing", "technical", "general"]);
      }, "not everything was saved");
    });

    test("and a reload cost none either", async () => {
      const { page } = visit;
      const id = await shown(page);
      await page.route("**/tickets/*", (route) =>
        (route.request().method() === "PATCH" ? route.abort() : route.fallback()));
      await press(page, "2", "w", "Enter");
      await page.getByText("1 decision is kept here").first().waitFor();
      page.on("dialog", (dialog) => dialog.accept());
      await page.reload();
      await page.unroute("**/tickets/*");
      await eventually(async () => assert.equal((await at.ticket(id)).category, "technical"), "it was lost");
    });

    test("keeps what was typed for a new ticket, and creates it once", async () => {
      const { page } = visit;
      await page.goto(`${at.url}/board#/new`);
      await page.getByLabel("Title").fill("Typed");
      await page.getByLabel("Description").fill("with much effort");
      await page.context().setOffline(true);
      await page.getByRole("button", { name: "Create ticket" }).click();
      await page.getByText("Nothing is lost").first().waitFor();
      await page.context().setOffline(false);
      await page.goto(`${at.url}/board#/quality`);
      await page.reload();
      await page.goto(`${at.url}/board#/new`);
      assert.equal(await page.getByLabel("Title").inputValue(), "Typed");
      await page.getByLabel("User id").fill("77");
      await page.getByRole("button", { name: "Create ticket" }).click();
      await page.getByText("createdBy").first().waitFor(); // the API's own words
      assert.equal(await page.getByLabel("Description").inputValue(), "with much effort");
      await page.getByLabel("User id").fill("");
      await page.getByRole("button", { name: "Create ticket" }).click();
      await page.getByRole("heading", { name: "Typed" }).waitFor();
      assert.equal((await at.api("GET", "/tickets?q=typed")).data.length, 1);
      await page.goto(`${at.url}/board#/new`);
      assert.equal(await page.getByLabel("Title").inputValue(), "");
    });
  });

  describe(`10,000 tickets to review on ${store}`, () => {
    let at, visit;
    before(async () => {
      at = await desk(program.program, { store, tickets: many(10_000), env: unsure });
      visit = await sit(at);
    });
    after(async () => { await visit?.close(); await at?.close(); });

    test("are reviewed as few are: a page of them is there, and not all", async (t) => {
      const { page, requests } = visit;
      await left(page, "10,000");
      const began = performance.now();
      for (let n = 0; n < 100; n++) {
        const title = await heading(page).innerText();
        await press(page, "Enter");
        await page.waitForFunction((before) =>
          document.querySelector("article h2")?.textContent !== before, title);
      }
      t.diagnostic(`100 tickets in ${Math.round(performance.now() - began)} ms`);
      await left(page, "9,900");
      const lists = requests.filter((url) => new URL(url).pathname === "/tickets");
      assert.ok(lists.length <= 6, lists.join("\n"));
      await eventually(async () => {
        assert.equal((await at.api("GET", "/stats")).review.confirmed, 100);
      }, "not everything was saved");
      clean(visit);
    });
  });
}
