/** The two sets of concepts as chips that can be typed, chosen from the vocabulary, and removed. */

import { button, h } from "./dom";
import type { Shared } from "./shared";

const HINTS = { valid: "should count: streaks, veil …", spurious: "should not: ruler, ink …" } as const;
const MOST_SUGGESTED = 500;
let lists = 0;

export interface Concepts {
  element: HTMLElement;
  redraw(unknown: string[]): void;
}

export function concepts(shared: Shared): Concepts {
  const suggestions = h("datalist", { id: `slens-concepts-${lists++}` });
  const element = h("div", { class: "slens-concepts" }, suggestions);
  const sets = (["valid", "spurious"] as const).map((field) => {
    const input = h("input", {
      "aria-label": `Add a ${field} concept`,
      placeholder: HINTS[field],
      list: suggestions.id,
      title: "Type a concept and press Enter; commas add several; Backspace removes the last",
      spellcheck: "false",
    });
    const box = h("div", { class: "slens-chips" }, input);
    box.style.setProperty("--tone", `var(--s-${field})`);
    const add = (): void => {
      const texts = input.value
        .split(",")
        .map((text) => text.trim())
        .filter(Boolean);
      input.value = "";
      if (texts.length > 0) shared.set(field, [...new Set([...shared.values[field], ...texts])]);
    };
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === ",") {
        event.preventDefault();
        add();
      } else if (event.key === "Backspace" && input.value === "") {
        shared.set(field, shared.values[field].slice(0, -1));
      }
    });
    input.addEventListener("blur", add);
    const redraw = (unknown: string[]): void => {
      for (const chip of box.querySelectorAll(".slens-chip")) chip.remove();
      for (const text of shared.values[field]) {
        const odd = unknown.some((word) => text.toLowerCase().includes(word.toLowerCase()));
        const others = (): string[] => shared.values[field].filter((other) => other !== text);
        const label = `Remove ${text}`;
        const drop = (): void => {
          shared.set(field, others());
          input.focus();
        };
        const remove = button("×", label, drop, { "aria-label": label });
        const title = odd ? "Has words that are not in this model's vocabulary" : text;
        input.before(
          h(
            "span",
            { class: odd ? "slens-chip slens-odd" : "slens-chip", title },
            h("span", {}, text),
            remove,
          ),
        );
      }
      input.placeholder = shared.values[field].length > 0 ? "" : HINTS[field];
    };
    const name = h("span", {}, field);
    name.style.color = `var(--s-${field})`;
    element.append(name, box);
    return redraw;
  });

  return {
    element,
    redraw(unknown) {
      for (const redraw of sets) redraw(unknown);
      const used = new Set([...shared.values.valid, ...shared.values.spurious]);
      const free = shared.values.vocabulary.filter((text) => !used.has(text)).slice(0, MOST_SUGGESTED);
      suggestions.replaceChildren(...free.map((value) => h("option", { value })));
    },
  };
}
