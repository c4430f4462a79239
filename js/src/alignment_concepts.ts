/** The two sets of concepts as chips that can be typed, chosen from the vocabulary, shown by pictures, and removed. */

import { button, h } from "./dom";
import { acceptDrops, fileButton } from "./image_files";
import type { Shared } from "./shared";
import type { ShownConcepts } from "./shown_concepts";

const HINTS = { valid: "should count: streaks, veil …", spurious: "should not: ruler, ink …" } as const;
const MOST_SUGGESTED = 500;
let lists = 0;

export interface Concepts {
  element: HTMLElement;
  redraw(unknown: string[]): void;
}

export function concepts(shared: Shared, shown: ShownConcepts, failed: (error: unknown) => void): Concepts {
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
    acceptDrops(box, "", (files) => {
      const name = input.value.trim();
      input.value = "";
      if (name) shown.show(name, files, field);
      else failed("Drop pictures on the chip of what they show, or type its name first.");
    });
    /** What shows a concept, and a way to show it. */
    const pictures = (text: string): Node[] => {
      const known = shown.get(text);
      const nodes: Node[] = [];
      if (known) {
        const label = `Leave the pictures of “${text}” out: it is a text then`;
        nodes.push(
          button(`${known.images} ▣`, label, () => shown.forget(text), {
            class: "slens-shown",
            "aria-label": label,
          }),
        );
      }
      if (shared.about.live && !known?.pairs)
        nodes.push(
          ...fileButton(`Show “${text}” by pictures: choose or drop files`, (files) =>
            shown.show(text, files, field),
          ),
        );
      return nodes;
    };
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
        const title = odd ? "Has words that are not in this model's vocabulary" : shown.said(text) || text;
        const chip = h(
          "span",
          { class: odd || shown.disagrees(text) ? "slens-chip slens-odd" : "slens-chip", title },
          h("span", {}, text),
          ...pictures(text),
          remove,
        );
        acceptDrops(chip, "", (files) => shown.show(text, files, field));
        input.before(chip);
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
