/** The gallery: ranked components with the examples that excite them most. */

import { Detail } from "./detail";
import { emptyState, h } from "./dom";
import css from "./gallery.css";
import { columnsOf, Header, type Sort } from "./gallery_columns";
import { FilterPanel } from "./gallery_filters";
import { QueryBox } from "./gallery_query";
import { drawRow, type RowFacts } from "./gallery_row";
import { Sparklines } from "./gallery_spark";
import { Labels } from "./labels";
import { clicked, type Filters, filtered, isNumber, ranked } from "./ranking";
import { CROPS, Strips, showStrip } from "./strips";
import { float32Of, uint32Of } from "./transport";
import { SPARE, VirtualList } from "./virtual_list";
import { type Drawn, widget } from "./widget";

const [LEAST_TILES, MOST_TILES] = [9, 30];
const TILE = 58;
const LINE = 36;

const MODES = {
  crop: "The part of each image that excites the component",
  whole: "The whole images, with that part framed",
  heatmap: "The whole images, dark where they do not matter to the component",
};

function draw({ frame, client, shared, onClose }: Drawn): void {
  const { components } = shared;
  let order: number[] = [];
  let anchor = -1;
  let mode: keyof typeof MODES = "crop";
  let sort: Sort = { key: "clarity", descending: true };
  const facts: RowFacts = { texts: [], which: undefined, tiles: 0, tile: TILE };
  let selected = new Set(shared.values.selection);

  const box = new QueryBox(client, shared, frame.fail, () => void search());
  frame.tools.style.flex = "1 1 260px";
  frame.tools.append(box.form);
  box.acceptDrops(frame.root);

  const labels = new Labels(shared, frame.fail, () => {
    layOut();
    refresh(false);
  });
  const columns = columnsOf(components, labels);
  const column = (key: string) => columns.find((each) => each.key === key)!;
  const filters: Filters = { ranges: new Map(), texts: new Map(), layer: null, pruned: null, only: null };

  const sortBox = h("select", {
    title: "What the list is sorted by",
    onchange: () => sortBy(sortBox.value, true),
  });
  const direction = h("button", {
    type: "button",
    class: "slens-icon",
    onclick: () => sortBy(sort.key),
  });
  const modes = (Object.keys(MODES) as (keyof typeof MODES)[]).map((name) =>
    h(
      "button",
      {
        type: "button",
        title: MODES[name],
        "aria-pressed": String(name === mode),
        onclick: (event: MouseEvent) => {
          mode = name;
          for (const button of modes)
            button.setAttribute("aria-pressed", String(button === event.currentTarget));
          list.redraw();
        },
      },
      name,
    ),
  );
  const only = h("button", {
    type: "button",
    title: "List the selected components only",
    onclick: () => {
      filters.only = filters.only ? null : selected;
      refresh(true);
    },
  });
  const panel = new FilterPanel(
    filters,
    columns,
    components.layers.map((layer) => layer.name),
    () => refresh(true),
  );
  const header = new Header((key) => sortBy(key));
  const empty = h("div", { class: "slens-nothing" });
  const rowsOf = (id: number): NodeListOf<HTMLElement> =>
    list.element.querySelectorAll<HTMLElement>(`[data-component="${id}"]`);
  const strips = new Strips(
    client,
    frame.fail,
    (id, url) => {
      for (const row of rowsOf(id)) showStrip(row.querySelector<HTMLElement>(".slens-strip")!, url);
    },
    "strips",
    () => {
      if (mode === "crop") return CROPS;
      const { tiles } = facts;
      return { op: "example_strips", args: { mode, tiles }, key: `${mode} ${tiles} `, batch: 4 };
    },
  );
  const sparks = new Sparklines(client, components.total, (id) => {
    for (const row of rowsOf(id)) {
      const cell = row.querySelector<HTMLElement>(".slens-spark");
      if (cell) sparks.draw(cell, id);
    }
  });
  const list = new VirtualList({
    label: "Components",
    rowHeight: TILE + LINE,
    header: header.element,
    draw: (row, index) => {
      const id = order[index]!;
      row.setAttribute("aria-selected", String(selected.has(id)));
      const pruned = shared.values.pruned.includes(id);
      drawRow(row, id, { components, header, labels, sparks, pruned, facts });
      showStrip(row.querySelector<HTMLElement>(".slens-strip")!, strips.get(id));
    },
    choose,
    shown: (first, last) => {
      const ids = order.slice(first, last);
      // Those in view before the spare ones above them.
      strips.want(first > 0 ? [...ids.slice(SPARE), ...ids.slice(0, SPARE)] : ids);
      if (header.withSpark) sparks.want(ids);
    },
  });
  const detail = new Detail(client, shared, frame.fail, () => list.focus());
  frame.body.append(
    box.asked,
    h(
      "div",
      { class: "slens-bar2" },
      h("label", { class: "slens-field" }, "Sort by", sortBox),
      direction,
      panel.button,
      h("span", { class: "slens-segments", role: "group", "aria-label": "How examples are shown" }, ...modes),
      only,
      panel.chips,
      panel.panel,
    ),
    list.element,
    empty,
    detail.element,
  );
  frame.body.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !detail.element.hidden) detail.close();
  });

  /** As many examples as have room, their size and the row's height, and the columns that fit. */
  function layOut(): void {
    const width = list.element.clientWidth || 700;
    const room = width - 20;
    const count = Math.min(MOST_TILES, Math.max(LEAST_TILES, Math.floor(room / TILE)));
    facts.tiles = Math.min(count, shared.about.m);
    facts.tile = Math.min(TILE + 6, Math.floor(room / count));
    frame.root.style.setProperty("--tile", `${facts.tile}px`);
    frame.root.style.setProperty("--strip", `${facts.tile * facts.tiles}px`);
    header.fit(width, columns, sort, labels.name(order[0] ?? 0) !== undefined || components.total === 0);
    frame.root.style.setProperty("--columns", header.template);
    list.rowHeight = facts.tile + LINE;
  }

  function sortBy(key: string, chosen = false): void {
    if (key === sort.key) sort = chosen ? sort : { key, descending: !sort.descending };
    else sort = { key, descending: isNumber(column(key)) };
    if (key === "relevance") void relevance();
    refresh(true);
  }

  function choose(index: number, event: MouseEvent | KeyboardEvent): void {
    const keys = { toggle: event.ctrlKey || event.metaKey, extend: event.shiftKey };
    const next = clicked(order, index, anchor, shared.values.selection, keys);
    if (!keys.extend) anchor = index;
    shared.set("selection", next);
    void detail.open(order[index]!);
  }

  function refresh(toTop: boolean): void {
    const usable = columns.filter((each) => (isNumber(each) ? each.values : true));
    if (!usable.some((each) => each.key === sort.key)) sort = { key: "clarity", descending: true };
    sortBox.replaceChildren(
      ...[
        ...usable,
        ...(shared.values.target && !column("relevance").values ? [column("relevance")] : []),
      ].map((each) => h("option", { value: each.key, selected: each.key === sort.key }, each.name)),
    );
    direction.textContent = sort.descending ? "▾" : "▴";
    direction.title = sort.descending
      ? "Largest first: click for smallest first"
      : "Smallest first: click for largest first";
    direction.setAttribute("aria-label", direction.title);
    only.setAttribute("aria-pressed", String(filters.only !== null));
    countSelected();
    panel.refresh();
    const passed = filtered(
      components.total,
      filters,
      columns,
      components.layerOf,
      new Set(shared.values.pruned),
    );
    order = ranked(passed, column(sort.key), sort.descending);
    list.element.hidden = order.length === 0;
    empty.hidden = order.length > 0;
    if (order.length === 0) empty.replaceChildren(nothing());
    if (toTop) {
      list.top();
      anchor = -1;
    }
    layOut();
    list.count = order.length;
    frame.status(said());
  }

  function countSelected(): void {
    only.textContent = `Selected only (${selected.size.toLocaleString("en")})`;
  }

  function nothing(): HTMLElement {
    if (filters.only && selected.size === 0)
      return emptyState(
        "Nothing is selected",
        "Click a component here or on the map, or draw a lasso there; then it is listed here with its examples.",
      );
    const clear = h(
      "button",
      {
        type: "button",
        title: "Remove all filters",
        onclick: () => {
          filters.only = null;
          panel.clear();
        },
      },
      "Clear the filters",
    );
    return emptyState("No component passes the filters", "Widen a range, or ", clear);
  }

  function said(): string {
    const { query, images } = shared.values;
    const asked = [
      ...(query ? [`“${query}”`] : []),
      ...(images.length ? [`${images.length} image${images.length > 1 ? "s" : ""}`] : []),
    ];
    const count = order.length.toLocaleString("en");
    const of = order.length < components.total ? ` of ${components.total.toLocaleString("en")}` : "";
    const by = `by ${column(sort.key).name}${sort.key === "match" ? ` with ${asked.join(" and ")}` : ""}`;
    const hint = asked.length ? "" : "; type a query to rank them by what they encode";
    return `${count}${of} components, ${by}${shared.about.searchable ? hint : ""}`;
  }

  async function search(): Promise<void> {
    const { query, images } = shared.values;
    box.mark([]);
    const match = column("match");
    if (query === "" && images.length === 0) {
      client.cancel("search");
      match.values = undefined;
      facts.texts = [];
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
      facts.texts = body.texts as string[];
      match.values = buffers[0] ? float32Of(buffers[0]) : undefined;
      facts.which = uint32Of(buffers[1]);
      box.mark(body.unknown as string[]);
      if (match.values) sort = { key: "match", descending: true };
      frame.root.dataset.query = query;
      refresh(true);
      frame.busy(null);
    } catch (error) {
      frame.fail(error);
      if (shared.values.query === query) frame.busy(null);
    }
  }

  /** Relevance for the target takes a pass over its images: only once it is asked for. */
  async function relevance(): Promise<void> {
    const { target } = shared.values;
    if (!target || !shared.about.live || column("relevance").values) return;
    frame.busy("Relevance …");
    try {
      const { body, buffers } = await client.request(
        "relevance",
        { target },
        { lane: "relevance", progress: (p) => frame.busy(p.stage, p) },
      );
      Object.assign(column("relevance"), { values: float32Of(buffers[0]), title: `Relevance: ${body.said}` });
      sort = { key: "relevance", descending: true };
      refresh(true);
    } catch (error) {
      frame.fail(error);
    } finally {
      frame.busy(null);
    }
  }

  shared.on(["query", "images"], () => void search());
  shared.on(["target"], () => {
    column("relevance").values = undefined;
    refresh(false);
  });
  shared.on(["selection"], () => {
    selected = new Set(shared.values.selection);
    if (filters.only) {
      filters.only = selected;
      refresh(false);
    } else {
      countSelected();
      list.redraw();
    }
    const [first] = shared.values.selection;
    // A click elsewhere is a wish to see that component; the own list never jumps under the pointer.
    if (selected.size === 1 && first !== undefined && first !== order[list.active]) {
      list.reveal(order.indexOf(first));
      void detail.open(first);
    }
  });
  shared.on(["pruned"], () => list.redraw());
  const sizes =
    typeof ResizeObserver === "undefined"
      ? undefined
      : new ResizeObserver(() => {
          layOut();
          list.redraw();
        });
  sizes?.observe(frame.body);
  onClose(() => {
    sizes?.disconnect();
    box.close();
    list.close();
    strips.close();
    detail.end();
    sparks.close();
  });

  refresh(true);
  client
    .request("scores", {}, { lane: "scores" })
    .then(({ body, buffers }) => {
      (body.columns as string[]).forEach((key, i) => {
        column(key).values = float32Of(buffers[i]);
      });
      refresh(false);
    })
    .catch(frame.fail)
    .finally(() => {
      if (shared.values.query || shared.values.images.length) void search();
      frame.ready();
    });
}

export default widget({ name: "gallery", title: "Components", css }, draw);
