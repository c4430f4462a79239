/** The card beside the pointer: which component, its scores, its example crops. */

import { h } from "./dom";
import { showStrip } from "./strips";

export class HoverCard {
  readonly element = h("div", { class: "slens-card", hidden: true, "aria-hidden": "true" });
  #name = h("b");
  #facts = h("p");
  #strip = h("div", { class: "slens-strip" });
  #id = -1;

  constructor() {
    this.element.append(this.#name, this.#facts, this.#strip);
  }

  show(
    id: number,
    name: string,
    facts: string,
    url: string | undefined,
    at: [number, number],
    room: [number, number],
  ): void {
    this.#id = id;
    this.#name.textContent = name;
    this.#facts.textContent = facts;
    showStrip(this.#strip, url);
    this.element.hidden = false;
    const [width, height] = [this.element.offsetWidth || 252, this.element.offsetHeight || 116];
    const left = at[0] + 16 + width > room[0] ? at[0] - width - 16 : at[0] + 16;
    const top = Math.min(Math.max(at[1] - height / 2, 4), room[1] - height - 4);
    this.element.style.left = `${Math.max(left, 4)}px`;
    this.element.style.top = `${Math.max(top, 4)}px`;
  }

  arrived(id: number, url: string): void {
    if (id === this.#id) showStrip(this.#strip, url);
  }

  hide(): void {
    this.#id = -1;
    this.element.hidden = true;
  }
}
