/** How the confusions change: a matrix where there are few classes, else the largest changes. */

import { emptyState, h } from "./dom";
import type { Json } from "./transport";

interface Cell {
  label: string;
  predicted: string;
  right: boolean;
  before: number;
  after: number;
}

const signed = (value: number): string => (value > 0 ? `+${value}` : value < 0 ? `−${-value}` : "0");

export function confusions(body: Json): HTMLElement {
  const classes = body.classes as string[];
  const matrix = body.matrix as { before: number[][]; after: number[][] } | null;
  const cells = body.changes as Cell[];
  if (cells.length === 0)
    return emptyState("No confusion changes", "Prune something: what images are taken for is compared here.");
  return matrix ? drawMatrix(classes, matrix) : drawList(cells);
}

function tone(cell: HTMLElement, change: number, largest: number, right: boolean): void {
  if (change === 0) return;
  const good = change > 0 === right;
  const share = Math.round(12 + 48 * (Math.abs(change) / largest));
  cell.style.background = `color-mix(in srgb, var(--s-${good ? "valid" : "spurious"}) ${share}%, var(--s-bg))`;
}

function drawMatrix(classes: string[], matrix: { before: number[][]; after: number[][] }): HTMLElement {
  const changes = matrix.after.map((row, i) => row.map((value, j) => value - matrix.before[i]![j]!));
  const largest = Math.max(...changes.flat().map(Math.abs), 1);
  return h(
    "table",
    { class: "slens-confusion" },
    h("caption", {}, "Change in images: rows are what they are, columns what they get"),
    h(
      "thead",
      {},
      h("tr", {}, h("td"), ...classes.map((name) => h("th", { scope: "col", title: name }, `→ ${name}`))),
    ),
    h(
      "tbody",
      {},
      ...changes.map((row, i) =>
        h(
          "tr",
          {},
          h("th", { scope: "row", title: classes[i]! }, classes[i]!),
          ...row.map((value, j) => {
            const [was, now] = [matrix.before[i]![j]!, matrix.after[i]![j]!];
            const cell = h(
              "td",
              { title: `${classes[i]} taken for ${classes[j]}: ${was} → ${now}` },
              h("b", {}, signed(value)),
              h("small", {}, `${was} → ${now}`),
            );
            tone(cell, value, largest, i === j);
            return cell;
          }),
        ),
      ),
    ),
  );
}

function drawList(cells: Cell[]): HTMLElement {
  const largest = Math.max(...cells.map(({ before, after }) => Math.abs(after - before)), 1);
  return h(
    "table",
    { class: "slens-confusion" },
    h("caption", {}, `The ${cells.length} largest changes in images`),
    h(
      "tbody",
      {},
      ...cells.map(({ label, predicted, right, before, after }) => {
        const cell = h("td", {}, h("b", {}, signed(after - before)), h("small", {}, `${before} → ${after}`));
        tone(cell, after - before, largest, right);
        return h(
          "tr",
          {},
          h("th", { scope: "row" }, right ? `${label}, right` : `${label} taken for ${predicted}`),
          cell,
        );
      }),
    ),
  );
}
