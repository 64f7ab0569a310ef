// Takes the pictures of the documentation: the board of `ticketd demo`, whose tickets are the same each time.
//   npm run screenshots     writes docs/board/*.png; pngquant makes them small
import { execFile, spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "../clients/server.mjs";
import { open, quit } from "./visit.mjs";

const folder = fileURLToPath(new URL("../../docs/board/", import.meta.url));
/** When the last ticket came in, and what time the page takes it to be. */
const now = "2026-11-20T00:00:00Z";

const { program } = await build();
const options = { env: { PORT: "0" }, stdio: ["ignore", "pipe", "inherit"] };
const child = spawn(program, ["demo", "--until", now], options);
try {
  const url = await new Promise((resolve, reject) => {
    child.once("close", (status) => reject(new Error(`ticketd demo ended with ${status}`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const found = /(http:\/\/localhost:\d+)\/board/.exec(line);
      if (found) resolve(found[1]);
    });
  });
  await mkdir(folder, { recursive: true });
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1280, 400]) await take(url, width, colorScheme);
  }
} finally {
  await quit();
  child.kill("SIGTERM");
}

async function take(url, width, colorScheme) {
  const viewport = { width, height: width > 600 ? 800 : 820 };
  const look = { viewport, colorScheme, locale: "en", timezoneId: "UTC" };
  const visit = await open(url, "", "/board#/quality", look);
  const { page } = visit;
  await page.clock.setFixedTime(new Date(now));
  const shoot = async (name, fullPage = false) => {
    const path = `${folder}${name}-${width}-${colorScheme}.png`;
    await page.screenshot({ path, fullPage, animations: "disabled" });
    const small = ["--force", "--ext", ".png", "--speed", "1", "--strip", "128", path];
    await promisify(execFile)("pngquant", small);
  };

  await page.reload();
  await page.getByText("Tickets by day").waitFor();
  await shoot("quality", true);
  await page.goto(`${url}/board#/tickets`);
  await page.getByText("500 tickets").first().waitFor();
  await shoot("tickets");

  // No decision arrives: the next picture is to find the same queue.
  await page.route("**/tickets/*", (route) =>
    (route.request().method() === "PATCH" ? undefined : route.fallback()));
  await page.goto(`${url}/board#/review`);
  await page.locator("article h2").waitFor();
  const blind = page.locator("form.decide").getByText("Audit sample");
  const decide = async () => { for (const key of ["1", "w", "Enter"]) await page.keyboard.press(key); };
  while (!await blind.isVisible()) await decide();
  while (await blind.isVisible()) await decide();
  await page.getByText("What the machine said").waitFor();
  await page.evaluate(() => document.activeElement?.blur());
  await shoot("review");
  await visit.close();
}
