import { afterEach } from "vitest";
import type { Widget } from "../src/widget";
import { type Answers, audit, type FakeModel, settle } from "./fake_model";

export const floats = (values: number[]): ArrayBuffer => new Float32Array(values).buffer;
/** A score of each of the 36 components. */
export const score = Array.from({ length: 36 }, (_, i) => (i * 7) % 36);
/** What the page is told of two audits beside each other. */
export const beside = {
  sides: [
    { name: "one", start: 0 },
    { name: "<b>two</b>", start: 20 },
  ],
};
export const answers: Answers = {
  compared: () => compared(Array.from({ length: 36 }, (_, i) => 0.5 + i / 100)),
  points: () => ({ buffers: [floats(Array.from({ length: 72 }, (_, i) => Math.sin(i)))] }),
  colour: ({ by }) => ({
    body: { available: true },
    buffers: [floats(score), ...(by === "score" ? [floats(score.map((value) => value / 100 - 0.37))] : [])],
  }),
  scores: () => ({
    body: { columns: ["clarity", "pooled_active"] },
    buffers: [floats(score.map((value) => value / 36)), floats(score.map((value) => value / 72))],
  }),
  search: ({ query }) => ({
    body: { texts: [query], unknown: query === "zorp" ? ["zorp"] : [], unit: "cosine" },
    buffers: [floats(score), new Uint32Array(36).buffer, floats(score.map((value) => value / 100 - 0.37))],
  }),
  detail: () => ({
    body: { examples: [], scores: { clarity: 1, polysemanticity: 0, redundancy: 0.5 } },
    buffers: [],
  }),
  aligned: () => ({ body: { rows: 0 } }),
};
/** Component i of the first model is most like i mod 16 of the other; pairs are mutual below that. */
export const compared = (similarity: number[]) => ({
  body: { similarity: [0.61, 0.73] },
  buffers: [
    floats(similarity),
    Uint32Array.from({ length: 36 }, (_, i) => (i < 20 ? 20 + (i % 16) : i - 20)).buffer,
    Uint8Array.from({ length: 36 }, (_, i) => Number(i < 16 || i >= 20)).buffer,
  ],
});

let close: (() => void) | undefined;

/** Take the widget that is shown off the page. */
export function leave(): void {
  close?.();
  close = undefined;
}

/** Draw a widget on the page, over answers like the kernel's; after each test it is taken off. */
export async function show(
  widget: Widget,
  more: Answers = {},
  about = {},
  parent: HTMLElement = document.body,
): Promise<{ el: HTMLElement; model: FakeModel }> {
  const model = audit({ ...answers, ...more }, about);
  const el = document.createElement("div");
  parent.prepend(el);
  close = widget.render({ model, el });
  await settle();
  return { el, model };
}

afterEach(() => {
  leave();
  document.body.replaceChildren();
});
