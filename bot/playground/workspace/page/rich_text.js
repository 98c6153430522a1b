// rich_text blocks: sections, lists, quotes and code that arrive already parsed.

import { h } from "./dom.js";
import { emojiOf } from "./emoji.js";
import { broadcast, channelMention, link, userMention } from "./mrkdwn.js";
import { formatDateTokens } from "./time.js";

const STYLES = [["bold", "strong"], ["italic", "em"], ["strike", "s"], ["underline", "u"], ["code", "code"]];

const ELEMENTS = {
  text: (element) => element.text,
  link: (element) => link(element.url, element.text || element.url),
  user: (element) => userMention(element.user_id),
  channel: (element) => channelMention(element.channel_id),
  usergroup: () => h("span", { class: "mention" }, "@group"),
  broadcast: (element) => broadcast(element.range),
  emoji: (element) => emojiOf(element.name) ?? `:${element.name}:`,
  color: (element) => h("code", {}, element.value),
  date: (element) => h("time", {}, formatDateTokens(element.timestamp, element.format)),
};

const CONTAINERS = {
  rich_text_section: (part) => h("div", {}, ...inlineElements(part)),
  rich_text_preformatted: (part) => h("pre", { tabindex: "0" }, ...inlineElements(part)),
  rich_text_quote: (part) => h("blockquote", {}, ...inlineElements(part)),
  rich_text_list: (part) =>
    h(
      part.style === "ordered" ? "ol" : "ul",
      { class: `indent-${Math.min(part.indent ?? 0, 6)}`, start: part.style === "ordered" ? (part.offset ?? 0) + 1 : null },
      part.elements.map((item) => h("li", {}, ...inlineElements(item))),
    ),
};

/** A rich_text block (or the rich_text cell of a table) → nodes. */
export function renderRichText(block) {
  return (block.elements ?? []).map((part) =>
    Object.hasOwn(CONTAINERS, part.type) ? CONTAINERS[part.type](part) : h("div", { class: "unsupported" }, `Unsupported text: ${part.type}`),
  );
}

function inlineElements(part) {
  return (part.elements ?? []).map((element) => {
    const node = Object.hasOwn(ELEMENTS, element.type) ? ELEMENTS[element.type](element) : `[${element.type}]`;
    return STYLES.reduce((inner, [name, tag]) => (element.style?.[name] ? h(tag, {}, inner) : inner), node);
  });
}
