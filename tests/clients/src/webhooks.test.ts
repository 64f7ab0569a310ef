import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { Webhook } from "standardwebhooks";
import { client, expectData } from "./client.js";

interface Event {
  type: string;
  data: { ticket?: { id: number } };
}

test("a receiver verifies what it is told", async () => {
  let hook: Webhook | undefined;
  const told: Event[] = [];
  const refused: unknown[] = [];
  const receiver = createServer(async (req, res) => {
    const body = Buffer.concat(await req.toArray()).toString("utf8");
    try {
      assert.ok(hook);
      told.push(hook.verify(body, req.headers as Record<string, string>) as Event);
      res.writeHead(204).end();
    } catch (err) {
      refused.push(err);
      res.writeHead(401).end();
    }
  }).listen(0, "127.0.0.1");
  await once(receiver, "listening");
  try {
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hooks`;
    const api = client();
    const made = expectData(await api.POST("/webhooks", { body: { url } }), 201);
    assert.ok(made.secret);
    hook = new Webhook(made.secret);
    const { id } = expectData(
      await api.POST("/tickets", { body: { title: "Charged twice", description: "Please refund." } }),
      201,
    );
    const limit = Date.now() + 60_000;
    while (!told.some((e) => e.type === "ticket.created" && e.data.ticket?.id === id)) {
      assert.ok(Date.now() < limit, JSON.stringify(told));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.deepEqual(refused, []);
  } finally {
    receiver.closeAllConnections();
    receiver.close();
  }
});
