// Where the page is, kept in the address so that every view can be linked, reloaded and gone back from:
//   #/as/U1                        the list of channels (narrow windows)
//   #/as/U1/home                   the app's home
//   #/as/U1/channel/C1[/thread/TS] a channel, with a thread open beside it

/** → {person, view: "list"|"home"|"channel", channel, thread}; parts that are missing are undefined. */
export function parseRoute(hash) {
  const parts = hash.replace(/^#\/?/, "").split("/").map(decode);
  if (parts[0] !== "as" || !parts[1]) return { view: "list" };
  const [, person, view, channel, marker, thread] = parts;
  if (view === "home") return { person, view: "home" };
  if (view === "channel" && channel) {
    return { person, view: "channel", channel, thread: marker === "thread" && thread ? thread : undefined };
  }
  return { person, view: "list" };
}

/** The inverse of parseRoute. */
export function routeHash({ person, view, channel, thread }) {
  const parts = ["as", person];
  if (view === "home") parts.push("home");
  if (view === "channel") parts.push("channel", channel);
  if (view === "channel" && thread) parts.push("thread", thread);
  return `#/${parts.map(encodeURIComponent).join("/")}`;
}

export function go(route, { replace = false } = {}) {
  const hash = routeHash(route);
  if (!replace) location.hash = hash;
  else if (hash !== location.hash) location.replace(hash);
}

// A hand-typed "%" must not break the page.
function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
