// Block Kit blocks as DOM. A list of blocks is patched by block_id, so that what did not change keeps
// its node, its focus and what is typed in it.

import { h, icon, keepingFocus, reconcile, uid } from "./dom.js";
import { hasField, image, renderElement } from "./elements.js";
import { renderMarkdown } from "./markdown.js";
import { renderMrkdwn, renderText } from "./mrkdwn.js";
import { renderRichText } from "./rich_text.js";

const RENDERERS = {
  header: (block) => h("div", { class: "block-header", role: "heading", "aria-level": "3" }, ...renderText(block.text)),
  section,
  context: (block, surface) => h("div", { class: "block-context" }, (block.elements ?? []).map((element) => contextPart(element))),
  divider: () => h("hr"),
  actions: (block, surface) => h("div", { class: "block-actions" }, (block.elements ?? []).map((element) => inBlock(element, block, surface))),
  image: imageBlock,
  input,
  rich_text: (block) => h("div", { class: "text rich" }, ...renderRichText(block)),
  markdown: (block) => h("div", { class: "text rich" }, ...renderMarkdown(block.text ?? "")),
  table,
  // Not a block of Slack's: a message without blocks, so that every message body is patched alike.
  bare_text: (block) => h("div", { class: "text" }, ...renderMrkdwn(block.text)),
};

/** Makes `container` show `blocks`; elements act on `surface`. */
export function patchBlocks(container, blocks, surface) {
  surface.keepOnly(blocks);
  const items = blocks.map((block, index) => ({
    key: block.block_id ?? `${index}:${block.type}`,
    signature: JSON.stringify(block),
    create: () => renderBlock(block, surface),
  }));
  keepingFocus(container, () => reconcile(container, items));
}

function renderBlock(block, surface) {
  const node = Object.hasOwn(RENDERERS, block.type) ? RENDERERS[block.type](block, surface) : h("div", { class: "unsupported" }, `Unsupported block: ${block.type}`);
  node.classList.add("block");
  if (block.block_id) node.dataset.blockId = block.block_id;
  return node;
}

const inBlock = (element, block, surface) => renderElement(element, { surface, block, sends: true });

function section(block, surface) {
  const body = h("div", { class: "section-body" });
  if (block.text) body.append(h("div", { class: "text" }, ...renderText(block.text)));
  if (block.fields?.length) body.append(h("div", { class: "fields" }, block.fields.map((field) => h("div", { class: "text" }, ...renderText(field)))));
  const accessory = block.accessory && h("div", { class: "accessory" }, inBlock(block.accessory, block, surface));
  return h("div", { class: "block-section" }, body, accessory);
}

function contextPart(element) {
  if (element.type === "image") return image(element);
  return h("span", { class: "text" }, ...renderText(element));
}

function imageBlock(block) {
  const title = block.title && h("figcaption", {}, ...renderText(block.title));
  return h("figure", { class: "block-image" }, title, image(block));
}

function input(block, surface) {
  const { element } = block;
  const [id, label, hint, error] = ["field", "label", "hint", "error"].map(uid);
  const field = hasField(element);
  const name = [...renderText(block.label), block.optional ? h("span", { class: "muted" }, " (optional)") : null];
  return h(
    "div",
    { class: "block-input" },
    field ? h("label", { id: label, for: id, class: "label" }, ...name) : h("span", { id: label, class: "label" }, ...name),
    renderElement(element, {
      surface, block, id, labelledBy: label, describedBy: block.hint ? `${error} ${hint}` : error,
      sends: Boolean(block.dispatch_action), clearable: Boolean(block.optional),
    }),
    h("p", { id: error, class: "field-error", hidden: true }, icon("error"), h("span")),
    block.hint ? h("p", { id: hint, class: "hint" }, ...renderText(block.hint)) : null,
  );
}

/**
 * Shows each sentence under the input of its block and takes away the others.
 *   errors: {block_id: sentence} → the sentences that no shown input claims
 */
export function showErrors(container, errors) {
  const unclaimed = { ...errors };
  for (const node of container.querySelectorAll(".block-input")) {
    const sentence = errors[node.dataset.blockId];
    delete unclaimed[node.dataset.blockId];
    const place = node.querySelector(".field-error");
    place.hidden = !sentence;
    place.lastElementChild.textContent = sentence ?? "";
    node.classList.toggle("invalid", Boolean(sentence));
    for (const control of node.querySelectorAll(".field, [role=radiogroup]")) {
      if (sentence) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    }
  }
  return Object.values(unclaimed);
}

function table(block) {
  const settings = block.column_settings ?? [];
  const cell = (content, index, head) => {
    const style = [`align-${settings[index]?.align ?? "left"}`, settings[index]?.is_wrapped ? "" : "nowrap"].join(" ");
    return h(head ? "th" : "td", { class: style, scope: head ? "col" : null }, ...cellContent(content));
  };
  const [head = [], ...rows] = block.rows ?? [];
  return h(
    "div",
    { class: "block-table", tabindex: "0", role: "group", "aria-label": "Table" },
    h("table", {}, h("thead", {}, h("tr", {}, head.map((content, index) => cell(content, index, true)))), h("tbody", {}, rows.map((row) => h("tr", {}, row.map((content, index) => cell(content, index)))))),
  );
}

function cellContent(content) {
  if (content?.type === "rich_text") return renderRichText(content);
  return [String(content?.text ?? content?.value ?? "")];
}
