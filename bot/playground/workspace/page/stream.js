// News from the workspace. EventSource reconnects by itself; what happened meanwhile is read again.

import { api } from "./api.js";

const EVENTS = ["message", "view", "home", "channel", "app"];

/**
 * on(event, data) for each event; on("reconnected") after a gap; on("lost") when the connection broke.
 * → a function that ends it
 */
export function listen(person, on) {
  const source = new EventSource(api.streamUrl(person));
  let broken = false;
  for (const name of EVENTS) {
    source.addEventListener(name, (event) => {
      let data = {};
      try {
        data = JSON.parse(event.data);
      } catch {
        // The event's name alone says what to read again.
      }
      on(name, data);
    });
  }
  source.addEventListener("error", () => {
    if (!broken) on("lost", {});
    broken = true;
  });
  source.addEventListener("open", () => {
    if (broken) on("reconnected", {});
    broken = false;
  });
  return () => source.close();
}

/**
 * Wraps an async read so that calls during a run lead to exactly one more run: a burst of events costs
 * two reads, and the last one always happens after the last event.
 */
export function coalesce(read) {
  let running = null;
  let again = false;
  return function refresh() {
    if (running) {
      again = true;
      return running;
    }
    running = (async () => {
      do {
        again = false;
        await read();
      } while (again);
    })().finally(() => (running = null));
    return running;
  };
}
