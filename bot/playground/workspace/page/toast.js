// Short notices for what failed without a place of its own to say so.

import { h, icon } from "./dom.js";

const SHOWN_MS = 10_000;

export function toast(message) {
  const dismiss = h("button", { type: "button", class: "icon-button", "aria-label": "Dismiss" }, icon("close"));
  const note = h("div", { class: "toast" }, icon("error"), h("span", {}, message), dismiss);
  const region = document.getElementById("toasts");
  dismiss.addEventListener("click", () => note.remove());
  region.append(note);
  // A modal dialog covers the page; in the top layer the notice is above it.
  if (region.matches(":popover-open")) region.hidePopover();
  region.showPopover();
  setTimeout(() => {
    note.remove();
    if (!region.childElementCount && region.matches(":popover-open")) region.hidePopover();
  }, SHOWN_MS);
}
