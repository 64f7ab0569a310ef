import assert from "node:assert/strict";
import { test } from "node:test";
import { client, expectData, expectProblem, setting } from "./client.js";

const ticket = {
  title: "Charged twice",
  description: "My card was charged twice for the same invoice, please refund.",
};

test("without a key there is no way in", async () => {
  const res = await client().POST("/tickets", { body: ticket });
  assert.equal(expectProblem(res, 401).code, "key_missing");
  assert.match(res.response.headers.get("WWW-Authenticate") ?? "", /^Bearer /);
});

test("a wrong key is refused", async () => {
  const res = await client("not-the-key").GET("/tickets");
  assert.equal(expectProblem(res, 401).code, "key_wrong");
});

test("the key opens everything", async () => {
  const api = client(setting("TICKETD_KEY"));
  const made = expectData(await api.POST("/tickets", { body: ticket }), 201);
  assert.deepEqual(expectData(await api.GET("/tickets"), 200).data, [made]);
});

test("health and the contract need no key", async () => {
  const api = client();
  assert.equal(expectData(await api.GET("/healthz"), 200).status, "ok");
  assert.equal(expectData(await api.GET("/readyz"), 200).status, "ok");
  assert.match(String(expectData(await api.GET("/docs.json"), 200)["openapi"]), /^3\./);
});
