// Does what a section of a document says: runs its blocks of commands and writes its blocks of code, in a
// fresh folder against a server.
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const page = "docs/clients.md";
const section = "TypeScript";

/** Throws if a command fails. Returns what the last one wrote. */
export async function documented(url) {
  const text = await readFile(fileURLToPath(new URL(`../../${page}`, import.meta.url)), "utf8");
  const [, part] = text.split(`\n## ${section}\n`);
  const blocks = [...(part ?? "").split("\n## ")[0].matchAll(/(?:^`(.+)`:\n\n)?^```(.*)\n([^]*?)^```$/gm)];
  if (blocks.length === 0) throw new Error(`${page} has no blocks under ${section}`);
  const folder = await mkdtemp(join(tmpdir(), "ticketd-documented-"));
  let output = "";
  let at = folder;
  try {
    for (const [, file, kind, block] of blocks) {
      const code = block.replaceAll("http://localhost:3000", url);
      if (kind === "sh") ({ output, at } = run(code, at));
      else if (kind === "ts" && file) await writeFile(join(at, file), code);
      else throw new Error(`${page}: nobody knows how to run a block of "${kind}" (file: ${file})`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return output;
}

// run also returns the folder that the commands end in.
function run(commands, cwd) {
  const stdio = ["ignore", "pipe", "inherit"];
  const script = `set -euo pipefail\n${commands}pwd`;
  const { status, stdout } = spawnSync("bash", ["-c", script], { cwd, stdio, encoding: "utf8" });
  if (status !== 0) throw new Error(`a command of ${page} fails with ${status}:\n${commands}${stdout}`);
  const lines = stdout.trimEnd().split("\n");
  return { at: lines.pop(), output: lines.join("\n") };
}
