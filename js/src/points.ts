/** What is drawn of the points, for any renderer: where they are, which tone, which state. */

import { debounce } from "./dom";
import type { View } from "./plane";
import type { Shared } from "./shared";

export const DIMMED = 1;
export const SELECTED = 2;
export const PRUNED = 4;
/** Of the second audit: drawn as a diamond. */
export const OTHER = 8;

export interface Picture {
  xy: Float32Array;
  /** Palette index of every point. */
  levels: Uint8Array;
  palette: string[];
  /** Diameters, 36 the usual one; all are alike where there are none. */
  sizes?: Uint8Array;
  /** DIMMED, SELECTED, PRUNED, OTHER in any combination. */
  flags: Uint8Array;
  ring: string;
  background: string;
}

export interface Renderer {
  readonly kind: "webgl2" | "2d";
  update(picture: Picture): void;
  draw(view: View, ratio: number): void;
  close(): void;
}

/** Which points are selected or pruned, and which step back behind the selected ones. */
export function states(n: number, { selection, pruned }: Shared["values"]): Uint8Array {
  const flags = new Uint8Array(n).fill(selection.length > 0 ? DIMMED : 0);
  for (const id of selection) flags[id] = SELECTED;
  for (const id of pruned) flags[id]! |= PRUNED;
  return flags;
}

/** Select these; with `add` beside what is selected, where a single one is taken back instead. */
export function choose(shared: Shared, ids: number[], add: boolean): void {
  const now = new Set(add ? shared.values.selection : []);
  const toggles = ids.length === 1 && now.has(ids[0]!);
  for (const id of ids)
    if (toggles) now.delete(id);
    else now.add(id);
  shared.set("selection", [...now]);
}

/** What the pointer or the focus is on in a list is what the session points at; returns what ends that. */
export function pointing(list: HTMLElement, shared: Shared): () => void {
  let pointed: number | null = null;
  const tell = debounce(50, () => shared.set("hovered", pointed));
  for (const event of ["pointerover", "focusin", "pointerleave"])
    list.addEventListener(event, ({ target }) => {
      const row = (target as HTMLElement).closest(".slens-row");
      const cell =
        (target as HTMLElement).closest("[data-component]") ?? row?.querySelector("[data-component]");
      pointed = cell ? Number((cell as HTMLElement).dataset.component) : null;
      tell();
    });
  return tell.cancel;
}

export function pointSize(n: number, zoom: number): number {
  const base = n > 100_000 ? 2.6 : n > 10_000 ? 4 : n > 2_000 ? 6 : 9;
  return Math.min(base * zoom ** 0.35, 22);
}

export function fitCanvas(canvas: HTMLCanvasElement, view: View, ratio: number): void {
  const [width, height] = [Math.round(view.width * ratio), Math.round(view.height * ratio)];
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}
