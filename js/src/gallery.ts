/** The gallery: ranked components with the examples that excite them most. */

import { Detail } from "./detail";
import { emptyState, h } from "./dom";
import css from "./gallery.css";
import { QueryBox } from "./gallery_query";
import { clicked, type Order, ranked } from "./ranking";
import { Strips, showStrip } from "./strips";
import { float32Of, uint32Of } from "./transport";
import { VirtualList } from "./virtual_list";
import { type Drawn, widget } from "./widget";

const ROW = 92;

function draw({ frame, client, shared, onClose }: Drawn): void {
  const { components } = shared;
  let order: number[] = [];
  let scores: Float32Array | undefined;
  let which: Uint32Array | undefined;
  let texts: string[] = [];
  let clarity: Float32Array | undefined;
  let anchor = -1;
  let layer: number | null = null;
  let onlySelected = false;
  let selected = new Set(shared.values.selection);

  const box = new QueryBox(client, shared, frame.fail, () => void search());
  frame.tools.style.flex = "1 1 260px";
  frame.tools.append(box.form);
  box.acceptDrops(frame.root);

  const sort = h("select", { title: "What the list is sorted by", onchange: () => refresh(true) });
  for (const [value, label] of [
    ["score", "match"],
    ["clarity", "clarity"],
    ["name", "layer"],
  ] as const)
    sort.append(h("option", { value }, label));
  const layerBox = h(
    "select",
    {
      title: "List one layer only",
      onchange: () => {
        layer = layerBox.value === "" ? null : Number(layerBox.value);
        refresh(true);
      },
    },
    h("option", { value: "" }, "all layers"),
  );
  components.layers.forEach((item, i) => {
    layerBox.append(h("option", { value: i }, item.name));
  });
  const only = h("button", {
    type: "button",
    "aria-pressed": "false",
    title: "List the selected components only",
    onclick: () => {
      onlySelected = !onlySelected;
      refresh(true);
    },
  });
  const empty = h("div", {});
  empty.style.cssText = "display:flex;flex:1";
  const strips = new Strips(client, frame.fail, (id, url) => {
    for (const row of list.element.querySelectorAll<HTMLElement>(`[data-component="${id}"] .slens-strip`))
      showStrip(row, url);
  });
  const list = new VirtualList({
    label: "Components",
    rowHeight: ROW,
    draw: drawRow,
    choose,
    shown: (first, last) => strips.want(order.slice(first, last)),
  });
  const detail = new Detail(client, shared, frame.fail, () => list.element.focus());
  frame.body.append(
    box.asked,
    h(
      "div",
      { class: "slens-bar2" },
      h("label", { class: "slens-field" }, "Sort by", sort),
      h("label", { class: "slens-field" }, "Layer", layerBox),
      only,
    ),
    list.element,
    empty,
    detail.element,
  );

  function drawRow(row: HTMLElement, index: number): void {
    const id = order[index]!;
    row.setAttribute("aria-selected", String(selected.has(id)));
    const pruned = shared.values.pruned.includes(id);
    const state = `${id} ${scores?.[id]} ${clarity?.[id]} ${which?.[id]} ${pruned}`;
    if (row.dataset.state === state) return;
    row.dataset.state = state;
    row.dataset.component = String(id);
    const line = h("div", { class: "slens-line", role: "gridcell" }, h("b", {}, components.name(id)));
    if (pruned) line.append(h("span", { class: "slens-tag" }, "pruned"));
    if (scores && texts.length > 1)
      line.append(h("span", { class: "slens-tag" }, texts[which?.[id] ?? 0] ?? ""));
    const facts = h("span", { class: "slens-facts" });
    const fact = (name: string, values: Float32Array | undefined, title: string): void => {
      if (values)
        facts.append(h("span", { class: "slens-fact", title }, `${name} ${values[id]!.toFixed(2)}`));
    };
    fact("match", scores, "Cosine of the query with the component");
    fact("clarity", clarity, "How alike the examples are, 0 to 1");
    line.append(facts);
    const strip = h("div", { class: "slens-strip" });
    showStrip(strip, strips.get(id));
    row.replaceChildren(
      line,
      h("div", { class: "slens-cell", role: "gridcell", "aria-label": "Examples" }, strip),
    );
  }

  function choose(index: number, event: MouseEvent | KeyboardEvent): void {
    const keys = { toggle: event.ctrlKey || event.metaKey, extend: event.shiftKey };
    const next = clicked(order, index, anchor, shared.values.selection, keys);
    if (!keys.extend) anchor = index;
    shared.set("selection", next);
    void detail.open(order[index]!);
  }

  function refresh(toTop: boolean): void {
    for (const option of sort.options) if (option.value === "score") option.disabled = !scores;
    if (!scores && sort.value === "score") sort.value = "clarity";
    only.setAttribute("aria-pressed", String(onlySelected));
    only.textContent = `Selected only (${selected.size.toLocaleString("en")})`;
    order = ranked(
      components,
      { order: sort.value as Order, layer, only: onlySelected ? selected : null },
      scores,
      clarity,
    );
    list.element.hidden = order.length === 0;
    empty.hidden = order.length > 0;
    if (order.length === 0)
      empty.replaceChildren(
        emptyState(
          "Nothing is selected",
          "Click a component here or on the map, or draw a lasso there; then it is listed here with its examples.",
        ),
      );
    if (toTop) {
      list.top();
      anchor = -1;
    }
    list.count = order.length;
    const pictures = shared.values.images.length;
    const asked = [
      ...(shared.values.query ? [`“${shared.values.query}”`] : []),
      ...(pictures ? [`${pictures} image${pictures > 1 ? "s" : ""}`] : []),
    ];
    const what = asked.length
      ? `by match with ${asked.join(" and ")}`
      : "type a query to rank them by what they encode";
    frame.status(`${order.length.toLocaleString("en")} components, ${what}`);
  }

  async function search(): Promise<void> {
    const { query, images } = shared.values;
    box.mark([]);
    if (query === "" && images.length === 0) {
      client.cancel("search");
      scores = undefined;
      frame.busy(null);
      refresh(true);
      return;
    }
    frame.busy("Searching …");
    try {
      const { body, buffers } = await client.request(
        "search",
        { query, images },
        { lane: "search", progress: (p) => frame.busy(p.stage, p) },
      );
      frame.clearError();
      texts = body.texts as string[];
      scores = buffers[0] ? float32Of(buffers[0]) : undefined;
      which = uint32Of(buffers[1]);
      box.mark(body.unknown as string[]);
      if (scores) sort.value = "score";
      frame.root.dataset.query = query;
      refresh(true);
      frame.busy(null);
    } catch (error) {
      frame.fail(error);
      if (shared.values.query === query) frame.busy(null);
    }
  }

  shared.on(["query", "images"], () => void search());
  shared.on(["selection"], () => {
    selected = new Set(shared.values.selection);
    refresh(false);
    const [first] = shared.values.selection;
    // A click elsewhere is a wish to see that component; the own list never jumps under the pointer.
    if (selected.size === 1 && first !== undefined && first !== order[list.active]) {
      list.reveal(order.indexOf(first));
      void detail.open(first);
    }
  });
  shared.on(["pruned"], () => list.redraw());
  onClose(() => {
    box.close();
    list.close();
    strips.close();
  });

  refresh(true);
  client
    .request("scores", {}, { lane: "scores" })
    .then(({ buffers }) => {
      clarity = float32Of(buffers[0]);
      refresh(false);
    })
    .catch(frame.fail)
    .finally(() => {
      if (shared.values.query || shared.values.images.length) void search();
      frame.ready();
    });
}

export default widget({ name: "gallery", title: "Components", css }, draw);
