/** The card beside the pointer: which component, its scores, its example crops. */

import { h } from "./dom";
import { showStrip } from "./strips";

const GAP = 10;

export class HoverCard {
  readonly element = h("div", { class: "slens-card", hidden: true, "aria-hidden": "true" });
  #name = h("b");
  #facts = h("p");
  #label = h("div");
  #strip = h("div", { class: "slens-strip" });
  #id = -1;

  constructor() {
    this.element.append(this.#name, this.#label, this.#facts, this.#strip);
  }

  show(id: number, name: string, facts: string, label: Node, url: string | undefined): void {
    this.#id = id;
    this.#name.textContent = name;
    this.#facts.textContent = facts;
    this.#label.replaceChildren(label);
    showStrip(this.#strip, url);
  }

  /** Stand beside a ring, on the side that has room. */
  place([x, y]: [number, number], radius: number, [width, height]: [number, number]): void {
    const [ownWidth, ownHeight] = [this.element.offsetWidth || 252, this.element.offsetHeight || 116];
    const away = radius + GAP;
    const left = x + away + ownWidth > width ? x - ownWidth - away : x + away;
    const top = Math.min(Math.max(y - ownHeight / 2, 4), height - ownHeight - 4);
    this.element.style.left = `${Math.max(left, 4)}px`;
    this.element.style.top = `${Math.max(top, 4)}px`;
  }

  arrived(id: number, url: string): void {
    if (id === this.#id) showStrip(this.#strip, url);
  }
}
