// Slack's mrkdwn as DOM nodes. What isn't markup stays text; only http, https and mailto become links.

import { h } from "./dom.js";
import { emojiOf } from "./emoji.js";
import { channelById, channelName, personName, state } from "./state.js";
import { formatDateTokens } from "./time.js";

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
const STYLES = { "*": "strong", _: "em", "~": "s" };
const WORD = /[\p{L}\p{N}]/u;
const EMOJI = /:([a-z0-9_+'-]+):(?::skin-tone-\d:)?/y;
const BARE_LINK = /https?:\/\/[^\s<>|*`]*[^\s<>|*`.,;:!?)"'_~]/y;
// Deeper nesting than anybody writes; keeps hostile text from growing the stack.
const DEEPEST = 8;

export const decodeEntities = (text) => text.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity]);

/** A text as typed, as Slack's client sends it: nothing in it can be taken for a mention or a ping. */
export const encodeEntities = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

/** → an anchor, or its words alone where the address is nothing a click should open. */
export function link(url, ...words) {
  if (!/^(https?:\/\/|mailto:)/i.test(url)) return h("span", {}, ...words);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...words);
}

/** The text of a text object, {type, text, emoji?, verbatim?}, as nodes. */
export function renderText(object) {
  if (typeof object === "string") return [object];
  if (!object?.text) return [];
  return object.type === "mrkdwn" ? renderMrkdwn(object.text) : renderPlain(decodeEntities(object.text));
}

/** Plain text: emoji shortcodes are all it knows. */
export function renderPlain(text) {
  const replaced = text.replace(/:([a-z0-9_+'-]+):/g, (code, name) => emojiOf(name) ?? code);
  return [replaced];
}

/** A whole mrkdwn text: code fences, quotes, list lines and inline markup. */
export function renderMrkdwn(text) {
  const nodes = [];
  text.split(/```/).forEach((part, index, parts) => {
    const closed = index < parts.length - 1;
    if (index % 2 === 1 && closed) nodes.push(h("pre", { tabindex: "0" }, ...controlsOnly(part.replace(/^\n|\n$/g, ""))));
    else if (part) nodes.push(...lines(index % 2 === 1 ? `\`\`\`${part}` : part));
  });
  return nodes;
}

function lines(text) {
  const nodes = [];
  let quote = null;
  const all = text.split("\n");
  all.forEach((line, index) => {
    const quoted = line.match(/^(?:&gt;|>) ?(.*)$/);
    if (quoted) {
      if (quote) quote.append("\n");
      else nodes.push((quote = h("blockquote")));
      quote.append(...inline(quoted[1]));
      return;
    }
    quote = null;
    const item = line.match(/^\s*(•|◦|-|\d{1,3}\.) /);
    if (item) nodes.push(h("div", { class: "list-line" }, ...inline(line)));
    else nodes.push(...inline(line), index < all.length - 1 ? "\n" : "");
  });
  return nodes;
}

function inline(text, depth = 0) {
  const nodes = [];
  let plain = "";
  const flush = () => {
    if (plain) nodes.push(decodeEntities(plain));
    plain = "";
  };
  let at = 0;
  while (at < text.length) {
    const [node, next] = markupAt(text, at, depth) ?? [];
    if (node === undefined) plain += text[at++];
    else {
      flush();
      nodes.push(node);
      at = next;
    }
  }
  flush();
  return nodes;
}

// → [node, index after it], or null where no markup begins.
function markupAt(text, at, depth) {
  const mark = text[at];
  if (mark === "<") return controlAt(text, at);
  if (mark === "`") return codeAt(text, at);
  if (mark === ":") return matchAt(EMOJI, text, at, (code, name) => emojiOf(name) && h("span", { class: "emoji", title: `:${name}:` }, emojiOf(name)));
  if (mark === "h") return matchAt(BARE_LINK, text, at, (url) => link(decodeEntities(url), decodeEntities(url)));
  if (mark in STYLES && depth < DEEPEST && !WORD.test(text[at - 1] ?? "")) {
    const end = closing(text, at + 1, mark);
    if (end > 0) return [h(STYLES[mark], {}, ...inline(text.slice(at + 1, end), depth + 1)), end + 1];
  }
  return null;
}

function matchAt(pattern, text, at, make) {
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  const node = match && make(...match);
  return node ? [node, pattern.lastIndex] : null;
}

// Where the run that begins at `from` ends: not after a space, not inside a word, not within <…> or `…`.
function closing(text, from, mark) {
  if (!text[from] || /\s/.test(text[from]) || text[from] === mark) return -1;
  for (let at = from; at < text.length && text[at] !== "\n"; at++) {
    if (text[at] === "<" || text[at] === "`") at = skip(text, at);
    else if (text[at] === mark && !/\s/.test(text[at - 1]) && !WORD.test(text[at + 1] ?? "")) return at;
  }
  return -1;
}

function skip(text, at) {
  const end = text.indexOf(text[at] === "<" ? ">" : "`", at + 1);
  return end < 0 ? at : end;
}

function codeAt(text, at) {
  const end = text.indexOf("`", at + 1);
  if (end <= at + 1 || text.slice(at, end).includes("\n")) return null;
  return [h("code", {}, ...controlsOnly(text.slice(at + 1, end))), end + 1];
}

// Inside code only the <…> forms mean something.
function controlsOnly(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(/<[^<>\n]+>/g)) {
    const found = controlAt(text, match.index);
    if (!found) continue;
    nodes.push(decodeEntities(text.slice(from, match.index)), found[0]);
    from = found[1];
  }
  nodes.push(decodeEntities(text.slice(from)));
  return nodes;
}

function controlAt(text, at) {
  const end = text.indexOf(">", at);
  if (end < 0) return null;
  const inner = text.slice(at + 1, end);
  const bar = inner.indexOf("|");
  const target = bar < 0 ? inner : inner.slice(0, bar);
  const label = bar < 0 ? "" : decodeEntities(inner.slice(bar + 1));
  const node = control(target, label);
  return node ? [node, end + 1] : null;
}

function control(target, label) {
  if (/^@[UW]\w+$/.test(target)) return userMention(target.slice(1));
  if (/^#[CG]\w+$/.test(target)) return channelMention(target.slice(1), label);
  if (/^!(channel|here|everyone)$/.test(target)) return broadcast(target.slice(1));
  if (target.startsWith("!subteam^")) return h("span", { class: "mention" }, label || "@group");
  if (target.startsWith("!date^")) return dateMention(target, label);
  if (/^(https?:\/\/|mailto:)/i.test(target)) {
    const url = decodeEntities(target);
    return link(url, label || url.replace(/^mailto:/i, ""));
  }
  return null;
}

export const userMention = (id) =>
  h("span", { class: id === state.me?.id ? "mention mention-me" : "mention" }, `@${personName(id)}`);

export function channelMention(id, label = "") {
  const channel = channelById(id);
  if (!channel) return h("span", { class: "mention" }, `#${label || id}`);
  return h("a", { class: "mention", href: `#/as/${state.me.id}/channel/${id}` }, channelName(channel));
}

export const broadcast = (range) => h("span", { class: "mention mention-me ping" }, `@${range}`);

function dateMention(target, label) {
  const [, seconds, pattern, url] = target.split("^");
  if (!/^-?\d+$/.test(seconds) || !pattern) return label ? h("span", {}, label) : null;
  const words = formatDateTokens(Number(seconds), decodeEntities(pattern));
  const time = h("time", { datetime: new Date(Number(seconds) * 1000).toISOString() }, words);
  return url ? link(decodeEntities(url), time) : time;
}
