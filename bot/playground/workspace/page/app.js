// The page itself: follows the address, listens for news, and reads again what is shown.

import { api } from "./api.js";
import { Conversation, channelTopic } from "./channel.js";
import { icon } from "./dom.js";
import { Home } from "./home.js";
import { dropModals, refreshModals } from "./modal.js";
import { go, parseRoute } from "./route.js";
import { renderSidebar } from "./sidebar.js";
import { channelById, channelName, lastRead, state } from "./state.js";
import { coalesce, listen } from "./stream.js";
import { toast } from "./toast.js";

const FIRST_PERSON = "U02ENGINEER";
const FIRST_CHANNEL = "sandboxes";
const narrow = matchMedia("(max-width: 700px)");

const at = (id) => document.getElementById(id);
const shown = { main: null, mainKey: "", thread: null, threadKey: "", stop: () => {} };

const report = (problem) => toast(problem.message);
const sidebar = () => renderSidebar({ runShortcut: (callback) => runShortcut({ callback_id: callback }) });

const refreshPeople = coalesce(async () => {
  const { people, app, workspace } = await api.people();
  Object.assign(state, { people, app: { ...state.app, ...app } });
  if (workspace?.name) at("workspace-name").textContent = workspace.name;
});

const refreshChannels = coalesce(async () => {
  const { channels } = await api.channels(state.me.id);
  state.channels = channels;
  sidebar();
  shown.main?.renderFoot?.();
  renderHeading();
});

async function runShortcut(body) {
  await api.shortcut(state.me.id, body).catch(report);
}

async function follow() {
  const route = parseRoute(location.hash);
  const known = state.people.some(({ id }) => id === route.person);
  if (!known) {
    const first = state.people.find(({ id }) => id === FIRST_PERSON) ?? state.people[0];
    return go({ person: first.id, view: "list" }, { replace: true });
  }
  state.route = route;
  if (state.me?.id !== route.person) await become(route.person);
  if (route.view === "list" && !narrow.matches) return go({ ...route, view: "channel", channel: firstChannel() }, { replace: true });
  document.body.dataset.pane = route.view === "list" ? "sidebar" : route.thread ? "thread" : "main";
  showMain(route);
  showThread(route);
  sidebar();
}

const firstChannel = () => (state.channels.find(({ name }) => name === FIRST_CHANNEL) ?? state.channels[0])?.id;

async function become(person) {
  shown.stop();
  dropModals();
  Object.assign(state, { me: state.people.find(({ id }) => id === person), unread: new Set(), channels: [] });
  shown.mainKey = shown.threadKey = "";
  const { commands = [], shortcuts = [] } = await api.commands(person);
  Object.assign(state, { commands, shortcuts });
  await refreshChannels();
  shown.stop = listen(person, heard);
  refreshModals().catch(report);
  findUnread().catch(report);
}

// What came while this page was closed or somebody else's; in DMs only, where it waits for this person.
async function findUnread() {
  const { me, channels } = state;
  for (const { id } of channels.filter(({ kind }) => kind === "im")) {
    const { messages } = await api.messages(me.id, id);
    if (state.me !== me) return;
    if (messages.length && messages.at(-1).ts > lastRead(id) && messages.at(-1).user !== me.id && state.route.channel !== id) state.unread.add(id);
  }
  sidebar();
}

function showMain(route) {
  const key = `${route.person} ${route.view} ${route.channel ?? ""}`;
  if (shown.mainKey === key) return;
  shown.mainKey = key;
  shown.main = route.view === "home" ? new Home() : route.view === "channel" ? conversation(route) : null;
  at("main-body").replaceChildren(...(shown.main ? [shown.main.node] : []));
  renderHeading();
  if (route.view === "home") shown.main.open().catch(report);
  if (route.view !== "channel") return;
  shown.main.refresh().catch(report);
  if (!narrow.matches && !document.querySelector("dialog[open]")) shown.main.focus();
  if (channelById(route.channel)?.user === state.app.bot_user_id) api.openHome(route.person, "messages").catch(report);
}

function conversation({ person, channel, thread }) {
  return new Conversation({
    channel, thread,
    openThread: (ts) => go({ person, view: "channel", channel, thread: ts }),
    runShortcut: (callback, message) => runShortcut({ callback_id: callback, message: { channel, ts: message.ts } }),
    changed: sidebar,
    joined: () => refreshChannels(),
  });
}

function renderHeading() {
  const { view } = state.route;
  const channel = channelById(state.route.channel);
  const title = view === "home" ? state.app.name : channel ? channelName(channel) : "";
  at("main-title").textContent = title;
  at("main-topic").textContent = view === "home" ? "App home" : channel ? channelTopic(channel) : "";
  document.title = title ? `${title} · ${at("workspace-name").textContent}` : at("workspace-name").textContent;
}

function showThread(route) {
  const key = route.thread ? `${route.person} ${route.channel} ${route.thread}` : "";
  if (shown.threadKey === key) return;
  shown.threadKey = key;
  const pane = at("thread");
  pane.hidden = !route.thread;
  shown.thread = route.thread ? conversation(route) : null;
  at("thread-body").replaceChildren(...(shown.thread ? [shown.thread.node] : []));
  if (!shown.thread) return;
  at("thread-channel").textContent = channelById(route.channel) ? channelName(channelById(route.channel)) : "";
  shown.thread.refresh().catch(report);
  shown.thread.focus();
}

function closeThread() {
  const { thread } = state.route;
  go({ ...state.route, thread: undefined });
  at("main-body").querySelector(`[data-ts="${CSS.escape(thread)}"]`)?.focus({ preventScroll: true });
}

function heard(event, data) {
  const news = {
    message: () => heardMessage(data),
    view: refreshModals,
    home: () => state.route.view === "home" && shown.main.refresh(),
    channel: refreshChannels,
    app: async () => {
      await refreshPeople();
      sidebar();
    },
    lost: () => (at("offline").hidden = false),
    reconnected: readAll,
  };
  Promise.resolve(news[event](data)).catch(report);
}

async function heardMessage({ channel, thread_ts: thread, ts, kind }) {
  const { route } = state;
  if (channel === route.channel && route.view === "channel") {
    await Promise.all([shown.main.refresh(), route.thread && [thread, ts].includes(route.thread) ? shown.thread.refresh() : null]);
    return;
  }
  if (!channelById(channel)) await refreshChannels();
  if (["posted", "ephemeral"].includes(kind) && !thread) state.unread.add(channel);
  sidebar();
}

async function readAll() {
  at("offline").hidden = true;
  await refreshPeople();
  await refreshChannels();
  await Promise.all([shown.main?.refresh(), shown.thread?.refresh(), refreshModals()]);
}

function keys(event) {
  const typing = event.target.matches("input, textarea, select, [contenteditable]");
  if (document.querySelector("dialog[open]") || event.defaultPrevented) return;
  if (event.key === "/" && !typing) {
    event.preventDefault();
    document.querySelector("#main-body .composer textarea")?.focus();
  } else if (event.key === "Escape" && state.route.thread) closeThread();
}

async function start() {
  for (const id of ["main-back", "thread-back"]) at(id).append(icon("back"));
  at("close-thread").append(icon("close"));
  addEventListener("keydown", keys);
  at("close-thread").addEventListener("click", closeThread);
  at("thread-back").addEventListener("click", closeThread);
  at("main-back").addEventListener("click", () => go({ person: state.me.id, view: "list" }));
  await refreshPeople();
  await follow();
  addEventListener("hashchange", () => follow().catch(report));
  narrow.addEventListener("change", () => follow().catch(report));
}

start().catch(report);
