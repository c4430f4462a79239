/** Which components the gallery lists, and in which order. */

import type { Components } from "./components";

export type Order = "score" | "clarity" | "name";

export interface Filter {
  order: Order;
  layer: number | null;
  only: Set<number> | null;
}

/** Numbers of the components, best first; equal ones stay in the model's order. */
export function ranked(
  components: Components,
  filter: Filter,
  scores: Float32Array | undefined,
  clarity: Float32Array | undefined,
): number[] {
  const ids: number[] = [];
  for (let id = 0; id < components.total; id++) {
    if (filter.layer !== null && components.layerOf[id] !== filter.layer) continue;
    if (filter.only && !filter.only.has(id)) continue;
    ids.push(id);
  }
  const by = filter.order === "score" ? scores : filter.order === "clarity" ? clarity : undefined;
  if (!by) return ids;
  const key = (id: number): number => (Number.isFinite(by[id]) ? by[id]! : -Infinity);
  return ids.sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    return x === y ? a - b : y > x ? 1 : -1;
  });
}

/** The selection after a click: plain sets, ctrl toggles, shift extends from the anchor over the list. */
export function clicked(
  list: number[],
  index: number,
  anchor: number,
  selection: number[],
  keys: { toggle: boolean; extend: boolean },
): number[] {
  const id = list[index];
  if (id === undefined) return selection;
  if (keys.extend && anchor >= 0) {
    const range = list.slice(Math.min(anchor, index), Math.max(anchor, index) + 1);
    return keys.toggle ? [...new Set([...selection, ...range])] : range;
  }
  if (!keys.toggle) return [id];
  return selection.includes(id) ? selection.filter((other) => other !== id) : [...selection, id];
}
