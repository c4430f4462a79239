/** Example crops in place of the points, where the view is near enough that they hardly overlap. */

import { h } from "./dom";
import type { Point, View } from "./plane";
import { DIMMED, fitCanvas, OTHER, type Picture, PRUNED, SELECTED } from "./points";
import { Strips } from "./strips";
import type { Drawn } from "./widget";

export const MOST = 300;
const KEPT = 600;
const [LEAST_SIDE, LARGEST_SIDE] = [30, 76];
/** Share of the points in view that must find room for their crop. */
const ROOM = 0.55;

/** Which of some places have room for squares of a side, the first ones first. */
export function withRoom(places: Point[], side: number): number[] {
  const cells = new Map<string, Point[]>();
  const kept: number[] = [];
  places.forEach(([x, y], i) => {
    const [column, row] = [Math.floor(x / side), Math.floor(y / side)];
    for (let c = column - 1; c <= column + 1; c++)
      for (let r = row - 1; r <= row + 1; r++)
        for (const [ox, oy] of cells.get(`${c},${r}`) ?? [])
          if (Math.abs(ox - x) < side * 0.9 && Math.abs(oy - y) < side * 0.9) return;
    const key = `${column},${row}`;
    cells.set(key, [...(cells.get(key) ?? []), [x, y]]);
    kept.push(i);
  });
  return kept;
}

export class Crops {
  readonly canvas = h("canvas", { class: "slens-crops", "aria-hidden": "true" });
  on = true;
  /** Side of the crops that are shown, in pixels; 0: none are. */
  side = 0;
  #shown: { id: number; at: Point }[] = [];
  #tiles = new Map<number, HTMLCanvasElement>();
  #strips: Strips;
  #wanted = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `arrived` is called when there is more to draw. */
  constructor(
    private readonly drawn: Drawn,
    private readonly arrived: () => void,
  ) {
    const { client, frame, onClose } = drawn;
    this.#strips = new Strips(client, frame.fail, (id, url) => void this.#cut(id, url), "crops");
    onClose(() => {
      clearTimeout(this.#timer);
      this.#strips.close();
      this.#tiles.clear();
    });
  }

  /** Draw the crops of the points in view, if they are few enough. */
  draw(ids: number[], view: View, ratio: number, picture: Picture): void {
    this.#choose(ids, view, picture);
    this.canvas.hidden = this.side === 0;
    if (this.side === 0) return;
    fitCanvas(this.canvas, view, ratio);
    const context = this.canvas.getContext?.("2d");
    if (!context) return;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, view.width, view.height);
    for (const { id, at } of this.#shown) this.#one(context, id, at, picture);
  }

  /** The component whose crop is under a pixel, or −1. */
  at(x: number, y: number): number {
    const half = this.side / 2;
    const hit = this.#shown.find(({ at }) => Math.abs(at[0] - x) <= half && Math.abs(at[1] - y) <= half);
    return hit?.id ?? -1;
  }

  shows(id: number): boolean {
    return this.#shown.some((each) => each.id === id);
  }

  #choose(ids: number[], view: View, { xy, flags }: Picture): void {
    this.side = 0;
    this.#shown = [];
    if (!this.on || ids.length === 0 || ids.length > MOST) return;
    const first = (id: number): number => (flags[id]! & SELECTED ? 0 : flags[id]! & DIMMED ? 2 : 1);
    const order = [...ids].sort((a, b) => first(a) - first(b) || a - b);
    const places = order.map((id) => view.toScreen(xy[2 * id]!, xy[2 * id + 1]!));
    const widest = Math.min(0.7 * Math.sqrt((view.width * view.height) / ids.length), LARGEST_SIDE);
    let side = widest;
    let kept: number[] = [];
    for (; side >= LEAST_SIDE; side *= 0.8) {
      kept = withRoom(places, side);
      if (kept.length >= ROOM * ids.length) break;
    }
    if (side < LEAST_SIDE) return;
    this.side = side;
    this.#shown = kept.map((i) => ({ id: order[i]!, at: places[i]! }));
    this.#fetch();
  }

  #one(context: CanvasRenderingContext2D, id: number, [x, y]: Point, picture: Picture): void {
    const flag = picture.flags[id]!;
    const half = this.side / 2;
    const chosen = (flag & SELECTED) !== 0;
    const box = (): void => {
      context.beginPath();
      context.roundRect(x - half, y - half, this.side, this.side, 4);
    };
    context.save();
    context.globalAlpha = (flag & DIMMED) !== 0 && !chosen ? 0.3 : 1;
    box();
    context.fillStyle = picture.background;
    context.fill();
    context.clip();
    const tile = this.#tiles.get(id);
    if (tile) context.drawImage(tile, x - half, y - half, this.side, this.side);
    box();
    context.lineWidth = chosen ? 8 : 5;
    context.strokeStyle = picture.palette[picture.levels[id]! % picture.palette.length]!;
    context.stroke();
    if (flag & OTHER) {
      context.fillStyle = context.strokeStyle;
      context.fillText("◆", x - half + 4, y - half + 12);
    }
    if (flag & PRUNED) {
      context.lineWidth = 3;
      context.strokeStyle = picture.background;
      context.beginPath();
      context.moveTo(x - half, y + half);
      context.lineTo(x + half, y - half);
      context.stroke();
    }
    context.restore();
    if (!chosen) return;
    box();
    context.lineWidth = 1.5;
    context.strokeStyle = picture.ring;
    context.stroke();
  }

  /** Ask for what is shown and not here, once the view has come to rest. */
  #fetch(): void {
    const missing = this.#shown.map(({ id }) => id).filter((id) => !this.#tiles.has(id));
    const wanted = missing.join();
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      for (const id of missing) {
        const url = this.#strips.get(id);
        if (url) void this.#cut(id, url);
      }
      this.#strips.want(missing);
    }, 80);
  }

  /** Keep the first tile of a strip: 20 kB, where the whole of it would be a megabyte of pixels. */
  async #cut(id: number, url: string): Promise<void> {
    const image = new Image();
    image.src = url;
    try {
      await image.decode();
    } catch {
      return;
    }
    const side = Math.min(this.drawn.shared.about.tile, 96);
    const tile = h("canvas", { width: side, height: side });
    tile.getContext("2d")?.drawImage(image, 0, 0, image.height, image.height, 0, 0, side, side);
    this.#tiles.delete(id);
    this.#tiles.set(id, tile);
    for (const oldest of this.#tiles.keys()) {
      if (this.#tiles.size <= KEPT) break;
      this.#tiles.delete(oldest);
    }
    this.arrived();
  }
}
