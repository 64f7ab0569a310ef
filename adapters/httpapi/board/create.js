// The form of a new ticket. What is typed outlives errors, other pages and a reload.
import { createTicket, Problem, Unreachable } from "./api.js";
import { texts } from "./texts.js";
import { complaint, draw, html, live, nothing, say } from "./ui.js";

const t = texts.create;
const storeName = "ticketd.draft";
const limits = { title: 200, description: 20_000 };

/** @typedef {{title: string, description: string, createdBy: string, once: string}} Draft */

/** The key makes a repetition of the request safe: it is the draft's, until a ticket was made of it. */
/** @returns {Draft} */
const emptyDraft = () => ({ title: "", description: "", createdBy: "", once: uuid() });

/** crypto.randomUUID is missing on pages that came by plain http from another host. */
const uuid = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");

/** @type {Draft} */
let draft = JSON.parse(sessionStorage.getItem(storeName) ?? "null") ?? emptyDraft();

const points = (/** @type {string} */ s) => Array.from(s).length;

/** @returns {import("./ui.js").Page} */
export function createPage() {
  /** @type {Map<string, string>} */
  let errors = new Map();
  let told = "";
  let busy = false;
  let here = true;

  const type = (/** @type {"title" | "description" | "createdBy"} */ name) => (/** @type {Event} */ e) => {
    // Another text is another ticket, whatever became of the request before.
    draft = { ...draft, once: uuid(), [name]: /** @type {HTMLInputElement} */ (e.target).value };
    sessionStorage.setItem(storeName, JSON.stringify(draft));
    errors.delete(name);
    draw();
  };

  async function send(/** @type {Event} */ e) {
    e.preventDefault();
    if (busy) return;
    [busy, told, errors] = [true, "", new Map()];
    draw();
    const sent = draft;
    try {
      const { title, description, createdBy, once } = sent;
      // Anything but a number goes as it was typed: the API says what is wrong with it.
      const creator = /^\d{1,15}$/.test(createdBy) ? Number(createdBy) : createdBy;
      const body = /** @type {import("./api.js").Schemas["NewTicket"]} */ ({
        title,
        description,
        ...(createdBy !== "" && { createdBy: creator }),
      });
      const ticket = await createTicket(body, once);
      if (draft === sent) {
        draft = emptyDraft();
        sessionStorage.removeItem(storeName);
      } // else somebody types the next one already
      say(t.created(ticket.id));
      if (here) location.hash = `#/tickets/${ticket.id}`;
    } catch (problem) {
      told = problem instanceof Unreachable ? t.unreachable : complaint(problem);
      if (problem instanceof Problem) errors = new Map(problem.errors.map((one) => [one.field, one.message]));
      say(told);
    }
    busy = false;
    draw();
  }

  const about = (/** @type {string} */ name) =>
    html` ${errors.has(name)
      ? html`<span class="bad-text" id="${name}-error">${errors.get(name)}</span>`
      : nothing}`;
  const invalid = (/** @type {string} */ name) => (errors.has(name) ? "true" : "false");

  const view = () =>
    html` <div class="head"><h1 tabindex="-1" data-focus>${texts.pages.create}</h1></div>
      <form class="panel create" @submit=${send}>
        ${told && errors.size === 0 ? html`<p class="notice bad" role="alert">${told}</p>` : nothing}
        <label class="field"
          ><span>${t.title}</span>
          <input
            dir="auto"
            autocomplete="off"
            .value=${live(draft.title)}
            @input=${type("title")}
            aria-invalid=${invalid("title")}
            aria-describedby="title-error title-length"
          />
          ${about("title")}
          <span class="small muted" id="title-length"
            >${t.length(points(draft.title), limits.title)}</span
          ></label
        >
        <label class="field"
          ><span>${t.description}</span>
          <textarea
            dir="auto"
            rows="10"
            .value=${live(draft.description)}
            @input=${type("description")}
            aria-invalid=${invalid("description")}
            aria-describedby="description-error description-length"
          ></textarea>
          ${about("description")}
          <span class="small muted" id="description-length"
            >${t.length(points(draft.description), limits.description)}</span
          ></label
        >
        <label class="field short"
          ><span>${t.createdBy}</span>
          <input
            inputmode="numeric"
            autocomplete="off"
            .value=${live(draft.createdBy)}
            @input=${type("createdBy")}
            aria-invalid=${invalid("createdBy")}
            aria-describedby="createdBy-error createdBy-help"
          />
          ${about("createdBy")}
          <span class="small muted" id="createdBy-help">${t.createdByHelp}</span></label
        >
        <div class="acts">
          <button class="primary" ?disabled=${busy}>${busy ? t.sending : t.send}</button>
          <span class="small muted">${t.draft}</span>
        </div>
      </form>`;

  const leave = () => {
    here = false;
  };
  return { title: texts.pages.create, view, leave };
}
