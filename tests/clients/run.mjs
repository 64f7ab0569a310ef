// Runs the compiled tests against a server without settings, those for keys against one with API_KEYS, those
// for webhooks against one that may reach this machine, and does what docs/clients.md says.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { documented } from "./documented.mjs";
import { build, start } from "./server.mjs";

const key = randomUUID();
const { program } = await build();
await against({}, "build/open.test.js");
await against({ API_KEYS: `tests:${key}` }, "build/keys.test.js");
await against(
  { WEBHOOK_ALLOW_HTTP: "true", WEBHOOK_ALLOW_NETWORKS: "127.0.0.0/8" },
  "build/webhooks.test.js",
);
const server = await start(program);
try {
  assert.equal(await documented(server.url), "1 billing");
} finally {
  await server.stop();
}

async function against(settings, file) {
  const server = await start(program, settings);
  try {
    const env = { ...process.env, TICKETD_URL: server.url, TICKETD_KEY: key };
    const args = ["--test", "--test-reporter=spec", file];
    const { status } = spawnSync(process.execPath, args, { env, stdio: "inherit" });
    if (status !== 0) process.exitCode = 1;
  } finally {
    await server.stop();
  }
}
