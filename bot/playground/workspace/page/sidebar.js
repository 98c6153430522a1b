// The left column: who one is, the app's home, channels and direct messages.

import { h, icon } from "./dom.js";
import { menuButton } from "./menu.js";
import { avatar } from "./people.js";
import { go, routeHash } from "./route.js";
import { channelName, personName, state } from "./state.js";

/** `actions`: {runShortcut(callback_id)} */
export function renderSidebar(actions) {
  renderPerson();
  renderApp();
  renderShortcuts(actions);
  const channels = state.channels.filter(({ kind }) => kind !== "im");
  const joined = channels.filter(({ is_member: member }) => member);
  const others = channels.filter(({ is_member: member }) => !member);
  const dms = state.channels.filter(({ kind }) => kind === "im");
  fill("home-link", [entry({ view: "home" }, icon("home"), `${state.app.name} home`)]);
  fill("channel-list", [...joined, ...others].map((channel) => channelEntry(channel)));
  fill("dm-list", dms.map((channel) => channelEntry(channel)));
}

function renderPerson() {
  const select = document.getElementById("person");
  const people = state.people.filter((person) => !person.deleted && person.id !== state.app.bot_user_id && !person.is_bot);
  const signature = JSON.stringify(people);
  // Rebuilding an open menu would close it under the person's hand.
  if (select.dataset.signature !== signature) {
    select.replaceChildren(...people.map((person) => h("option", { value: person.id }, describe(person))));
    select.dataset.signature = signature;
    select.onchange = () => switchTo(select.value);
  }
  select.value = state.me.id;
  document.getElementById("person-avatar").replaceChildren(avatar(state.me.id, personName(state.me.id)));
}

function describe(person) {
  const role = person.title || (person.is_admin ? "Admin" : person.is_restricted ? "Guest" : "");
  const name = person.real_name || person.name;
  return role && !name.toLowerCase().includes(role.toLowerCase()) ? `${name} · ${role}` : name;
}

// The same place as the other person, if they can see it; otherwise the start.
function switchTo(person) {
  const { view, channel } = state.route;
  const stays = view === "channel" && state.channels.find(({ id }) => id === channel)?.kind === "public";
  go({ person, view: stays ? "channel" : view === "home" ? "home" : "list", channel });
}

function renderApp() {
  const words = state.app.connected ? "connected" : "not connected";
  const status = document.getElementById("app-status");
  if (status.textContent.includes(`${state.app.name} is ${words}`)) return;
  status.replaceChildren(h("span", { class: `dot ${state.app.connected ? "on" : "off"}` }), `${state.app.name} is ${words}`);
}

function renderShortcuts({ runShortcut }) {
  const place = document.getElementById("global-shortcuts");
  const shortcuts = state.shortcuts.filter(({ type }) => type === "global");
  const signature = JSON.stringify(shortcuts);
  if (place.dataset.signature === signature) return;
  place.dataset.signature = signature;
  const items = () => shortcuts.map((shortcut) => ({ label: shortcut.name, description: shortcut.description, choose: () => runShortcut(shortcut.callback_id) }));
  place.replaceChildren(...(shortcuts.length ? [menuButton({ label: "Shortcuts", key: "shortcuts", face: icon("bolt"), items })] : []));
}

function channelEntry(channel) {
  const name = channelName(channel, { mark: false });
  const sign = channel.kind === "im" ? avatar(channel.user === state.app.bot_user_id ? state.app.bot_user_id : channel.user, name, "small") : channel.kind === "private" ? icon("lock") : h("span", { class: "hash", "aria-hidden": "true" }, "#");
  const badge = channel.kind === "im" && channel.user === state.app.bot_user_id ? h("span", { class: "badge" }, "APP") : null;
  return entry({ view: "channel", channel: channel.id }, sign, name, { badge, unread: state.unread.has(channel.id), faint: !channel.is_member && channel.kind !== "im" });
}

function entry(to, sign, name, { badge, unread, faint } = {}) {
  const here = state.route.view === to.view && state.route.channel === to.channel;
  const link = h(
    "a",
    { href: routeHash({ person: state.me.id, ...to }), class: `entry${unread ? " unread" : ""}${faint ? " faint" : ""}`, "aria-current": here ? "page" : null, data: { key: `entry ${to.channel ?? to.view}` } },
    sign, h("span", { class: "entry-name" }, name), badge, unread ? h("span", { class: "unread-dot" }, h("span", { class: "sr-only" }, "unread")) : null,
  );
  return h("li", {}, link);
}

// The focused link stays focused when the list is made anew.
function fill(id, entries) {
  const list = document.getElementById(id);
  const key = list.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  list.replaceChildren(...entries);
  if (key) [...list.querySelectorAll("[data-key]")].find((node) => node.dataset.key === key)?.focus({ preventScroll: true });
}
