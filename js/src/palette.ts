/** Colour-blind-safe palettes (Okabe–Ito; blue against orange), one set for each theme. */

import { rgb, type Theme } from "./theme";

export type Scale = "categories" | "sequential" | "diverging";

// Okabe–Ito without yellow, which vanishes on white, and without black, which vanishes in the dark.
const CATEGORIES: Record<Theme, string[]> = {
  light: ["#0072b2", "#d55e00", "#009e73", "#b85a94", "#e09b00", "#3a9bd6", "#7a5ea8", "#6b6b6b"],
  dark: ["#4ea8de", "#f08a4b", "#33c29a", "#dd8fbf", "#f0b93a", "#8fd0f5", "#b39ae0", "#a9a9a9"],
};
const SEQUENTIAL: Record<Theme, string[]> = {
  light: ["#d5dbe3", "#9fb6cd", "#5f92bd", "#2a6aa3", "#0b3d70"],
  dark: ["#3a424c", "#41698c", "#4f95c4", "#86c3e8", "#d7f0ff"],
};
const DIVERGING: Record<Theme, string[]> = {
  light: ["#a64b00", "#d98b3f", "#d3d3d3", "#5b9bd0", "#0a5796"],
  dark: ["#ffb15c", "#c27a35", "#4a4f55", "#4289bf", "#8fcbff"],
};

/** Steps of a ramp, the bins that its legend counts in, and the palette's last index, for what has no value. */
export const LEVELS = 48;
export const BINS = 16;
export const MISSING = 63;

function mix(stops: string[], t: number): string {
  const at = Math.min(Math.max(t, 0), 1) * (stops.length - 1);
  const i = Math.min(Math.floor(at), stops.length - 2);
  const [a, b] = [rgb(stops[i]!), rgb(stops[i + 1]!)];
  const part = a.map((value, c) => Math.round(value + (b[c]! - value) * (at - i)));
  return `#${part.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

/** The tones of a ramp, or of `groups` categories: beyond eight they run along the ramp, in their order. */
export function palette(scale: Scale, theme: Theme, groups = 8): string[] {
  if (scale === "categories" && groups <= 8) return CATEGORIES[theme];
  const stops = scale === "diverging" ? DIVERGING[theme] : SEQUENTIAL[theme];
  const count = scale === "categories" ? Math.min(groups, MISSING) : LEVELS;
  return Array.from({ length: count }, (_, i) => mix(stops, i / (count - 1)));
}

/** The range a scale covers: diverging is symmetric about zero, and nothing has no range. */
export function range(values: Float32Array, scale: Scale): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return [0, 1];
  if (scale === "diverging") {
    const reach = Math.max(Math.abs(low), Math.abs(high)) || 1;
    return [-reach, reach];
  }
  return low === high ? [low, low + 1] : [low, high];
}

/** Palette indices of values: what is not a number is `MISSING`. */
export function levels(values: Float32Array, [low, high]: [number, number]): Uint8Array {
  const result = new Uint8Array(values.length);
  const factor = LEVELS / (high - low);
  for (let i = 0; i < values.length; i++) {
    const level = Math.floor((values[i]! - low) * factor);
    result[i] = Number.isNaN(level) ? MISSING : Math.min(Math.max(level, 0), LEVELS - 1);
  }
  return result;
}
