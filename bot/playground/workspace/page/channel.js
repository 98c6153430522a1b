// A channel, a direct message or a thread: heading, messages and composer.

import { api } from "./api.js";
import { Composer, findPerson } from "./composer.js";
import { h } from "./dom.js";
import { MessageList } from "./messages.js";
import { channelById, channelName, markRead, state } from "./state.js";
import { coalesce } from "./stream.js";

/**
 * What is shown of one channel, or of one of its threads if `thread` is a ts.
 *  settings: {channel, thread?, openThread(ts), runShortcut(callback_id, message), changed(), joined()}
 */
export class Conversation {
  constructor(settings) {
    this.settings = settings;
    const { channel, thread } = settings;
    this.person = state.me.id;
    const name = this.#name();
    this.list = new MessageList({
      label: thread ? `Thread in ${name}` : `Messages in ${name}`, channel, inThread: Boolean(thread),
      openThread: settings.openThread, runShortcut: settings.runShortcut,
    });
    this.foot = h("div", { class: "foot" });
    this.node = h("div", { class: "conversation" }, this.list.node, this.foot);
    this.refresh = coalesce(() => this.#read());
    this.renderFoot();
  }

  /** The composer, or the way in for somebody who isn't a member. */
  renderFoot() {
    const channel = channelById(this.settings.channel);
    const may = !channel || channel.is_member || channel.kind === "im";
    if (this.foot.dataset.may === String(may)) return;
    this.foot.dataset.may = may;
    this.foot.replaceChildren(may ? this.#composer() : this.#joinBar(channel));
  }

  focus() {
    this.foot.querySelector("textarea, button")?.focus({ preventScroll: true });
  }

  async #read() {
    const { channel, thread } = this.settings;
    const { messages } = await api.messages(this.person, channel, thread);
    this.list.show(messages);
    if (!thread && messages.length) markRead(channel, messages.at(-1).ts);
    this.settings.changed();
  }

  #name() {
    const channel = channelById(this.settings.channel);
    return channel ? channelName(channel) : this.settings.channel;
  }

  #composer() {
    const { channel, thread } = this.settings;
    const composer = new Composer({
      place: `${this.person} ${channel} ${thread ?? ""}`, inThread: Boolean(thread), label: thread ? "Reply" : `Message ${this.#name()}`,
      send: async (text) => {
        await api.send(this.person, channel, text, thread);
        await this.refresh();
        this.list.toBottom();
      },
      command: (text) => this.#command(text),
    });
    return composer.node;
  }

  async #command(text) {
    const { channel } = this.settings;
    const [name, ...rest] = text.split(/\s+/);
    if (state.commands.some(({ command }) => command === name)) return api.command(this.person, channel, text);
    if (name === "/leave") return api.leave(this.person, channel);
    if (name === "/invite") {
      const user = findPerson(rest.join(" "));
      if (!user) throw new Error(`Nobody here is called “${rest.join(" ") || "…"}”. Try /invite @${state.app.name}.`);
      await api.invite(this.person, channel, user);
      return this.refresh();
    }
    return api.command(this.person, channel, text);
  }

  #joinBar(channel) {
    const join = h("button", { type: "button", class: "button primary" }, "Join Channel");
    join.addEventListener("click", async () => {
      join.setAttribute("aria-busy", "true");
      await api.join(this.person, channel.id).catch((problem) => join.after(h("p", { role: "alert" }, problem.message)));
      join.removeAttribute("aria-busy");
      await this.settings.joined();
    });
    return h("div", { class: "join" }, h("p", {}, "You are looking at ", h("strong", {}, channelName(channel))), join);
  }
}

/** The words under a channel's name. */
export function channelTopic(channel) {
  if (channel.kind === "im") return channel.user === state.app.bot_user_id ? "App" : (state.people.find(({ id }) => id === channel.user)?.title ?? "");
  const shared = channel.is_ext_shared ? "Shared with another company. " : "";
  return `${shared}${channel.topic ?? ""}`;
}

