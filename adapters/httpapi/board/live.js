// What happens meanwhile: the stream of events while the page is seen, or a beat where there is none.
import { Problem, streamEvents } from "./api.js";

/** @typedef {import("./api.js").TicketEvent} TicketEvent */

/** How often to look by oneself where the server tells no events. */
const beat = 30_000;
const soonest = 1_000;
const latest = 30_000;

/** @type {Set<(event: TicketEvent | null) => void>} */
const listeners = new Set();
/** @type {AbortController | null} */
let running = null;
let last = "";

/**
 * Calls back with each event, and with null when something may have happened that no event tells.
 * @returns {() => void} which ends that
 */
export function listen(/** @type {(event: TicketEvent | null) => void} */ listener) {
  listeners.add(listener);
  follow();
  return () => {
    listeners.delete(listener);
  };
}

const tell = (/** @type {TicketEvent | null} */ event) => {
  for (const listener of listeners) listener(event);
};

/** Follows while somebody looks: a browser has few connections to a host, and each page takes one. */
function follow() {
  if (document.hidden) {
    running?.abort();
    running = null;
  } else if (!running && listeners.size > 0) {
    running = new AbortController();
    void run(running.signal);
  }
}
document.addEventListener("visibilitychange", follow);

async function run(/** @type {AbortSignal} */ signal) {
  let pause = soonest;
  while (!signal.aborted) {
    let none = false;
    try {
      for await (const { id, event } of streamEvents(last, signal)) {
        pause = soonest;
        if (id) last = id;
        if (event?.data.ticket) tell(event);
      }
    } catch (e) {
      if (signal.aborted) return;
      if (e instanceof Problem && e.status === 400) last = ""; // too old to go on from
      none = e instanceof Problem && e.status === 404;
      pause = none ? beat : Math.max(pause, (e instanceof Problem ? e.retryAfter : 0) * 1000);
    }
    await sleep(pause);
    if (signal.aborted) return;
    if (none || last === "") tell(null);
    pause = Math.min(pause * 2, latest);
  }
}

export const sleep = (/** @type {number} */ ms) =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
