// The pages as a person uses them: opened, tried out, and bound to this server alone.
import assert from "node:assert/strict";
import { createServer, request } from "node:http";
import { after, before, describe, test } from "node:test";
import { build, start } from "../clients/server.mjs";
import { fits, open, quit } from "./visit.mjs";

let program;

before(async () => { program = await build(); });
after(quit);

describe("/docs", () => {
  let server, visit;

  before(async () => {
    server = await start(program.program);
    visit = await open(server.url);
  });
  after(async () => {
    await visit?.close();
    await server?.stop();
  });

  test("shows every operation of the contract", async () => {
    const contract = await (await fetch(`${server.url}/docs.json`)).json();
    const operations = Object.values(contract.paths).flatMap((path) => Object.values(path));
    const ids = operations.map((op) => op.operationId);
    assert.ok(ids.length > 10, ids.join());
    assert.match(await visit.page.title(), new RegExp(contract.info.title));
    assert.equal(await visit.page.locator(".opblock").count(), ids.length);
  });

  test("creates a ticket with Try it out", async () => {
    const answer = await tryOut(visit.page, "tickets-createTicket");
    assert.equal(answer.status, "201");
    assert.equal(answer.body.category, "billing");
    const stored = await fetch(`${server.url}/tickets/${answer.body.id}`);
    assert.deepEqual(await stored.json(), answer.body);
    await fits(visit.page, "docs-createTicket");

    const again = await execute(visit.page, "tickets-createTicket");
    assert.equal(again.status, "201");
    assert.equal(again.body.id, answer.body.id + 1, "the second press makes a ticket of its own");
  });

  test("reads, edits and classifies what it just created, with nothing to fill in", async () => {
    const made = await (await fetch(`${server.url}/tickets?limit=1`)).json();
    for (const operation of ["getTicket", "listClassifications", "editTicket", "classifyTicket"]) {
      const answer = await tryOut(visit.page, `tickets-${operation}`);
      assert.equal(answer.status, "200", operation);
      assert.equal(new URL(answer.url).pathname.split("/")[2], String(made.data[0].id), operation);
    }
    await fits(visit.page, "docs-classifyTicket");
  });

  test("lists with empty filters, and does the same with users", async () => {
    for (const operation of ["tickets-listTickets", "tickets-getStats", "users-listUsers"]) {
      const answer = await tryOut(visit.page, operation);
      assert.equal(answer.status, "200", operation);
      assert.equal(new URL(answer.url).search, "", operation);
    }
    await fits(visit.page, "docs-listUsers");
    assert.equal((await tryOut(visit.page, "users-createUser")).status, "201");
    const ann = await tryOut(visit.page, "users-getUser");
    assert.deepEqual([ann.status, ann.body.name], ["200", "Ann"]);
  });

  test("shows no padlock where no key is set", async () => {
    const locks = visit.page.locator(".authorize, .authorization__btn, .scheme-container:visible");
    assert.equal(await locks.count(), 0);
  });

  test("loads its icons", async () => {
    const loaded = await visit.page.evaluate(() => Promise.all(
      [...document.querySelectorAll("link[rel~=icon]")].map(({ href }) => new Promise((resolve) => {
        const icon = new Image();
        icon.onload = () => resolve({ href, width: icon.naturalWidth });
        icon.onerror = () => resolve({ href, width: 0 });
        icon.src = href;
      })),
    ));
    assert.ok(loaded.length > 0, "the page names no icon");
    for (const { href, width } of loaded) assert.ok(width > 0, href);
  });

  test("asks no other host, breaks no policy of its own and logs no error", () => {
    assert.ok(visit.requests.length >= 8, visit.requests.join("\n"));
    assert.deepEqual(visit.foreign, []);
    assert.deepEqual(visit.failed, []);
    assert.deepEqual(visit.errors, []);
    assert.deepEqual(visit.violations, []);
  });

  test("could not ask another host: its policy forbids it, and this test would see it", async () => {
    const outcome = await visit.page.evaluate(async () => {
      const noticed = new Promise((resolve) => document.addEventListener("securitypolicyviolation", resolve));
      const outcome = await fetch("https://example.org/").then(() => "answered", () => "refused");
      await noticed;
      return outcome;
    });
    assert.equal(outcome, "refused");
    assert.deepEqual(visit.violations, ["connect-src https://example.org/"]);
    assert.deepEqual(visit.foreign, [], "it got as far as the network");
  });
});

describe("the bare address", () => {
  test("leads people to the documentation", async () => {
    const server = await start(program.program);
    const visit = await open(server.url, "", "/");
    try {
      await fits(visit.page, "start");
      await visit.page.getByRole("link", { name: "Documentation" }).click();
      await visit.page.locator("#operations-tickets-createTicket").waitFor();
      assert.deepEqual([visit.foreign, visit.failed, visit.errors, visit.violations], [[], [], [], []]);
    } finally {
      await visit.close();
      await server.stop();
    }
  });
});

describe("/docs of a server with keys", () => {
  const key = "a-key-for-the-browser-test";
  let server, visit;

  before(async () => {
    server = await start(program.program, { API_KEYS: `browser:${key}` });
    visit = await open(server.url);
  });
  after(async () => {
    await visit?.close();
    await server?.stop();
  });

  test("opens without a key and says 401 to a ticket", async () => {
    assert.ok(await visit.page.locator(".authorization__btn .unlocked").count() > 8);
    const answer = await tryOut(visit.page, "tickets-createTicket");
    assert.equal(answer.status, "401");
    assert.equal(answer.body.code, "key_missing");
    // The browser itself logs every answer from 400 on.
    assert.deepEqual(visit.errors.splice(0).filter((line) => !line.includes("401 (Unauthorized)")), []);
  });

  test("creates a ticket with the key from Authorize", async () => {
    const { page } = visit;
    await page.locator(".auth-wrapper .authorize.btn").click();
    await page.locator(".modal-ux input").fill(key);
    await page.locator(".modal-ux button.authorize").click();
    await page.locator(".modal-ux button.btn-done").click();
    const answer = await execute(page, "tickets-createTicket");
    assert.equal(answer.status, "201");
    assert.equal(answer.body.category, "billing");
  });

  test("asks no other host, breaks no policy of its own and logs no error", () => {
    assert.deepEqual([visit.foreign, visit.failed, visit.errors, visit.violations], [[], [], [], []]);
  });
});

describe("/docs below a path prefix", () => {
  let server, proxy, visit;

  before(async () => {
    server = await start(program.program);
    proxy = await below("/help/desk", server.url);
    visit = await open(proxy.origin, "/help/desk");
  });
  after(async () => {
    await visit?.close();
    await proxy?.close();
    await server?.stop();
  });

  test("creates a ticket with Try it out", async () => {
    const answer = await tryOut(visit.page, "tickets-createTicket");
    assert.equal(answer.status, "201");
    assert.equal(answer.body.category, "billing");
  });

  test("asks for nothing beside the prefix, breaks no policy of its own and logs no error", () => {
    const within = (url) => new URL(url).pathname.startsWith("/help/desk/") || url.startsWith("data:");
    const beside = visit.requests.filter((url) => !within(url));
    assert.deepEqual(
      [beside, visit.foreign, visit.failed, visit.errors, visit.violations], [[], [], [], [], []],
    );
  });
});

/** Serves what is at url below a prefix alone, as a proxy does. */
async function below(prefix, url) {
  const proxy = createServer((incoming, answer) => {
    if (!incoming.url.startsWith(`${prefix}/`)) return answer.writeHead(404).end();
    const { method, headers } = incoming;
    incoming.pipe(request(url + incoming.url.slice(prefix.length), { method, headers }, (res) => {
      answer.writeHead(res.statusCode, res.headers);
      res.pipe(answer);
    }));
  });
  await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const close = () => new Promise((resolve) => { proxy.close(resolve); proxy.closeAllConnections(); });
  return { origin: `http://127.0.0.1:${proxy.address().port}`, close };
}

/**
 * Expands an operation, presses "Try it out" and executes it as the page offers it. What was open before is
 * collapsed, since several open operations make the page slow.
 */
async function tryOut(page, name) {
  const open = page.locator(".opblock.is-open .opblock-summary-control");
  while (await open.count() > 0) await open.first().click();
  const operation = page.locator(`#operations-${name}`);
  await operation.locator(".opblock-summary-control").click();
  await operation.getByRole("button", { name: "Try it out" }).click();
  return execute(page, name);
}

async function execute(page, name) {
  const operation = page.locator(`#operations-${name}`);
  const clear = operation.getByRole("button", { name: "Clear" });
  if (await clear.isVisible()) await clear.click();
  const answered = page.waitForResponse((r) => r.request().resourceType() === "fetch");
  await operation.getByRole("button", { name: "Execute" }).click();
  const response = await answered;
  const live = operation.locator(".live-responses-table tbody .response");
  const status = live.locator(".response-col_status");
  await status.filter({ hasText: String(response.status()) }).waitFor();
  const shown = await live.locator(".response-col_description .highlight-code").first().innerText();
  return {
    url: response.url(),
    status: (await status.innerText()).trim().split(/\s/)[0],
    body: JSON.parse(shown.slice(shown.indexOf("{"), shown.lastIndexOf("}") + 1)),
  };
}
