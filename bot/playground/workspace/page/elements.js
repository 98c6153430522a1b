// Block elements that people press, pick or type in. Each renderer takes (element, context), where
//   context: {surface, block, id, labelledBy?, describedBy?, sends, clearable}
// `sends` says whether a change is an action for the app or only remembered until submit.

import { h, icon, uid } from "./dom.js";
import { menuButton } from "./menu.js";
import { renderText } from "./mrkdwn.js";
import { Picker } from "./picker.js";
import { optionOfId, sourceOf } from "./sources.js";
import { fromLocalInput, toLocalInput } from "./time.js";
import { VALUE_OF, answerOf, contentOf, stateValue } from "./values.js";

const SEARCH_PAUSE_MS = 200;

const SELECTS = ["static_select", "external_select", "users_select", "conversations_select", "channels_select"];

const RENDERERS = {
  button,
  workflow_button: button,
  overflow,
  image: (element) => image(element),
  plain_text_input: textInput,
  number_input: textInput,
  email_text_input: textInput,
  url_text_input: textInput,
  datepicker: (element, context) => dateInput(element, context, "date"),
  timepicker: (element, context) => dateInput(element, context, "time"),
  datetimepicker: (element, context) => dateInput(element, context, "datetime-local"),
  radio_buttons: (element, context) => optionList(element, context, "radio"),
  checkboxes: (element, context) => optionList(element, context, "checkbox"),
  ...Object.fromEntries(SELECTS.flatMap((type) => [[type, select], [`multi_${type}`, select]])),
};

export function renderElement(element, context) {
  if (!Object.hasOwn(RENDERERS, element.type)) return h("span", { class: "unsupported" }, `Unsupported element: ${element.type}`);
  return RENDERERS[element.type](element, context);
}

/** True for elements whose label is a <label for>; the others are labelled groups. */
export const hasField = (element) => !["radio_buttons", "checkboxes", "button", "overflow"].includes(element.type);

export const keyOf = (block, element) => `${block.block_id}/${element.action_id}`;

export function image({ image_url: url, alt_text: alt }) {
  if (!/^https?:\/\//i.test(url ?? "")) return h("span", { class: "muted" }, alt ?? "");
  const node = h("img", { src: url, alt: alt ?? "", loading: "lazy" });
  // A broken picture says what it was instead of showing the browser's own mark.
  node.addEventListener("error", () => node.replaceWith(h("span", { class: "muted" }, alt ?? "")));
  return node;
}

// Remembers a new content and, where the element sends actions, sends it; false: the person took it back.
async function change(element, { surface, block, sends }, content, node) {
  const before = surface.recall(block, element);
  const value = stateValue(element, content);
  surface.remember(block, element, value);
  if (!sends || (await surface.act(block, element, answerOf(value), node))) return true;
  surface.remember(block, element, before);
  return false;
}

function button(element, { surface, block }) {
  const key = keyOf(block, element);
  const className = `button ${element.style ?? ""}`;
  const press = () => surface.act(block, element, { value: element.value }, node);
  const props = { class: className, "aria-label": element.accessibility_label, data: { key, action: element.action_id }, on: { click: press } };
  const safe = /^(https?:\/\/|mailto:)/i.test(element.url ?? "");
  const node = safe
    ? h("a", { ...props, href: element.url, target: "_blank", rel: "noopener noreferrer" }, ...renderText(element.text))
    : h("button", { ...props, type: "button" }, ...renderText(element.text));
  return node;
}

function overflow(element, { surface, block }) {
  return menuButton({
    label: "More options",
    key: keyOf(block, element),
    className: "button overflow",
    face: icon("more"),
    items: () =>
      element.options.map((option) => ({
        label: renderText(option.text),
        description: option.description && renderText(option.description),
        url: option.url,
        choose: (node) => surface.act(block, element, { selected_option: option }, node),
      })),
  });
}

function textInput(element, context) {
  const { surface, block, id, labelledBy, describedBy, sends } = context;
  const multiline = element.type === "plain_text_input" && element.multiline;
  const type = { email_text_input: "email", url_text_input: "url" }[element.type] ?? "text";
  const field = h(multiline ? "textarea" : "input", {
    id, class: "field", type: multiline ? null : type, rows: multiline ? 4 : null, autocomplete: "off",
    inputmode: element.type === "number_input" ? (element.is_decimal_allowed ? "decimal" : "numeric") : null,
    placeholder: element.placeholder?.text, "aria-describedby": describedBy,
    "aria-label": labelledBy ? null : (element.placeholder?.text ?? "Text"), data: { key: keyOf(block, element) },
  });
  field.value = contentOf(element, surface.recall(block, element)) ?? "";
  const counter = element.max_length ? h("span", { class: "counter muted", "aria-live": "polite" }) : null;
  const remember = () => {
    surface.remember(block, element, stateValue(element, field.value));
    if (counter) count(counter, element.max_length - field.value.length);
  };
  const triggers = sends ? (element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"]) : [];
  const send = () => surface.act(block, element, { value: field.value }, field);
  field.addEventListener("input", remember);
  if (triggers.includes("on_character_entered")) field.addEventListener("input", send);
  if (triggers.includes("on_enter_pressed")) field.addEventListener("keydown", (event) => sendOnEnter(event, send));
  return counter ? h("div", { class: "counted" }, field, counter) : field;
}

function sendOnEnter(event, send) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  send();
}

// Quiet until it matters; never cuts off what was pasted.
function count(counter, left) {
  counter.textContent = left < 0 ? `${-left} too many` : left <= 20 ? `${left} left` : "";
  counter.classList.toggle("over", left < 0);
}

function dateInput(element, context, type) {
  const { surface, block, id, labelledBy, describedBy } = context;
  const local = type === "datetime-local";
  const field = h("input", {
    id, type, class: "field date", "aria-describedby": describedBy,
    "aria-label": labelledBy ? null : (element.placeholder?.text ?? "Date"), data: { key: keyOf(block, element) },
  });
  const show = () => {
    const content = contentOf(element, surface.recall(block, element));
    field.value = content === null ? "" : local ? toLocalInput(content) : content;
  };
  field.addEventListener("change", async () => {
    const content = local && field.value ? fromLocalInput(field.value) : field.value;
    if (!(await change(element, context, content, field))) show();
  });
  show();
  return field;
}

function optionList(element, context, type) {
  const { surface, block, labelledBy, describedBy } = context;
  const name = uid(type);
  const many = type === "checkbox";
  const group = h("div", {
    class: "option-list", role: many ? "group" : "radiogroup", "aria-labelledby": labelledBy, "aria-describedby": describedBy,
    "aria-label": labelledBy ? null : many ? "Choices" : "Choice",
  });
  const chosen = () => [contentOf(element, surface.recall(block, element)) ?? []].flat();
  const inputs = element.options.map((option) => {
    const input = h("input", { type, name, value: option.value, data: { key: `${keyOf(block, element)}/${option.value}` } });
    group.append(h("label", { class: "choice" }, input, h("span", {}, ...renderText(option.text), option.description ? h("span", { class: "muted description" }, ...renderText(option.description)) : null)));
    return input;
  });
  const show = () => inputs.forEach((input) => (input.checked = chosen().some(({ value }) => value === input.value)));
  group.addEventListener("change", async () => {
    const picked = element.options.filter((_, index) => inputs[index].checked);
    if (!(await change(element, context, many ? picked : (picked[0] ?? null), group))) show();
  });
  show();
  return group;
}

function select(element, context) {
  const { surface, block, id, labelledBy, describedBy, clearable } = context;
  const [property] = VALUE_OF[element.type];
  const byOption = property.startsWith("selected_option");
  const multi = element.type.startsWith("multi_");
  const content = [contentOf(element, surface.recall(block, element)) ?? []].flat();
  const placeholder = element.placeholder?.text ?? (multi ? "Choose any" : "Choose one");
  const picker = new Picker({
    id, key: keyOf(block, element), label: labelledBy ? undefined : placeholder, describedBy, placeholder, multi, clearable,
    most: element.max_selected_items,
    selected: byOption ? content : content.map(optionOfId),
    load: sourceOf(element, surface, block),
    wait: element.type.endsWith("external_select") ? SEARCH_PAUSE_MS : 0,
    choose: (options) => {
      const picked = byOption ? options : options.map(({ value }) => value);
      return change(element, context, multi ? picked : (picked[0] ?? null), picker.field);
    },
  });
  return picker.node;
}
