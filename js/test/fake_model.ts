/** A kernel of a few lines: answers requests from functions, remembers what was asked. */

import type { Json, Model } from "../src/transport";

export type Answer = { body?: Json; buffers?: ArrayBuffer[] } | undefined;
export type Answers = Record<string, (args: Json, buffers: ArrayBuffer[]) => Answer>;

export class FakeModel implements Model {
  asked: Json[] = [];
  listeners = new Set<(content: Json, buffers: DataView[]) => void>();

  constructor(public answers: Answers = {}) {}

  on(_event: string, callback: (...args: never[]) => void): void {
    this.listeners.add(callback as never);
  }

  off(_event: string, callback: (...args: never[]) => void): void {
    this.listeners.delete(callback as never);
  }

  send(content: Json, _callbacks?: unknown, buffers: ArrayBuffer[] = []): void {
    this.asked.push(content);
    const answer = this.answers[String(content.op)];
    if (!answer) return;
    queueMicrotask(() => {
      const found = answer(content, buffers);
      if (found) this.say({ ...found.body, re: content.id, generation: content.generation }, found.buffers);
    });
  }

  say(content: Json, buffers: ArrayBuffer[] = []): void {
    for (const listener of [...this.listeners]) {
      // As in a browser: views with an offset into a larger buffer.
      const views = buffers.map((buffer) => {
        const larger = new Uint8Array(buffer.byteLength + 8);
        larger.set(new Uint8Array(buffer), 8);
        return new DataView(larger.buffer, 8);
      });
      listener(content, views);
    }
  }

  ops(name: string): Json[] {
    return this.asked.filter((content) => content.op === name);
  }
}

export const LAYERS = [
  { name: "features.0", start: 0, count: 20 },
  { name: "features.3", start: 20, count: 16 },
];

/** The answers that every widget needs: an audit of two layers with a model, and an obedient session. */
export function audit(more: Answers = {}, about: Json = {}): FakeModel {
  return new FakeModel({
    hello: () => ({
      body: {
        about: {
          layers: LAYERS,
          m: 6,
          tile: 72,
          classes: ["nevus", "melanoma"],
          live: true,
          searchable: true,
          ...about,
        },
        states: [{ state: "query", value: "" }],
      },
      buffers: [new ArrayBuffer(0)],
    }),
    set: ({ field, value, encoding }, buffers) => ({ body: { state: field, value, encoding }, buffers }),
    strips: ({ ids }) => ({ buffers: (ids as number[]).map(() => new Uint8Array([1, 2, 3]).buffer) }),
    look: () => ({}),
    ...more,
  });
}

export async function settle(turns = 30): Promise<void> {
  for (let i = 0; i < turns; i++) await new Promise((resolve) => setTimeout(resolve, 0));
}
