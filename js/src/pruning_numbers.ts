/** The figures of a pruned set: tiles, the two sets that are compared, and bars of classes and groups. */

import { button, counted, h, press } from "./dom";

export interface Metrics {
  accuracy: number;
  worst_group: number | null;
  per_class: Record<string, number>;
  per_group?: Record<string, number>;
  /** Area under the ROC curve of each label that is decided on its own. */
  /** Null where it is unknown, for the reason below. */
  auroc?: Record<string, number | null>;
  no_auroc?: string;
  /** Classes of which there is no image. */
  without_images?: string[];
  n: number;
}

export interface Result {
  before: Metrics;
  after: Metrics;
  flips: { fixed: number; broken: number; other: number };
  pruned: number;
  mode: string;
  /** The 95 % interval of each change in points, by "accuracy", "class …"; none where images are too few. */
  intervals: Record<string, [number, number]>;
  /** Whether each label of an image is decided on its own. */
  several?: boolean;
  /** Says that a class is now called too often, where it is. */
  border: string | null;
}

export interface Kept {
  pruned: number;
  mode: string;
  result: Metrics | null;
}

export const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;

export function change(before: number, after: number): string {
  return points(100 * (after - before), " points");
}

/** A change in hundredths, told by sign and arrow, not by colour alone. */
export function points(value: number, unit = ""): string {
  if (Number.isNaN(value)) return "–";
  if (Math.abs(value) < 0.05) return unit ? "unchanged" : "±0";
  return `${value > 0 ? "▲ +" : "▼ −"}${Math.abs(value).toFixed(1)}${unit}`;
}

/** The interval of a change, and whether the change is within noise: unless the interval excludes 0. */
export function noise(ends?: [number, number]): [boolean, string] {
  if (!ends) return [true, "too few images"];
  const within = ends[0] <= 0 && ends[1] >= 0;
  const said = `95 % interval ${ends.map((end) => points(end)).join(" to ")}`;
  return [within, within ? `within noise: ${said}` : said];
}

export function tiles(
  { before, after, flips, pruned, intervals, several }: Result,
  changed = pruned > 0,
): HTMLElement[] {
  const total = flips.fixed + flips.broken + flips.other;
  const note = (b: number, a: number, of: string): string =>
    changed ? `${change(b, a)}\nfrom ${percent(b)}\n${noise(intervals[of])[1]}` : "nothing pruned";
  const tile = (title: string, value: string, below: string, name: string): HTMLElement =>
    h(
      "div",
      { class: "slens-number" },
      h("small", {}, title),
      h("strong", { "data-value": name }, value),
      h("em", {}, below),
    );
  const found = [
    tile("accuracy", percent(after.accuracy), note(before.accuracy, after.accuracy, "accuracy"), "accuracy"),
  ];
  if (after.worst_group !== null && before.worst_group !== null)
    found.push(
      tile(
        "worst group",
        percent(after.worst_group),
        note(before.worst_group, after.worst_group, "worst group"),
        "worst-group",
      ),
    );
  found.push(
    tile(
      several ? "flipped decisions" : "flipped images",
      String(total),
      `${flips.fixed} fixed\n${flips.broken} broken`,
      "flips",
    ),
  );
  return found;
}

export function bars({ before, after, intervals, border }: Result): HTMLElement[] {
  const sections: [string, string, Record<string, number | null>, Record<string, number | null>][] = [
    ["Classes", "class", before.per_class, after.per_class],
    ["AUROC", "AUROC", before.auroc ?? {}, after.auroc ?? {}],
    ["Groups", "group", before.per_group ?? {}, after.per_group ?? {}],
  ];
  const lacking = before.without_images ?? [];
  const note =
    lacking.length > 0
      ? [h("p", { class: "slens-quiet slens-lacking" }, `No evaluation image is of: ${lacking.join(", ")}`)]
      : [];
  const told = border === null ? [] : [h("p", { class: "slens-border", role: "note" }, border)];
  const found = sections.flatMap(([title, of, was, now]) => {
    const rows = Object.entries(now).flatMap(([name, value]) =>
      value === null
        ? [
            h("span", { title: name }, name),
            h("span", { class: "slens-quiet slens-unknown" }, `unknown: ${after.no_auroc}`),
          ]
        : bar(name, was[name] ?? 0, value, noise(intervals[`${of} ${name}`])),
    );
    return rows.length > 0 ? [h("h4", {}, title), ...rows] : [];
  });
  return [...told, ...found, ...note];
}

function bar(name: string, was: number, value: number, [within, said]: [boolean, string]): HTMLElement[] {
  const fill = h("span");
  fill.style.width = `${100 * value}%`;
  const tick = h("i", { title: `before: ${percent(was)}` });
  tick.style.left = `calc(${100 * was}% - 1px)`;
  const label = `${name}: ${percent(value)}, before ${percent(was)}`;
  return [
    h("span", { title: name }, name),
    h("div", { class: "slens-bar", role: "img", "aria-label": label, title: label }, fill, tick),
    h("span", {}, percent(value)),
    h("span", { class: within ? "slens-quiet" : "", title: said }, points(100 * (value - was))),
  ];
}

/** The two sets that one flips between, each with its figures. */
export class Compared {
  readonly element: HTMLElement;
  #buttons: Record<string, HTMLButtonElement> = {};
  #copy: HTMLButtonElement;
  #active = "B";

  constructor(flip: () => void, copy: () => void) {
    const set = (name: string): HTMLButtonElement =>
      button("", `Set ${name}`, () => name !== this.#active && flip());
    this.#buttons = { A: set("A"), B: set("B") };
    this.#copy = button("", "Copy", copy);
    this.element = h(
      "div",
      { class: "slens-compared", role: "group", "aria-label": "Two pruned sets to compare" },
      this.#buttons.A!,
      this.#buttons.B!,
      this.#copy,
    );
  }

  show(active: string, kept: Record<string, Kept>): void {
    this.#active = active;
    const other = active === "A" ? "B" : "A";
    for (const [name, set] of Object.entries(this.#buttons)) {
      const { pruned, mode, result } = kept[name] ?? { pruned: 0, mode: "mean", result: null };
      const what = pruned > 0 ? `${counted(pruned)} pruned (${mode})` : "nothing pruned";
      const worst =
        result && result.worst_group !== null ? ` · worst group ${percent(result.worst_group)}` : "";
      const figures = result ? percent(result.accuracy) + worst : "not evaluated yet";
      press(set, name === active);
      set.title =
        name === active
          ? `Set ${name} is shown; what you toggle changes it`
          : `Flip to set ${name} (press x): every view then shows it`;
      set.replaceChildren(h("b", {}, name), h("span", {}, what, h("br"), h("em", {}, figures)));
    }
    this.#copy.textContent = `Copy to ${other}`;
    this.#copy.title = `Keep set ${active} as set ${other} too, and go on changing ${active}`;
  }
}
