/** The components that are pruned, were pruned, or are selected and might be: a toggle and an effect each. */

import { button, field, h, options } from "./dom";
import type { Labels } from "./labels";
import { noise, points } from "./pruning_numbers";
import type { Shared } from "./shared";
import { Strips, showStrip } from "./strips";
import { type Client, float32Of, type Json, uint32Of } from "./transport";
import { VirtualList } from "./virtual_list";

const ORDERS = [
  ["listed", "as listed"],
  ["accuracy", "effect on accuracy"],
  ["worst_group", "effect on the worst group"],
  ["target", "effect on the target class"],
] as const;
const SHORT: Record<string, string> = { accuracy: "acc.", worst_group: "worst", target: "target" };
const MOST = 500;

export class PrunedList {
  readonly element: HTMLElement;
  readonly bar: HTMLElement;
  #list: VirtualList;
  #strips: Strips;
  #order = h(
    "select",
    { title: "What the components are sorted by", onchange: () => this.draw() },
    ...options(ORDERS),
  );
  #slow = button(
    "",
    "Each takes a pass through the rest of the network; pruning goes on meanwhile",
    () => this.#ask(true),
    { hidden: true },
  );
  #listed: number[] = [];
  #rows: number[] = [];
  #pruned = new Set<number>();
  #effects = new Map<number, number[]>();
  /** Two ends of an interval for each effect. */
  #ends = new Map<number, number[]>();
  #columns: string[] = [];
  #asked = "";

  constructor(
    private readonly client: Client,
    private readonly shared: Shared,
    private readonly labels: () => Labels | undefined,
    private readonly failed: (error: unknown) => void,
  ) {
    this.#strips = new Strips(client, failed, (id, url) => {
      for (const cell of this.#list.element.querySelectorAll<HTMLElement>(
        `[data-component="${id}"] .slens-strip`,
      ))
        showStrip(cell, url);
    });
    this.#list = new VirtualList({
      label: "Pruned and selected components",
      rowHeight: 74,
      draw: (row, index) => this.#drawRow(row, index),
      choose: (index, event) => {
        const id = this.#rows[index]!;
        if (event instanceof KeyboardEvent) this.toggle(id);
        else if (!this.shared.values.selection.includes(id)) this.shared.set("selection", [id]);
      },
      shown: (first, last) => this.#strips.want(this.#rows.slice(first, last)),
    });
    this.element = this.#list.element;
    this.bar = h("div", { class: "slens-listbar" }, field("Sort by", this.#order), this.#slow);
  }

  get count(): number {
    return this.#rows.length;
  }

  /** What the kernel lists: everything that was pruned since the list was cleared. */
  set listed(ids: number[]) {
    this.#listed = ids;
    this.draw();
  }

  toggle(id: number): void {
    const next = new Set(this.shared.values.pruned);
    if (!next.delete(id)) next.add(id);
    this.shared.set("pruned", [...next]);
  }

  draw(): void {
    const { pruned, selection } = this.shared.values;
    this.#pruned = new Set(pruned);
    this.#rows = [...new Set([...this.#listed, ...selection])];
    const column = this.#columns.indexOf(this.#order.value);
    if (column >= 0) {
      const value = (id: number): number => {
        const found = this.#effects.get(id)?.[column];
        return found === undefined || Number.isNaN(found) ? Number.NEGATIVE_INFINITY : found;
      };
      this.#rows.sort((a, b) => (value(a) === value(b) ? 0 : value(b) - value(a)));
    }
    this.bar.hidden = this.#rows.length === 0;
    this.element.hidden = this.#rows.length === 0;
    this.#list.count = this.#rows.length;
    this.#ask(false);
  }

  /** Forget every effect: another mode, target class or model. */
  forget(): void {
    this.#effects.clear();
    this.#asked = "";
    this.draw();
  }

  take(body: Json, buffers: Uint8Array[]): void {
    // A saved page knows no effects.
    this.#columns = (body.columns as string[] | undefined) ?? [];
    const values = float32Of(buffers[1]);
    const ends = float32Of(buffers[2]);
    const width = this.#columns.length;
    uint32Of(buffers[0]).forEach((id, i) => {
      const row = Array.from(values.subarray(i * width, (i + 1) * width));
      if (Number.isNaN(row[0])) return;
      this.#effects.set(id, row);
      this.#ends.set(id, Array.from(ends.subarray(2 * i * width, 2 * (i + 1) * width)));
    });
    const seconds = body.seconds;
    this.#slow.hidden = typeof seconds !== "number";
    if (typeof seconds === "number") {
      this.#slow.textContent = `Compute all effects (about ${Math.ceil(seconds)} s)`;
    }
    this.draw();
  }

  close(): void {
    this.#list.close();
    this.#strips.close();
  }

  #ask(anyway: boolean): void {
    const ids = [...new Set([...this.shared.values.selection, ...this.#listed])].slice(0, MOST);
    const key = ids.join();
    if ((key === this.#asked && !anyway) || ids.length === 0) return;
    this.#asked = key;
    this.#slow.hidden = true;
    this.client
      .request("effects", { ids, anyway }, { lane: "effects" })
      .then(({ body, buffers }) => this.take(body, buffers))
      .catch(this.failed);
  }

  /** Each effect in words; one within noise is muted. */
  #effect(id: number): HTMLElement[] {
    const found = this.#effects.get(id) ?? [];
    return this.#columns.flatMap((column, i) => {
      if (Number.isNaN(found[i] ?? Number.NaN)) return [];
      const ends = this.#ends.get(id)!.slice(2 * i, 2 * i + 2) as [number, number];
      const [muted, said] = noise(Number.isNaN(ends[0]) ? undefined : ends);
      return [
        h(
          "span",
          { class: muted ? "" : "slens-sure", title: `${column.replace("_", " ")}: ${said}` },
          `${SHORT[column]} ${points(found[i]!)}`,
        ),
      ];
    });
  }

  #drawRow(row: HTMLElement, index: number): void {
    const id = this.#rows[index]!;
    const on = this.#pruned.has(id);
    const name = this.shared.components.name(id);
    const candidate = !on && !this.#listed.includes(id);
    row.classList.toggle("slens-restored", !on && !candidate);
    const said = on ? "pruned" : candidate ? "selected" : "kept";
    const effect = this.#effect(id);
    const label = this.labels()?.said(id) ?? "";
    const state = `${id} ${said} ${effect.map((each) => each.outerHTML)} ${label}`;
    if (row.dataset.state === state) return;
    row.dataset.state = state;
    // The input is kept while the row shows the same component: it may have the focus.
    let box = row.dataset.component === String(id) ? row.querySelector<HTMLInputElement>("input") : null;
    if (!box) {
      row.dataset.component = String(id);
      box = h("input", {
        type: "checkbox",
        "aria-label": `Prune ${name}`,
        title: "Checked: pruned. Unchecked: in the model.",
        onchange: () => this.toggle(id),
      });
      const strip = h("div", { class: "slens-strip" });
      showStrip(strip, this.#strips.get(id));
      row.replaceChildren(
        h(
          "div",
          { class: "slens-line", role: "gridcell" },
          h("label", {}, box, h("b", {}, name)),
          h("span", { class: "slens-named" }),
          h("span", { class: "slens-quiet" }),
        ),
        h("div", { class: "slens-cell", role: "gridcell", "aria-label": "Examples" }, strip),
      );
    }
    box.checked = on;
    row.querySelector(".slens-named")!.replaceChildren(...(label ? [this.labels()!.chip(id)] : []));
    const quiet = row.querySelector<HTMLElement>(".slens-quiet")!;
    const parts = [...(on && effect.length ? [] : [said]), ...effect];
    quiet.replaceChildren(...parts.flatMap((part, i) => (i ? [" · ", part] : [part])));
    quiet.title = effect.length
      ? "What pruning this component alone changes, in points: accuracy, worst group, target class"
      : "";
  }
}
