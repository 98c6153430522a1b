// A list of messages that is patched in place: one article a message, found by its ts.

import { patchBlocks } from "./blocks.js";
import { h, icon, keepingFocus, reconcile } from "./dom.js";
import { menuButton } from "./menu.js";
import { avatar } from "./people.js";
import { personName, state } from "./state.js";
import { Surface } from "./surface.js";
import { clock, dateOfTs, dayKey, dayName, fullTime } from "./time.js";

const GROUPED_WITHIN_S = 300;
const NEAR_BOTTOM_PX = 80;

/** One scrolling log. `settings`: {label, channel, inThread, openThread(ts), runShortcut(callback_id, message)} */
export class MessageList {
  constructor(settings) {
    this.settings = settings;
    this.list = h("div", { class: "messages", role: "log", "aria-label": settings.label, "aria-live": "polite", "aria-busy": "true" });
    this.latest = h("button", { type: "button", class: "button latest", hidden: true, on: { click: () => this.toBottom() } }, "Jump to latest");
    this.node = h("div", { class: "scroller", tabindex: "-1" }, this.list, this.latest);
    this.node.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    // Whoever reads the newest message goes on reading it when the window or a picture changes the height.
    this.resized = new ResizeObserver(() => this.following && this.toBottom());
    for (const node of [this.node, this.list]) this.resized.observe(node);
    this.first = true;
    this.following = true;
  }

  /** messages: Slack message objects, oldest first. */
  show(messages) {
    const follow = this.first || this.following;
    const newest = messages.at(-1)?.ts;
    const items = [];
    let previous = null;
    for (const message of messages) {
      const place = this.#place(message, previous);
      if (place.day) items.push({ key: `day ${place.day}`, signature: "", create: () => dayDivider(message) });
      items.push(this.#item(message, place));
      if (this.settings.inThread && message.ts === message.thread_ts && messages.length > 1) items.push(repliesDivider(messages.length - 1));
      previous = message;
    }
    if (!messages.length) items.push({ key: "empty", signature: "", create: () => h("p", { class: "empty muted" }, "No messages yet.") });
    keepingFocus(this.list, () => reconcile(this.list, items));
    if (follow) this.toBottom();
    else if (newest !== this.newest) this.latest.hidden = false;
    this.newest = newest;
    this.first = false;
    this.list.removeAttribute("aria-busy");
  }

  toBottom() {
    this.following = true;
    this.node.scrollTop = this.node.scrollHeight;
    this.latest.hidden = true;
  }

  #scrolled() {
    // A change of height scrolls too; only a person's own scrolling says where they want to be.
    const height = `${this.node.scrollHeight} ${this.node.clientHeight}`;
    if (height === this.height) this.following = this.#atBottom();
    this.height = height;
    if (this.#atBottom()) this.latest.hidden = true;
  }

  #atBottom() {
    return this.node.scrollHeight - this.node.scrollTop - this.node.clientHeight < NEAR_BOTTOM_PX;
  }

  #place(message, previous) {
    const day = dayKey(dateOfTs(message.ts));
    const newDay = !previous || day !== dayKey(dateOfTs(previous.ts));
    const parent = this.settings.inThread && previous?.ts === message.thread_ts;
    const near = previous && message.ts - previous.ts < GROUPED_WITHIN_S && authorOf(message).id === authorOf(previous).id;
    const grouped = Boolean(near && !newDay && !parent && !message.ephemeral && !previous.ephemeral && !previous.reply_count);
    return { day: newDay && !this.settings.inThread ? day : null, grouped };
  }

  #item(message, { grouped }) {
    return {
      key: `message ${message.ts}`,
      signature: JSON.stringify([message, grouped]),
      create: () => {
        const node = h("article", { class: "message", tabindex: "-1", data: { ts: message.ts } });
        node.surface = new Surface({ message: { channel: this.settings.channel, ts: message.ts } });
        node.body = h("div", { class: "blocks" });
        this.#fill(node, message, grouped);
        return node;
      },
      update: (node) => this.#fill(node, message, grouped),
    };
  }

  #fill(node, message, grouped) {
    const author = authorOf(message);
    const date = dateOfTs(message.ts);
    const time = h("time", { datetime: date.toISOString(), title: fullTime(date) }, clock(date));
    node.className = `message${grouped ? " grouped" : ""}${message.ephemeral ? " ephemeral" : ""}`;
    node.setAttribute("aria-label", `${author.name}, ${clock(date)}`);
    const head = h("div", { class: "message-head" }, h("strong", {}, author.name), author.isApp ? h("span", { class: "badge" }, "APP") : null, time);
    const parts = {
      gutter: h("div", { class: "gutter" }, grouped ? time.cloneNode(true) : avatar(author.id, author.name)),
      only: message.ephemeral ? h("p", { class: "only-you" }, icon("eye"), "Only visible to you") : null,
      head: grouped ? h("span", { class: "sr-only" }, author.name) : head,
      edited: message.edited ? h("span", { class: "edited muted" }, "(edited)") : null,
      replies: this.settings.inThread || !message.reply_count ? null : this.#replies(message),
      tools: this.#tools(message),
    };
    patchBlocks(node.body, bodyOf(message), node.surface);
    assemble(node, parts);
  }

  #replies(message) {
    const count = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
    const last = message.latest_reply && h("span", { class: "muted" }, ` · last reply ${lastReply(dateOfTs(message.latest_reply))}`);
    return h("button", { type: "button", class: "replies", data: { key: `replies ${message.ts}` }, on: { click: () => this.settings.openThread(message.ts) } }, h("span", { class: "count" }, count), last);
  }

  #tools(message) {
    if (message.ephemeral) return null;
    const reply = this.settings.inThread
      ? null
      : h("button", { type: "button", class: "icon-button", "aria-label": "Reply in thread", title: "Reply in thread", data: { key: `reply ${message.ts}` }, on: { click: () => this.settings.openThread(message.thread_ts ?? message.ts) } }, icon("thread"));
    const shortcuts = state.shortcuts.filter(({ type }) => type === "message");
    const menu = shortcuts.length
      ? menuButton({
          label: "Message shortcuts", key: `shortcuts ${message.ts}`, face: icon("more"),
          items: () => shortcuts.map((shortcut) => ({ label: shortcut.name, description: shortcut.description, choose: () => this.settings.runShortcut(shortcut.callback_id, message) })),
        })
      : null;
    return reply || menu ? h("div", { class: "tools" }, reply, menu) : null;
  }
}

// Exchanges what surrounds the body and leaves the body itself in the document, with its focus.
function assemble(node, { gutter, only, head, edited, replies, tools }) {
  const main = node.querySelector(":scope > .message-main") ?? node.appendChild(h("div", { class: "message-main" }, node.body));
  keepingFocus(node, () => {
    for (const child of [...main.children]) if (child !== node.body) child.remove();
    main.prepend(...[only, head].filter(Boolean));
    main.append(...[edited, replies].filter(Boolean));
    for (const child of [...node.children]) if (child !== main) child.remove();
    node.prepend(gutter);
    if (tools) node.append(tools);
  });
}

function authorOf(message) {
  const isApp = Boolean(message.bot_id || message.bot_profile || message.user === state.app.bot_user_id);
  if (!isApp) return { id: message.user, name: personName(message.user), isApp };
  return { id: message.bot_id ?? message.user, name: message.username || state.app.name, isApp };
}

function bodyOf(message) {
  const blocks = message.blocks?.length ? message.blocks : [{ type: "bare_text", text: message.text ?? "" }];
  const attached = (message.attachments ?? []).flatMap((attachment) => attachment.blocks ?? [{ type: "bare_text", text: attachment.text ?? attachment.fallback ?? "" }]);
  return [...blocks, ...attached];
}

function dayDivider(message) {
  return h("div", { class: "day" }, h("span", {}, dayName(dateOfTs(message.ts))));
}

function repliesDivider(count) {
  const words = count === 1 ? "1 reply" : `${count} replies`;
  return { key: "replies", signature: words, create: () => h("div", { class: "day replies-line" }, h("span", {}, words)) };
}

function lastReply(date) {
  const day = dayName(date);
  return `${day === "Today" || day === "Yesterday" ? day.toLowerCase() : day} at ${clock(date)}`;
}
