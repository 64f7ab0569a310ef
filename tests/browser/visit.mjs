// A visit of a page in a real browser that notes everything that should not be.
import assert from "node:assert/strict";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

export const limit = 90_000; // generous: many tests share few cores

/** @type {Promise<import("playwright-core").Browser> | undefined} */
let shared;

const launch = () => chromium.launch({
  executablePath: browser(),
  args: [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
  ],
  timeout: limit,
});

/** Ends the browser. */
export async function quit() {
  await (await shared)?.close();
}

/** Opens a page in an empty profile and notes everything that should not be. */
export async function open(origin, prefix = "", path = "/docs", options = {}) {
  shared ??= launch();
  const context = await (await shared).newContext({ viewport: { width: 1200, height: 1600 }, ...options });
  const [requests, foreign, failed, errors, violations] = [[], [], [], [], []];
  context.setDefaultTimeout(limit);
  context.on("weberror", (e) => errors.push(String(e.error())));
  context.on("console", (m) => { if (m.type() === "error") errors.push(m.text()); });
  context.on("response", (r) => {
    if (r.status() >= 400 && r.status() !== 401) failed.push(`${r.status()} ${r.url()}`);
  });
  context.on("requestfailed", (r) => failed.push(`${r.failure()?.errorText} ${r.url()}`));
  await context.route("**/*", (route) => {
    const url = new URL(route.request().url());
    requests.push(url.href);
    if (url.origin === origin || ["data:", "blob:"].includes(url.protocol)) return route.continue();
    foreign.push(url.href);
    return route.abort();
  });
  await context.exposeFunction("noteViolation", (violation) => { violations.push(violation); });
  await context.addInitScript(() => document.addEventListener("securitypolicyviolation",
    (e) => window.noteViolation(`${e.effectiveDirective} ${e.blockedURI}`)));

  const page = await context.newPage();
  const answer = await page.goto(`${origin}${prefix}${path}`);
  assert.equal(answer.status(), 200);
  assert.ok(answer.headers()["content-security-policy"]);
  if (path === "/docs") await page.locator("#operations-tickets-createTicket").waitFor();
  const close = () => context.close();
  return { page, requests, foreign, failed, errors, violations, close };
}

/** Expects the page to be as wide as a screen. PICTURES may name a folder for pictures. */
export async function fits(page, name) {
  for (const width of [400, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    const path = process.env.PICTURES && join(process.env.PICTURES, `${name}-${width}.png`);
    if (path) await page.screenshot({ path, fullPage: true });
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width, name);
  }
}

function browser() {
  const names = ["chromium", "chromium-browser", "google-chrome"];
  const folders = (process.env.PATH ?? "").split(delimiter);
  const paths = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  const found = paths.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  assert.ok(found, `none of ${names.join(", ")} is installed; on Debian: sudo apt-get install -y chromium`);
  return found;
}
