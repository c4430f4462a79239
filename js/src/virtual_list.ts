/** A grid of any number of equal rows of which only the visible ones exist, with keys and ARIA. */

import { h, resized } from "./dom";

// Browsers stop laying out elements beyond about 17 million pixels.
const MAX_HEIGHT = 15_000_000;
export const SPARE = 3;

export interface ListOptions {
  label: string;
  rowHeight: number;
  /** Fill a row that shows `index`; rows are reused. */
  draw(row: HTMLElement, index: number): void;
  /** A row was chosen by click, Enter or Space. */
  choose(index: number, event: MouseEvent | KeyboardEvent): void;
  /** A row of column headers, which stays in view. */
  header?: HTMLElement;
  /** The visible range changed. */
  shown?(first: number, last: number): void;
}

export class VirtualList {
  readonly element: HTMLElement;
  #spacer = h("div", { role: "presentation" });
  #rows: HTMLElement[] = [];
  #count = 0;
  #active = 0;
  #shown = "";
  #frame = 0;
  #unwatch: () => void;
  #height: number;
  /** Where it is scrolled to: out of sight the element forgets it, and can't be scrolled. */
  #top = 0;
  #out = true;
  /** What is to be seen once the list is. */
  #wanted = -1;

  constructor(private readonly options: ListOptions) {
    this.#spacer.style.position = "relative";
    this.element = h(
      "div",
      { class: "slens-list slens-scroll", role: "grid", "aria-label": options.label, "aria-rowcount": 0 },
      ...(options.header ? [options.header] : []),
      this.#spacer,
    );
    this.#height = options.rowHeight;
    const scrolled = (): void => {
      if (!this.#out) this.#top = this.element.scrollTop;
      this.#later();
    };
    this.element.addEventListener("scroll", scrolled, { passive: true });
    this.element.addEventListener("keydown", (event) => this.#key(event));
    this.element.addEventListener("click", (event) => {
      const row = (event.target as HTMLElement).closest<HTMLElement>("[role=row]");
      if (!row || (event.target as HTMLElement).closest("button, input, select")) return;
      this.#active = Number(row.dataset.index);
      this.options.choose(this.#active, event);
      this.#focus();
    });
    this.#unwatch = resized(this.element, () => this.#sized());
  }

  get active(): number {
    return this.#active;
  }

  set count(value: number) {
    this.#count = value;
    this.#active = Math.min(this.#active, Math.max(0, value - 1));
    this.element.setAttribute("aria-rowcount", String(value + (this.options.header ? 1 : 0)));
    this.#spacer.style.height = `${Math.min(value * this.#height, MAX_HEIGHT)}px`;
    this.redraw();
  }

  /** Rows of another height; the first visible row stays where it is. */
  set rowHeight(value: number) {
    if (value === this.#height) return;
    const first = this.#offset() / this.#height;
    this.#height = value;
    this.count = this.#count;
    this.#scrollTo(first * value);
    for (const row of this.#rows) row.style.height = `${value}px`;
    this.redraw();
  }

  /** Put the keyboard on the active row. */
  focus(): void {
    this.#focus();
  }

  top(): void {
    this.#active = 0;
    this.#wanted = -1;
    this.#top = 0;
    this.element.scrollTop = 0;
  }

  /** Scroll so that a row is fully visible. */
  reveal(index: number): void {
    if (index < 0 || index >= this.#count) return;
    this.#active = index;
    this.#wanted = this.#out ? index : -1;
    const height = this.#height;
    const visible = this.#visible();
    const at = index * height;
    const from = this.#offset();
    if (at < from) this.#scrollTo(at);
    else if (at + height > from + visible) this.#scrollTo(at + height - visible);
    this.redraw();
  }

  redraw(): void {
    this.#shown = "";
    this.#draw();
  }

  close(): void {
    cancelAnimationFrame(this.#frame);
    this.#unwatch();
  }

  #later(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  /** Seen again, it stands where it stood, or shows what it was to show meanwhile. */
  #sized(): void {
    const out = this.element.clientHeight === 0;
    if (!out && this.#out) this.element.scrollTop = this.#top;
    this.#out = out;
    if (!out && this.#wanted >= 0) this.reveal(this.#wanted);
    this.#later();
  }

  /** Height in which rows are seen. */
  #visible(): number {
    return this.element.clientHeight - (this.options.header?.offsetHeight ?? 0);
  }

  /** Pixels of the full list above the window, also where the spacer is shorter than the list. */
  #offset(): number {
    return this.element.scrollTop * this.#ratio();
  }

  #scrollTo(pixels: number): void {
    this.#top = pixels / this.#ratio();
    this.element.scrollTop = this.#top;
  }

  #ratio(): number {
    const visible = this.#visible();
    const full = this.#count * this.#height - visible;
    const room = Math.min(this.#count * this.#height, MAX_HEIGHT) - visible;
    return room > 0 && full > 0 ? full / room : 1;
  }

  #draw(): void {
    const height = this.#height;
    const visible = this.#visible() || 400;
    const offset = this.#offset();
    const first = Math.max(0, Math.floor(offset / height) - SPARE);
    const last = Math.min(this.#count, Math.ceil((offset + visible) / height) + SPARE);
    const shown = `${first} ${last} ${offset}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    while (this.#rows.length < last - first) {
      const row = h("div", { role: "row", class: "slens-row" });
      row.style.cssText = `position:absolute;left:0;right:0;height:${height}px`;
      this.#rows.push(row);
      this.#spacer.append(row);
    }
    const shift = this.element.scrollTop - offset;
    this.#rows.forEach((row, i) => {
      const index = first + i;
      row.hidden = index >= last;
      if (row.hidden) return;
      row.style.transform = `translateY(${index * height + shift}px)`;
      row.dataset.index = String(index);
      row.setAttribute("aria-rowindex", String(index + (this.options.header ? 2 : 1)));
      row.tabIndex = index === this.#active ? 0 : -1;
      this.options.draw(row, index);
    });
    if (this.#active < first || this.#active >= last) {
      const row = this.#rows[0];
      if (row) row.tabIndex = 0;
    }
    this.options.shown?.(first, last);
  }

  #focus(): void {
    this.redraw();
    this.#rows
      .find((row) => !row.hidden && row.dataset.index === String(this.#active))
      ?.focus({ preventScroll: true });
  }

  #key(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (target.closest("button, input, select")) return;
    const page = Math.max(1, Math.floor(this.#visible() / this.#height) - 1);
    const moves: Record<string, number> = {
      ArrowDown: this.#active + 1,
      ArrowUp: this.#active - 1,
      PageDown: this.#active + page,
      PageUp: this.#active - page,
      Home: 0,
      End: this.#count - 1,
    };
    const to = moves[event.key];
    if (to !== undefined) {
      event.preventDefault();
      this.reveal(Math.min(Math.max(to, 0), this.#count - 1));
      this.#focus();
      if (event.shiftKey) this.options.choose(this.#active, event);
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.options.choose(this.#active, event);
    }
  }
}
