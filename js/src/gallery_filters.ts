/** Filters by every column: a panel that opens over the list, and a chip for each that is set. */

import { button, h, press } from "./dom";
import { type Column, type Filters, isNumber, type Range } from "./ranking";

export class FilterPanel {
  readonly button: HTMLButtonElement;
  readonly panel = h("div", {
    class: "slens-filters slens-scroll",
    role: "dialog",
    "aria-label": "Filters",
    hidden: true,
  });
  readonly chips = h("span", { class: "slens-chips", role: "list", "aria-label": "Filters that are set" });

  constructor(
    private readonly filters: Filters,
    private readonly columns: Column[],
    private readonly layers: string[],
    private readonly changed: () => void,
  ) {
    this.button = button("", "Filter the list by any column", () => this.#open(this.panel.hidden === true), {
      "aria-expanded": "false",
      "aria-haspopup": "dialog",
    });
    this.panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.#leave();
    });
    this.refresh();
  }

  clear(): void {
    this.filters.ranges.clear();
    this.filters.texts.clear();
    Object.assign(this.filters, { layer: null, pruned: null });
    this.#changed();
  }

  refresh(): void {
    const set = this.#set();
    this.button.textContent = set.length ? `Filters (${set.length})` : "Filters";
    press(this.button, set.length > 0);
    this.chips.replaceChildren(
      ...set.map(([text, drop]) =>
        h(
          "span",
          { class: "slens-chip", role: "listitem" },
          h("span", { title: text }, text),
          button("×", `Remove the filter: ${text}`, () => {
            drop();
            this.#changed();
          }),
        ),
      ),
    );
  }

  #changed(): void {
    if (!this.panel.hidden) this.#fill();
    this.#apply();
  }

  #apply(): void {
    this.refresh();
    this.changed();
  }

  #set(): [string, () => void][] {
    const { filters } = this;
    const set: [string, () => void][] = [];
    for (const { key, name, percent } of this.columns) {
      const range = filters.ranges.get(key);
      const shown = (value: number): string => (percent ? `${+(value * 100).toFixed(2)} %` : String(value));
      if (range) {
        const [least, most] = [range.least, range.most].map((edge) => (edge === null ? "" : shown(edge)));
        const text =
          least && most ? `${least} ≤ ${name} ≤ ${most}` : least ? `${name} ≥ ${least}` : `${name} ≤ ${most}`;
        set.push([text, () => filters.ranges.delete(key)]);
      }
      const text = filters.texts.get(key);
      if (text) set.push([`${name}: ${text}`, () => filters.texts.delete(key)]);
    }
    if (filters.layer !== null)
      set.push([
        `layer: ${this.layers[filters.layer]}`,
        () => {
          filters.layer = null;
        },
      ]);
    if (filters.pruned !== null)
      set.push([
        filters.pruned ? "pruned" : "not pruned",
        () => {
          filters.pruned = null;
        },
      ]);
    return set;
  }

  #open(open: boolean): void {
    this.panel.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    if (!open) return;
    this.#fill();
    this.panel.querySelector<HTMLElement>("input, select")?.focus();
  }

  #leave(): void {
    this.#open(false);
    this.button.focus();
  }

  #fill(): void {
    const { filters } = this;
    const rows = this.columns.flatMap((column) => {
      if (isNumber(column)) return column.values ? this.#range(column) : [];
      const input = h("input", {
        type: "text",
        value: filters.texts.get(column.key) ?? "",
        placeholder: "contains …",
        "aria-label": `${column.name} contains`,
        title: `List only components of which the ${column.name} contains this`,
        oninput: () => {
          if (input.value.trim()) filters.texts.set(column.key, input.value.trim());
          else filters.texts.delete(column.key);
          this.#apply();
        },
      });
      return [h("span", {}, column.name), input];
    });
    const choice = (
      name: string,
      options: [string, string][],
      value: string,
      take: (value: string) => void,
    ): HTMLElement[] => {
      const select = h("select", {
        "aria-label": name,
        title: `List by ${name}`,
        onchange: () => {
          take(select.value);
          this.#apply();
        },
      });
      select.append(
        ...options.map(([key, text]) => h("option", { value: key, selected: key === value }, text)),
      );
      return [h("span", {}, name), select];
    };
    this.panel.replaceChildren(
      ...choice(
        "layer",
        [["", "all layers"], ...this.layers.map((name, i) => [String(i), name] as [string, string])],
        String(filters.layer ?? ""),
        (value) => {
          filters.layer = value === "" ? null : Number(value);
        },
      ),
      ...rows,
      ...choice(
        "pruned",
        [
          ["", "pruned or not"],
          ["true", "pruned"],
          ["false", "not pruned"],
        ],
        String(filters.pruned ?? ""),
        (value) => {
          filters.pruned = value === "" ? null : value === "true";
        },
      ),
      h(
        "div",
        { class: "slens-filters-end" },
        button("Clear", "Remove all filters", () => this.clear()),
        button("Done", "Close the filters; they stay as they are", () => this.#leave(), {
          class: "slens-main",
        }),
      ),
    );
  }

  #range(column: Column): HTMLElement[] {
    const scale = column.percent ? 100 : 1;
    let [low, high] = [Infinity, -Infinity];
    for (const value of column.values!) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    const inputs = (["least", "most"] as const).map((end, i) => {
      const edge = this.filters.ranges.get(column.key)?.[end];
      const input = h("input", {
        type: "number",
        step: "any",
        value: edge === null || edge === undefined ? "" : +(edge * scale).toPrecision(6),
        placeholder: ((i ? high : low) * scale).toPrecision(3),
        "aria-label": `${column.name}, ${i ? "at most" : "at least"}`,
        title: `${column.title}: ${i ? "at most" : "at least"}${column.percent ? ", in per cent" : ""}`,
        oninput: () => {
          const range: Range = this.filters.ranges.get(column.key) ?? { least: null, most: null };
          const value = Number.parseFloat(input.value);
          range[end] = Number.isFinite(value) ? value / scale : null;
          if (range.least === null && range.most === null) this.filters.ranges.delete(column.key);
          else this.filters.ranges.set(column.key, range);
          this.#apply();
        },
      });
      return input;
    });
    return [
      h("span", { title: column.title }, column.name),
      h("span", { class: "slens-range" }, inputs[0]!, "to", inputs[1]!),
    ];
  }
}
