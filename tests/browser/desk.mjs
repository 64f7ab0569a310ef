// A server with tickets for the tests of the board: on either store, with keys or without.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { start } from "../clients/server.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Makes a database of its own, and what drops it. */
async function database(store) {
  if (store === "sqlite") {
    const folder = await mkdtemp(join(tmpdir(), "ticketd-desk-"));
    const drop = () => rm(folder, { recursive: true, force: true });
    return { url: `sqlite://${join(folder, "desk.db")}`, drop };
  }
  const command = ["run", "-buildvcs=false", "./tests/support/freshdb"];
  const child = spawn("go", command, { cwd: root, stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("close", resolve));
  const url = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    ended.then((status) => reject(new Error(`freshdb ended with ${status}`)));
  });
  const drop = async () => { child.stdin.end(); assert.equal(await ended, 0); };
  return { url, drop };
}

/**
 * Starts a server on a store; tickets are imported first, if there are any, with the flags of an import.
 * @typedef {{key?: string, env?: Record<string, string>, tickets?: object[], flags?: string[]}} More
 * @param {{store: "sqlite" | "postgres"} & More} wish
 */
export async function desk(program, { store, key, env = {}, tickets = [], flags = [] }) {
  const db = await database(store);
  const keys = key && { API_KEYS: `ann:${key},bob:${key}-of-bob` };
  const settings = { DB_URL: db.url, RATE_LIMIT_MAX_REQUESTS: "0", ...keys, ...env };
  if (tickets.length > 0) await bringIn(program, settings, tickets, flags);
  const server = await start(program, settings);

  const bearer = key && { Authorization: `Bearer ${key}` };

  async function api(method, path, body, headers = {}) {
    const answer = await fetch(server.url + path, {
      method, body: body && JSON.stringify(body),
      headers: { "Content-Type": "application/json", ...bearer, ...headers },
    });
    const said = answer.status === 204 ? null : await answer.json();
    assert.ok(answer.ok, JSON.stringify(said));
    return said;
  }
  return {
    url: server.url, api,
    create: (title, description = "Please help.") => api("POST", "/tickets", { title, description }),
    ticket: (id) => api("GET", `/tickets/${id}`),
    edit: (id, body) => api("PATCH", `/tickets/${id}`, body),
    async close() { await server.stop(); await db.drop(); },
  };
}

async function bringIn(program, env, tickets, flags) {
  const folder = await mkdtemp(join(tmpdir(), "ticketd-import-"));
  const file = join(folder, "tickets.jsonl");
  await writeFile(file, tickets.map((ticket) => JSON.stringify(ticket)).join("\n"));
  await promisify(execFile)(program, ["import", ...flags, file], { cwd: folder, env });
  await rm(folder, { recursive: true, force: true });
}
