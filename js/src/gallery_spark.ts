/** A component's activations in a few pixels: what the database knows of their distribution. */

import { counted, h, shape } from "./dom";
import { type Client, float32Of } from "./transport";

// As in widgets/gallery.py: so few are asked for at once, and a saved page can hold them.
const FEW = 1000;
const BATCH = 64;
const LIMIT = 6000;
const [WIDTH, HEIGHT] = [76, 16];

export class Sparklines {
  #known = new Map<number, Float32Array>();
  #wanted: number[] = [];
  #running = false;
  #images: unknown = null;
  #statistics = 0;

  constructor(
    private readonly client: Client,
    private readonly total: number,
    private readonly arrived: (id: number) => void,
  ) {}

  want(ids: number[]): void {
    this.#wanted = ids.filter((id) => !this.#known.has(id));
    if (!this.#running) void this.#fetch();
  }

  /** Draw into `svg`; empty while the numbers are not here. */
  draw(cell: HTMLElement, id: number): void {
    const row = this.#known.get(id);
    cell.title = "";
    cell.replaceChildren();
    if (!row) return;
    const [least, largest, mean, deviation, active] = row as unknown as [
      number,
      number,
      number,
      number,
      number,
    ];
    const examples = row.subarray(this.#statistics);
    const low = Number.isNaN(least) ? Math.min(...examples) : Math.min(least, ...examples);
    const high = Number.isNaN(largest) ? Math.max(...examples) : Math.max(largest, ...examples);
    const x = (value: number): number => 1 + ((value - low) / (high - low || 1)) * (WIDTH - 2);
    const upright = (value: number, from: number): string => `M${x(value)} ${from}V${HEIGHT - from}`;
    const level = (from: number, to: number): string => `M${x(from)} ${HEIGHT / 2}H${x(to)}`;
    // One path for all ticks: with an element for each a screen of rows takes a third longer to fill.
    const shapes = [path(Array.from(examples, (value) => upright(value, 1)).join(""), "tick")];
    if (!Number.isNaN(least)) shapes.unshift(path(level(least, largest), "span"));
    if (!Number.isNaN(deviation))
      shapes.push(
        path(level(Math.max(low, mean - deviation), Math.min(high, mean + deviation)), "body"),
        path(upright(mean, 3), "mean"),
      );
    const size = { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT, "aria-hidden": "true" };
    const svg = shape("svg", size, ...shapes);
    const all = this.#images ? `all ${counted(Number(this.#images))} probe images` : "all probe images";
    const spread = Number.isNaN(deviation)
      ? ""
      : `\nBar: mean ${mean.toPrecision(3)} ± one deviation ${deviation.toPrecision(2)}. Above 0 on ${(100 * active).toFixed(1)} % of them.`;
    cell.title = `Pooled activation over ${all}: line from ${low.toPrecision(3)} to ${high.toPrecision(3)}.${spread}\nTicks: the ${examples.length} examples. The database keeps no other single image.`;
    cell.append(svg, h("span", { class: "slens-visually-hidden" }, cell.title));
  }

  close(): void {
    this.#wanted = [];
  }

  async #fetch(): Promise<void> {
    this.#running = true;
    try {
      while (this.#wanted.length > 0) {
        const all = this.total <= FEW;
        const batch = all ? Array.from({ length: this.total }, (_, id) => id) : this.#wanted.splice(0, BATCH);
        if (all) this.#wanted = [];
        const { body, buffers } = await this.client.request(
          "distributions",
          { ids: all ? null : batch },
          { lane: "distributions" },
        );
        const data = float32Of(buffers[0]);
        const width = data.length / batch.length;
        this.#images = body.images;
        this.#statistics = Number(body.known);
        if (this.#known.size > LIMIT) this.#known.clear();
        batch.forEach((id, i) => {
          this.#known.set(id, data.slice(i * width, (i + 1) * width));
          this.arrived(id);
        });
      }
    } catch {
      // A saved page of many components has none; the row does without.
      this.#wanted = [];
    } finally {
      this.#running = false;
    }
  }
}

function path(d: string, kind: string): SVGElement {
  return shape("path", { d, class: `slens-spark-${kind}` });
}
