/** The alignment plot of a page without plotly: the map's engine between two axes. */

import { h, resized, shape } from "./dom";
import { gestures } from "./gestures";
import { Labels } from "./labels";
import { Hover } from "./map_hover";
import { keys } from "./map_keys";
import { Grid, type Point, View } from "./plane";
import { choose, type Picture, pointSize, states } from "./points";
import { makeRenderer } from "./scatter";
import { colours, hex } from "./theme";
import { float32Of, type Json } from "./transport";
import type { Drawn } from "./widget";

/** Half the extent of the plot, in units of the view. */
const REACH: Point = [1.25, 0.8];
const STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];

export interface SavedPlot {
  element: HTMLElement;
  show(body: Json, buffers: Uint8Array[]): void;
}

/** `tones` gives the colours of the quadrants; `left` is called when nothing is pointed at any more. */
export function savedPlot(drawn: Drawn, tones: () => string[], left: () => void): SavedPlot {
  const { frame, shared, onClose } = drawn;
  const view = new View();
  const labels = new Labels(shared, frame.fail, () => {});
  let values: Float32Array[] = [];
  let limits: Point[] = [];
  let thresholds: Point | null = null;
  let unit = "";
  let picture: Picture | undefined;
  let xy: Float32Array = new Float32Array();
  let grid: Grid | undefined;
  let levels: Uint8Array = new Uint8Array();
  let sizes: Uint8Array = new Uint8Array();
  let pending = 0;

  const axes = shape("g");
  const polygon = shape("polygon");
  const size = (id: number): number => (pointSize(levels.length, view.zoom) * (sizes[id] ?? 36)) / 36;
  const place = (id: number): Point => view.toScreen(xy[2 * id]!, xy[2 * id + 1]!);
  const hover: Hover = new Hover(drawn, labels, view, {
    place,
    radius: (id) => size(id) / 2 + 4,
    facts: (id) =>
      ["valid", "spurious", "relevance"]
        .flatMap((name, i) =>
          Number.isFinite(values[i]?.[id]) ? [`${name} ${values[i]![id]!.toPrecision(2)}`] : [],
        )
        .join(", "),
    left,
  });
  const plane = h("div", {
    class: "slens-plane slens-lasso slens-plot",
    tabindex: 0,
    role: "application",
    "aria-label":
      "Alignment of components: valid to the right, spurious up. Arrow keys move between points, Enter selects, G selects the nearest ones, Escape nothing.",
  });
  plane.append(shape("svg", {}, axes, polygon, hover.ring), hover.card.element);
  let renderer = makeRenderer(plane, (other) => {
    renderer = other;
    mark();
  });

  const scaled = (axis: 0 | 1, value: number): number => {
    const [low, high] = limits[axis]!;
    return ((2 * (value - low)) / (high - low || 1) - 1) * REACH[axis];
  };

  /** Colours and states of the points as they are now. */
  function mark(): void {
    if (!grid) return;
    const look = colours(frame.root);
    const palette = tones().map(hex);
    const flags = states(levels.length, shared.values);
    picture = { xy, levels, sizes, palette, flags, ring: look.foreground, background: look.background };
    renderer.update(picture);
    paint();
  }

  function paint(): void {
    cancelAnimationFrame(pending);
    pending = requestAnimationFrame(() => {
      view.width = plane.clientWidth || 400;
      view.height = plane.clientHeight || 300;
      renderer.draw(view, Math.min(globalThis.devicePixelRatio || 1, 2));
      if (picture) drawAxes();
      hover.place();
    });
  }

  function line(kind: string, [x1, y1]: Point, [x2, y2]: Point): void {
    axes.append(shape("line", { x1, y1, x2, y2, class: kind }));
  }

  function text(said: string, [x, y]: Point, anchor: string): void {
    axes.append(shape("text", { x, y, "text-anchor": anchor }, new Text(said)));
  }

  /** Ticks of both axes where the view is, and the thresholds. */
  function drawAxes(): void {
    axes.replaceChildren();
    const { width, height } = view;
    const from = view.toWorld(0, height);
    const to = view.toWorld(width, 0);
    for (const axis of [0, 1] as const) {
      const [low, high] = limits[axis]!;
      const value = (at: number): number => low + ((at / REACH[axis] + 1) / 2) * (high - low);
      const at = (value: number): number => view.toScreen(scaled(0, value), scaled(1, value))[axis];
      const [first, last] = [value(from[axis]), value(to[axis])];
      const step = STEPS.find((each) => (last - first) / each < 9) ?? 5;
      for (let k = Math.ceil(first / step); k * step <= last; k++) {
        const place = at(k * step);
        const said = (k * step).toFixed(step < 0.1 ? 2 : 1);
        if (axis === 0) text(said, [place, height - 4], "middle");
        else if (place < height - 24 && place > 24) text(said, [4, place + 4], "start");
        line("", axis === 0 ? [place, 0] : [0, place], axis === 0 ? [place, height] : [width, place]);
      }
      if (!thresholds) continue;
      const edge = at(thresholds[axis]);
      line("slens-edge", axis === 0 ? [edge, 0] : [0, edge], axis === 0 ? [edge, height] : [width, edge]);
    }
    text(`valid concepts: ${unit} →`, [width - 6, height - 18], "end");
    text(`↑ spurious concepts: ${unit}`, [4, 14], "start");
  }

  const near = (px: number, py: number): number => {
    const [x, y] = view.toWorld(px, py);
    return grid?.nearest(x, y, (1.3 * pointSize(levels.length, view.zoom) + 5) / view.scale) ?? -1;
  };
  gestures(plane, {
    lasso: () => true,
    hover: (at) => hover.point(at ? near(...at) : -1),
    outline: (path) => polygon.setAttribute("points", path.map((corner) => corner.join()).join(" ")),
    pan: () => {},
    zoom: (factor, at) => {
      view.zoomAt(factor, ...at);
      paint();
    },
    lassoed: (path, add) =>
      choose(shared, Array.from(grid?.lassoed(path.map((corner) => view.toWorld(...corner))) ?? []), add),
    clicked: (at, add) => {
      const hit = near(...at);
      if (hit >= 0 || !add) choose(shared, hit >= 0 ? [hit] : [], add);
    },
  });
  keys(plane, {
    view,
    grid: () => grid,
    xy: () => xy,
    hovered: () => hover.id,
    selection: () => shared.values.selection,
    point: (id) => hover.point(id),
    choose: (ids, add) => choose(shared, ids, add),
    paint,
  });
  shared.on(["selection", "pruned"], mark);
  frame.onTheme(mark);
  onClose(resized(plane, paint));
  onClose(() => {
    cancelAnimationFrame(pending);
    renderer.close();
  });

  return {
    element: plane,
    show(body, buffers) {
      values = buffers.slice(0, 3).map(float32Of);
      [levels = levels, sizes = sizes] = buffers.slice(3);
      unit = body.axis as string;
      limits = body.limits as Point[];
      thresholds = body.thresholds as Point | null;
      xy = new Float32Array(2 * levels.length);
      for (let i = 0; i < levels.length; i++) {
        xy[2 * i] = scaled(0, values[0]![i]!);
        xy[2 * i + 1] = scaled(1, values[1]![i]!);
      }
      grid = new Grid(xy);
      mark();
    },
  };
}
