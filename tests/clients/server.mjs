// Builds the real program and runs it on a free port, with an empty environment and a database in a temporary
// folder.
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../../", import.meta.url));
const startTime = 30_000; // generous: many tests share few cores

/** Builds the program into Go's build cache, where all tests share it, and returns its path there. */
export async function build() {
  const args = ["run", "-exec", "echo", "-buildvcs=false", "./cmd/ticketd"];
  for (let n = 0; n < 2; n++) { // the first run of a new program names a copy that is gone afterwards
    const { stdout } = await promisify(execFile)("go", args, { cwd: root });
    if (existsSync(stdout.trim())) return { program: stdout.trim() };
  }
  throw new Error("go run keeps no program in its cache");
}

/** Starts the program with nothing in its environment but env, and returns its address and how to stop it. */
export async function start(program, env = {}) {
  const folder = await mkdtemp(join(tmpdir(), "ticketd-run-"));
  const options = { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] };
  const child = spawn(program, ["serve", "--port", "0"], options);
  const output = [];
  const ended = new Promise((resolve) => child.once("close", (status, signal) => resolve(status ?? signal)));
  const killed = () => child.kill("SIGKILL");
  process.once("exit", killed);

  /** Asks for an orderly end. Anything but status 0 is an error. */
  async function stop() {
    child.kill("SIGTERM");
    const status = await ended;
    process.off("exit", killed);
    await rm(folder, { recursive: true, force: true });
    if (status !== 0) throw new Error(`the server ended with ${status}:\n${output.join("\n")}`);
  }

  const port = await new Promise((resolve, reject) => {
    const fail = (what) => reject(new Error(`${what}:\n${output.join("\n")}`));
    const timer = setTimeout(fail, startTime, "the server does not start");
    const look = (line) => {
      output.push(line);
      const event = line.startsWith("{") ? JSON.parse(line) : {};
      if (event.msg === "Server running") resolve(event.port);
    };
    createInterface({ input: child.stdout }).on("line", look);
    createInterface({ input: child.stderr }).on("line", (line) => output.push(line));
    child.once("error", (err) => fail(err.message));
    ended.then((status) => fail(`the server ended with ${status}`)).finally(() => clearTimeout(timer));
  }).catch(async (err) => {
    killed();
    await ended;
    await rm(folder, { recursive: true, force: true });
    throw err;
  });
  return { url: `http://127.0.0.1:${port}`, stop };
}
