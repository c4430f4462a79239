/** The legend under the map: keys to click for categories, a ramp with its ends for values. */

import { h } from "./dom";

export type Legend =
  | { names: string[]; tones: string[]; highlighted: Set<number>; clicked(index: number): void }
  | { ramp: string[]; limits: [number, number]; ends: [string, string]; label: string };

export function drawLegend(element: HTMLElement, legend: Legend): void {
  const focused = (element.getRootNode() as Document | ShadowRoot).activeElement as HTMLElement | null;
  const keep = focused && element.contains(focused) ? focused.dataset.key : undefined;
  if ("names" in legend) {
    element.replaceChildren(
      ...legend.names.map((name, i) => {
        const dot = h("span", { class: "slens-dot", "aria-hidden": "true" });
        dot.style.background = legend.tones[i % legend.tones.length]!;
        const key = h(
          "button",
          {
            type: "button",
            class: "slens-key",
            "data-key": i,
            "aria-pressed": legend.highlighted.has(i),
            title: `Highlight ${name}`,
            onclick: () => legend.clicked(i),
          },
          dot,
          name,
        );
        key.setAttribute("aria-pressed", String(legend.highlighted.has(i)));
        return key;
      }),
    );
    if (keep !== undefined) element.querySelector<HTMLElement>(`[data-key="${keep}"]`)?.focus();
    return;
  }
  const ramp = h("span", { class: "slens-ramp", "aria-hidden": "true" });
  ramp.style.background = `linear-gradient(to right, ${legend.ramp.filter((_, i) => i % 7 === 0).join(", ")})`;
  const [low, high] = legend.limits;
  element.replaceChildren(
    h("span", {}, `${legend.label}:`),
    h("span", {}, `${legend.ends[0]} ${low.toFixed(2)}`),
    ramp,
    h("span", {}, `${high.toFixed(2)} ${legend.ends[1]}`),
  );
}
