/** The rows of the gallery: how many examples have room, their pictures and sparklines, and the list that scrolls. */

import { MODES, type Mode, SHOWN } from "./detail";
import { oneOf } from "./dom";
import type { Header } from "./gallery_columns";
import { drawRow, type RowFacts } from "./gallery_row";
import { Sparklines } from "./gallery_spark";
import type { Labels } from "./labels";
import { CROPS, Strips, showStrip } from "./strips";
import { SPARE, VirtualList } from "./virtual_list";
import type { Drawn } from "./widget";

const [LEAST_TILES, MOST_TILES] = [9, 30];
const TILE = 58;
const LINE = 36;

export class Rows {
  readonly facts: RowFacts = { texts: [], which: undefined, tiles: 0, tile: TILE };
  readonly list: VirtualList;
  readonly modes = oneOf(SHOWN, MODES, (mode) => this.#show(mode));
  #mode: Mode = "crop";
  #order: number[] = [];
  #selected = new Set<number>();
  #strips: Strips;
  #sparks: Sparklines;

  constructor(
    private readonly drawn: Drawn,
    private readonly header: Header,
    private readonly labels: Labels,
    choose: (index: number, event: MouseEvent | KeyboardEvent) => void,
  ) {
    const { client, frame, shared, onClose } = drawn;
    this.#strips = new Strips(
      client,
      frame.fail,
      (id, url) => {
        for (const row of this.#rowsOf(id)) showStrip(row.querySelector<HTMLElement>(".slens-strip")!, url);
      },
      "strips",
      () => {
        if (this.#mode === "crop") return CROPS;
        const args = { mode: this.#mode, tiles: this.facts.tiles };
        return { op: "example_strips", args, key: Object.values(args).join(), batch: 4 };
      },
    );
    this.#sparks = new Sparklines(client, shared.components.total, (id) => {
      for (const row of this.#rowsOf(id)) {
        const cell = row.querySelector<HTMLElement>(".slens-spark");
        if (cell) this.#sparks.draw(cell, id);
      }
    });
    this.list = new VirtualList({
      label: "Components",
      rowHeight: TILE + LINE,
      header: header.element,
      draw: (row, index) => this.#draw(row, this.#order[index]!),
      choose,
      shown: (first, last) => {
        const ids = this.#order.slice(first, last);
        // Those in view before the spare ones above them.
        this.#strips.want(first > 0 ? [...ids.slice(SPARE), ...ids.slice(0, SPARE)] : ids);
        if (header.withSpark) this.#sparks.want(ids);
      },
    });
    this.modes.press("crop");
    onClose(() => {
      this.list.close();
      this.#strips.close();
      this.#sparks.close();
    });
  }

  get order(): number[] {
    return this.#order;
  }

  set order(ids: number[]) {
    this.#order = ids;
    this.list.element.hidden = ids.length === 0;
  }

  set selected(ids: Set<number>) {
    this.#selected = ids;
    this.list.redraw();
  }

  /** As many examples as have room, their size and the row's height; returns the width of the list. */
  layOut(): number {
    const { facts } = this;
    const { frame, shared } = this.drawn;
    const width = this.list.element.clientWidth || 700;
    const room = width - 20;
    const count = Math.min(MOST_TILES, Math.max(LEAST_TILES, Math.floor(room / TILE)));
    facts.tiles = Math.min(count, shared.about.m);
    facts.tile = Math.min(TILE + 6, Math.floor(room / count));
    frame.root.style.setProperty("--tile", `${facts.tile}px`);
    frame.root.style.setProperty("--strip", `${facts.tile * facts.tiles}px`);
    this.list.rowHeight = facts.tile + LINE;
    return width;
  }

  #show(mode: Mode): void {
    this.#mode = mode;
    this.modes.press(mode);
    this.list.redraw();
  }

  #rowsOf(id: number): NodeListOf<HTMLElement> {
    return this.list.element.querySelectorAll<HTMLElement>(`[data-component="${id}"]`);
  }

  #draw(row: HTMLElement, id: number): void {
    const { components, values } = this.drawn.shared;
    row.setAttribute("aria-selected", String(this.#selected.has(id)));
    const pruned = values.pruned.includes(id);
    const { header, labels, facts } = this;
    drawRow(row, id, { components, header, labels, sparks: this.#sparks, pruned, facts });
    showStrip(row.querySelector<HTMLElement>(".slens-strip")!, this.#strips.get(id));
  }
}
