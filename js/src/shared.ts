/** The page's copy of the audit's session: optimistic, and corrected by what the kernel says. */

import { Components, decodeSet, encodeSet, type Layer } from "./components";
import type { Client, Json } from "./transport";

export interface About {
  layers: Layer[];
  m: number;
  tile: number;
  classes: string[];
  live: boolean;
  searchable: boolean;
  /** Two audits whose components are on one page: what they are called, and where their numbers start. */
  sides?: { name: string; start: number }[];
  [key: string]: unknown;
}

/** A concept that is shown by pictures; texts of its name mean it. */
export interface ShownConcept {
  name: string;
  images: number;
  without: number;
  pairs: boolean;
  digest: string;
}

export interface Fields {
  selection: number[];
  pruned: number[];
  hovered: number | null;
  query: string;
  /** Digests of the query's images, with a minus before those that should not match. */
  images: string[];
  /** Made and forgotten by requests of their own. */
  concepts: ShownConcept[];
  vocabulary: string[];
  thresholds: [number, number] | null;
  valid: string[];
  spurious: string[];
  target: string | null;
  mode: "mean" | "zero";
  color_by: string;
}

export type Field = keyof Fields;
const SETS: readonly string[] = ["selection", "pruned"];
const FIELDS: Field[] = [
  "selection",
  "pruned",
  "hovered",
  "query",
  "images",
  "concepts",
  "valid",
  "spurious",
  "vocabulary",
  "target",
  "thresholds",
  "mode",
  "color_by",
];

export class Shared {
  readonly components: Components;
  readonly values: Fields = {
    selection: [],
    pruned: [],
    hovered: null,
    query: "",
    images: [],
    concepts: [],
    vocabulary: [],
    thresholds: null,
    valid: [],
    spurious: [],
    target: null,
    mode: "mean",
    color_by: "layer",
  };
  #listeners: { fields: Field[]; callback: (field: Field) => void }[] = [];
  #unanswered = new Map<Field, number>();

  private constructor(
    readonly client: Client,
    readonly about: About,
    private readonly failed: (error: unknown) => void,
  ) {
    this.components = new Components(about.layers);
    for (const field of FIELDS) {
      client.on(`state:${field}`, (body, buffers) => {
        if (!this.#unanswered.get(field)) this.#take(field, body, buffers[0]);
      });
    }
  }

  /** Ask the kernel what this audit is; the session's fields follow as state. */
  static async open(client: Client, failed: (error: unknown) => void): Promise<Shared> {
    const { body, buffers } = await client.request("hello");
    const shared = new Shared(client, body.about as About, failed);
    const states = body.states as (Json & { state: Field })[];
    states.forEach((state, i) => {
      shared.#take(state.state, state, buffers[i]);
    });
    return shared;
  }

  on(fields: Field[], callback: (field: Field) => void): void {
    this.#listeners.push({ fields, callback });
  }

  set<F extends Field>(field: F, value: Fields[F]): void {
    if (same(this.values[field], value)) return;
    this.values[field] = value;
    const buffers: ArrayBuffer[] = [];
    const args: Json = { field };
    if (SETS.includes(field)) {
      const encoded = encodeSet(value as number[], this.components.total);
      args.encoding = encoded.encoding;
      buffers.push(encoded.buffer);
    } else args.value = value;
    this.#unanswered.set(field, (this.#unanswered.get(field) ?? 0) + 1);
    this.client.request("set", args, { buffers }).then(
      ({ body, buffers: answer }) => {
        // What the session holds after the last of our own changes: someone else's may have come between.
        if (this.#answered(field)) this.#take(field, body, answer[0]);
      },
      (error) => {
        this.#answered(field);
        this.failed(error);
      },
    );
    // The kernel is told first: it works while the views draw.
    this.#notify(field);
  }

  /** Count an answer to an own change; returns whether it was the last that is waited for. */
  #answered(field: Field): boolean {
    const left = (this.#unanswered.get(field) ?? 1) - 1;
    this.#unanswered.set(field, left);
    return left === 0;
  }

  #take(field: Field, body: Json, bytes: Uint8Array | undefined): void {
    const value = SETS.includes(field) ? decodeSet(body, bytes) : body.value;
    if (same(this.values[field], value)) return;
    (this.values as Record<Field, unknown>)[field] = value;
    this.#notify(field);
  }

  #notify(field: Field): void {
    for (const { fields, callback } of this.#listeners) if (fields.includes(field)) callback(field);
  }
}

function same(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => item === b[i]);
  return a === b;
}
