import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { client, expectData, expectProblem } from "./client.js";
import type { Ticket, User } from "./client.js";

const api = client();
const texts = [
  { title: "Charged twice", description: "My card was charged twice for the same invoice, please refund." },
  { title: "Cannot log in", description: "The app crashes with error 500 after I enter my password." },
  { title: "Opening hours", description: "When is your office in Berlin open on Saturdays?" },
];

describe("tickets", () => {
  const made: Ticket[] = []; // oldest first
  let ann: User;

  before(async () => {
    ann = expectData(await api.POST("/users", { body: { name: "Ann", email: "ann@example.com" } }), 201);
    for (let i = 0; i < 7; i++) {
      const text = texts[i % texts.length];
      assert.ok(text);
      const res = await api.POST("/tickets", { body: i === 0 ? { ...text, createdBy: ann.id } : text });
      made.push(expectData(res, 201));
      assert.equal(res.response.headers.get("Location"), `/tickets/${made[i]?.id}`);
    }
  });

  test("come back classified, and with their creator", () => {
    const [first] = made;
    assert.ok(first);
    assert.deepEqual([first.ai_status, first.category, first.created_by], ["done", "billing", ann.id]);
    assert.ok(first.ai_confidence !== null && first.ai_confidence > 0.5 && first.ai_confidence <= 1);
    assert.equal(first.classified_by, "local");
    assert.ok(!Number.isNaN(Date.parse(first.created_at)));
    assert.equal(made[1]?.created_by, null);
  });

  test("are read one by one", async () => {
    for (const ticket of made) {
      const read = await api.GET("/tickets/{id}", { params: { path: { id: ticket.id } } });
      assert.deepEqual(expectData(read, 200), ticket);
    }
  });

  test("are listed by cursor to the end, newest first", async () => {
    const seen: Ticket[] = [];
    let cursor: string | null = null;
    do {
      const query: { limit: number; cursor?: string } = cursor === null ? { limit: 3 } : { limit: 3, cursor };
      const page = expectData(await api.GET("/tickets", { params: { query } }), 200);
      assert.equal(page.pagination.limit, 3);
      assert.ok(page.data.length > 0 && page.data.length <= 3);
      seen.push(...page.data);
      cursor = page.pagination.next_cursor;
    } while (cursor !== null);
    assert.deepEqual(seen, made.toReversed());
  });

  test("are counted when asked", async () => {
    const page = await api.GET("/tickets", { params: { query: { limit: 1, include_total: true } } });
    const { pagination } = expectData(page, 200);
    assert.deepEqual([pagination.total, pagination.total_is_exact], [made.length, true]);
  });

  test("are filtered", async () => {
    const all = { category: "billing", status: "open", ai_status: "done", created_by: ann.id } as const;
    const found = await api.GET("/tickets", { params: { query: all } });
    assert.deepEqual(expectData(found, 200).data, made.slice(0, 1));
    for (const category of ["billing", "technical", "general"] as const) {
      const { data } = expectData(await api.GET("/tickets", { params: { query: { category } } }), 200);
      assert.deepEqual(data, made.filter((t) => t.category === category).toReversed());
      assert.ok(data.length > 0, category);
    }
    const closed = await api.GET("/tickets", { params: { query: { status: "closed" } } });
    assert.deepEqual(expectData(closed, 200).data, []);
  });

  test("are classified again", async () => {
    const [ticket] = made;
    assert.ok(ticket);
    const asked = await api.POST("/tickets/{id}/classify", { params: { path: { id: ticket.id } } });
    const again = expectData(asked, 200);
    assert.deepEqual(again, { ...ticket, updated_at: again.updated_at, version: again.version });
  });

  test("are corrected, and every verdict is on record", async () => {
    const [, ticket] = made;
    assert.ok(ticket);
    const path = { id: ticket.id };
    const body = { category: "general", status: "closed" } as const;
    const edit = await api.PATCH("/tickets/{id}", { params: { path }, body });
    const corrected = expectData(edit, 200);
    assert.deepEqual(
      [
        corrected.category, corrected.priority, corrected.ai_confidence, corrected.classified_by,
        corrected.status,
      ],
      ["general", ticket.priority, null, "human", "closed"],
    );
    const { data } = expectData(await api.GET("/tickets/{id}/classifications", { params: { path } }), 200);
    assert.deepEqual(
      data.map((c) => [c.source, c.category]), [["human", "general"], ["local", ticket.category]],
    );
    assert.ok(data.every((c) => c.error === null && c.latency_ms >= 0));
    made[1] = corrected;
  });

  test("are made once for one Idempotency-Key", async () => {
    const header = { "Idempotency-Key": "a-key-of-the-client" };
    const text = { title: "Once", description: "And only once." };
    const first = expectData(await api.POST("/tickets", { params: { header }, body: text }), 201);
    assert.deepEqual(expectData(await api.POST("/tickets", { params: { header }, body: text }), 201), first);
    const other = await api.POST("/tickets", { params: { header }, body: { ...text, title: "Twice" } });
    assert.equal(expectProblem(other, 422).code, "idempotency_key_reused");
  });

  test("keep the answer when their creator goes", async () => {
    const user = { name: "Bob", email: "bob@example.com" };
    const bob = expectData(await api.POST("/users", { body: user }), 201);
    const body = { title: "Hello", description: "World", createdBy: bob.id };
    const ticket = expectData(await api.POST("/tickets", { body }), 201);
    assert.equal(ticket.created_by, bob.id);
    const gone = await api.DELETE("/users/{id}", { params: { path: { id: bob.id } } });
    assert.equal(expectData(gone, 204), undefined);
    const left = expectData(await api.GET("/tickets/{id}", { params: { path: { id: ticket.id } } }), 200);
    const { updated_at, version } = left;
    assert.deepEqual(left, { ...ticket, created_by: null, updated_at, version });
  });
});

test("users are created, read, listed and deleted", async () => {
  const res = await api.POST("/users", { body: { name: "Eve", email: "Eve@example.com" } });
  const eve = expectData(res, 201);
  assert.equal(res.response.headers.get("Location"), `/users/${eve.id}`);
  const path = { id: eve.id };
  assert.deepEqual(expectData(await api.GET("/users/{id}", { params: { path } }), 200), eve);
  const page = expectData(await api.GET("/users", { params: { query: { limit: 1 } } }), 200);
  assert.deepEqual(page.data, [eve]);
  expectData(await api.DELETE("/users/{id}", { params: { path } }), 204);
  assert.equal(expectProblem(await api.GET("/users/{id}", { params: { path } }), 404).code, "user_not_found");
});

describe("errors", () => {
  test("400 names every broken field", async () => {
    const res = await api.POST("/tickets", { body: { title: " ", description: "", createdBy: 0 } });
    const problem = expectProblem(res, 400);
    assert.equal(problem.code, "invalid_input");
    const fields = problem.errors?.map((e) => e.field) ?? [];
    assert.deepEqual(fields.sort(), ["createdBy", "description", "title"]);
    for (const { field, message } of problem.errors ?? []) assert.ok(message.startsWith(field), message);
  });

  test("400 names a parameter", async () => {
    const problem = expectProblem(await api.GET("/tickets", { params: { query: { limit: 101 } } }), 400);
    assert.deepEqual(problem.errors, [{ field: "limit", message: "limit must be between 1 and 100" }]);
  });

  test("404 says what is missing", async () => {
    const path = { id: Number.MAX_SAFE_INTEGER };
    const params = { path };
    const code = async (answer: Promise<Parameters<typeof expectProblem>[0]>) =>
      expectProblem(await answer, 404).code;
    assert.equal(await code(api.GET("/tickets/{id}", { params })), "ticket_not_found");
    assert.equal(await code(api.POST("/tickets/{id}/classify", { params })), "ticket_not_found");
    assert.equal(await code(api.DELETE("/users/{id}", { params })), "user_not_found");
  });

  test("409 says which address is taken, upper and lower case aside", async () => {
    expectData(await api.POST("/users", { body: { name: "Kim", email: "kim@example.com" } }), 201);
    const res = await api.POST("/users", { body: { name: "Kim", email: "KIM@example.com" } });
    assert.equal(expectProblem(res, 409).code, "email_taken");
  });
});

test("the service's own routes are typed too", async () => {
  assert.equal(expectData(await api.GET("/healthz"), 200).status, "ok");
  assert.equal(expectData(await api.GET("/readyz"), 200).status, "ok");
  assert.match(expectData(await api.GET("/metrics", { parseAs: "text" }), 200), /^# HELP /m);
  assert.match(expectData(await api.GET("/openapi.yaml", { parseAs: "text" }), 200), /^openapi: 3\./);
  assert.match(expectData(await api.GET("/docs", { parseAs: "text" }), 200), /<html/);
});
