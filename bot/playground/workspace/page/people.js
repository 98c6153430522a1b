// Pictures of people: initials on a colour that stays the same for each.

import { h } from "./dom.js";

const COLOURS = 8;

export function avatar(id, name, className = "") {
  let sum = 0x811c9dc5;
  for (const character of id ?? name) sum = Math.imul(sum ^ character.codePointAt(0), 0x01000193);
  const letters = name.split(/[\s._-]+/).filter(Boolean).slice(0, 2).map((word) => [...word][0].toUpperCase()).join("");
  return h("span", { class: `avatar avatar-${(sum >>> 8) % COLOURS} ${className}`, "aria-hidden": "true" }, letters || "?");
}
