/** Components as running numbers over all layers, and sets of them on the wire. */

import type { Json } from "./transport";

export interface Layer {
  name: string;
  start: number;
  count: number;
}

export class Components {
  readonly total: number;
  readonly layerOf: Uint16Array;

  constructor(readonly layers: Layer[]) {
    this.total = layers.reduce((sum, layer) => sum + layer.count, 0);
    this.layerOf = new Uint16Array(this.total);
    layers.forEach((layer, i) => {
      this.layerOf.fill(i, layer.start, layer.start + layer.count);
    });
  }

  layer(id: number): Layer {
    return this.layers[this.layerOf[id] ?? 0]!;
  }

  name(id: number): string {
    const layer = this.layer(id);
    return `${layer.name}:${id - layer.start}`;
  }
}

export interface EncodedSet {
  encoding: "ids" | "bitset";
  buffer: ArrayBuffer;
}

/** Numbers when they are few, one bit per component when they are more than a thirty-second. */
export function encodeSet(ids: Iterable<number>, total: number): EncodedSet {
  const list = Uint32Array.from(ids);
  if (list.length <= total / 32) return { encoding: "ids", buffer: list.buffer as ArrayBuffer };
  const bits = new Uint8Array(Math.ceil(total / 8));
  for (const id of list) bits[id >> 3]! |= 1 << (id & 7);
  return { encoding: "bitset", buffer: bits.buffer as ArrayBuffer };
}

export function decodeSet(body: Json, bytes: Uint8Array | undefined): number[] {
  if (!bytes) return [];
  if (body.encoding === "ids") {
    return Array.from(new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2));
  }
  const ids: number[] = [];
  for (let i = 0; i < bytes.length; i++) {
    for (let bit = 0; bit < 8; bit++) if (bytes[i]! & (1 << bit)) ids.push(i * 8 + bit);
  }
  return ids;
}
