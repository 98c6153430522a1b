// The only way this page makes elements. Text always becomes text nodes, so nothing that people or
// apps write can turn into markup.

export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    else if (name === "data") Object.assign(node.dataset, value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

let counter = 0;
export const uid = (prefix) => `${prefix}-${++counter}`;

const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  back: "M15 5l-7 7 7 7",
  bolt: "M13 3L5 14h6l-1 7 8-11h-6z",
  close: "M6 6l12 12M18 6L6 18",
  error: "M12 3a9 9 0 100 18 9 9 0 000-18zM12 8v5M12 16.2v.1",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9.5a2.5 2.5 0 100 5 2.5 2.5 0 000-5z",
  home: "M4 11l8-7 8 7v9h-5v-6H9v6H4z",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 017 0v3",
  more: "M5 12h.1M12 12h.1M19 12h.1",
  send: "M4 5l16 7-16 7 2.5-7z",
  thread: "M4 5h16v11H10l-4 4v-4H4zM8 9h8M8 12h5",
};

/** A decorative icon; whatever holds it carries the words. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", class: `icon icon-${name}`, "aria-hidden": "true" })) {
    svg.setAttribute(key, value);
  }
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/**
 * Runs a change of the DOM and gives the focus back to the control that had it, if its replacement
 * is there: someone tabbing through a card must not be thrown out by its next update.
 */
export function keepingFocus(container, change) {
  const active = document.activeElement;
  const inside = active && active !== container && container.contains(active);
  const key = inside ? active.dataset.key : undefined;
  const range = inside && "selectionStart" in active ? [active.selectionStart, active.selectionEnd] : null;
  change();
  if (!inside || active.isConnected) return;
  const successor = [...container.querySelectorAll("[data-key]")].find((node) => node.dataset.key === key);
  if (!key || !successor) {
    container.closest("[tabindex]")?.focus({ preventScroll: true });
    return;
  }
  successor.focus({ preventScroll: true });
  if (range && range[0] !== null && successor.setSelectionRange) successor.setSelectionRange(...range);
}

/**
 * Makes `container` hold one child per item, in order, keeping the node of every item whose
 * signature did not change.
 *   items: [{key, signature, create(): Node, update?(node)}]; `update` changes a node in place.
 */
export function reconcile(container, items) {
  const known = container.reconciled ?? new Map();
  const next = new Map();
  for (const item of items) {
    const old = known.get(item.key);
    if (old && old.signature === item.signature) next.set(item.key, old);
    else if (old && item.update) {
      item.update(old.node);
      next.set(item.key, { node: old.node, signature: item.signature });
    } else next.set(item.key, { node: item.create(), signature: item.signature });
  }
  const kept = new Set([...next.values()].map(({ node }) => node));
  for (const { node } of known.values()) if (!kept.has(node)) node.remove();
  let cursor = container.firstChild;
  for (const { node } of next.values()) {
    if (node === cursor) cursor = cursor.nextSibling;
    else container.insertBefore(node, cursor);
  }
  container.reconciled = next;
}
