/** One component in detail: its examples large, as crops, whole with the box, or under the heatmap. */

import { h, iconButton } from "./dom";
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
const MODES = ["crop", "whole", "heatmap"] as const;
type Mode = (typeof MODES)[number];
const TITLES: Record<Mode, string> = {
  crop: "The part of each image that excites the component",
  whole: "The whole image, with that part framed",
  heatmap: "The whole image, lit where it matters to the component",
};

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
  #modes: HTMLButtonElement[];
  #mode: Mode = "crop";
  #wanted = -1;
  #draw: (() => void)[] = [];

  constructor(
    private readonly client: Client,
    private readonly shared: Shared,
    private readonly failed: (error: unknown) => void,
    private readonly closed: () => void,
  ) {
    this.#modes = MODES.map((mode) =>
      h("button", { type: "button", title: TITLES[mode], onclick: () => this.#show(mode) }, mode),
    );
    const modes = h(
      "span",
      { class: "slens-segments", role: "group", "aria-label": "How examples are shown" },
      ...this.#modes,
    );
    const close = iconButton("M4 4l8 8M12 4l-8 8", "Close the details (Escape)", () => this.close());
    this.element.append(h("header", {}, this.#name, this.#facts, modes, close), this.#grid);
    this.#show("crop");
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
    this.element.hidden = false;
    this.#name.textContent = this.shared.components.name(id);
    this.#facts.textContent = "";
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
        return h(
          "figure",
          { title: `${example.name}, activation ${example.activation.toPrecision(4)}` },
          canvas,
          h("figcaption", {}, caption),
        );
      }),
    );
    this.#grid.scrollTop = 0;
    for (const draw of this.#draw) draw();
    this.element.dataset.component = String(id);
  }

  #show(mode: Mode): void {
    this.#mode = mode;
    this.#modes.forEach((button, i) => {
      button.setAttribute("aria-pressed", String(MODES[i] === mode));
    });
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
