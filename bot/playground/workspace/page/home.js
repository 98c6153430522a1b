// The app's home: the view that it published for this person.

import { api } from "./api.js";
import { patchBlocks } from "./blocks.js";
import { h } from "./dom.js";
import { state } from "./state.js";
import { coalesce } from "./stream.js";
import { Surface } from "./surface.js";

export class Home {
  constructor() {
    this.person = state.me.id;
    this.body = h("div", { class: "blocks home-blocks" });
    this.empty = h("p", { class: "empty muted", hidden: true }, `${state.app.name} hasn't published a home for you yet.`);
    this.node = h("div", { class: "scroller home", tabindex: "-1" }, h("div", { class: "home-page" }, this.empty, this.body));
    this.refresh = coalesce(() => this.#read());
  }

  /** Tells the app that its home was opened; it answers by publishing. */
  async open() {
    await this.refresh();
    await api.openHome(this.person, "home");
  }

  async #read() {
    const { view } = await api.home(this.person);
    this.empty.hidden = Boolean(view);
    if (!view) return patchBlocks(this.body, [], new Surface({}));
    if (this.surface?.target.view_id !== view.id) this.surface = new Surface({ view_id: view.id }, { values: view.state?.values });
    patchBlocks(this.body, view.blocks ?? [], this.surface);
  }
}
