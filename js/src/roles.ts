/** What a class, or the decision on one image, rests on: the concept graph, and the image explained. */

import { button, closeButton, debounce, emptyState, field, h, oneOf, press, shape } from "./dom";
import { percent, picture, reasons } from "./explained";
import explainedCss from "./explained.css";
import { acceptDrops, acceptPastes, fileButton, sendImage } from "./image_files";
import { Labels } from "./labels";
import { choose, pointing } from "./points";
import css from "./roles.css";
import { Strips, showStrip } from "./strips";
import { targetChoice } from "./target";
import type { Json, Reply } from "./transport";
import { type Drawn, widget } from "./widget";

/** Of a node, as in the kernel's layout. */
const WIDTH = 156;
const METHODS = {
  CRP: "Relevance by CRP: LRP rules, conditional on each component",
  "gradient × activation": "Relevance by gradient × activation: faster, less exact",
};
type Method = keyof typeof METHODS;

interface Graph {
  target: string;
  title: string;
  method: string;
  size: [number, number];
  middle: number;
  columns: number[];
  layers: string[];
  nodes: { component: number; at: [number, number]; share: number; quadrant: string; classes: string }[];
  /** The thinnest first. */
  curves: { path: string; share: number; said: string; width: number; opacity: number }[];
}

function draw({ frame, client, shared, onClose }: Drawn): void {
  const { components } = shared;
  /** An evaluation image's number, a given image's name, or the class as a whole. */
  let image: number | string | null = null;
  let method: Method = "CRP";
  let turn = 0;
  let graph: Graph | undefined;
  let views: Uint8Array[] = [];

  const target = targetChoice(shared, "The class that is traced: the same in every widget", "–");
  const methods = oneOf("Relevance by", METHODS, (name) => {
    method = name;
    void load();
  });
  const count = h("input", {
    type: "number",
    min: 1,
    title: "Components of each layer",
    onchange: () => load(),
  });
  const number = h("input", {
    type: "number",
    min: 0,
    placeholder: "no.",
    title: "Explain this evaluation image, by its number; empty: the class",
    onchange: () => show(number.value === "" ? null : Number(number.value)),
  });
  const numbered = field("Image", number);
  const add = ([file]: File[]): void => {
    if (!file) return;
    frame.clearError();
    sendImage(client, file, "add_image")
      .then(({ body }) => show(String(body.image), file.name))
      .catch(frame.fail);
  };
  const [picker, file] = fileButton("Explain an image: choose a file here, or paste or drop one", add);
  const given = h("span", { class: "slens-given" });
  const back = closeButton("Back to the class as a whole", () => show(null));
  frame.tools.append(
    field("Class", target),
    methods.element,
    field("Top", count),
    numbered,
    picker,
    file,
    given,
    back,
  );

  const why = h("section", { class: "slens-image", "aria-label": "The image explained", hidden: true });
  const plane = h("div", { class: "slens-graph", role: "group", "aria-label": "Concept graph" });
  const nothing = h("div");
  frame.body.append(h("div", { class: "slens-scroll slens-traced" }, why, plane, nothing));

  const labels = new Labels(shared, frame.fail, () => redraw());
  const strips = new Strips(client, frame.fail, (id, url) => {
    for (const strip of plane.querySelectorAll<HTMLElement>(`[data-component="${id}"] > .slens-strip`))
      showStrip(strip, url);
  });
  onClose(() => strips.close());
  onClose(pointing(frame.body, shared));

  function node(
    { component, at, share, quadrant, classes }: Graph["nodes"][number],
    across: number,
  ): HTMLElement {
    const strip = h("div", { class: "slens-strip" });
    showStrip(strip, strips.get(component));
    const name = components.name(component);
    const label = labels.said(component);
    // Where the text is not to be trusted, the classes that the component fires on say more.
    const known = label === "" || labels.trust(component) !== "trusted" ? classes : "";
    const head = known ? h("b", {}, known) : label ? labels.chip(component) : h("b", {}, name);
    const facts = [label, `${percent(share)} of the layer's relevance`, quadrant, classes].filter(Boolean);
    const element = button(
      [strip, head, h("small", {}, `${known || label ? `${name} · ` : ""}${percent(share)}`)],
      `${[name, ...facts].join(", ")}. Click to select it`,
      (event) => choose(shared, [component], event.ctrlKey || event.metaKey || event.shiftKey),
      { class: "slens-node", "data-component": component, "data-quadrant": quadrant },
    );
    place(element, at[0] / across, WIDTH / across);
    element.style.top = `${at[1]}px`;
    return element;
  }

  function place(element: HTMLElement, left: number, width: number): HTMLElement {
    element.style.left = `${100 * left}%`;
    element.style.width = `${100 * width}%`;
    return element;
  }

  function redraw(): void {
    plane.hidden = graph === undefined;
    if (!graph) return;
    const { size, columns, layers, nodes, curves, middle } = graph;
    const [across, high] = size;
    const heads = ["pixels", ...layers, "class"].map((name, i) =>
      place(h("h4", { title: name }, name), columns[i]! / across, WIDTH / across),
    );
    const ends = [
      h("div", { class: "slens-views" }, ...views.map((each) => picture(each, "An image that is traced"))),
      h("div", { class: "slens-class" }, h("b", {}, graph.target), h("small", {}, graph.title)),
    ].map((end, i) => {
      end.style.top = `${middle}px`;
      return place(end, columns.at(-i)! / across, WIDTH / across);
    });
    const lines = shape("svg", {
      viewBox: `0 0 ${across} ${high}`,
      preserveAspectRatio: "none",
      "aria-hidden": "true",
    });
    for (const { path, share, said, width, opacity } of curves) {
      const title = shape("title");
      title.textContent = `${said}: ${percent(share)}`;
      const line = shape("path", { d: path, "stroke-width": width, opacity }, title);
      if (share < 0) line.setAttribute("stroke-dasharray", "5 4");
      lines.append(line);
    }
    plane.style.height = `${high}px`;
    plane.style.minWidth = `${0.72 * across}px`;
    plane.replaceChildren(lines, ...heads, ...ends, ...nodes.map((each) => node(each, across)));
    strips.want(nodes.map(({ component }) => component));
    mark();
  }

  function mark(): void {
    const { selection, hovered } = shared.values;
    for (const each of frame.body.querySelectorAll<HTMLElement>("button[data-component]")) {
      const id = Number(each.dataset.component);
      press(each, selection.includes(id));
      each.classList.toggle("slens-pointed", id === hovered);
    }
  }

  function explain({ body, buffers }: Reply): void {
    const chance = `${String(body.prediction)}${body.label ? `, labelled ${String(body.label)}` : ""}`;
    const shares = Object.entries(body.shares as Record<string, number>).filter(
      ([, share]) => share >= 0.005,
    );
    why.replaceChildren(
      picture(buffers.at(-1), "The image as the model sees it"),
      h(
        "div",
        {},
        h("b", {}, `Why “${String(body.target)}”? `),
        h(
          "span",
          { class: "slens-quiet" },
          `predicted ${chance} · ${percent(Number(body.probability))} for ${String(body.target)}`,
        ),
        h(
          "p",
          { title: "How the relevance for the class divides over what you named valid and spurious" },
          ...shares.map(([name, share]) =>
            h("span", { "data-quadrant": name }, `${Math.round(100 * share)} % ${name} `),
          ),
        ),
        h("div", { class: "slens-why" }, ...reasons(shared, body, buffers)),
      ),
    );
    why.hidden = false;
    mark();
  }

  function show(chosen: typeof image, name = ""): void {
    image = chosen;
    number.value = typeof image === "number" ? String(image) : "";
    given.textContent = name;
    given.title = name;
    void load();
  }

  async function load(): Promise<void> {
    const mine = ++turn;
    target.value = shared.values.target ?? "";
    target.options[0]!.textContent = image === null ? "choose …" : "as predicted";
    methods.press(method);
    back.hidden = image === null;
    frame.clearError();
    for (const lane of ["explain", "roles"]) client.cancel(lane);
    if (image === null) why.hidden = true;
    const asking = image !== null || shared.values.target !== null;
    nothing.replaceChildren();
    if (!asking) {
      graph = undefined;
      redraw();
      frame.busy(null);
      nothing.replaceChildren(
        emptyState(
          "What does a decision rest on?",
          "Choose a class to see which components speak for it, and what feeds these. Or give an image: by its number, or choose, paste or drop a file.",
        ),
      );
      return frame.ready();
    }
    const args: Json = { image, method: method === "CRP" ? "crp" : "gradient", k: Number(count.value) };
    const ask = (op: string): Promise<Reply> =>
      client.request(op, args, { lane: op, progress: (progress) => frame.busy(progress.stage, progress) });
    frame.busy("Tracing relevance …");
    plane.ariaBusy = why.ariaBusy = "true";
    try {
      if (image !== null) explain(await ask("explain"));
      const { body, buffers } = await ask("roles");
      graph = body as unknown as Graph;
      views = buffers;
      redraw();
      frame.status(
        `${graph.title || "the given image"}, by ${graph.method}. The thicker, the more relevance; dashed: against the class`,
      );
    } catch (error) {
      frame.fail(error);
    }
    if (mine !== turn) return;
    plane.ariaBusy = why.ariaBusy = "false";
    frame.busy(null);
    frame.ready();
  }

  async function start(): Promise<void> {
    const { body } = await client.request("start");
    if (body.lacking) {
      frame.tools.replaceChildren();
      nothing.replaceChildren(emptyState("Roles need the live model", String(body.lacking)));
      return frame.ready();
    }
    acceptPastes(frame.root, add);
    acceptDrops(frame.root, "Drop the image to explain it", add);
    method = body.method === "crp" ? "CRP" : "gradient × activation";
    count.value = String(body.k);
    count.max = String(body.most);
    number.max = String(Number(body.images) - 1);
    numbered.hidden = body.images === 0;
    const again = debounce(30, () => void load());
    onClose(again.cancel);
    shared.on(["target", "vocabulary", "valid", "spurious", "thresholds"], again);
    show(body.image as typeof image, String(body.name));
  }

  shared.on(["selection", "hovered"], mark);
  start().catch(frame.fail);
}

export default widget({ name: "roles", title: "Roles", css: explainedCss + css }, draw);
