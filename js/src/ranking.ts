/** Which components the gallery lists, and in which order. */

/** Something that every component has: a number, or a text. */
export interface Column {
  key: string;
  name: string;
  title: string;
  /** Undefined while it is not known. */
  values?: Float32Array | undefined;
  digits?: number;
  percent?: boolean;
  /** Stands behind each value. */
  unit?: string;
  /** What a value comes from, by component, and what that is. */
  raw?: Float32Array | undefined;
  rawName?: string;
  text?: (id: number) => string;
  /** Sorted by the order of the model where it is a text's place; else by the alphabet. */
  natural?: boolean;
}

export interface Range {
  least: number | null;
  most: number | null;
}

/** Tests of a component; all must hold. */
export interface Filters {
  ranges: Map<string, Range>;
  texts: Map<string, string>;
  layer: number | null;
  pruned: boolean | null;
  only: Set<number> | null;
}

export function isNumber(column: Column): boolean {
  return column.text === undefined;
}

/** Numbers of the components that pass, in the model's order. What has no value passes no range. */
export function filtered(
  total: number,
  filters: Filters,
  columns: Column[],
  layerOf: ArrayLike<number>,
  pruned: Set<number>,
): Uint32Array {
  const passed = new Uint32Array(total);
  const ranges = columns.flatMap((column) => {
    const range = filters.ranges.get(column.key);
    return range ? [{ values: column.values, ...range }] : [];
  });
  const texts = columns.flatMap((column) => {
    const wanted = filters.texts.get(column.key)?.trim().toLowerCase();
    return column.text && wanted ? [{ text: column.text, wanted }] : [];
  });
  let count = 0;
  for (let id = 0; id < total; id++) {
    if (filters.layer !== null && layerOf[id] !== filters.layer) continue;
    if (filters.only && !filters.only.has(id)) continue;
    if (filters.pruned !== null && pruned.has(id) !== filters.pruned) continue;
    if (
      ranges.every(({ values, least, most }) => {
        const value = values?.[id] ?? Number.NaN;
        return value >= (least ?? -Infinity) && value <= (most ?? Infinity);
      }) &&
      texts.every(({ text, wanted }) => text(id).toLowerCase().includes(wanted))
    )
      passed[count++] = id;
  }
  return passed.slice(0, count);
}

/** Sorted by a column; equal ones stay in the model's order, and what has no value comes last either way. */
export function ranked(ids: Uint32Array, column: Column | undefined, descending: boolean): number[] {
  if (!column || (isNumber(column) && !column.values)) return Array.from(ids);
  if (column.natural) return descending ? Array.from(ids).reverse() : Array.from(ids);
  const places = column.text ? alphabet(ids, column.text) : column.values!;
  // One number for each: the place in the order in the upper bits, the component in the lower ones.
  const bits = new Uint32Array(1);
  const float = new Float32Array(bits.buffer);
  const keys = new Float64Array(ids.length);
  ids.forEach((id, i) => {
    const value = places[id]!;
    float[0] = (descending ? -value : value) + 0;
    const order = Number.isNaN(value)
      ? 0xffffffff
      : (bits[0]! ^ (bits[0]! >> 31 ? 0xffffffff : 0x80000000)) >>> 0;
    keys[i] = order * 2 ** 21 + id;
  });
  keys.sort();
  return Array.from(keys, (key) => key % 2 ** 21);
}

/** The place of each component's text in the alphabet; an empty text has none. */
function alphabet(ids: Uint32Array, text: (id: number) => string): Record<number, number> {
  const texts = [...new Set(Array.from(ids, text))].filter(Boolean).sort((a, b) => a.localeCompare(b));
  const place = new Map(texts.map((each, i) => [each, i]));
  return Object.fromEntries(Array.from(ids, (id) => [id, place.get(text(id)) ?? Number.NaN]));
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
