// What a rendered block stands on: a message or a view. It remembers what was chosen and typed there,
// and sends actions to the app.

import { api } from "./api.js";
import { askConfirm } from "./confirm.js";
import { initialValue } from "./values.js";
import { state } from "./state.js";
import { toast } from "./toast.js";

export class Surface {
  /**
   * target: {message: {channel, ts}} or {view_id}
   * options: values, what is known already ({block_id: {action_id: {type, …}}}); onChange, told after each change
   */
  constructor(target, { values = {}, onChange = () => {} } = {}) {
    this.target = target;
    this.values = structuredClone(values);
    this.onChange = onChange;
  }

  /** The state value of an element; its initial one until the person changes it. */
  recall(block, element) {
    const known = this.values[block.block_id]?.[element.action_id];
    if (known && known.type === element.type) return known;
    const first = initialValue(element);
    if (first) this.#store(block, element, first);
    return first;
  }

  remember(block, element, value) {
    this.#store(block, element, value);
    this.onChange(block, element);
  }

  /** Forgets what stood in elements that are gone, so that only what is shown is sent. */
  keepOnly(blocks) {
    const shown = new Set(blocks.map((block) => block.block_id));
    for (const id of Object.keys(this.values)) if (!shown.has(id)) delete this.values[id];
  }

  /** Sends an action; → false if the person said no to its question or it failed (and a notice says so). */
  async act(block, element, answer, node) {
    if (node.getAttribute("aria-busy") === "true") return false;
    if (element.confirm && !(await askConfirm(element.confirm))) return false;
    node.setAttribute("aria-busy", "true");
    try {
      await this.#send({
        ...this.target,
        block_id: block.block_id,
        action_id: element.action_id,
        ...answer,
        state: { values: this.values },
        ...(element.confirm ? { confirmed: true } : {}),
      });
      return true;
    } catch (problem) {
      toast(problem.message);
      return false;
    } finally {
      node.removeAttribute("aria-busy");
    }
  }

  /** → {options} or {option_groups} from the app, for what was typed into an external select. */
  options(block, element, value) {
    return api.options(state.me.id, { ...this.target, block_id: block.block_id, action_id: element.action_id, value });
  }

  // The message may have got its question after this page read it; then it is asked now.
  async #send(body) {
    try {
      await api.action(state.me.id, body);
    } catch (problem) {
      if (problem.code !== "confirmation_required" || body.confirmed) throw problem;
      if (await askConfirm(problem.body.confirm ?? {})) await api.action(state.me.id, { ...body, confirmed: true });
    }
  }

  #store(block, element, value) {
    (this.values[block.block_id] ??= {})[element.action_id] = value;
  }
}
