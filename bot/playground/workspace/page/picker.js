// A list to choose from with a field to narrow it: one widget for every kind of select menu.
// Follows the combobox pattern of WAI-ARIA: the field keeps the focus, arrows move through the list.

import { h, icon, uid } from "./dom.js";
import { renderText } from "./mrkdwn.js";

const plain = (object) => (typeof object === "string" ? object : (object?.text ?? ""));

/**
 * settings: {
 *   id, key, label?, describedBy?, placeholder, multi, most?, selected: [option], clearable,
 *   load(query, say): Promise<[{label?, options: [option]}]>, `say` shows a line meanwhile,
 *   wait: milliseconds between typing and load,
 *   choose(options): Promise<boolean>|undefined — false takes the choice back
 * }  An option is {text, value, description?}.
 */
export class Picker {
  constructor(settings) {
    this.settings = settings;
    this.selected = settings.selected;
    this.choices = [];
    this.at = -1;
    const list = uid("list");
    this.field = h("input", {
      id: settings.id, type: "text", role: "combobox", class: "field", autocomplete: "off", spellcheck: "false",
      placeholder: settings.placeholder, "aria-label": settings.label, "aria-describedby": settings.describedBy,
      "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list, "aria-haspopup": "listbox",
      data: { key: settings.key },
      on: {
        click: () => this.open(),
        focus: () => this.field.select(),
        input: () => this.open({ typed: true }),
        keydown: (event) => this.#key(event),
        blur: () => this.#leave(),
      },
    });
    this.list = h("div", { role: "listbox", id: list, "aria-label": settings.label ?? settings.placeholder });
    this.note = h("p", { role: "status", class: "picker-note" });
    this.popup = h("div", { class: "popup", popover: "manual" }, this.list, this.note);
    // A press on the list must not take the focus out of the field: leaving it closes the list.
    this.popup.addEventListener("mousedown", (event) => event.preventDefault());
    this.chips = settings.multi ? h("ul", { class: "chips", "aria-label": "Chosen" }) : null;
    this.node = h("div", { class: "picker" }, this.chips, h("div", { class: "picker-field" }, this.field), this.popup);
    this.place = () => this.#place();
    this.#show();
  }

  async open({ typed = false } = {}) {
    if (!this.isOpen) {
      this.popup.showPopover();
      this.field.setAttribute("aria-expanded", "true");
      for (const event of ["scroll", "resize"]) addEventListener(event, this.place, { capture: true, passive: true });
    }
    this.#place();
    const query = typed ? this.field.value : "";
    const asked = (this.asked = Symbol("query"));
    if (typed && this.settings.wait) await new Promise((resolve) => setTimeout(resolve, this.settings.wait));
    if (asked !== this.asked) return;
    let groups = [];
    let note = "";
    try {
      groups = await this.settings.load(query, (words) => asked === this.asked && this.#fill([], words));
    } catch (problem) {
      note = problem.message;
    }
    if (asked === this.asked && this.isOpen) this.#fill(groups, note || (groups.some((group) => group.options.length) ? "" : "No matches"));
  }

  close() {
    if (!this.isOpen) return;
    this.asked = null;
    this.popup.hidePopover();
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
    for (const event of ["scroll", "resize"]) removeEventListener(event, this.place, { capture: true });
  }

  get isOpen() {
    return this.popup.matches(":popover-open");
  }

  #fill(groups, note) {
    this.choices = [];
    this.at = -1;
    this.list.replaceChildren(...groups.map((group) => this.#group(group)));
    this.list.hidden = this.choices.length === 0;
    this.note.textContent = note;
    this.note.hidden = !note;
    const chosen = this.choices.findIndex(({ option }) => this.#has(option));
    if (this.choices.length) this.#move(Math.max(chosen, 0));
    this.#place();
  }

  #group({ label, options }) {
    const nodes = options.map((option) => this.#option(option));
    if (!label) return h("div", { role: "presentation" }, nodes);
    return h("div", { role: "group", "aria-label": plain(label) }, h("div", { class: "group-label", "aria-hidden": "true" }, plain(label)), nodes);
  }

  #option(option) {
    const node = h(
      "div",
      { role: "option", id: uid("option"), class: "option", "aria-selected": String(this.#has(option)), on: { click: () => this.#pick(option) } },
      h("span", {}, ...renderText(option.text)),
      option.description ? h("span", { class: "muted" }, ...renderText(option.description)) : null,
    );
    this.choices.push({ option, node });
    return node;
  }

  #move(to) {
    this.choices[this.at]?.node.classList.remove("active");
    this.at = (to + this.choices.length) % this.choices.length;
    const { node } = this.choices[this.at];
    node.classList.add("active");
    node.scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", node.id);
  }

  #key(event) {
    const { key } = event;
    if (key === "Escape" && this.isOpen) {
      // Only the list closes, not the dialog around it.
      event.preventDefault();
      event.stopPropagation();
      this.close();
      this.#show();
    } else if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      if (!this.isOpen) this.open();
      else if (this.choices.length) this.#move(this.at + (key === "ArrowDown" ? 1 : -1));
    } else if (key === "Enter") {
      event.preventDefault();
      if (!this.isOpen) this.open();
      else if (this.choices[this.at]) this.#pick(this.choices[this.at].option);
    } else if (key === "Backspace" && this.settings.multi && !this.field.value) this.#set(this.selected.slice(0, -1));
  }

  #pick(option) {
    const { multi, most } = this.settings;
    if (!multi) {
      this.close();
      if (!this.#has(option)) this.#set([option]);
      else this.#show();
    } else {
      const without = this.selected.filter(({ value }) => value !== option.value);
      const added = without.length < this.selected.length ? without : [...this.selected, option];
      this.field.value = "";
      if (most && added.length > most) this.#fill([], `At most ${most} can be chosen`);
      else {
        this.#set(added);
        this.open();
      }
    }
  }

  async #set(selected) {
    const before = this.selected;
    this.selected = selected;
    this.#show();
    if ((await this.settings.choose(selected)) === false) {
      this.selected = before;
      this.#show();
    }
  }

  #leave() {
    const emptied = this.field.value.trim() === "" && !this.settings.multi && this.settings.clearable && this.selected.length;
    this.close();
    if (emptied) this.#set([]);
    else this.#show();
  }

  #show() {
    if (!this.settings.multi) {
      this.field.value = this.selected.length ? plain(this.selected[0].text) : "";
      return;
    }
    if (document.activeElement !== this.field) this.field.value = "";
    this.chips.hidden = this.selected.length === 0;
    this.chips.replaceChildren(...this.selected.map((option) => this.#chip(option)));
  }

  #chip(option) {
    const words = plain(option.text);
    const remove = () => {
      this.#set(this.selected.filter(({ value }) => value !== option.value));
      this.field.focus();
    };
    const button = h("button", { type: "button", class: "icon-button", "aria-label": `Remove ${words}`, on: { click: remove } }, icon("close"));
    return h("li", { class: "chip" }, words, button);
  }

  #has(option) {
    return this.selected.some(({ value }) => value === option.value);
  }

  // The list is in the top layer so that a scrolling modal doesn't cut it off; it follows its field.
  #place() {
    const box = this.field.getBoundingClientRect();
    const below = innerHeight - box.bottom - 12;
    const above = box.top - 12;
    const up = below < 200 && above > below;
    const style = this.popup.style;
    style.left = `${Math.max(8, Math.min(box.left, innerWidth - Math.max(box.width, 220) - 8))}px`;
    style.width = `${Math.max(box.width, 220)}px`;
    style.maxHeight = `${Math.min(320, up ? above : below)}px`;
    style.top = up ? "auto" : `${box.bottom + 4}px`;
    style.bottom = up ? `${innerHeight - box.top + 4}px` : "auto";
  }
}
