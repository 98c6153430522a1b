// The people API (PEOPLE_API.md), one function a call. Every failure becomes a Problem with a
// sentence that can be shown as it is.

export class Problem extends Error {
  constructor(code, message, body = {}) {
    super(message);
    this.code = code;
    this.body = body;
  }
}

const UNREACHABLE = "The workspace can't be reached. Nothing you typed is lost; try again in a moment.";

async function call(method, path, body) {
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Problem("unreachable", UNREACHABLE);
  }
  const answer = await response.json().catch(() => null);
  if (answer === null) throw new Problem("bad_answer", `The workspace answered ${response.status} without saying why.`);
  if (!response.ok || answer.ok === false) {
    const code = answer.error ?? `http_${response.status}`;
    throw new Problem(code, answer.message ?? `That didn't work (${code}).`, answer);
  }
  return answer;
}

const enc = encodeURIComponent;
const get = (path) => call("GET", path);
const post = (path, body = {}) => call("POST", path, body);

export const api = {
  people: () => get("/people"),
  channels: (u) => get(`/people/${enc(u)}/channels`),
  commands: (u) => get(`/people/${enc(u)}/commands`),
  messages: (u, c, thread) =>
    get(`/people/${enc(u)}/channels/${enc(c)}/messages${thread ? `?thread_ts=${enc(thread)}` : ""}`),
  send: (u, c, text, thread) =>
    post(`/people/${enc(u)}/channels/${enc(c)}/messages`, thread ? { text, thread_ts: thread } : { text }),
  join: (u, c) => post(`/people/${enc(u)}/channels/${enc(c)}/join`),
  leave: (u, c) => post(`/people/${enc(u)}/channels/${enc(c)}/leave`),
  invite: (u, c, user) => post(`/people/${enc(u)}/channels/${enc(c)}/invite`, { user }),
  command: (u, channel, text) => post(`/people/${enc(u)}/commands`, { channel, text }),
  action: (u, body) => post(`/people/${enc(u)}/actions`, body),
  options: (u, body) => post(`/people/${enc(u)}/options`, body),
  views: (u) => get(`/people/${enc(u)}/views`),
  saveState: (u, view, values) => post(`/people/${enc(u)}/views/${enc(view)}/state`, { values }),
  submit: (u, view, values) => post(`/people/${enc(u)}/views/${enc(view)}/submit`, { values }),
  close: (u, view, clear) => post(`/people/${enc(u)}/views/${enc(view)}/close`, { clear }),
  home: (u) => get(`/people/${enc(u)}/home`),
  openHome: (u, tab) => post(`/people/${enc(u)}/home`, { tab }),
  shortcut: (u, body) => post(`/people/${enc(u)}/shortcuts`, body),
  streamUrl: (u) => `/people/${enc(u)}/stream`,
};
