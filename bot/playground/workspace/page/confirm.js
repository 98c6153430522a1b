// The question that an element's `confirm` object asks before its action is sent.

import { h, uid } from "./dom.js";
import { renderText } from "./mrkdwn.js";

/** confirm: {title, text, confirm, deny, style?} → true if the person agreed. */
export function askConfirm(confirm) {
  return new Promise((resolve) => {
    const title = uid("confirm");
    const answer = (value, words, style) =>
      h("button", { type: "submit", value, class: `button ${style}` }, ...renderText(words));
    const deny = answer("no", confirm.deny ?? "Cancel", "");
    const dialog = h(
      "dialog",
      { class: "confirm", "aria-labelledby": title },
      h(
        "form",
        { method: "dialog" },
        h("h2", { id: title }, ...renderText(confirm.title ?? "Are you sure?")),
        h("div", { class: "confirm-text text" }, ...renderText(confirm.text)),
        h("div", { class: "dialog-actions" }, deny, answer("yes", confirm.confirm ?? "Yes", confirm.style === "danger" ? "danger" : "primary")),
      ),
    );
    const before = document.activeElement;
    dialog.addEventListener("close", () => {
      dialog.remove();
      before?.focus?.({ preventScroll: true });
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
    deny.focus();
  });
}
