// Where messages and slash commands are typed.

import { h, icon, uid } from "./dom.js";
import { encodeEntities } from "./mrkdwn.js";
import { state } from "./state.js";

const IN_THREAD = "Slash commands don't work in threads. Use them in the channel instead.";
// Drafts and the last line sent outlive a change of channel.
const drafts = new Map();
const lastSent = new Map();

// What the client itself understands, beside the app's commands.
export const OWN_COMMANDS = [
  { command: "/invite", usage_hint: "@name", description: "Add a person or the app to this channel", own: true },
  { command: "/leave", usage_hint: "", description: "Leave this channel", own: true },
];

/**
 * settings: {place: key of draft and recall, label, inThread, send(text), command(text)}; both return a
 * promise, and a rejection's message is shown while the text stays in the field.
 */
export class Composer {
  constructor(settings) {
    this.settings = settings;
    const list = uid("commands");
    const note = uid("note");
    this.at = 0;
    this.field = h("textarea", {
      rows: "1", placeholder: settings.label, "aria-label": settings.label, autocomplete: "off", "aria-describedby": note,
      role: settings.inThread ? null : "combobox", "aria-expanded": settings.inThread ? null : "false",
      "aria-autocomplete": settings.inThread ? null : "list", "aria-controls": settings.inThread ? null : list,
      on: { input: () => this.#typed(), keydown: (event) => this.#key(event), blur: () => this.#suggest(false) },
    });
    this.note = h("p", { id: note, class: "composer-note", role: "alert" });
    this.list = h("div", { id: list, role: "listbox", class: "suggestions", "aria-label": "Commands", hidden: true });
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.button = h("button", { type: "submit", class: "icon-button send", "aria-label": "Send" }, icon("send"));
    this.node = h("form", { class: "composer" }, this.list, h("div", { class: "composer-box" }, this.field, this.button), this.note);
    this.node.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.field.value = drafts.get(settings.place) ?? "";
    requestAnimationFrame(() => this.#grow());
  }

  #typed() {
    drafts.set(this.settings.place, this.field.value);
    this.#grow();
    this.#say(this.settings.inThread && this.#isCommand() ? IN_THREAD : "");
    this.#suggest(true);
  }

  // A line that begins with "/" and a word; " /x" and "/ x" are ordinary text.
  #isCommand() {
    return /^\/\w/.test(this.field.value);
  }

  async #send() {
    const text = this.field.value.trim();
    if (!text || this.busy) return;
    const isCommand = this.#isCommand();
    if (isCommand && this.settings.inThread) return this.#say(IN_THREAD);
    this.busy = true;
    this.button.setAttribute("aria-busy", "true");
    this.#suggest(false);
    this.#say("");
    this.#write("");
    try {
      if (isCommand) await this.settings.command(text);
      else await this.settings.send(withMentions(text));
      lastSent.set(this.settings.place, text);
    } catch (problem) {
      // Nothing typed is lost, unless the person has begun something new meanwhile.
      if (!this.field.value) this.#write(text);
      this.#say(problem.message);
    } finally {
      this.busy = false;
      this.button.removeAttribute("aria-busy");
    }
  }

  #key(event) {
    if (event.isComposing) return;
    const open = !this.list.hidden;
    const { key } = event;
    if (open && (key === "ArrowDown" || key === "ArrowUp")) {
      event.preventDefault();
      this.#mark(this.at + (key === "ArrowDown" ? 1 : -1));
    } else if (open && (key === "Tab" || (key === "Enter" && !this.#complete()))) {
      event.preventDefault();
      this.#take(this.matches[this.at]);
    } else if (open && key === "Escape") {
      event.stopPropagation();
      this.#suggest(false);
    } else if (key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#send();
    } else if (key === "ArrowUp" && !this.field.value && lastSent.has(this.settings.place)) {
      event.preventDefault();
      this.#write(lastSent.get(this.settings.place));
    }
  }

  // The command's name is already there in full, so Enter sends it.
  #complete() {
    const typed = this.field.value.split(/\s/, 1)[0];
    return this.matches.some(({ command }) => command === typed);
  }

  #suggest(wanted) {
    const typed = this.field.value;
    const show = wanted && !this.settings.inThread && /^\/[\w-]*$/.test(typed);
    this.matches = show ? [...state.commands, ...OWN_COMMANDS].filter(({ command }) => command.startsWith(typed)) : [];
    this.list.hidden = !this.matches.length;
    this.list.replaceChildren(...this.matches.map((command) => this.#option(command)));
    if (!this.settings.inThread) this.field.setAttribute("aria-expanded", String(!this.list.hidden));
    if (this.matches.length) this.#mark(0);
    else this.field.removeAttribute("aria-activedescendant");
  }

  #option(command) {
    return h(
      "div",
      { role: "option", id: uid("command"), class: "option", "aria-selected": "false", on: { click: () => this.#take(command) } },
      h("span", {}, h("strong", {}, command.command), " ", h("span", { class: "muted" }, command.usage_hint ?? "")),
      h("span", { class: "muted" }, command.description ?? ""),
    );
  }

  #mark(to) {
    this.at = (to + this.matches.length) % this.matches.length;
    [...this.list.children].forEach((node, index) => {
      node.classList.toggle("active", index === this.at);
      node.setAttribute("aria-selected", String(index === this.at));
    });
    this.field.setAttribute("aria-activedescendant", this.list.children[this.at].id);
  }

  #take({ command }) {
    this.#write(`${command} `);
    this.#suggest(false);
    this.field.focus();
  }

  #write(text) {
    this.field.value = text;
    drafts.set(this.settings.place, text);
    this.#grow();
  }

  #say(words) {
    this.note.textContent = words;
  }

  #grow() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, 160)}px`;
  }
}

/** The user id behind "@name" or "name", people and the app alike; undefined if there is none. */
export function findPerson(text) {
  const wanted = text.trim().replace(/^@/, "").toLowerCase();
  if (wanted === state.app.name?.toLowerCase()) return state.app.bot_user_id;
  return state.people.find(({ name, real_name: real }) => [name, real].some((word) => word?.toLowerCase() === wanted))?.id;
}

// "@name" becomes a mention if somebody has that name; everything else is sent as plain words.
function withMentions(text) {
  return encodeEntities(text).replace(/(^|[\s(])@([\w.-]+)/g, (whole, lead, name) => {
    const id = findPerson(name);
    return id ? `${lead}<@${id}>` : whole;
  });
}
