/** One row of the gallery: what is known of a component over the strip of its examples. */

import type { Components } from "./components";
import { h } from "./dom";
import { type Header, saidValue, shownValue } from "./gallery_columns";
import type { Sparklines } from "./gallery_spark";
import type { Labels } from "./labels";

export interface RowFacts {
  /** The parts of the query, and which of them matches a component best. */
  texts: string[];
  which: Uint32Array | undefined;
  /** Examples in a strip, and their side in pixels. */
  tiles: number;
  tile: number;
}

interface Known {
  components: Components;
  header: Header;
  labels: Labels;
  sparks: Sparklines;
  pruned: boolean;
  facts: RowFacts;
}

export function drawRow(row: HTMLElement, id: number, known: Known): void {
  const { header, facts, labels, pruned } = known;
  const numbers = header.shown.map((column) => [column, shownValue(column, id)] as const);
  const part = facts.texts.length > 1 ? (facts.texts[facts.which?.[id] ?? 0] ?? "") : "";
  const label = header.withLabel ? `${labels.name(id)} ${labels.trust(id)}` : "";
  const state = [
    id,
    pruned,
    part,
    label,
    header.withSpark,
    ...numbers.map(([column, text]) => column.key + text),
  ].join();
  if (row.dataset.state === state) return;
  row.dataset.state = state;
  row.dataset.component = String(id);
  const name = h(
    "span",
    { role: "gridcell", class: "slens-name" },
    h("b", { title: known.components.name(id) }, known.components.name(id)),
  );
  if (pruned) name.append(h("span", { class: "slens-tag" }, "pruned"));
  if (part) name.append(h("span", { class: "slens-tag", title: `Matches “${part}” best` }, part));
  const cells: HTMLElement[] = [name];
  if (header.withLabel) cells.push(h("span", { role: "gridcell", class: "slens-labelled" }, labels.chip(id)));
  if (header.withSpark) {
    const cell = h("span", { role: "gridcell", class: "slens-spark" });
    known.sparks.draw(cell, id);
    cells.push(cell);
  }
  for (const [column, text] of numbers)
    cells.push(
      h(
        "span",
        {
          role: "gridcell",
          class: "slens-number",
          title: saidValue(column, id),
        },
        text,
      ),
    );
  row.replaceChildren(
    h("div", { class: "slens-line", role: "presentation" }, ...cells),
    h(
      "div",
      { class: "slens-cell", role: "gridcell", "aria-label": "Examples" },
      h("div", { class: "slens-strip" }),
    ),
  );
}
