/** What a decision on one image rests on: a card for each component, with where in the image it looks. */

import { button, h, typeset } from "./dom";
import { labelChip, type Trust } from "./labels";
import { choose } from "./points";
import type { Shared } from "./shared";
import type { Json } from "./transport";

interface Reason {
  component: number;
  share: number;
  /** What it may be called: its label if that is trusted, else its classes, or "unknown"; "" without labels. */
  name: string;
  label: string;
  trust: Trust | "";
  /** Why not to rely on the label. */
  doubt: string;
  classes: string;
  quadrant: string;
}

/** A picture that came as a JPEG, or words in its place. */
export function picture(bytes: Uint8Array | undefined, label: string): HTMLElement {
  if (!bytes || bytes.length === 0) return h("span", { class: "slens-thumb slens-quiet" }, "no picture");
  const url = URL.createObjectURL(new Blob([bytes as BlobPart], { type: "image/jpeg" }));
  const image = h("img", { src: url, alt: label, draggable: "false" });
  image.addEventListener("load", () => URL.revokeObjectURL(url), { once: true });
  return image;
}

/** Signed percents. */
export function percent(share: number): string {
  return `${typeset((100 * share).toFixed(1))} %`;
}

/** The components as buttons that select them. */
export function reasons(shared: Shared, body: Json, buffers: Uint8Array[]): HTMLElement[] {
  return (body.rows as Reason[]).map((reason, i) => {
    const { component, share, name: known, label, trust, doubt, classes, quadrant } = reason;
    const name = shared.components.name(component);
    const state = shared.values.pruned.includes(component) ? "pruned" : "kept";
    const facts = [`${percent(share)} of the layer's relevance`, quadrant, state, classes, doubt].filter(
      Boolean,
    );
    return button(
      [
        picture(buffers[i], `Where ${name} looks`),
        h("b", {}, known || name),
        ...(trust && trust !== "trusted" ? [labelChip(label, trust, doubt)] : []),
        h("small", {}, `${percent(share)} · ${state}`),
        h("small", { "data-quadrant": quadrant }, quadrant),
        h("small", {}, known && name),
      ],
      `${name}, ${facts.join(", ")}. Click to select it`,
      (event) => choose(shared, [component], event.ctrlKey || event.metaKey || event.shiftKey),
      { class: "slens-flip", "data-component": component },
    );
  });
}
