// The frame: header, routes, keys, dialogs.
import { render } from "./vendor/lit-html.js";
import { askWith, forgetKey, hasKey } from "./api.js";
import { createPage } from "./create.js";
import * as outbox from "./outbox.js";
import { qualityPage } from "./quality.js";
import { reviewPage } from "./review.js";
import { texts } from "./texts.js";
import { ticketPage } from "./ticket.js";
import { ticketsPage } from "./tickets.js";
import { draw, drawWith, emptyState, focusHeading, html, live, nothing } from "./ui.js";

const themeName = "ticketd.theme";
const singleName = "ticketd.keys";

const icon = new URL("icon.svg", import.meta.url).href;
const mount = /** @type {HTMLElement} */ (document.getElementById("app"));
/** @type {import("./ui.js").Page | null} */
let page = null;
let route = "";
let help = false;
/** @type {{complaint: string, given: (key: string) => void} | null} */
let keyDialog = null;

/** @returns {import("./ui.js").Page} */
function open(/** @type {string} */ path, /** @type {URLSearchParams} */ params) {
  const ticket = /^tickets\/(\d{1,15})$/.exec(path)?.[1];
  if (ticket) return ticketPage(Number(ticket));
  switch (path) {
    case "":
    case "review":
      return reviewPage();
    case "tickets":
      return ticketsPage(params);
    case "quality":
      return qualityPage(params);
    case "new":
      return createPage();
  }
  return {
    title: texts.app,
    view: () => emptyState(texts.notFound, html`<a href="#/review">${texts.pages.review}</a>`),
  };
}

function go() {
  const [path = "", query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const first = page === null;
  page?.leave?.();
  route = path.split("/")[0] || "review";
  page = open(path, new URLSearchParams(query));
  draw();
  if (!first) focusHeading();
}

const themes = /** @type {const} */ (["auto", "light", "dark"]);
const theme = () => localStorage.getItem(themeName) ?? "auto";

function paint() {
  const chosen = theme();
  if (chosen === "auto") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = chosen;
}

function choose(/** @type {Event} */ e) {
  localStorage.setItem(themeName, /** @type {HTMLSelectElement} */ (e.target).value);
  paint();
  draw();
}

const singleKeys = () => localStorage.getItem(singleName) !== "off";

function statusView() {
  const trouble = outbox.troubled();
  if (!trouble) return nothing;
  return html`<div class="notice status" role="status">
    <p>
      <strong>${trouble}</strong> ${outbox.unsaved() ? texts.connection.waiting(outbox.unsaved()) : nothing}
    </p>
  </div>`;
}

const link = (/** @type {"review" | "tickets" | "quality"} */ name) =>
  html` <a href="#/${name}" aria-current=${route === name ? "page" : nothing}>${texts.pages[name]}</a>`;

function drawAll() {
  if (!page) return;
  document.title = `${page.title} · ${texts.app}`;
  render(
    html` <a
        class="skip"
        href="#main"
        @click=${(/** @type {Event} */ e) => {
          e.preventDefault();
          document.getElementById("main")?.focus();
        }}
        >${texts.skip}</a
      >
      <header class="bar">
        <a class="brand" href="#/review"><img src=${icon} alt="" width="22" height="22" />${texts.app}</a>
        <nav aria-label=${texts.nav}>${link("review")}${link("tickets")}${link("quality")}</nav>
        <div class="tools">
          ${hasKey()
            ? html`<button
                type="button"
                class="link"
                @click=${() => {
                  forgetKey();
                  location.reload();
                }}
              >
                ${texts.forgetKey}
              </button>`
            : nothing}
          <button
            type="button"
            class="link"
            @click=${() => {
              help = true;
              draw();
            }}
          >
            ${texts.help.open}
          </button>
          <label
            ><span class="unseen">${texts.theme}</span>
            <select class="theme" @change=${choose}>
              ${themes.map(
                (name) =>
                  html`<option value=${name} .selected=${live(theme() === name)}>
                    ${texts.themes[name]}
                  </option>`,
              )}
            </select></label
          >
        </div>
      </header>
      <main id="main" tabindex="-1">${statusView()}${page.view()}</main>
      <p id="said" class="unseen" aria-live="polite" role="status"></p>
      ${keyDialogView()}${helpView()}`,
    mount,
  );
  for (const dialog of mount.querySelectorAll("dialog")) if (!dialog.open) dialog.showModal();
}

function keyDialogView() {
  if (!keyDialog) return nothing;
  const dialog = keyDialog;
  const send = (/** @type {Event} */ e) => {
    e.preventDefault();
    const form = /** @type {HTMLFormElement} */ (e.target);
    const key = String(new FormData(form).get("key") ?? "").trim();
    if (!/^[\x21-\x7E]+$/.test(key)) {
      keyDialog = { ...dialog, complaint: texts.key.unprintable };
    } else {
      keyDialog = null;
      dialog.given(key);
    }
    draw();
  };
  return html` <dialog aria-labelledby="key-title" @cancel=${(/** @type {Event} */ e) => e.preventDefault()}>
    <form @submit=${send}>
      <h2 id="key-title">${texts.key.title}</h2>
      <p class="muted">${texts.key.explain}</p>
      <label class="field"
        ><span>${texts.key.label}</span>
        <input
          name="key"
          type="password"
          autocomplete="current-password"
          autofocus
          aria-invalid=${dialog.complaint ? "true" : "false"}
          aria-describedby="key-bad"
      /></label>
      <p id="key-bad" class="bad-text" role="alert">${dialog.complaint}</p>
      <div class="acts"><button class="primary">${texts.key.send}</button></div>
    </form>
  </dialog>`;
}

function helpView() {
  if (!help) return nothing;
  const shut = () => {
    help = false;
    draw();
  };
  // A dialog gives the focus back when it is closed, not when it is removed.
  const close = (/** @type {Event} */ e) => /** @type {Element} */ (e.target).closest("dialog")?.close();
  const single = (/** @type {Event} */ e) => {
    localStorage.setItem(singleName, /** @type {HTMLInputElement} */ (e.target).checked ? "on" : "off");
  };
  return html` <dialog aria-labelledby="help-title" @close=${shut}>
    <h2 id="help-title">${texts.help.title}</h2>
    <dl class="keys">
      ${texts.help.rows.map(
        ([keys, what]) =>
          html` <dt>${keys.split(" ").map((key) => html`<kbd>${key}</kbd> `)}</dt>
            <dd>${what}</dd>`,
      )}
    </dl>
    <label class="check"
      ><input type="checkbox" .checked=${live(singleKeys())} @change=${single} /> ${texts.help.single}</label
    >
    <p class="small muted">${texts.help.singleHelp}</p>
    <div class="acts"><button type="button" class="primary" @click=${close}>${texts.close}</button></div>
  </dialog>`;
}

/** Keys are the page's unless somebody types, or works a control that they mean something to. */
function pressed(/** @type {KeyboardEvent} */ e) {
  if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented || keyDialog || help) return;
  const at = e.target instanceof Element ? e.target : document.body;
  if (at.closest("textarea, select, input:not([type=radio])")) return;
  if (e.repeat) {
    // Nobody has read the ticket that a key held down would decide, nor may Enter send the form by itself.
    if (e.key === "Enter") e.preventDefault();
    return;
  }
  if (e.key === "Enter" && at.closest("a, button, summary")) return;
  if (!singleKeys() && e.key !== "Enter") return;
  if (e.key === "?") {
    help = true;
    draw();
  } else {
    page?.key?.(e);
  }
}

paint();
drawWith(drawAll);
askWith(
  (complaint) =>
    new Promise((given) => {
      keyDialog = { complaint, given };
      draw();
    }),
);
addEventListener("hashchange", go);
addEventListener("keydown", pressed);
go();
