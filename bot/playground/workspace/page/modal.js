// The modals that apps open for the person: a stack of up to three views in one dialog, the top one shown.

import { api } from "./api.js";
import { patchBlocks, showErrors } from "./blocks.js";
import { h, icon, uid } from "./dom.js";
import { renderText } from "./mrkdwn.js";
import { state } from "./state.js";
import { coalesce } from "./stream.js";
import { Surface } from "./surface.js";
import { toast } from "./toast.js";

const SAVE_PAUSE_MS = 300;

// What Slack's client says in its own words when a submission gets no answer.
const TROUBLE = {
  app_timeout: "We had some trouble connecting: the app didn't answer in time. Nothing you typed is lost. Try again?",
  operation_timeout: "We had some trouble connecting: the app didn't answer in time. Nothing you typed is lost. Try again?",
  unreachable: "We had some trouble connecting: the workspace can't be reached. Nothing you typed is lost. Try again?",
};

const sheets = new Map();
let dialog = null;
let before = null;

/** Reads the person's open modals again and shows them as they are now. */
export const refreshModals = coalesce(async () => {
  const person = state.me?.id;
  if (!person) return;
  const { views } = await api.views(person);
  if (person === state.me.id) show(views);
});

/** Forgets what is shown, for a change of person; the modals stay open in the workspace. */
export function dropModals() {
  show([]);
}

function show(views) {
  const ids = new Set(views.map((view) => view.id));
  for (const [id, sheet] of sheets) if (!ids.has(id)) remove(id, sheet);
  for (const view of views) {
    if (!sheets.has(view.id)) sheets.set(view.id, new Sheet(view));
    sheets.get(view.id).update(view);
  }
  const top = views.at(-1);
  if (!top) return hide();
  open();
  const changed = dialog.dataset.top !== top.id;
  dialog.dataset.top = top.id;
  dialog.setAttribute("aria-labelledby", sheets.get(top.id).titleId);
  for (const [id, sheet] of sheets) {
    if (!sheet.node.isConnected) dialog.append(sheet.node);
    sheet.node.hidden = id !== top.id;
  }
  if (changed) sheets.get(top.id).focusFirst();
}

function remove(id, sheet) {
  sheet.node.remove();
  clearTimeout(sheet.timer);
  sheets.delete(id);
}

function open() {
  if (dialog) return;
  before = document.activeElement;
  dialog = h("dialog", { class: "modal" });
  dialog.addEventListener("cancel", (event) => {
    // The dialog goes when the workspace says that the view is closed, not before.
    if (event.target !== dialog) return;
    event.preventDefault();
    sheets.get(dialog.dataset.top)?.close(false);
  });
  document.body.append(dialog);
  dialog.showModal();
}

function hide() {
  if (!dialog) return;
  dialog.close();
  dialog.remove();
  dialog = null;
  if (before?.isConnected && before !== document.body) before.focus({ preventScroll: true });
  else document.querySelector(".composer textarea")?.focus();
}

class Sheet {
  constructor(view) {
    this.id = view.id;
    this.titleId = uid("modal-title");
    this.surface = new Surface(
      { view_id: view.id },
      { values: view.state?.values, onChange: (block) => this.#changed(block) },
    );
    this.title = h("h2", { id: this.titleId });
    this.trouble = h("p", { class: "trouble", role: "alert", hidden: true });
    this.body = h("div", { class: "blocks" });
    this.cancel = h("button", { type: "button", class: "button", on: { click: () => this.close(false) } });
    this.submit = h("button", { type: "submit", class: "button primary" });
    this.node = h(
      "form",
      { class: "sheet", novalidate: true, data: { viewId: view.id } },
      h("header", {}, this.title, h("button", { type: "button", class: "icon-button", "aria-label": "Close", on: { click: () => this.close(true) } }, icon("close"))),
      h("div", { class: "sheet-body" }, this.trouble, this.body),
      h("footer", { class: "dialog-actions" }, this.cancel, this.submit),
    );
    this.node.addEventListener("submit", (event) => this.#submit(event));
    this.errors = {};
  }

  update(view) {
    this.view = view;
    this.title.replaceChildren(...renderText(view.title));
    this.cancel.replaceChildren(...renderText(view.close ?? (view.submit ? "Cancel" : "Close")));
    this.submit.replaceChildren(...renderText(view.submit ?? "Submit"));
    this.submit.hidden = !view.submit;
    patchBlocks(this.body, view.blocks ?? [], this.surface);
    showErrors(this.body, this.errors);
  }

  focusFirst() {
    const wanted = (this.view.blocks ?? []).find((block) => block.element?.focus_on_load);
    const place = wanted ? this.body.querySelector(`[data-block-id="${CSS.escape(wanted.block_id)}"]`) : this.body;
    const control = "input, textarea, [role=combobox], button";
    const fallback = this.view.submit ? this.submit : this.cancel;
    (place?.querySelector(control) ?? fallback).focus({ preventScroll: !wanted });
  }

  async close(clear) {
    try {
      await api.close(state.me.id, this.id, clear);
    } catch (problem) {
      // Whoever wants to leave may: a view that the workspace no longer has is gone after the next read.
      if (problem.code === "unreachable") return this.#say(TROUBLE.unreachable);
    }
    await refreshModals();
  }

  async #submit(event) {
    event.preventDefault();
    if (!this.view.submit || this.submit.getAttribute("aria-busy") === "true") return;
    clearTimeout(this.timer);
    this.#busy(true);
    this.#say("");
    try {
      await api.submit(state.me.id, this.id, this.surface.values);
      this.errors = {};
      await refreshModals();
    } catch (problem) {
      this.#refused(problem);
    } finally {
      this.#busy(false);
    }
  }

  #refused(problem) {
    this.errors = problem.code === "validation" ? (problem.body.errors ?? {}) : {};
    const elsewhere = showErrors(this.body, this.errors);
    if (problem.code !== "validation") this.#say(TROUBLE[problem.code] ?? problem.message);
    else if (elsewhere.length) this.#say(elsewhere.join(" "));
    const wrong = this.body.querySelector(".invalid");
    wrong?.querySelector("input, textarea, button")?.focus();
    wrong?.scrollIntoView({ block: "nearest" });
  }

  #busy(busy) {
    this.submit.setAttribute("aria-busy", String(busy));
    this.node.classList.toggle("busy", busy);
  }

  #say(words) {
    this.trouble.textContent = words;
    this.trouble.hidden = !words;
    if (words) this.trouble.scrollIntoView({ block: "nearest" });
  }

  // An error stands until its field is touched; what is typed is kept by the workspace, for a reload.
  #changed(block) {
    if (block.block_id in this.errors) {
      delete this.errors[block.block_id];
      showErrors(this.body, this.errors);
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#save(), SAVE_PAUSE_MS);
  }

  async #save() {
    try {
      await api.saveState(state.me.id, this.id, this.surface.values);
    } catch (problem) {
      if (problem.code === "unreachable") toast(problem.message);
    }
  }
}
