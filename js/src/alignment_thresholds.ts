/** From which alignment on a component counts: two sliders with a number each, and the way back to chance. */

import { button, debounce, h } from "./dom";
import type { Shared } from "./shared";
import type { Json } from "./transport";

const AXES = ["valid", "spurious"] as const;
const SETTLE_MS = 120;

export interface Thresholds {
  element: HTMLElement;
  /** Take on what the kernel drew. */
  show(body: Json): void;
  close(): void;
}

export function thresholds(shared: Shared): Thresholds {
  let unsent = false;
  const send = debounce(SETTLE_MS, () => {
    unsent = false;
    const values = fields.map(({ number }) => Number(number.value));
    if (values.every((value, i) => fields[i]!.number.value !== "" && Number.isFinite(value)))
      shared.set("thresholds", [values[0]!, values[1]!]);
  });
  const fields = AXES.map((name, i) => {
    const common = { step: 0.005, "aria-label": `Threshold of ${name} alignment` };
    const title = `A component counts as ${name} from this alignment on; the arrow keys move it`;
    const range = h("input", { type: "range", ...common, title });
    const number = h("input", { type: "number", ...common, title });
    const axis = i === 0 ? "→" : "↑";
    const label = h("span", { class: "slens-threshold" }, `${name} from ${axis}`, range, number);
    label.style.setProperty("--tone", `var(--s-${name})`);
    const follow = (other: HTMLInputElement, moved: HTMLInputElement): void => {
      other.value = moved.value;
      unsent = true;
      send();
    };
    range.addEventListener("input", () => follow(number, range));
    number.addEventListener("input", () => follow(range, number));
    return { range, number, label };
  });
  const reset = button("Reset to chance level", "Take the thresholds that are more than chance", () =>
    shared.set("thresholds", null),
  );
  const element = h(
    "div",
    { class: "slens-thresholds", role: "group", "aria-label": "Thresholds", hidden: true },
    ...fields.map(({ label }) => label),
    reset,
  );

  function show(body: Json): void {
    const limits = body.limits as [number, number][] | undefined;
    element.hidden = !limits;
    if (!limits) return;
    // Without a verdict the sliders wait at their ends, for who knows where the border is.
    const values = (body.thresholds as [number, number] | null) ?? limits.map(([, high]) => high);
    const wanted = shared.values.thresholds;
    const older = unsent || wanted?.some((value, i) => value !== values[i]);
    fields.forEach(({ range, number }, i) => {
      const [low, high] = limits[i]!;
      range.min = (Math.floor(low * 50) / 50 - 0.02).toFixed(2);
      range.max = (Math.ceil(high * 50) / 50 + 0.02).toFixed(2);
      // What is being moved or typed is newer than what the kernel drew.
      if (older || number.matches(":focus") || range.matches(":active")) return;
      range.value = String(values[i]);
      number.value = values[i]!.toFixed(3);
    });
    reset.disabled = wanted === null;
    reset.title = wanted ? "Take the thresholds that are more than chance" : String(body.threshold_source);
  }

  return { element, show, close: send.cancel };
}
