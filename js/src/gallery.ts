/** The gallery: ranked components with the examples that excite them most. */

import { Detail } from "./detail";
import { button, counted, emptyState, field, h, press, resized } from "./dom";
import css from "./gallery.css";
import { columnsOf, Header, type Sort } from "./gallery_columns";
import { FilterPanel } from "./gallery_filters";
import { QueryBox } from "./gallery_query";
import { Rows } from "./gallery_rows";
import { acceptDrops } from "./image_files";
import { Labels } from "./labels";
import { clicked, type Filters, filtered, isNumber, ranked } from "./ranking";
import { float32Of, uint32Of } from "./transport";
import { type Drawn, widget } from "./widget";

function draw(drawn: Drawn): void {
  const { frame, client, shared, onClose } = drawn;
  const { components } = shared;
  let anchor = -1;
  let sort: Sort = { key: "clarity", descending: true };
  let selected = new Set(shared.values.selection);

  const box = new QueryBox(client, shared, frame.fail, () => void search());
  frame.tools.style.flex = "1 1 260px";
  frame.tools.append(box.form);
  if (shared.about.searchable)
    acceptDrops(frame.root, "Drop the image to search by it", (files) => void box.images.add(files));

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
  const direction = button("", "", () => sortBy(sort.key), { class: "slens-icon" });
  const only = button("", "List the selected components only", () => {
    filters.only = filters.only ? null : selected;
    refresh(true);
  });
  const panel = new FilterPanel(
    filters,
    columns,
    components.layers.map((layer) => layer.name),
    () => refresh(true),
  );
  const header = new Header((key) => sortBy(key));
  const empty = h("div", { class: "slens-nothing" });
  const rows = new Rows(drawn, header, labels, choose);
  const { list, facts } = rows;
  const detail = new Detail(client, shared, frame.fail, () => list.focus());
  frame.body.append(
    box.asked,
    h(
      "div",
      { class: "slens-bar2" },
      field("Sort by", sortBox),
      direction,
      panel.button,
      rows.modes.element,
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

  /** What has room: examples in a row, columns beside the name. */
  function layOut(): void {
    const labelled = labels.name(rows.order[0] ?? 0) !== undefined || components.total === 0;
    header.fit(rows.layOut(), columns, sort, labelled);
    frame.root.style.setProperty("--columns", header.template);
  }

  function sortBy(key: string, chosen = false): void {
    if (key === sort.key) sort = chosen ? sort : { key, descending: !sort.descending };
    else sort = { key, descending: isNumber(column(key)) };
    if (key === "relevance") void relevance();
    refresh(true);
  }

  function choose(index: number, event: MouseEvent | KeyboardEvent): void {
    const keys = { toggle: event.ctrlKey || event.metaKey, extend: event.shiftKey };
    const next = clicked(rows.order, index, anchor, shared.values.selection, keys);
    if (!keys.extend) anchor = index;
    shared.set("selection", next);
    void detail.open(rows.order[index]!);
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
    press(only, filters.only !== null);
    countSelected();
    panel.refresh();
    const passed = filtered(
      components.total,
      filters,
      columns,
      components.layerOf,
      new Set(shared.values.pruned),
    );
    rows.order = ranked(passed, column(sort.key), sort.descending);
    const { length } = rows.order;
    empty.hidden = length > 0;
    if (length === 0) empty.replaceChildren(nothing());
    if (toTop) {
      list.top();
      anchor = -1;
    }
    layOut();
    list.count = length;
    frame.status(said());
  }

  function countSelected(): void {
    only.textContent = `Selected only (${counted(selected.size)})`;
  }

  function nothing(): HTMLElement {
    if (filters.only && selected.size === 0)
      return emptyState(
        "Nothing is selected",
        "Click a component here or on the map, or draw a lasso there; then it is listed here with its examples.",
      );
    const clear = button("Clear the filters", "Remove all filters", () => {
      filters.only = null;
      panel.clear();
    });
    return emptyState("No component passes the filters", "Widen a range, or ", clear);
  }

  function said(): string {
    const { query, images } = shared.values;
    const asked = [
      ...(query ? [`“${query}”`] : []),
      ...(images.length ? [`${images.length} image${images.length > 1 ? "s" : ""}`] : []),
    ];
    const { length } = rows.order;
    const of = length < components.total ? ` of ${counted(components.total)}` : "";
    const by = `by ${column(sort.key).name}${sort.key === "match" ? ` with ${asked.join(" and ")}` : ""}`;
    const hint = asked.length ? "" : "; type a query to rank them by what they encode";
    return `${counted(length)}${of} components, ${by}${shared.about.searchable ? hint : ""}`;
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
      match.raw = buffers[2] && float32Of(buffers[2]);
      match.rawName = body.unit as string;
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
    rows.selected = selected;
    if (filters.only) {
      filters.only = selected;
      refresh(false);
    } else countSelected();
    const [first] = shared.values.selection;
    // A click elsewhere is a wish to see that component; the own list never jumps under the pointer.
    if (selected.size === 1 && first !== undefined && first !== rows.order[list.active]) {
      list.reveal(rows.order.indexOf(first));
      void detail.open(first);
    }
  });
  shared.on(["pruned"], () => list.redraw());
  onClose(
    resized(frame.body, () => {
      layOut();
      list.redraw();
    }),
  );
  onClose(() => {
    box.close();
    detail.end();
  });

  rows.selected = selected;
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
