/** One component in detail: its examples large, as crops, whole with the box, or under the heatmap. */

import { DetailSections } from "./detail_sections";
import { button, closeButton, h, iconButton, oneOf, press } from "./dom";
import type { Shared } from "./shared";
import type { Client, Json } from "./transport";

interface Example {
  image: number;
  name: string;
  label: string | null;
  activation: number;
  box: [number, number, number, number];
}

const SIDE = 28;
/** How examples are shown, here and in the rows of the gallery. */
export const MODES = {
  crop: "The part of each image that excites the component",
  whole: "The whole images, with that part framed",
  heatmap: "The whole images, dark where they do not matter to the component",
};
export type Mode = keyof typeof MODES;
export const SHOWN = "How examples are shown";

export class Detail {
  readonly element = h("section", {
    class: "slens-detail",
    hidden: true,
    "aria-label": "Details of one component",
  });
  #name = h("b");
  #facts = h("span", { class: "slens-quiet" });
  #grid = h("div", {
    class: "slens-examples slens-scroll",
    tabindex: 0,
    role: "group",
    "aria-label": "Examples",
  });
  #prune: HTMLButtonElement;
  #sections: DetailSections;
  #chosen = new Set<number>();
  #called = h("input", {
    title: "Name of the concept",
    placeholder: "what do these show?",
  });
  #make = h("button", {
    class: "slens-main",
    title: "Rank the components by how much more they fire on these images; this one does so by choice",
  });
  #concept = h("form", { class: "slens-make", hidden: true }, this.#called, this.#make);
  #modes = oneOf(SHOWN, MODES, (mode) => this.#show(mode));
  #mode: Mode = "crop";
  #wanted = -1;
  #draw: (() => void)[] = [];

  constructor(
    private readonly client: Client,
    private readonly shared: Shared,
    private readonly failed: (error: unknown) => void,
    private readonly closed: () => void,
  ) {
    const close = closeButton("Close the details (Escape)", () => this.close());
    this.#sections = new DetailSections(
      client,
      shared,
      (id) => {
        shared.set("selection", [id]);
        void this.open(id);
      },
      (ranks) => this.#only(ranks),
    );
    this.#prune = button("", "Prune", () => this.#togglePruned());
    const map = iconButton(
      "M8 14S3.5 9.6 3.5 6.3a4.5 4.5 0 0 1 9 0C12.5 9.6 8 14 8 14zM8 8a1.6 1.6 0 1 0 0-3.2A1.6 1.6 0 0 0 8 8",
      "Show it on the map",
      () => {
        shared.set("selection", [this.#wanted]);
        shared.set("hovered", this.#wanted);
      },
    );
    const copy = iconButton(
      "M6 6V2.5h7.5V10H10M2.5 6H10v7.5H2.5z",
      "Copy its name",
      () => void this.#copy(copy),
    );
    const actions = h("span", { class: "slens-actions" }, this.#prune, map, copy, this.#modes.element, close);
    this.element.append(
      h("header", {}, this.#name, this.#facts, actions),
      this.#concept,
      h("div", { class: "slens-detail-body" }, this.#grid, this.#sections.element),
    );
    this.#concept.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#makeConcept();
    });
    shared.on(["pruned"], () => this.#showPruned());
    this.#show("crop");
  }

  /** Nothing more is drawn. */
  end(): void {
    this.#sections.close();
  }

  close(): void {
    this.hide();
    this.closed();
  }

  hide(): void {
    this.#wanted = -1;
    this.element.hidden = true;
  }

  async open(id: number): Promise<void> {
    if (id === this.#wanted) return;
    this.#wanted = id;
    this.#choose(null);
    this.element.hidden = false;
    this.#name.textContent = this.shared.components.name(id);
    this.#facts.textContent = "";
    this.#showPruned();
    this.#sections.show(id);
    try {
      const { body, buffers } = await this.client.request("detail", { component: id }, { lane: "detail" });
      if (id === this.#wanted) await this.#fill(body, buffers);
    } catch (error) {
      this.failed(error);
    }
  }

  async #fill(body: Json, buffers: Uint8Array[]): Promise<void> {
    const examples = body.examples as Example[];
    const scores = body.scores as Record<string, number>;
    this.#facts.textContent = `clarity ${scores.clarity?.toFixed(2)} · polysemanticity ${scores.polysemanticity?.toFixed(2)} · redundancy ${scores.redundancy?.toFixed(2)}`;
    const id = this.#wanted;
    const maps = buffers[0] ?? new Uint8Array();
    const pictures = await Promise.all(
      examples.map((_, i) =>
        createImageBitmap(
          new Blob([(buffers[i + 1] ?? new Uint8Array()) as BlobPart], { type: "image/jpeg" }),
        ).catch(() => null),
      ),
    );
    if (id !== this.#wanted) return;
    this.#draw = [];
    this.#grid.replaceChildren(
      ...examples.map((example, i) => {
        const canvas = h("canvas", { role: "img", "aria-label": `Example ${i + 1}: ${example.name}` });
        const heat = maps.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE);
        const picture = pictures[i];
        if (picture) this.#draw.push(() => paintExample(canvas, picture, example.box, heat, this.#mode));
        const caption = [example.label, example.activation.toPrecision(3)].filter(Boolean).join(" · ");
        const search = iconButton(
          "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.4 10.4L14 14",
          `Search by example ${i + 1}: its crop becomes part of the query`,
          () =>
            void this.client
              .request("add_example", { component: id, rank: i })
              .catch((error) => this.failed(error)),
        );
        search.disabled = !this.shared.about.searchable;
        const choose = button(
          "✓",
          `Choose example ${i + 1}: its whole image is to show a concept`,
          () => {
            this.#choose(i);
            press(choose, this.#chosen.has(i));
          },
          { class: "slens-choose", "aria-pressed": "false", "aria-label": `Choose example ${i + 1}` },
        );
        return h(
          "figure",
          { title: `${example.name}, activation ${example.activation.toPrecision(4)}`, "data-rank": i },
          canvas,
          choose,
          search,
          h("figcaption", {}, caption),
        );
      }),
    );
    this.#grid.scrollTop = 0;
    for (const draw of this.#draw) draw();
    this.element.dataset.component = String(id);
  }

  /** Choose an example for a concept, or no longer; null: choose none. */
  #choose(rank: number | null): void {
    if (rank === null) this.#chosen.clear();
    else if (!this.#chosen.delete(rank)) this.#chosen.add(rank);
    const { size } = this.#chosen;
    this.#concept.hidden = size === 0;
    this.#make.textContent = `Make a concept of these ${size}`;
  }

  async #makeConcept(): Promise<void> {
    const concept = this.#called.value.trim();
    if (!concept) return this.#called.focus();
    const ranks = [...this.#chosen].sort((a, b) => a - b);
    try {
      await this.client.request("show_examples", { component: this.#wanted, ranks, concept });
      this.#called.value = "";
      this.#choose(null);
      for (const each of this.#grid.querySelectorAll(".slens-choose")) press(each, false);
    } catch (error) {
      this.failed(error);
    }
  }

  #only(ranks: number[] | null): void {
    for (const figure of this.#grid.querySelectorAll<HTMLElement>("figure"))
      figure.hidden = ranks !== null && !ranks.includes(Number(figure.dataset.rank));
    this.#grid.scrollTop = 0;
  }

  #togglePruned(): void {
    const { pruned } = this.shared.values;
    const id = this.#wanted;
    this.shared.set("pruned", pruned.includes(id) ? pruned.filter((other) => other !== id) : [...pruned, id]);
  }

  #showPruned(): void {
    const pruned = this.shared.values.pruned.includes(this.#wanted);
    this.#prune.textContent = pruned ? "Restore" : "Prune";
    this.#prune.title = pruned ? "Take it out of the pruned set" : "Send it to the pruning panel";
    press(this.#prune, pruned);
  }

  async #copy(button: HTMLElement): Promise<void> {
    const name = this.shared.components.name(this.#wanted);
    try {
      await navigator.clipboard.writeText(name);
    } catch {
      // Hosts without a secure origin have no clipboard but this.
      const field = h("textarea", { class: "slens-visually-hidden" });
      field.value = name;
      this.element.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
      button.focus();
    }
    button.dataset.done = "true";
    setTimeout(() => delete button.dataset.done, 1200);
  }

  #show(mode: Mode): void {
    this.#mode = mode;
    this.#modes.press(mode);
    for (const draw of this.#draw) draw();
  }
}

function paintExample(
  canvas: HTMLCanvasElement,
  picture: ImageBitmap,
  box: Example["box"],
  heat: Uint8Array,
  mode: Mode,
): void {
  const { width, height } = picture;
  const [x0, y0, x1, y1] = [box[0] * width, box[1] * height, box[2] * width, box[3] * height];
  const context = canvas.getContext("2d");
  if (!context) return;
  if (mode === "crop") {
    canvas.width = canvas.height = 224;
    context.drawImage(picture, x0, y0, Math.max(x1 - x0, 1), Math.max(y1 - y0, 1), 0, 0, 224, 224);
    return;
  }
  const scale = 224 / Math.max(width, height);
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  if (mode === "heatmap") {
    context.drawImage(veil(heat), 0, 0, canvas.width, canvas.height);
    return;
  }
  for (const [line, colour] of [
    [5, "rgb(0 0 0 / 55%)"],
    [2.5, "#ffd166"],
  ] as const) {
    context.lineWidth = line;
    context.strokeStyle = colour;
    context.strokeRect(x0 * scale + 2, y0 * scale + 2, (x1 - x0) * scale - 4, (y1 - y0) * scale - 4);
  }
}

/** Darkness where the heatmap is low: what matters stays as it is, in every colour vision. */
function veil(heat: Uint8Array): HTMLCanvasElement {
  const canvas = h("canvas", { width: SIDE, height: SIDE });
  const context = canvas.getContext("2d")!;
  const pixels = context.createImageData(SIDE, SIDE);
  for (let i = 0; i < SIDE * SIDE; i++) pixels.data[4 * i + 3] = 215 * (1 - Math.sqrt((heat[i] ?? 0) / 255));
  context.putImageData(pixels, 0, 0);
  return canvas;
}
