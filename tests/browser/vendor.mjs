// Copies the library that the board is drawn with out of its package, as the lock file has it.
//   npm install --save-exact --save-dev lit-html@VERSION && npm run vendor
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const from = new URL("node_modules/lit-html/", import.meta.url);
export const to = new URL("../../adapters/httpapi/board/vendor/", import.meta.url);
export const files = [
  "lit-html.js", "directive.js", "directive-helpers.js", "directives/live.js", "directives/repeat.js",
];

/** A file of the package without the address of its source map, which is not served. */
export const vendored = async (name) =>
  (await readFile(new URL(name, from), "utf8")).replace(/\n\/\/# sourceMappingURL=.*\n?$/, "\n");

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await mkdir(new URL("directives/", to), { recursive: true });
  for (const name of files) await writeFile(new URL(name, to), await vendored(name));
  await copyFile(new URL("LICENSE", from), new URL("LICENSE", to));
}
