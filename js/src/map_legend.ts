/** The legend under the map: keys of groups, or the bins of a ramp; clicking one dims all others. */

import { button, counted, h, typeset } from "./dom";
import { BINS, LEVELS, MISSING } from "./palette";

export interface Key {
  group: number;
  name: string;
  tone: string;
  count: number;
}

export interface Keys {
  keys: Key[];
}

export interface Ramp {
  label: string;
  tones: string[];
  limits: [number, number];
  ends: [string, string];
  /** Components per bin, and those without a value. */
  counts: number[];
  missing: number;
  muted: string;
}

export type Content = Keys | Ramp | { text: string };

const number = (value: number): string =>
  typeset(Math.abs(value) >= 0.01 || value === 0 ? value.toFixed(2) : value.toExponential(1));

export class Legend {
  readonly element = h("div", { class: "slens-legend" });
  readonly highlighted = new Set<number>();
  #from = -1;

  /** `changed` is called when other groups are highlighted; `extra` goes before the rest. */
  constructor(private readonly changed: () => void) {
    this.element.addEventListener("keydown", (event) => this.#move(event));
    this.element.addEventListener("pointerup", () => {
      this.#from = -1;
    });
    this.element.addEventListener("pointerleave", () => {
      this.#from = -1;
    });
  }

  draw(content: Content, extra: Node[] = []): void {
    const active = (this.element.getRootNode() as Document | ShadowRoot).activeElement;
    const keep = active && this.element.contains(active) ? (active as HTMLElement).dataset.group : undefined;
    const clear = button("show all", "Highlight everything again", () => this.clear(), {
      class: "slens-key",
      hidden: this.highlighted.size === 0,
    });
    const parts =
      "text" in content
        ? [content.text]
        : [...("keys" in content ? content.keys.map((key) => this.#key(key)) : this.#ramp(content)), clear];
    this.element.replaceChildren(...extra, ...parts);
    if (keep !== undefined) this.element.querySelector<HTMLElement>(`[data-group="${keep}"]`)?.focus();
  }

  clear(): void {
    this.highlighted.clear();
    this.changed();
  }

  #toggle(group: number): void {
    if (!this.highlighted.delete(group)) this.highlighted.add(group);
    this.changed();
  }

  #key({ group, name, tone, count }: Key): HTMLElement {
    const dot = h("span", { class: "slens-dot", "aria-hidden": "true" });
    dot.style.background = tone;
    return button(
      [dot, h("span", {}, name)],
      `Highlight ${name}: ${counted(count)} components`,
      () => this.#toggle(group),
      { class: "slens-key", "data-group": group, "aria-pressed": String(this.highlighted.has(group)) },
    );
  }

  #ramp(ramp: Ramp): HTMLElement[] {
    const [low, high] = ramp.limits;
    const most = Math.max(1, ...ramp.counts);
    const bins = ramp.counts.map((count, bin) => {
      const at = (i: number): string => number(low + ((high - low) * i) / BINS);
      const bar = h("span", { "aria-hidden": "true" });
      bar.style.height = `${count ? Math.max(2, 22 * (count / most)) : 0}px`;
      bar.style.background = ramp.tones[Math.floor(((bin + 0.5) * LEVELS) / BINS)]!;
      const name = `${at(bin)} to ${at(bin + 1)}`;
      return button(
        bar,
        `${name}: ${counted(count)} components. Click or drag to highlight them`,
        () => this.#toggle(bin),
        {
          class: "slens-bin",
          tabindex: bin === 0 ? 0 : -1,
          "data-group": bin,
          "aria-pressed": String(this.highlighted.has(bin)),
          "aria-label": `${name}: ${count} components`,
          onpointerdown: (event: PointerEvent) => {
            this.#from = bin;
            (event.currentTarget as HTMLElement).releasePointerCapture?.(event.pointerId);
          },
          onpointerenter: () => this.#from >= 0 && this.#from !== bin && this.#span(this.#from, bin),
        },
      );
    });
    const line = h(
      "div",
      { class: "slens-ramp" },
      h("span", {}, `${ramp.label}:`),
      h("span", {}, `${ramp.ends[0]} ${number(low)}`),
      h("div", { class: "slens-bins", role: "group", "aria-label": `Values of ${ramp.label}` }, ...bins),
      h("span", {}, `${number(high)} ${ramp.ends[1]}`),
    );
    const parts: HTMLElement[] = [line];
    if (ramp.missing > 0)
      parts.push(this.#key({ group: MISSING, name: "no value", tone: ramp.muted, count: ramp.missing }));
    return parts;
  }

  #span(from: number, to: number): void {
    this.highlighted.clear();
    for (let bin = Math.min(from, to); bin <= Math.max(from, to); bin++) this.highlighted.add(bin);
    this.changed();
  }

  /** Arrows move between bins; with shift they highlight what they pass. */
  #move(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step || !target.classList.contains("slens-bin")) return;
    const bin = Number(target.dataset.group);
    const next = Math.min(Math.max(bin + step, 0), BINS - 1);
    event.preventDefault();
    this.element.querySelector<HTMLElement>(`.slens-bin[data-group="${next}"]`)?.focus();
    if (event.shiftKey) {
      this.highlighted.add(bin).add(next);
      this.changed();
    }
  }
}
