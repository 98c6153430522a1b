// Where the choices of each select menu come from.

import { channelName, personName, state } from "./state.js";

const matches = (query) => {
  const wanted = query.trim().toLowerCase();
  return ({ text, description }) => `${words(text)} ${words(description)}`.toLowerCase().includes(wanted);
};
const words = (object) => (typeof object === "string" ? object : (object?.text ?? ""));

const DEFAULT_MIN_QUERY = 3;

// Every source: (element, surface, block) → (query, say) → [{label?, options}]
const fixed = (element) => (query) => groupsOf(element).map((group) => ({ ...group, options: group.options.filter(matches(query)) })).filter((group) => group.options.length);

const external = (element, surface, block) => async (query, say) => {
  const least = element.min_query_length ?? DEFAULT_MIN_QUERY;
  if (query.length < least) {
    say(`Type ${least === 1 ? "a letter" : `at least ${least} letters`} to search`);
    return new Promise(() => {});
  }
  say("Searching…");
  return groupsOf(await surface.options(block, element, query));
};

const listed = (entries) => (element) => (query) => [{ options: entries(element).filter(matches(query)) }];

const users = () => state.people.filter((person) => !person.deleted).map((person) => ({ text: personName(person.id), value: person.id, description: person.title }));

const asOption = (channel) => ({ text: channelName(channel), value: channel.id });
const publicChannels = () => state.channels.filter((channel) => channel.kind === "public").map(asOption);

function conversations({ filter = {} }) {
  return state.channels
    .filter((channel) => !filter.include || filter.include.includes(channel.kind))
    .filter((channel) => !(filter.exclude_external_shared_channels && channel.is_ext_shared))
    .filter((channel) => !(filter.exclude_bot_users && channel.user === state.app.bot_user_id))
    .map(asOption);
}

const SOURCES = {
  static_select: fixed,
  external_select: external,
  users_select: listed(users),
  conversations_select: listed(conversations),
  channels_select: listed(publicChannels),
};

export const sourceOf = (element, surface, block) => SOURCES[element.type.replace(/^multi_/, "")](element, surface, block);

/** An id that a users, conversations or channels select holds, as an option. */
export function optionOfId(id) {
  const channel = state.channels.find((candidate) => candidate.id === id);
  return { text: channel ? channelName(channel) : personName(id), value: id };
}

function groupsOf({ options, option_groups: groups }) {
  return groups?.length ? groups : [{ options: options ?? [] }];
}
