/** What the keyboard does on the map: moves between points, selects, grows a selection, moves the view. */

import { type Grid, type Point, toward, type View } from "./plane";

export interface KeyTargets {
  view: View;
  grid(): Grid | undefined;
  xy(): Float32Array;
  hovered(): number;
  selection(): number[];
  point(id: number): void;
  choose(ids: number[], add: boolean): void;
  paint(): void;
}

const WAYS: Record<string, Point> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};
const FIRST = 8;

export function keys(plane: HTMLElement, on: KeyTargets): void {
  const { view } = on;
  let grown = { centre: -1, count: 0 };

  function move(way: Point, grid: Grid): void {
    const [now, xy] = [on.hovered(), on.xy()];
    const next = now >= 0 ? toward(xy, now, ...way) : (on.selection()[0] ?? grid.nearest(view.x, view.y, 4));
    if (next < 0) return;
    view.show(xy[2 * next]!, xy[2 * next + 1]!);
    on.point(next);
  }

  /** The keyboard's lasso: the points nearest to the one pointed at, twice as many (or half) each time. */
  function grow(less: boolean, grid: Grid): void {
    const centre = on.hovered() >= 0 ? on.hovered() : on.selection()[0];
    if (centre === undefined) return;
    const known = grown.centre === centre && grown.count === on.selection().length;
    const count = known ? Math.floor(less ? grown.count / 2 : grown.count * 2) : less ? 1 : FIRST;
    const ids = grid.nearestOnes(on.xy()[2 * centre]!, on.xy()[2 * centre + 1]!, Math.max(count, 1));
    grown = { centre, count: ids.length };
    on.choose(ids, false);
  }

  plane.addEventListener("keydown", (event) => {
    const middle: Point = [view.width / 2, view.height / 2];
    const way = WAYS[event.key];
    const grid = on.grid();
    if (way && event.ctrlKey) view.pan(-60 * way[0], 60 * way[1]);
    else if (way && grid) move(way, grid);
    else if (event.key === "+" || event.key === "=") view.zoomAt(1.4, ...middle);
    else if (event.key === "-") view.zoomAt(1 / 1.4, ...middle);
    else if (event.key === "0") view.fit();
    else if (event.key.toLowerCase() === "g" && grid) grow(event.shiftKey, grid);
    else if (event.key === "Escape") on.choose([], false);
    else if ((event.key === "Enter" || event.key === " ") && on.hovered() >= 0)
      on.choose([on.hovered()], event.ctrlKey || event.shiftKey);
    else return;
    event.preventDefault();
    on.paint();
  });
}
