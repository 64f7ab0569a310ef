// Builds the real program and runs it on a free port, with an empty environment and a database in a temporary
// folder.
import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../../", import.meta.url));
const startTime = 30_000; // generous: many tests share few cores

/** Builds the program into a folder of its own and returns its path and how to remove it. */
export async function build() {
  const folder = await mkdtemp(join(tmpdir(), "ticketd-build-"));
  const program = join(folder, "ticketd");
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const args = ["build", "-buildvcs=false", "-o", program, "./cmd/ticketd"];
    await promisify(execFile)("go", args, { cwd: root });
  } catch (err) {
    await remove();
    throw err;
  }
  return { program, remove };
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
