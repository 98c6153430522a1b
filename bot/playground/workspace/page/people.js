// Pictures of people: initials on a colour that stays the same for each.

import { h } from "./dom.js";

const COLOURS = 8;

export function avatar(id, name, className = "") {
  let sum = 0;
  for (const character of id ?? name) sum = (sum * 31 + character.codePointAt(0)) % 65_521;
  const letters = name.split(/[\s._-]+/).filter(Boolean).slice(0, 2).map((word) => [...word][0].toUpperCase()).join("");
  return h("span", { class: `avatar avatar-${sum % COLOURS} ${className}`, "aria-hidden": "true" }, letters || "?");
}
