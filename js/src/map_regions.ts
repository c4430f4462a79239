/** Names of the map's regions: the label most of the components there have, where it can be read. */

import { shape } from "./dom";
import { commonTrust, type Labels, MARKS, type Trust } from "./labels";
import type { Point, View } from "./plane";

const CELL = 130;
const MOST = 40;
const CROWD = 40;
const SAMPLE = 20_000;
/** Share of a cell's labelled components that must agree. */
const AGREE = 0.4;
const [LETTER, LINE, LONGEST] = [6.8, 17, 26];

export interface Region {
  name: string;
  x: number;
  y: number;
  /** The upper end of those that have the label. */
  top: number;
  count: number;
  /** Of most of these labels. */
  trust: Trust;
}

/** The commonest label of each square cell, at the mean place of those that have it, the largest first. */
export function regions(ids: number[], xy: Float32Array, cell: number, labels: Labels): Region[] {
  type Sums = { count: number; x: number; y: number; top: number; trusts: Trust[] };
  const cells = new Map<string, { total: number; names: Map<string, Sums> }>();
  for (const id of ids) {
    const name = labels.name(id);
    if (name === undefined) continue;
    const [x, y] = [xy[2 * id]!, xy[2 * id + 1]!];
    const key = `${Math.floor(x / cell)},${Math.floor(y / cell)}`;
    const here = cells.get(key) ?? { total: 0, names: new Map() };
    cells.set(key, here);
    here.total++;
    const sums = here.names.get(name) ?? { count: 0, x: 0, y: 0, top: -Infinity, trusts: [] };
    here.names.set(name, sums);
    sums.count++;
    sums.x += x;
    sums.y += y;
    sums.top = Math.max(sums.top, y);
    sums.trusts.push(labels.trust(id));
  }
  const found: Region[] = [];
  for (const { total, names } of cells.values()) {
    const [name, { count, x, y, top, trusts }] = [...names].sort((a, b) => b[1].count - a[1].count)[0]!;
    if (count >= AGREE * total)
      found.push({ name, x: x / count, y: y / count, top, count, trust: commonTrust(trusts) });
  }
  return found.sort((a, b) => b.count - a.count);
}

/** Which regions' names have room, the larger ones first; a name is not said twice close by. */
export function placed(found: Region[], view: View, drop: number): { region: Region; at: Point }[] {
  const shown: { region: Region; at: Point; half: number }[] = [];
  for (const region of found) {
    if (shown.length === MOST) break;
    const [x, middle] = view.toScreen(region.x, region.y);
    // Above the points where they are few: beneath a name they could not be told apart.
    const above = view.toScreen(region.x, region.top)[1] - 14;
    const wanted = drop > 0 && region.count === 1 ? middle + drop : region.count > CROWD ? middle : above;
    const y = middle > LINE ? Math.max(wanted, LINE) : wanted;
    const half = (Math.min(region.name.length, LONGEST) * LETTER) / 2 + 4;
    if (x < half || y < LINE || x > view.width - half || y > view.height - LINE / 2) continue;
    const clash = shown.some(({ region: other, at, half: width }) => {
      const [across, down] = [Math.abs(at[0] - x), Math.abs(at[1] - y)];
      const again = other.name === region.name && Math.hypot(across, down) < 1.6 * CELL && region.count > 1;
      return again || (across < half + width && down < LINE);
    });
    if (!clash) shown.push({ region, at: [x, y], half });
  }
  return shown;
}

export class Regions {
  readonly element = shape("g", { class: "slens-regions", "aria-hidden": "true" });
  on = true;
  #texts: SVGTextElement[] = [];
  #known: { octave: number; from: Point; to: Point; found: Region[] } | undefined;

  constructor(private readonly labels: Labels) {}

  /** The labels or the places have changed. */
  forget(): void {
    this.#known = undefined;
  }

  /** Place the names; `drop` is how far below a single crop its name stands, 0 where there are no crops. */
  draw(view: View, xy: Float32Array, within: (from: Point, to: Point) => number[], drop: number): void {
    const shown = this.on ? placed(this.#regions(view, xy, within), view, drop) : [];
    while (this.#texts.length < shown.length) {
      const text = shape("text");
      this.#texts.push(text);
      this.element.append(text);
    }
    this.#texts.forEach((text, i) => {
      const one = shown[i];
      text.style.display = one ? "" : "none";
      if (!one) return;
      const { name, trust } = one.region;
      const short = name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name;
      text.textContent = short + MARKS[trust];
      text.dataset.trust = trust;
      text.setAttribute("x", one.at[0].toFixed(1));
      text.setAttribute("y", (one.at[1] + 4).toFixed(1));
    });
  }

  #regions(view: View, xy: Float32Array, within: (from: Point, to: Point) => number[]): Region[] {
    // By the scale, which also changes with the size of the plane: none while nobody sees it.
    const octave = Math.round(2 * Math.log2(view.scale));
    const [x0, y1] = view.toWorld(0, 0);
    const [x1, y0] = view.toWorld(view.width, view.height);
    const known = this.#known;
    const [from, to] = [known?.from, known?.to];
    const inside = from && to && from[0] <= x0 && from[1] <= y0 && to[0] >= x1 && to[1] >= y1;
    if (known && known.octave === octave && inside) return known.found;
    const [w, h] = [(x1 - x0) / 2, (y1 - y0) / 2];
    const range: [Point, Point] = [
      [x0 - w, y0 - h],
      [x1 + w, y1 + h],
    ];
    let ids = within(...range);
    const step = Math.ceil(ids.length / SAMPLE);
    if (step > 1) ids = ids.filter((id) => id % step === 0);
    const found = regions(ids, xy, CELL / 2 ** (octave / 2), this.labels);
    this.#known = { octave, from: range[0], to: range[1], found };
    return found;
  }
}
