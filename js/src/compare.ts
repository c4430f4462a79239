/** Two models side by side: what only one of them knows, then what both know, and all of it on one map. */

import css from "./compare.css";
import { counted, emptyState, frame, h } from "./dom";
import { drawMap } from "./map";
import mapCss from "./map.css";
import { choose, pointing } from "./points";
import { Strips, showStrip } from "./strips";
import { float32Of, uint32Of } from "./transport";
import { VirtualList } from "./virtual_list";
import { type Drawn, widget } from "./widget";

/** Cosine that rounds to 1: what has such a counterpart is not missing from the other model. */
const EQUAL = 0.995;
const SHAPES = ["●", "◆"];

interface List {
  title: string;
  note: string;
  /** What stands in the place of an empty list. */
  empty: [string, string];
  /** Its place in the layout; also keeps its requests apart from those of the others. */
  area: string;
}

function draw(drawn: Drawn): void {
  const { frame: outer, client, shared, onClose } = drawn;
  const { components, about } = shared;
  const sides = about.sides!;
  const names = sides.map(({ name }) => name);
  const border = sides[1]!.start;
  let similarity: Float32Array = new Float32Array();
  let matches: Uint32Array = new Uint32Array();

  const side = (id: number): number => Number(id >= border);
  const short = (id: number): string => components.name(id).replace(`${names[side(id)]} · `, "");

  /** A list of components, or of pairs of them. */
  function list({ title, note, empty, area }: List): (found: number[][]) => void {
    let rows: number[][] = [];
    const strips = new Strips(
      client,
      outer.fail,
      (id, url) => {
        for (const strip of grid.element.querySelectorAll<HTMLElement>(
          `[data-component="${id}"] .slens-strip`,
        ))
          showStrip(strip, url);
      },
      area,
    );
    const cell = (id: number, nearest: string): HTMLElement => {
      const strip = h("div", { class: "slens-strip" });
      showStrip(strip, strips.get(id));
      const line = h(
        "div",
        { class: "slens-line" },
        h("b", { title: components.name(id) }, short(id)),
        labels.chip(id),
        h("span", { class: "slens-quiet", title: nearest }, nearest),
      );
      return h("div", { role: "gridcell", "data-component": id }, line, strip);
    };
    const grid = new VirtualList({
      label: title,
      rowHeight: 72,
      draw: (row, index) => {
        const [id, other] = rows[index] as [number, number?];
        const nearest = `nearest: ${short(matches[id]!)}`;
        const why = `Cosine of ${components.name(id)} with ${components.name(matches[id]!)}`;
        row.replaceChildren(
          cell(id, other === undefined ? nearest : ""),
          h("div", { role: "gridcell", class: "slens-cosine", title: why }, similarity[id]!.toFixed(2)),
          ...(other === undefined ? [] : [cell(other, "")]),
        );
        const { selection } = shared.values;
        row.setAttribute("aria-selected", String(rows[index]!.every((each) => selection.includes(each))));
      },
      choose: (index, event) =>
        choose(shared, rows[index]!, event.ctrlKey || event.metaKey || event.shiftKey),
      shown: (first, last) => strips.want(rows.slice(first, last).flat()),
    });
    const { element } = grid;
    onClose(pointing(element, shared));
    const count = h("span");
    const nothing = emptyState(...empty);
    const head = h("h4", {}, title, h("span", { class: "slens-quiet" }, count, note));
    const part = h("section", { class: "slens-part", "aria-label": title }, head, element, nothing);
    part.style.gridArea = area;
    nothing.hidden = true;
    parts.append(part);
    redraws.push(() => grid.redraw());
    onClose(() => {
      grid.close();
      strips.close();
    });
    return (found) => {
      rows = found;
      count.textContent = counted(found.length);
      element.hidden = found.length === 0;
      nothing.hidden = !element.hidden;
      grid.count = found.length;
    };
  }

  const parts = h("div", { class: "slens-parts slens-scroll" });
  const redraws: (() => void)[] = [];
  const redraw = (): void => {
    for (const again of redraws) again();
  };
  outer.body.append(parts);
  const lacking = sides.map(({ name }, i) => {
    const other = names[1 - i]!;
    return list({
      title: `${SHAPES[i]} ${name}: what ${other} lacks`,
      note: ", least similar first",
      empty: [
        `${other} lacks nothing`,
        `It has an equal of every component of ${name}. Compare another model, or layers: layer_a=…, layer_b=….`,
      ],
      area: "ab"[i]!,
    });
  });
  const pairs = list({
    title: `${SHAPES.join(" ")} What both know`,
    note: " pairs, each the other's most similar",
    empty: ["No pairs", ""],
    area: "both",
  });
  const plane = h("div", { class: "slens-part" });
  plane.style.gridArea = "map";
  parts.append(plane);
  const inner = frame(plane, "map", "Both on one map", mapCss);
  onClose(inner.close);
  const labels = drawMap({ ...drawn, frame: inner }, redraw);
  shared.on(["selection"], redraw);

  async function load(): Promise<void> {
    outer.busy("Comparing …");
    try {
      const { body, buffers } = await client.request("compared");
      similarity = float32Of(buffers[0]);
      matches = uint32Of(buffers[1]);
      const mutual = buffers[2]!;
      const all = Array.from(similarity.keys()).sort((x, y) => similarity[x]! - similarity[y]!);
      lacking.forEach((fill, i) => {
        fill(all.flatMap((id) => (side(id) === i && similarity[id]! < EQUAL ? [[id]] : [])));
      });
      pairs(all.reverse().flatMap((id) => (id < border && mutual[id] ? [[id, matches[id]!]] : [])));
      const means = body.similarity as number[];
      outer.tools.replaceChildren(
        "Average maximum similarity:",
        ...names.map((name, i) =>
          h(
            "span",
            {
              title: `Average maximum similarity: the mean, over the components of ${name}, of the largest cosine with any of ${names[1 - i]}`,
            },
            `${name} in ${names[1 - i]} `,
            h("b", {}, means[i]!.toFixed(3)),
          ),
        ),
      );
      outer.status("Click selects in the model's own session, Ctrl-click adds");
      outer.ready();
    } catch (error) {
      outer.fail(error);
    }
    outer.busy(null);
  }
  void load();
}

export default widget({ name: "compare", title: "Comparison", css }, draw);
