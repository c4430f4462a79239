/** What the gallery knows of every component, and the header that sorts by it. */

import type { Components } from "./components";
import { button, h, typeset } from "./dom";
import type { Labels } from "./labels";
import { type Column, isNumber } from "./ranking";

const COLUMN = 60;
const SPARK = 84;
const NAME = 190;
const LABEL = 130;

/** What the scores say. */
export const SCORES = {
  clarity: "How alike the examples are: 1 is all the same",
  polysemanticity: "Polysemanticity: how far apart the two halves of the examples are",
  redundancy: "Redundancy: the largest cosine with another component of the layer",
};

/** The columns, in the order in which they get room. */
export function columnsOf(components: Components, labels: Labels): Column[] {
  return [
    {
      key: "name",
      name: "component",
      title: "Layer and number, in the model's order",
      text: (id) => components.name(id),
      natural: true,
    },
    {
      key: "label",
      name: "label",
      title: "Best text of the session's vocabulary",
      text: (id) => labels.name(id) ?? "",
    },
    {
      key: "match",
      name: "match",
      title: "Match with the query, in robust deviations (σ) above the median component",
      unit: " σ",
      digits: 1,
    },
    { key: "clarity", name: "clarity", title: SCORES.clarity },
    {
      key: "polysemanticity",
      name: "polys.",
      title: SCORES.polysemanticity,
    },
    {
      key: "redundancy",
      name: "redund.",
      title: SCORES.redundancy,
    },
    { key: "relevance", name: "relev.", title: "Mean relevance for the target class", digits: 3 },
    {
      key: "pooled_active",
      name: "active",
      title: "Share of the probe images on which it is above 0",
      percent: true,
    },
    { key: "pooled_mean", name: "mean", title: "Mean of the pooled activation over the probe images" },
  ];
}

export function shownValue(column: Column, id: number): string {
  const value = column.values?.[id];
  if (value === undefined || Number.isNaN(value)) return "–";
  if (column.percent) return `${(100 * value).toFixed(value > 0 && value < 0.1 ? 1 : 0)} %`;
  const size = Math.abs(value);
  if (size >= 1000 || (size > 0 && size < 0.001)) return typeset(value.toExponential(1));
  return typeset(value.toFixed(size >= 100 ? 0 : (column.digits ?? 2))) + (column.unit ?? "");
}

/** A value in full, with what it comes from. */
export function saidValue(column: Column, id: number): string {
  const value = column.values?.[id];
  if (value === undefined || Number.isNaN(value)) return `${column.name}: unknown. ${column.title}`;
  const raw = column.raw ? ` (${column.rawName} ${typeset(column.raw[id]!.toFixed(3))})` : "";
  const full = column.raw ? typeset(value.toFixed(2)) : String(value);
  return `${column.name} ${full}${column.unit ?? ""}${raw}. ${column.title}`;
}

export interface Sort {
  key: string;
  descending: boolean;
}

/** The header row: one button a column; a second click turns the order round. */
export class Header {
  readonly element = h("div", { class: "slens-header", role: "row", "aria-rowindex": 1 });
  /** Columns of numbers that have room. */
  shown: Column[] = [];
  withLabel = false;
  withSpark = false;

  constructor(private readonly sorted: (key: string) => void) {}

  /** Choose what fits; the column that is sorted by always does. */
  fit(width: number, columns: Column[], sort: Sort, labelled: boolean): void {
    const known = columns.filter((column) => isNumber(column) && column.values);
    this.withLabel = labelled && width > 420;
    this.withSpark = width > 560;
    const room = width - 22 - NAME - (this.withLabel ? LABEL : 0) - (this.withSpark ? SPARK : 0);
    const most = Math.max(1, Math.floor(room / COLUMN));
    this.shown = known.slice(0, most);
    const by = known.find((column) => column.key === sort.key);
    if (by && !this.shown.includes(by)) this.shown = [...this.shown.slice(0, most - 1), by];
    const all = columns.filter(
      (column) =>
        column.key === "name" || (column.key === "label" && this.withLabel) || this.shown.includes(column),
    );
    const cells = all.map((column) => this.#cell(column, sort));
    if (this.withSpark)
      cells.splice(
        this.withLabel ? 2 : 1,
        0,
        h(
          "span",
          { role: "columnheader", class: "slens-quiet", title: "Activations over the probe images" },
          "activations",
        ),
      );
    this.element.style.gridTemplateColumns = this.template;
    this.element.replaceChildren(...cells);
  }

  get template(): string {
    return [
      `minmax(0,1fr)`,
      ...(this.withLabel ? [`minmax(0,${LABEL}px)`] : []),
      ...(this.withSpark ? [`${SPARK - 8}px`] : []),
      ...this.shown.map(() => `${COLUMN - 8}px`),
    ].join(" ");
  }

  #cell(column: Column, sort: Sort): HTMLElement {
    const here = column.key === sort.key;
    const sorting = button(
      [column.name, ...(here ? [h("span", { "aria-hidden": "true" }, sort.descending ? "▾" : "▴")] : [])],
      `${column.title}. Click to sort by it${here ? " the other way round" : ""}.`,
      () => {
        this.sorted(column.key);
        this.element.querySelector<HTMLElement>(`[data-key="${column.key}"] button`)?.focus();
      },
    );
    const order = here ? (sort.descending ? "descending" : "ascending") : "none";
    return h(
      "span",
      {
        role: "columnheader",
        "aria-sort": order,
        "data-key": column.key,
        class: isNumber(column) ? "slens-number" : "",
      },
      sorting,
    );
  }
}
