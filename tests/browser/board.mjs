// What the tests of the board share: the program, a person at the page, and what they see and press.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { build } from "../clients/server.mjs";
import { limit, open, quit } from "./visit.mjs";

/** Every verdict is unsure. */
export const unsure = { REVIEW_THRESHOLD: "1", AUDIT_RATE: "0" };
/** Every verdict is sure, and in the audit sample. */
export const drawn = { REVIEW_THRESHOLD: "0", AUDIT_RATE: "1" };
export const words = [
  ["Charged twice", "My card was charged twice for the same invoice. Please refund it."],
  ["Cannot log in", "The app shows error 500 after I enter my password."],
  ["Opening hours", "Are you open on Saturday?"],
];
/** @param {number} n */
export const many = (n) => Array.from({ length: n }, (_, i) =>
  ({ title: `${words[i % 3][0]} ${i}`, description: words[i % 3][1] }));

/** Builds the program before all tests of a file, and ends the browser after them. */
export function prepare() {
  const built = {};
  before(async () => { Object.assign(built, await build()); });
  after(quit);
  return built;
}

/** Opens a page of the board and gives the key if there is one. */
export async function sit(at, path = "", options = {}, secret = undefined) {
  const visit = await open(at.url, "", `/board${path}`, options);
  if (secret) {
    await visit.page.getByLabel("API key").fill(secret);
    await visit.page.keyboard.press("Enter");
    await visit.page.getByRole("dialog").waitFor({ state: "detached" });
  }
  return visit;
}

/** What should not be: an end of the stream of events, when a page goes, is all right. */
export function clean(visit) {
  const failed = visit.failed.filter((line) => !line.startsWith("net::ERR_ABORTED"));
  const errors = visit.errors.filter((line) => !line.includes("401 (Unauthorized)"));
  assert.deepEqual([visit.foreign, failed, errors, visit.violations], [[], [], [], []]);
}

export const heading = (page) => page.locator("article h2");
export const shown = async (page) => Number((await page.locator("article .meta a").innerText()).slice(1));
export const left = (page, n) => page.locator(".counter").getByText(`${n} left`, { exact: true }).waitFor();
export const checked = (page) => page.locator(":checked[type=radio]").evaluateAll((all) =>
  all.map((one) => one.value));
export const last = (page) => page.locator(".last").innerText();
export const press = async (page, ...keys) => { for (const one of keys) await page.keyboard.press(one); };
export const eventually = async (check, what) => {
  const until = Date.now() + limit;
  for (;;) {
    try { return await check(); } catch (e) {
      if (Date.now() > until) throw new Error(what, { cause: e });
      await new Promise((resolve) => { setTimeout(resolve, 200); });
    }
  }
};
