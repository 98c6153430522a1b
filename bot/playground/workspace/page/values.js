// The state value of each kind of element, in the shape Slack sends: {type, value | selected_…}.

import { state } from "./state.js";

// element type → [property of the value, property of the element that holds the initial one, empty value]
export const VALUE_OF = {
  plain_text_input: ["value", "initial_value", null],
  number_input: ["value", "initial_value", null],
  email_text_input: ["value", "initial_value", null],
  url_text_input: ["value", "initial_value", null],
  datepicker: ["selected_date", "initial_date", null],
  timepicker: ["selected_time", "initial_time", null],
  datetimepicker: ["selected_date_time", "initial_date_time", null],
  radio_buttons: ["selected_option", "initial_option", null],
  checkboxes: ["selected_options", "initial_options", []],
  static_select: ["selected_option", "initial_option", null],
  external_select: ["selected_option", "initial_option", null],
  users_select: ["selected_user", "initial_user", null],
  conversations_select: ["selected_conversation", "initial_conversation", null],
  channels_select: ["selected_channel", "initial_channel", null],
  multi_static_select: ["selected_options", "initial_options", []],
  multi_external_select: ["selected_options", "initial_options", []],
  multi_users_select: ["selected_users", "initial_users", []],
  multi_conversations_select: ["selected_conversations", "initial_conversations", []],
  multi_channels_select: ["selected_channels", "initial_channels", []],
};

/** → the state value an element starts with, or null for one that keeps none (buttons, overflow). */
export function initialValue(element) {
  const shape = Object.hasOwn(VALUE_OF, element.type) ? VALUE_OF[element.type] : null;
  if (!shape) return null;
  const [property, initial, empty] = shape;
  return stateValue(element, element[initial] ?? currentConversation(element, property) ?? empty, property);
}

/** {type, [property]: content}, with empty text as null, as Slack has it. */
export function stateValue(element, content, property = VALUE_OF[element.type][0]) {
  return { type: element.type, [property]: content === "" ? null : content };
}

export const contentOf = (element, value) => value?.[VALUE_OF[element.type][0]];

/** What an action of this element carries: the state value without its type. */
export function answerOf(value) {
  const { type: _, ...answer } = value;
  return answer;
}

function currentConversation(element, property) {
  if (!element.default_to_current_conversation || !state.route.channel) return undefined;
  return property === "selected_conversations" ? [state.route.channel] : state.route.channel;
}
