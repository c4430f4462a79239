/** The images whose predicted class a pruned set changes, as pictures; one of them explained. */

import { button, closeButton, counted, emptyState, h, oneOf, said } from "./dom";
import { picture, reasons } from "./explained";
import type { Shared } from "./shared";
import type { Client, Json } from "./transport";

interface Flip {
  image: number;
  label: string;
  before: string;
  after: string;
  change: string;
  group: string | null;
}

interface Logit {
  name: string;
  before: number;
  after: number;
}

const KINDS = {
  all: "Every image that gets another class",
  fixed: "Images that were wrong and now get their own class",
  broken: "Images that were right and now are wrong",
  other: "Images that were wrong and now are wrong in another way",
};
type Kind = keyof typeof KINDS;

export class FlippedImages {
  readonly element: HTMLElement;
  #kind: Kind = "all";
  #kinds = oneOf("Which images are shown", KINDS, (kind) => {
    this.#kind = kind;
    this.refresh();
  });
  #grid = h("div", { class: "slens-flips" });
  #more = button("", "Show more images", () => this.#load());
  #detail = h("section", { class: "slens-image", hidden: true, "aria-label": "One image" });
  #shown = 0;

  constructor(
    private readonly client: Client,
    private readonly shared: Shared,
    private readonly failed: (error: unknown) => void,
  ) {
    this.element = h(
      "div",
      { class: "slens-scroll slens-images" },
      this.#detail,
      this.#kinds.element,
      this.#grid,
      this.#more,
    );
  }

  /** Show the newest evaluation from its first image on. */
  refresh(): void {
    this.#shown = 0;
    this.#detail.hidden = true;
    this.#load();
  }

  #load(): void {
    this.#kinds.press(this.#kind);
    this.client
      .request("flips", { change: this.#kind, start: this.#shown }, { lane: "flips" })
      .then(({ body, buffers }) => this.#draw(body, buffers))
      .catch(this.failed);
  }

  #draw(body: Json, buffers: Uint8Array[]): void {
    const rows = body.rows as Flip[];
    const cards = rows.map((row, i) => this.#card(row, buffers[i]));
    if (this.#shown === 0) this.#grid.replaceChildren(...cards);
    else this.#grid.append(...cards);
    this.#shown += rows.length;
    const total = Number(body.total);
    if (total === 0)
      this.#grid.replaceChildren(
        emptyState("No such image", "Images appear here when pruning changes the class that they get."),
      );
    this.#more.hidden = this.#shown >= total;
    this.#more.textContent = `Show more (${counted(total - this.#shown)} left)`;
  }

  #card(row: Flip, bytes: Uint8Array | undefined): HTMLElement {
    const mark = { fixed: "✓ fixed", broken: "✗ broken" }[row.change] ?? "changed";
    const title = `${mark}: ${row.label} got ${row.before}, now gets ${row.after}`;
    return button(
      [
        picture(bytes, title),
        h("b", {}, mark),
        h("span", {}, row.label),
        h("small", {}, `${row.before} → ${row.after}`),
      ],
      `${title}${row.group ? ` (group ${row.group})` : ""}. Click to explain`,
      () => this.#open(row.image),
      { class: "slens-flip", "data-change": row.change, "data-image": row.image },
    );
  }

  #open(image: number): void {
    this.client
      .request("image", { image }, { lane: "image" })
      .then(({ body, buffers }) => this.#show(body, buffers[0]))
      .catch(this.failed);
  }

  #show(body: Json, bytes: Uint8Array | undefined): void {
    const logits = body.logits as Logit[];
    const largest = Math.max(
      ...logits.flatMap(({ before, after }) => [Math.abs(before), Math.abs(after)]),
      1e-9,
    );
    const why = h(
      "div",
      { class: "slens-why", "aria-live": "polite" },
      "Asking what the decision rests on …",
    );
    const close = closeButton("Close this image", () => {
      this.#detail.hidden = true;
    });
    const line = ({ name, before, after }: Logit): HTMLElement[] => {
      const bar = h("span");
      bar.style.width = `${(100 * Math.abs(after)) / largest}%`;
      bar.className = after < 0 ? "slens-negative" : "";
      return [
        h("span", {}, name),
        h("div", { class: "slens-bar", "aria-hidden": "true" }, bar),
        h("span", {}, `${before.toFixed(2)} → ${after.toFixed(2)}`),
      ];
    };
    this.#detail.replaceChildren(
      picture(bytes, `Evaluation image ${String(body.image)}`),
      h(
        "div",
        {},
        h("b", {}, `${String(body.label)}: ${String(body.before)} → ${String(body.after)}`),
        h(
          "p",
          { class: "slens-quiet" },
          `image ${String(body.image)}${body.group ? ` · group ${String(body.group)}` : ""} · logits before → after`,
        ),
        h("div", { class: "slens-logits" }, ...logits.flatMap(line)),
        why,
      ),
      close,
    );
    this.#detail.hidden = false;
    this.#detail.scrollIntoView?.({ block: "nearest" });
    close.focus({ preventScroll: true });
    this.client
      .request("explain", { image: body.image, target: body.before }, { lane: "explain" })
      .then(({ body, buffers }) =>
        why.replaceChildren(
          h("p", { class: "slens-quiet" }, `Unpruned, “${String(body.target)}” rests most on`),
          ...reasons(this.shared, body, buffers),
        ),
      )
      .catch((error) => {
        why.textContent = said(error);
      });
  }
}
