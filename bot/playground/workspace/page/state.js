// What the page knows of the workspace. The server is the truth; this is its last answer, and modules
// read it instead of handing it to each other.

export const state = {
  route: { view: "list" },
  app: { name: "app" },
  people: [],
  me: null,
  channels: [],
  commands: [],
  shortcuts: [],
  unread: new Set(),
};

export const personById = (id) => state.people.find((person) => person.id === id);
export const channelById = (id) => state.channels.find((channel) => channel.id === id);

export function personName(id) {
  if (id === state.app.bot_user_id) return state.app.name;
  const person = personById(id);
  return person?.real_name || person?.name || id;
}

/** What people call a channel: "#general", "private-one", or the other person's name for a DM. */
export function channelName(channel, { mark = true } = {}) {
  if (channel.kind === "im") return personName(channel.user);
  return mark && channel.kind === "public" ? `#${channel.name}` : channel.name;
}

// What was read is a matter of this browser alone: the workspace keeps no read marks.
const readKey = (channel) => `read:${state.me.id}:${channel}`;
export const lastRead = (channel) => localStorage.getItem(readKey(channel)) ?? "";
export function markRead(channel, ts) {
  if (ts > lastRead(channel)) localStorage.setItem(readKey(channel), ts);
  state.unread.delete(channel);
}
