/** What is drawn of the points, for any renderer: where they are, which tone, which state. */

import type { View } from "./plane";

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

export function pointSize(n: number, zoom: number): number {
  const base = n > 100_000 ? 2.6 : n > 10_000 ? 4 : n > 2_000 ? 6 : 9;
  return Math.min(base * zoom ** 0.35, 22);
}

export function fitCanvas(canvas: HTMLCanvasElement, view: View, ratio: number): void {
  const [width, height] = [Math.round(view.width * ratio), Math.round(view.height * ratio)];
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}
