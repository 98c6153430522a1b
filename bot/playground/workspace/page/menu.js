// A button that opens a short list of commands: overflow menus and shortcuts.

import { h, uid } from "./dom.js";

/**
 * items(): [{label: nodes, description?, url?, choose()}], asked when the menu opens
 * → the button; the menu closes on a choice, on Escape and when the focus leaves it.
 */
export function menuButton({ label, key, className = "icon-button", face, items }) {
  const id = uid("menu");
  const menu = h("div", { id, role: "menu", class: "popup menu", popover: "auto", "aria-label": label });
  const button = h("button", {
    type: "button", class: className, "aria-label": label, title: label, "aria-haspopup": "menu", "aria-expanded": "false", popovertarget: id, data: { key },
  }, face);
  menu.addEventListener("beforetoggle", (event) => {
    if (event.newState !== "open") return;
    menu.replaceChildren(...items().map((item) => menuItem(item, menu, button)));
    place(menu, button);
  });
  menu.addEventListener("toggle", (event) => {
    const open = event.newState === "open";
    button.setAttribute("aria-expanded", String(open));
    if (open) menu.firstElementChild?.focus();
  });
  menu.addEventListener("keydown", (event) => moveFocus(event, menu, button));
  return h("span", { class: "menu-holder" }, button, menu);
}

function menuItem({ label, description, url, choose }, menu, button) {
  const words = [h("span", {}, label), description ? h("span", { class: "muted" }, description) : null];
  const act = () => {
    menu.hidePopover();
    button.focus({ preventScroll: true });
    choose(button);
  };
  const props = { role: "menuitem", class: "option", tabindex: "-1", on: { click: act } };
  if (url && /^(https?:\/\/|mailto:)/i.test(url)) return h("a", { ...props, href: url, target: "_blank", rel: "noopener noreferrer" }, words);
  return h("button", { ...props, type: "button" }, words);
}

function moveFocus(event, menu, button) {
  const entries = [...menu.children];
  const at = entries.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 }[event.key];
  if (event.key === "Escape" || event.key === "Tab") {
    // Inside a modal, Escape is for the menu first.
    if (event.key === "Escape") event.preventDefault();
    event.stopPropagation();
    menu.hidePopover();
    button.focus({ preventScroll: true });
  } else if (to !== undefined) {
    event.preventDefault();
    event.stopPropagation();
    entries.at(to % entries.length)?.focus();
  }
}

function place(menu, button) {
  const box = button.getBoundingClientRect();
  const width = Math.min(280, innerWidth - 16);
  const up = box.bottom + 240 > innerHeight && box.top > 240;
  menu.style.width = `${width}px`;
  menu.style.left = `${Math.max(8, Math.min(box.left, innerWidth - width - 8))}px`;
  menu.style.top = up ? "auto" : `${box.bottom + 4}px`;
  menu.style.bottom = up ? `${innerHeight - box.top + 4}px` : "auto";
}
