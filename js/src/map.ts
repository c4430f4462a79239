/** The concept map: every component a point, near what looks alike. */

import { h, iconButton } from "./dom";
import { gestures } from "./gestures";
import css from "./map.css";
import { HoverCard } from "./map_card";
import { drawLegend } from "./map_legend";
import { levels, palette, range, type Scale } from "./palette";
import { Grid, lassoed, normalise, type Point, toward, View } from "./plane";
import { DIMMED, makeRenderer, PRUNED, pointSize, SELECTED } from "./scatter";
import { Strips } from "./strips";
import { colours } from "./theme";
import { float32Of } from "./transport";
import { type Drawn, widget } from "./widget";

const COLOURINGS = [
  { by: "layer", label: "layer", scale: "categories" },
  { by: "clarity", label: "clarity", scale: "sequential" },
  { by: "alignment", label: "alignment", scale: "diverging" },
  { by: "score", label: "search score", scale: "sequential" },
  { by: "pruned", label: "pruned", scale: "categories" },
] as const;

function draw({ frame, client, shared, onClose }: Drawn): void {
  const { components } = shared;
  const n = components.total;
  const view = new View();
  const card = new HoverCard();
  const strips = new Strips(client, frame.fail, (id, url) => card.arrived(id, url));
  const highlighted = new Set<number>();
  let xy: Float32Array = new Float32Array();
  let grid: Grid | undefined;
  let values: Float32Array | undefined;
  let hovered = -1;
  let lassoTool = false;
  let pending = 0;

  const overlay = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const polygon = document.createElementNS("http://www.w3.org/2000/svg", "polygon");
  const ring = document.createElementNS("http://www.w3.org/2000/svg", "circle");
  overlay.append(polygon, ring);
  const plane = h("div", {
    class: "slens-plane",
    tabindex: 0,
    role: "application",
    "aria-label":
      "Map of components. Arrow keys move between points, Enter selects, plus and minus zoom, 0 fits.",
  });
  plane.append(overlay, card.element);
  const legend = h("div", { class: "slens-legend" });
  frame.body.append(plane, legend);

  let renderer = makeRenderer(plane, (other) => {
    renderer = other;
    plane.dataset.engine = other.kind;
    repaint();
  });
  plane.dataset.engine = renderer.kind;

  const colour = h("select", {
    title: "What the colours of the points mean",
    onchange: () => shared.set("color_by", colour.value),
  });
  for (const { by, label } of COLOURINGS) colour.append(h("option", { value: by }, label));
  const tool = (name: string, title: string, lasso: boolean): HTMLButtonElement =>
    h("button", { type: "button", title, onclick: () => setTool(lasso) }, name);
  const panTool = tool("Pan", "Drag to move the map (shift-drag draws a lasso)", false);
  const lassoButton = tool("Lasso", "Drag around points to select them", true);
  frame.tools.append(
    h("label", { class: "slens-field" }, "Colour", colour),
    h(
      "span",
      { class: "slens-segments", role: "group", "aria-label": "What dragging does" },
      panTool,
      lassoButton,
    ),
    iconButton("M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4", "Show the whole map", () => {
      view.fit();
      paint();
    }),
  );

  function setTool(lasso: boolean): void {
    lassoTool = lasso;
    panTool.setAttribute("aria-pressed", String(!lasso));
    lassoButton.setAttribute("aria-pressed", String(lasso));
    plane.classList.toggle("slens-lasso", lasso);
  }
  setTool(false);

  const coloring = (): (typeof COLOURINGS)[number] =>
    COLOURINGS.find(({ by }) => by === shared.values.color_by) ?? COLOURINGS[0];

  /** Palette, palette indices and legend of what the points are coloured by now. */
  function repaint(): void {
    if (!grid) return;
    const { by, label, scale } = coloring();
    const look = colours(frame.root);
    const pruned = new Set(shared.values.pruned);
    const selected = new Set(shared.values.selection);
    let tones = palette(scale as Scale, look.theme);
    let index: Uint8Array;
    const clicked = (i: number): void => {
      if (!highlighted.delete(i)) highlighted.add(i);
      repaint();
    };
    if (by === "layer") {
      index = Uint8Array.from(components.layerOf, (layer) => layer % tones.length);
      drawLegend(legend, {
        names: components.layers.map((layer) => layer.name),
        tones,
        highlighted,
        clicked,
      });
    } else if (by === "pruned") {
      tones = [tones[0]!, tones[1]!];
      index = new Uint8Array(n);
      for (const id of pruned) index[id] = 1;
      drawLegend(legend, { names: ["kept", `pruned (${pruned.size})`], tones, highlighted, clicked });
    } else if (values) {
      const limits = range(values, scale as Scale);
      index = levels(values, limits);
      const ends: [string, string] = by === "alignment" ? ["spurious", "valid"] : ["low", "high"];
      drawLegend(legend, { ramp: tones, limits, ends, label });
    } else {
      tones = [look.muted];
      index = new Uint8Array(n);
      legend.replaceChildren(missing(by));
    }
    const groups = by === "pruned" ? index : components.layerOf;
    const byGroup = (by === "layer" || by === "pruned") && highlighted.size > 0;
    const flags = new Uint8Array(n);
    for (let i = 0; i < n; i++) {
      const chosen = selected.has(i);
      const dim = (byGroup && !highlighted.has(groups[i]!)) || (selected.size > 0 && !chosen);
      flags[i] = (chosen ? SELECTED : 0) | (pruned.has(i) ? PRUNED : 0) | (dim ? DIMMED : 0);
    }
    renderer.update({
      xy,
      levels: index,
      palette: tones,
      flags,
      ring: look.foreground,
      background: look.background,
    });
    paint();
    describe();
  }

  function missing(by: string): string {
    if (by === "score") return "Type a query in the gallery to colour the points by how well they match it.";
    if (by === "alignment")
      return "Name valid and spurious concepts to colour the points by where they lean.";
    return "Computing the colours …";
  }

  function paint(): void {
    cancelAnimationFrame(pending);
    pending = requestAnimationFrame(() => {
      view.width = plane.clientWidth || 400;
      view.height = plane.clientHeight || 300;
      renderer.draw(view, Math.min(globalThis.devicePixelRatio || 1, 2));
      placeRing();
      if (grid) frame.ready();
    });
  }

  function placeRing(): void {
    const on = hovered >= 0;
    ring.style.display = on ? "" : "none";
    if (!on) return;
    const [x, y] = view.toScreen(xy[2 * hovered]!, xy[2 * hovered + 1]!);
    ring.setAttribute("cx", String(x));
    ring.setAttribute("cy", String(y));
    ring.setAttribute("r", String(pointSize(n, view.zoom) / 2 + 4));
  }

  function hover(id: number): void {
    plane.classList.toggle("slens-over", id >= 0);
    if (id === hovered) return;
    hovered = id;
    placeRing();
    if (id < 0) {
      card.hide();
      describe();
      return;
    }
    const value = values?.[id];
    const facts =
      value === undefined || !Number.isFinite(value) ? "" : `${coloring().label} ${value.toFixed(2)}`;
    const state = shared.values.pruned.includes(id) ? "pruned" : "";
    const at = view.toScreen(xy[2 * id]!, xy[2 * id + 1]!);
    const text = [facts, state].filter(Boolean).join(" · ") || `its ${shared.about.m} strongest examples`;
    card.show(id, components.name(id), text, strips.get(id), at, [view.width, view.height]);
    strips.want([id]);
    frame.status(components.name(id));
  }

  function describe(): void {
    const { selection } = shared.values;
    const layers = components.layers.length;
    frame.status(
      selection.length > 0
        ? `${selection.length.toLocaleString("en")} of ${n.toLocaleString("en")} components selected`
        : `${n.toLocaleString("en")} components of ${layers} layer${layers === 1 ? "" : "s"}; shift-drag draws a lasso`,
    );
  }

  function choose(ids: number[], add: boolean): void {
    if (!add) {
      shared.set("selection", ids);
      return;
    }
    const now = new Set(shared.values.selection);
    const toggles = ids.length === 1 && now.has(ids[0]!);
    for (const id of ids)
      if (toggles) now.delete(id);
      else now.add(id);
    shared.set("selection", [...now]);
  }

  const near = (px: number, py: number): number => {
    const [x, y] = view.toWorld(px, py);
    return grid?.nearest(x, y, (pointSize(n, view.zoom) / 2 + 5) / view.scale) ?? -1;
  };
  gestures(plane, {
    lasso: () => lassoTool,
    hover: (at) => hover(at ? near(...at) : -1),
    outline: (path) => polygon.setAttribute("points", path.map((point) => point.join(",")).join(" ")),
    pan: (dx, dy) => {
      view.pan(dx, dy);
      paint();
    },
    zoom: (factor, at) => {
      view.zoomAt(factor, ...at);
      paint();
    },
    lassoed: (path, add) => {
      const outline = path.map((point) => view.toWorld(...point));
      choose(lassoed(xy, outline), add);
    },
    clicked: (at, add) => {
      const hit = near(...at);
      if (hit >= 0) choose([hit], add);
      else if (!add) choose([], false);
    },
  });
  plane.addEventListener("keydown", (event) => {
    const middle: Point = [view.width / 2, view.height / 2];
    const ways: Record<string, Point> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, 1],
      ArrowDown: [0, -1],
    };
    const way = ways[event.key];
    if (way && grid) {
      const start = hovered >= 0 ? hovered : (shared.values.selection[0] ?? grid.nearest(view.x, view.y, 4));
      const next = hovered >= 0 ? toward(xy, start, ...way) : start;
      if (next >= 0) hover(next);
    } else if (event.key === "+" || event.key === "=") view.zoomAt(1.4, ...middle);
    else if (event.key === "-") view.zoomAt(1 / 1.4, ...middle);
    else if (event.key === "0") view.fit();
    else if (event.key === "Escape") choose([], false);
    else if ((event.key === "Enter" || event.key === " ") && hovered >= 0)
      choose([hovered], event.ctrlKey || event.shiftKey);
    else return;
    event.preventDefault();
    paint();
  });

  async function loadColours(): Promise<void> {
    const { by } = coloring();
    colour.value = by;
    values = undefined;
    if (by !== "layer" && by !== "pruned") {
      repaint();
      try {
        const { body, buffers } = await client.request(
          "colour",
          { by },
          { lane: "colour", progress: (p) => frame.busy(p.stage, p) },
        );
        frame.clearError();
        values = body.available === true ? float32Of(buffers[0]) : undefined;
      } catch (error) {
        frame.fail(error);
      }
      frame.busy(null);
    } else client.cancel("colour");
    repaint();
  }

  async function load(): Promise<void> {
    frame.busy("Laying out the map …");
    try {
      const { buffers } = await client.request(
        "points",
        {},
        { lane: "points", progress: (p) => frame.busy(p.stage, p) },
      );
      xy = normalise(float32Of(buffers[0]));
      grid = new Grid(xy);
      await loadColours();
    } catch (error) {
      frame.fail(error);
    }
    frame.busy(null);
  }

  shared.on(["selection", "pruned"], repaint);
  shared.on(["color_by"], () => {
    highlighted.clear();
    void loadColours();
  });
  shared.on(["query"], () => shared.values.color_by === "score" && void loadColours());
  shared.on(["valid", "spurious"], () => shared.values.color_by === "alignment" && void loadColours());
  frame.onTheme(repaint);
  const observer = new ResizeObserver(paint);
  observer.observe(plane);
  onClose(() => {
    observer.disconnect();
    cancelAnimationFrame(pending);
    strips.close();
    renderer.close();
  });
  void load();
}

export default widget({ name: "map", title: "Concept map", css }, draw);
