/** The concept map: every component a point, near what looks alike. */

import { button, counted, field, h, iconButton, options, press, resized, segments, shape } from "./dom";
import { gestures } from "./gestures";
import { Labels } from "./labels";
import css from "./map.css";
import { colourings, MapColours, type Painted } from "./map_colours";
import { Crops, MOST as MOST_CROPS } from "./map_crops";
import { Hover } from "./map_hover";
import { keys } from "./map_keys";
import { Legend } from "./map_legend";
import { Regions } from "./map_regions";
import { Grid, normalise, type Point, View } from "./plane";
import { choose, DIMMED, OTHER, type Picture, pointSize, SELECTED, states } from "./points";
import { makeRenderer } from "./scatter";
import { type Colours, colours } from "./theme";
import { float32Of } from "./transport";
import { type Drawn, widget } from "./widget";

const KEYS =
  "Arrow keys move between points, Enter selects, G selects the nearest ones (again for more, Shift+G for fewer), " +
  "plus and minus zoom, Ctrl with arrows moves the map, 0 fits, Escape selects nothing.";

/** Draw the map in its frame; `relabelled` is told when there are other labels, which it returns. */
export function drawMap(drawn: Drawn, relabelled = (): void => {}): Labels {
  const { frame, client, shared, onClose } = drawn;
  const n = shared.components.total;
  const sides = (shared.about.sides ?? []).map(({ name, start }, i, all) => {
    const end = all[i + 1]?.start ?? n;
    return { name, start, end, shown: true };
  });
  const view = new View();
  const labels = new Labels(shared, frame.fail, () => {
    regions.forget();
    recolour(false);
    relabelled();
  });
  const regions = new Regions(labels);
  const crops = new Crops(drawn, paint);
  const tones = new MapColours(drawn, labels, recolour);
  const legend = new Legend(repaint);
  let places: Float32Array = new Float32Array();
  let xy = places;
  let grid: Grid | undefined;
  let picture: Picture | undefined;
  let painted: Painted | undefined;
  let look: Colours | undefined;
  let lassoTool = false;
  let pending = 0;

  const polygon = shape("polygon");
  const place = (id: number): Point => view.toScreen(xy[2 * id]!, xy[2 * id + 1]!);
  const hover: Hover = new Hover(drawn, labels, view, {
    place,
    radius: (id) => (crops.shows(id) ? 0.62 * crops.side : pointSize(n, view.zoom) / 2) + 4,
    facts: (id) => tones.value(id),
    left: describe,
  });
  const overlay = shape("svg", {}, regions.element, polygon, hover.ring);
  const plane = h("div", {
    class: "slens-plane",
    tabindex: 0,
    role: "application",
    "aria-label": `Map of components. ${KEYS}`,
  });
  plane.append(crops.canvas, overlay, hover.card.element);
  frame.body.append(plane, legend.element);

  let renderer = makeRenderer(plane, (other) => {
    renderer = other;
    plane.dataset.engine = other.kind;
    repaint();
  });
  plane.dataset.engine = renderer.kind;

  const colour = h(
    "select",
    {
      title: "What the colours of the points mean",
      onchange: () => shared.set("color_by", colour.value),
    },
    ...options(colourings(shared).map(({ by, label }) => [by, label])),
  );
  const panTool = button("Pan", "Drag to move the map (shift-drag draws a lasso)", () => setTool(false));
  const lassoButton = button("Lasso", "Drag around points to select them", () => setTool(true));
  frame.tools.append(
    field("Colour", colour),
    segments("What dragging does", panTool, lassoButton),
    segments(
      "What is drawn of the components",
      layer("Crops", "Show crops instead of points where the view is near enough", crops),
      layer("Names", "Name the regions by the labels of their components", regions),
    ),
    iconButton("M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4", "Show the whole map", () => {
      view.fit();
      paint();
    }),
  );

  /** A button that shows or hides one layer of the picture. */
  function layer(name: string, title: string, shown: { on: boolean }): HTMLButtonElement {
    const toggle = button(name, title, () => {
      shown.on = !shown.on;
      press(toggle, shown.on);
      paint();
    });
    press(toggle, shown.on);
    return toggle;
  }

  /** The legend's key of an audit: its shape, and a click shows it or takes it off the map. */
  function key(side: (typeof sides)[number], i: number): HTMLElement {
    return button(
      `${i ? "◆" : "●"} ${side.name}`,
      `${side.shown ? "Hide" : "Show"} the ${counted(side.end - side.start)} components of ${side.name}`,
      () => {
        side.shown = !side.shown;
        spread();
        repaint();
      },
      { class: "slens-key", "data-group": `side${i}`, "aria-pressed": String(side.shown) },
    );
  }

  /** Put the points where they stand; those of an audit that is hidden are nowhere. */
  function spread(): void {
    xy = places.slice();
    for (const { start, end, shown } of sides) if (!shown) xy.fill(Infinity, 2 * start, 2 * end);
    grid = new Grid(xy);
    regions.forget();
  }
  const seen = (id: number): boolean => id >= 0 && xy[2 * id]! < 9;

  function setTool(lasso: boolean): void {
    lassoTool = lasso;
    press(panTool, !lasso);
    press(lassoButton, lasso);
    plane.classList.toggle("slens-lasso", lasso);
  }
  setTool(false);

  function recolour(regrouped: boolean): void {
    if (regrouped) legend.highlighted.clear();
    colour.value = tones.colouring.by;
    repaint();
  }

  /** Tones, states and legend of the points as they are now. */
  function repaint(): void {
    if (!grid) return;
    look ??= colours(frame.root);
    painted = tones.paint(look);
    legend.draw(painted.legend, [...sides.map(key), ...tones.controls()]);
    mark();
  }

  /** States of the points as they are now, in the tones that they have. */
  function mark(): void {
    if (!painted || !look) return;
    const { highlighted } = legend;
    const { groups, levels, palette } = painted;
    const flags = states(n, shared.values);
    if (highlighted.size > 0)
      for (let i = 0; i < n; i++)
        if (!highlighted.has(groups[i]!) && !(flags[i]! & SELECTED)) flags[i]! |= DIMMED;
    if (sides[1]) for (let i = sides[1].start; i < n; i++) flags[i]! |= OTHER;
    picture = { xy, levels, palette, flags, ring: look.foreground, background: look.background };
    renderer.update(picture);
    paint();
    describe();
  }

  function paint(): void {
    cancelAnimationFrame(pending);
    pending = requestAnimationFrame(() => {
      view.width = plane.clientWidth || 400;
      view.height = plane.clientHeight || 300;
      const ratio = Math.min(globalThis.devicePixelRatio || 1, 2);
      renderer.draw(view, ratio);
      if (grid && picture) {
        const inView = (margin: number, most: number): number[] =>
          grid!.within(
            view.toWorld(-margin, view.height + margin),
            view.toWorld(view.width + margin, -margin),
            most,
          );
        crops.draw(inView(20, MOST_CROPS), view, ratio, picture);
        regions.draw(view, xy, (from, to) => grid!.within(from, to), crops.side && crops.side / 2 + 10);
        plane.dataset.crops = String(Math.round(crops.side));
        frame.ready();
      }
      hover.place();
    });
  }

  function describe(): void {
    const { selection } = shared.values;
    const layers = shared.components.layers.length;
    frame.status(
      selection.length > 0
        ? `${counted(selection.length)} of ${counted(n)} components selected`
        : `${counted(n)} components of ${layers} layer${layers === 1 ? "" : "s"}; shift-drag draws a lasso`,
    );
  }

  const near = (px: number, py: number): number => {
    const crop = crops.at(px, py);
    if (crop >= 0) return crop;
    const [x, y] = view.toWorld(px, py);
    return grid?.nearest(x, y, (pointSize(n, view.zoom) / 2 + 5) / view.scale) ?? -1;
  };
  function point(id: number): void {
    plane.classList.toggle("slens-over", id >= 0);
    hover.point(id);
  }
  gestures(plane, {
    lasso: () => lassoTool,
    hover: (at) => point(at ? near(...at) : -1),
    outline: (path) => polygon.setAttribute("points", path.map((corner) => corner.join(",")).join(" ")),
    pan: (dx, dy) => {
      view.pan(dx, dy);
      paint();
    },
    zoom: (factor, at) => {
      view.zoomAt(factor, ...at);
      paint();
    },
    lassoed: (path, add) => {
      const outline = path.map((corner) => view.toWorld(...corner));
      choose(shared, Array.from(grid?.lassoed(outline) ?? []), add);
    },
    clicked: (at, add) => {
      const hit = near(...at);
      if (hit >= 0 || !add) choose(shared, hit >= 0 ? [hit] : [], add);
    },
  });
  keys(plane, {
    view,
    grid: () => grid,
    xy: () => xy,
    hovered: () => (seen(hover.id) ? hover.id : -1),
    selection: () => shared.values.selection.filter(seen),
    point,
    choose: (ids, add) => choose(shared, ids, add),
    paint,
  });

  async function load(): Promise<void> {
    frame.busy("Laying out the map …");
    try {
      const { buffers } = await client.request(
        "points",
        {},
        { lane: "points", progress: (p) => frame.busy(p.stage, p) },
      );
      places = normalise(float32Of(buffers[0]));
      spread();
      frame.busy(null);
      await tones.load();
    } catch (error) {
      frame.fail(error);
    }
    frame.busy(null);
  }

  shared.on(["selection"], mark);
  shared.on(["pruned"], () => (tones.colouring.by === "pruned" ? repaint() : mark()));
  frame.onTheme(() => {
    // Read once for each theme: it makes the browser lay out the page.
    look = undefined;
    repaint();
  });
  onClose(resized(plane, paint));
  onClose(() => {
    cancelAnimationFrame(pending);
    renderer.close();
  });
  void load();
  return labels;
}

export default widget({ name: "map", title: "Concept map", css }, drawMap);
