/** Which component is pointed at, here or in another view: its ring, its card, and the session's word for it. */

import { debounce, shape } from "./dom";
import type { Labels } from "./labels";
import { HoverCard } from "./map_card";
import type { View } from "./plane";
import { Strips } from "./strips";
import type { Drawn } from "./widget";

export interface Facts {
  /** Place of a component in the plane, in pixels; its ring's radius. */
  place(id: number): [number, number];
  radius(id: number): number;
  /** What the card says of it besides its name. */
  facts(id: number): string;
  /** Nothing is pointed at any more. */
  left(): void;
}

const TELL_AFTER = 50;

export class Hover {
  id = -1;
  readonly card = new HoverCard();
  readonly ring = shape("circle");
  #strips: Strips;
  #tell = debounce(TELL_AFTER, () => this.drawn.shared.set("hovered", this.id < 0 ? null : this.id));

  constructor(
    private readonly drawn: Drawn,
    private readonly labels: Labels,
    private readonly view: View,
    private readonly on: Facts,
  ) {
    const { client, frame, shared, onClose } = drawn;
    this.#strips = new Strips(client, frame.fail, (id, url) => this.card.arrived(id, url));
    shared.on(["hovered"], () => {
      const { hovered } = shared.values;
      if ((hovered ?? -1) !== this.id) this.#show(hovered ?? -1);
    });
    onClose(() => {
      this.#tell.cancel();
      this.#strips.close();
    });
    this.place();
  }

  /** Point at a component, or with −1 at none. */
  point(id: number): void {
    if (id === this.id) return;
    this.#show(id);
    this.#tell();
  }

  /** Put ring and card where the component is now. */
  place(): void {
    const { id, ring, card, on, view } = this;
    const at = id < 0 ? undefined : on.place(id);
    const seen = at && at[0] >= 0 && at[1] >= 0 && at[0] <= view.width && at[1] <= view.height;
    ring.style.display = seen ? "" : "none";
    card.element.hidden = !seen;
    if (!at || !seen) return;
    ring.setAttribute("cx", String(at[0]));
    ring.setAttribute("cy", String(at[1]));
    ring.setAttribute("r", String(on.radius(id)));
    card.place(at, on.radius(id), [view.width, view.height]);
  }

  #show(id: number): void {
    const { shared, frame } = this.drawn;
    this.id = id;
    if (id < 0) {
      this.place();
      this.on.left();
      return;
    }
    const name = shared.components.name(id);
    const state = shared.values.pruned.includes(id) ? "pruned" : "";
    const text = [this.on.facts(id), state].filter(Boolean).join(" · ");
    const shown = text || `its ${shared.about.m} strongest examples`;
    this.card.show(id, name, shown, this.labels.chip(id), this.#strips.get(id));
    this.place();
    this.#strips.want([id]);
    frame.status([name, this.labels.said(id), text].filter(Boolean).join(", "));
  }
}
