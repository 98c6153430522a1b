// The `markdown` block: the common part of Markdown that apps send. Anything else stays readable as text.

import { h } from "./dom.js";
import { link, renderPlain } from "./mrkdwn.js";

// Sticky patterns, tried in turn at each place; the first that matches wins.
const INLINE = [
  [/\\([\\`*_{}[\]()#+.!~>-])/y, (_, character) => character],
  [/`([^`\n]+)`/y, (_, code) => h("code", {}, code)],
  [/!?\[([^\]\n]*)\]\(([^)\s]+)\)/y, (_, words, url) => link(url, words || url)],
  [/<(https?:\/\/[^>\s]+)>/y, (_, url) => link(url, url)],
  [/https?:\/\/[^\s<>)*]*[^\s<>)*.,;:!?]/y, (url) => link(url, url)],
  [/\*\*(?=\S)([^\n]+?)\*\*/y, (_, inner) => h("strong", {}, ...inlineMarkdown(inner))],
  [/~~(?=\S)([^\n]+?)~~/y, (_, inner) => h("s", {}, ...inlineMarkdown(inner))],
  [/\*(?=\S)([^*\n]+)\*/y, (_, inner) => h("em", {}, ...inlineMarkdown(inner))],
  [/\b_(?=\S)([^_\n]+)_\b/y, (_, inner) => h("em", {}, ...inlineMarkdown(inner))],
];

export function renderMarkdown(text) {
  const nodes = [];
  text.split(/^```[^\n]*$/m).forEach((part, index) => {
    if (index % 2 === 1) nodes.push(h("pre", { tabindex: "0" }, part.replace(/^\n|\n$/g, "")));
    else nodes.push(...part.split(/\n{2,}/).flatMap((paragraph) => paragraphNodes(paragraph.trim())));
  });
  return nodes;
}

function paragraphNodes(paragraph) {
  if (!paragraph) return [];
  const nodes = [];
  let list = null;
  let words = [];
  const flush = () => {
    if (words.length) nodes.push(h("p", {}, ...inlineMarkdown(words.join("\n"))));
    words = [];
  };
  for (const line of paragraph.split("\n")) {
    const item = line.match(/^\s*(?:[-*+]|(\d+)\.) (.*)$/);
    if (item) {
      flush();
      if (!list) nodes.push((list = h(item[1] ? "ol" : "ul", { start: item[1] })));
      list.append(h("li", {}, ...inlineMarkdown(item[2])));
      continue;
    }
    list = null;
    const special = lineNode(line);
    if (special) flush();
    if (special) nodes.push(special);
    else words.push(line);
  }
  flush();
  return nodes;
}

function lineNode(line) {
  const heading = line.match(/^#{1,6} (.*)$/);
  // A bold paragraph, not h1–h6: a message must not upset the outline of the page.
  if (heading) return h("p", { class: "markdown-heading" }, ...inlineMarkdown(heading[1]));
  if (/^(-{3,}|\*{3,})$/.test(line)) return h("hr");
  const quote = line.match(/^> ?(.*)$/);
  return quote ? h("blockquote", {}, ...inlineMarkdown(quote[1])) : null;
}

function inlineMarkdown(text) {
  const nodes = [];
  let plain = "";
  for (let at = 0; at < text.length; ) {
    const found = INLINE.map(([pattern, make]) => matchAt(pattern, make, text, at)).find(Boolean);
    if (!found) plain += text[at++];
    else {
      nodes.push(...renderPlain(plain), found.node);
      plain = "";
      at = found.end;
    }
  }
  return [...nodes, ...renderPlain(plain)];
}

function matchAt(pattern, make, text, at) {
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  return match && { node: make(...match), end: at + match[0].length };
}
