// Times in the zone of the person one plays, not of the browser: a manager in Tokyo reads Tokyo's.

import { state } from "./state.js";

function format(date, options) {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: state.me?.tz, ...options }).format(date);
  } catch {
    return new Intl.DateTimeFormat("en-US", options).format(date);
  }
}

export const dateOfTs = (ts) => new Date(Number.parseFloat(ts) * 1000);
export const clock = (date) => format(date, { hour: "numeric", minute: "2-digit" });
export const dayKey = (date) => format(date, { year: "numeric", month: "2-digit", day: "2-digit" });
export const fullTime = (date) => format(date, { dateStyle: "full", timeStyle: "medium" });

/** "Today", "Yesterday", "Monday, November 23", with the year only where it isn't this one. */
export function dayName(date, now = new Date()) {
  const near = nearDay(date, now);
  if (near) return near;
  const year = date.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return format(date, { weekday: "long", month: "long", day: "numeric", year });
}

function nearDay(date, now) {
  const day = 86_400_000;
  if (dayKey(date) === dayKey(now)) return "Today";
  if (dayKey(date) === dayKey(new Date(now.getTime() - day))) return "Yesterday";
  if (dayKey(date) === dayKey(new Date(now.getTime() + day))) return "Tomorrow";
  return null;
}

const AGO = [["day", 86_400], ["hour", 3_600], ["minute", 60]];

function ago(date, now = new Date()) {
  const seconds = Math.round((date - now) / 1000);
  const words = new Intl.RelativeTimeFormat("en-US", { numeric: "auto" });
  for (const [unit, size] of AGO) if (Math.abs(seconds) >= size) return words.format(Math.round(seconds / size), unit);
  return words.format(seconds, "second");
}

const long = (date) => format(date, { weekday: "long", month: "long", day: "numeric", year: "numeric" });
const middle = (date) => format(date, { month: "long", day: "numeric", year: "numeric" });
const short = (date) => format(date, { month: "short", day: "numeric", year: "numeric" });
const pretty = (words) => (date) => nearDay(date, new Date())?.toLowerCase() ?? words(date);

const TOKENS = {
  date_num: (date) => format(date, { year: "numeric", month: "2-digit", day: "2-digit" }),
  date: middle,
  date_short: short,
  date_long: long,
  date_pretty: pretty(middle),
  date_short_pretty: pretty(short),
  date_long_pretty: pretty(long),
  time: clock,
  time_secs: (date) => format(date, { hour: "numeric", minute: "2-digit", second: "2-digit" }),
  ago,
};

/** Slack's date markup: "Sleeps {date_short_pretty} at {time}" → words; unknown tokens stay as they are. */
export function formatDateTokens(seconds, pattern) {
  const date = new Date(seconds * 1000);
  return pattern.replace(/\{(\w+)\}/g, (token, name) => (Object.hasOwn(TOKENS, name) ? TOKENS[name](date) : token));
}

// The person's wall clock read as if it were UTC; the difference to the real time is the zone's offset.
function wallClock(date) {
  const options = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" };
  const formatter = new Intl.DateTimeFormat("en-US", { timeZone: state.me?.tz, hourCycle: "h23", ...options });
  const part = Object.fromEntries(formatter.formatToParts(date).map(({ type, value }) => [type, value]));
  return Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second);
}

/** Unix seconds → the value of a datetime-local input in the person's zone. */
export const toLocalInput = (seconds) => new Date(wallClock(new Date(seconds * 1000))).toISOString().slice(0, 16);

/** The inverse; where the clock is set back, the later of the two instants. */
export function fromLocalInput(value) {
  const wanted = Date.parse(`${value}Z`);
  const offset = wallClock(new Date(wanted)) - wanted;
  const near = wanted - offset;
  return Math.round((wanted - (wallClock(new Date(near)) - near)) / 1000);
}
