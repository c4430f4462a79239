/** How clear, polysemantic and redundant layers or models are: distributions in a table to sort. */

import { button, counted, h, oneOf, shape } from "./dom";
import { SCORES } from "./gallery_columns";
import css from "./scores.css";
import { float32Of, type Progress } from "./transport";
import { type Drawn, widget } from "./widget";

const ROWS = { layers: "A row for each layer", models: "A row for each model" };
type Score = keyof typeof SCORES;
const NAMES = Object.keys(SCORES) as Score[];

interface Row {
  model: string;
  layer: string;
  components: number;
  /** Number of its first component on the page; null: of another audit. */
  start: number | null;
  scores: Record<Score, { mean: number; error: number; quartiles: number[]; path: string }>;
}

interface Column {
  name: string;
  title: string;
  value(row: Row): string | number | undefined;
  /** What comes first when it is chosen. */
  descending?: boolean;
  text?(value: number): string;
}

function draw({ frame, client, shared }: Drawn): void {
  let by: keyof typeof ROWS = "layers";
  let sort = "clarity";
  let descending = true;
  let rows: Row[] = [];
  let note = "";
  let limits: Record<string, [number, number]> = {};
  let judged: Record<string, Record<string, number>> = {};
  let values: Float32Array[] = [];

  const table = h("table");
  const scroll = { class: "slens-scroll", tabindex: 0, role: "region", "aria-label": "Table of scores" };
  frame.body.append(h("div", scroll, table));
  const grouping = oneOf("Rows", ROWS, (name) => {
    by = name;
    void load();
  });
  frame.tools.append(grouping.element);

  function columns(): Column[] {
    const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
    const several = new Set(rows.map(({ model }) => model)).size > 1;
    const found: Column[] = [
      { name: "model", title: "The model", value: ({ model }) => model },
      { name: "layer", title: "The layer", value: ({ layer }) => layer },
      { name: "components", title: "How many", value: (row) => row.components, text: counted },
      ...NAMES.map((name) => ({
        name,
        title: SCORES[name],
        value: (row: Row) => row.scores[name].mean,
        descending: name === "clarity",
      })),
    ];
    for (const [name, title] of [
      ["accuracy", "Of the live model on its evaluation images"],
      ["worst group", "Accuracy in the group where it is lowest"],
    ] as const)
      if (Object.values(judged).some((each) => each[name] != null))
        found.push({
          name,
          title,
          value: ({ model }) => judged[model]?.[name],
          descending: true,
          text: percent,
        });
    return found.filter(({ name }) => name !== (by === "models" ? "layer" : several ? "" : "model"));
  }

  function distribution(row: Row, score: Score): HTMLElement {
    const { mean, error, quartiles, path } = row.scores[score];
    const [low, high] = limits[score]!;
    const size = { viewBox: "0 0 100 36", preserveAspectRatio: "none", "aria-hidden": "true" };
    const picture = shape("svg", size, shape("path", { d: path }));
    const line = (name: string, from: number, to: number, y1: number, y2: number): void => {
      const [x1, x2] = [from, to].map((at) => (100 * (at - low)) / (high - low)) as [number, number];
      picture.append(shape("line", { class: `slens-${name}`, x1, x2, y1, y2 }));
    };
    line("between", quartiles[0]!, quartiles[2]!, 33, 33);
    line("median", quartiles[1]!, quartiles[1]!, 30, 36);
    const start = row.start ?? Infinity;
    const chosen = shared.values.selection
      .filter((id) => id >= start && id < start + row.components)
      .map((id) => values[NAMES.indexOf(score)]![id]!);
    for (const at of chosen) line("chosen", at, at, 0, 30);
    const said = (numbers: number[]): string => numbers.map((each) => each.toFixed(3)).join(", ");
    const place = chosen.length > 0 ? `; selected: ${said(chosen.slice(0, 9))}` : "";
    const title = `quartiles ${said(quartiles)}${place}`;
    return h(
      "td",
      { title },
      mean.toFixed(3),
      h("small", {}, ` ± ${error.toFixed(3)}`),
      picture,
      h("span", { class: "slens-visually-hidden" }, title),
    );
  }

  function redraw(): void {
    const shown = columns();
    const head = shown.map((column) => {
      const { name, title } = column;
      const sorted = name === sort;
      const click = (): void => {
        descending = sorted ? !descending : column.descending === true;
        sort = name;
        redraw();
        table.querySelector<HTMLElement>(`[data-column="${name}"] button`)?.focus();
      };
      const range = limits[name]?.map((each) => each.toFixed(2)).join(" to ") ?? "";
      const order = descending ? "descending" : "ascending";
      return h(
        "th",
        { scope: "col", "data-column": name, "aria-sort": sorted ? order : "none" },
        button(`${name}${sorted ? (descending ? " ▾" : " ▴") : ""}`, `${title}. Click to sort`, click),
        h("small", {}, range),
      );
    });
    const key = shown.find(({ name }) => name === sort) ?? shown[0]!;
    const sign = descending ? -1 : 1;
    const order = [...rows].sort((one, other) => {
      const [a, b] = [key.value(one), key.value(other)];
      // What is not known comes last either way.
      if (a == null || b == null) return Number(a == null) - Number(b == null);
      return sign * (typeof a === "number" ? a - Number(b) : a.localeCompare(String(b)));
    });
    const body = order.map((row) => {
      const cells = shown.map(({ name, value, text }, i) => {
        if (name in SCORES) return distribution(row, name as Score);
        const found = value(row);
        const said = typeof found === "number" ? text!(found) : (found ?? "–");
        return i === 0 ? h("th", { scope: "row", title: said }, said) : h("td", {}, said);
      });
      return h("tr", {}, ...cells);
    });
    table.replaceChildren(h("thead", {}, h("tr", {}, ...head)), h("tbody", {}, ...body));
    const some = shared.values.selection.length;
    const place =
      some > 0
        ? `Vertical lines: the ${counted(some)} selected`
        : "Select components to see where they stand";
    frame.status(`${place}${note && ` · ${note}`}`);
  }

  async function load(): Promise<void> {
    grouping.press(by);
    frame.busy("Computing scores …");
    try {
      const { body, buffers } = await client.request("ranked", { by: by.slice(0, -1) }, { lane: "ranked" });
      rows = body.rows as Row[];
      limits = body.limits as typeof limits;
      note = String(body.note);
      values = buffers.map(float32Of);
      redraw();
      frame.ready();
    } catch (error) {
      frame.fail(error);
    }
    frame.busy(null);
  }

  async function judge(): Promise<void> {
    await load();
    const progress = { lane: "judged", progress: (p: Progress) => frame.busy(p.stage, p) };
    try {
      const { body } = await client.request("judged", {}, progress);
      judged = body.models as typeof judged;
      redraw();
    } catch (error) {
      frame.fail(error);
    }
    frame.busy(null);
  }

  shared.on(["selection"], redraw);
  void judge();
}

export default widget({ name: "scores", title: "Scores", css }, draw);
