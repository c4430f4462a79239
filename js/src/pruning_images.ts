/** The images whose predicted class a pruned set changes, as pictures; one of them explained. */

import { emptyState, h, iconButton } from "./dom";
import { points } from "./pruning_numbers";
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

const KINDS = ["all", "fixed", "broken", "other"] as const;
const SAID: Record<string, string> = {
  all: "Every image that gets another class",
  fixed: "Images that were wrong and now get their own class",
  broken: "Images that were right and now are wrong",
  other: "Images that were wrong and now are wrong in another way",
};

function picture(bytes: Uint8Array | undefined, label: string): HTMLElement {
  if (!bytes || bytes.length === 0) return h("span", { class: "slens-thumb slens-quiet" }, "no picture");
  const url = URL.createObjectURL(new Blob([bytes as BlobPart], { type: "image/jpeg" }));
  const image = h("img", { src: url, alt: label, draggable: "false" });
  image.addEventListener("load", () => URL.revokeObjectURL(url), { once: true });
  return image;
}

export class FlippedImages {
  readonly element: HTMLElement;
  #kind: (typeof KINDS)[number] = "all";
  #kinds: HTMLButtonElement[];
  #grid = h("div", { class: "slens-flips" });
  #more: HTMLButtonElement;
  #detail = h("section", { class: "slens-image", hidden: true, "aria-label": "One image" });
  #shown = 0;

  constructor(
    private readonly client: Client,
    private readonly shared: Shared,
    private readonly failed: (error: unknown) => void,
  ) {
    this.#kinds = KINDS.map((kind) =>
      h("button", { type: "button", title: SAID[kind], onclick: () => this.#choose(kind) }, kind),
    );
    this.#more = h("button", { type: "button", title: "Show more images", onclick: () => this.#load() });
    this.element = h(
      "div",
      { class: "slens-scroll slens-images" },
      this.#detail,
      h(
        "span",
        { class: "slens-segments", role: "group", "aria-label": "Which images are shown" },
        ...this.#kinds,
      ),
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

  #choose(kind: (typeof KINDS)[number]): void {
    this.#kind = kind;
    this.refresh();
  }

  #load(): void {
    for (const button of this.#kinds)
      button.setAttribute("aria-pressed", String(button.textContent === this.#kind));
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
    this.#more.textContent = `Show more (${(total - this.#shown).toLocaleString("en")} left)`;
  }

  #card(row: Flip, bytes: Uint8Array | undefined): HTMLElement {
    const mark = { fixed: "✓ fixed", broken: "✗ broken" }[row.change] ?? "changed";
    const said = `${mark}: ${row.label} got ${row.before}, now gets ${row.after}`;
    return h(
      "button",
      {
        type: "button",
        class: "slens-flip",
        "data-change": row.change,
        "data-image": row.image,
        title: `${said}${row.group ? ` (group ${row.group})` : ""}. Click to explain`,
        onclick: () => this.#open(row.image),
      },
      picture(bytes, said),
      h("b", {}, mark),
      h("span", {}, row.label),
      h("small", {}, `${row.before} → ${row.after}`),
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
    const close = iconButton("M4 4l8 8M12 4l-8 8", "Close this image", () => {
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
      .then((answer) => this.#explain(why, answer.body, answer.buffers))
      .catch((error) => {
        why.textContent = error instanceof Error ? error.message : String(error);
      });
  }

  #explain(why: HTMLElement, body: Json, buffers: Uint8Array[]): void {
    const rows = body.rows as { component: number; share: number; pruned: boolean }[];
    why.replaceChildren(
      h("p", { class: "slens-quiet" }, `Unpruned, “${String(body.target)}” rests most on`),
      ...rows.map(({ component, share, pruned }, i) => {
        const name = this.shared.components.name(component);
        const said = pruned ? "pruned" : "kept";
        return h(
          "button",
          {
            type: "button",
            class: "slens-flip",
            title: `${name}, ${points(100 * share)} % of the layer's relevance, ${said}. Click to select it`,
            onclick: () => this.shared.set("selection", [component]),
          },
          picture(buffers[i], `Where ${name} looks`),
          h("b", {}, name),
          h("small", {}, `${(100 * share).toFixed(1)} % · ${said}`),
        );
      }),
    );
  }
}
