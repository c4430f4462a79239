/** Requests to the kernel and what comes back: replies, chunks, progress, state, events. */

import { type Health, Watch } from "./health";

export type Json = Record<string, unknown>;

/** What a widget needs of anywidget's model; the tests and saved pages bring their own. */
export interface Model {
  send(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[]): void;
  on(event: string, callback: (...args: never[]) => void): void;
  off(event: string, callback: (...args: never[]) => void): void;
}

export interface Reply {
  body: Json;
  buffers: Uint8Array[];
}

export class KernelError extends Error {
  constructor(
    message: string,
    readonly cancelled = false,
  ) {
    super(message);
  }
}

export interface Progress {
  done: number;
  total: number;
  stage: string;
}

interface Pending {
  resolve(reply: Reply): void;
  reject(error: KernelError): void;
  progress: ((progress: Progress) => void) | undefined;
  lane: string | undefined;
  generation: number;
  asked: number;
}

export interface RequestOptions {
  buffers?: ArrayBuffer[];
  /** Only the newest request of a lane is answered; older ones reject as cancelled. */
  lane?: string;
  progress?: (progress: Progress) => void;
}

// Two pages on one kernel hear each other's replies, so each page counts from a place of its own.
let nextId = Math.floor(Math.random() * 2 ** 40) + 1;

/** A copy of what a message's buffer holds: buffers arrive as views into a larger one. */
export function bytesOf(buffer: ArrayBuffer | ArrayBufferView): Uint8Array {
  if (buffer instanceof ArrayBuffer) return new Uint8Array(buffer.slice(0));
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength).slice();
}

export function float32Of(bytes: Uint8Array | undefined): Float32Array {
  return bytes ? new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2) : new Float32Array();
}

export function uint32Of(bytes: Uint8Array | undefined): Uint32Array {
  return bytes ? new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2) : new Uint32Array();
}

export class Client {
  #pending = new Map<number, Pending>();
  #chunks = new Map<number, Uint8Array[]>();
  #generations = new Map<string, number>();
  #listeners = new Map<string, Set<(body: Json, buffers: Uint8Array[]) => void>>();
  #closed = false;
  #heard = 0;
  #watch: Watch;

  constructor(
    private readonly model: Model,
    health: (health: Health) => void = () => {},
  ) {
    model.on("msg:custom", this.#receive as (...args: never[]) => void);
    this.#watch = new Watch(
      model,
      () => this.#waiting(),
      (found) => {
        if (found === "gone") this.#giveUp();
        health(found);
      },
    );
  }

  /** For how many milliseconds nothing was heard though something is asked; 0 where nothing is. */
  #waiting(): number {
    let asked = Infinity;
    for (const pending of this.#pending.values()) asked = Math.min(asked, pending.asked);
    return asked === Infinity ? 0 : Math.max(1, performance.now() - Math.max(asked, this.#heard));
  }

  request(op: string, args: Json = {}, options: RequestOptions = {}): Promise<Reply> {
    // The frame says so of a kernel that is gone; nobody would ever answer.
    if (this.#closed || this.#watch.health === "gone")
      return Promise.reject(new KernelError("Nobody is there to answer.", true));
    const { lane } = options;
    const generation = lane === undefined ? 0 : (this.#generations.get(lane) ?? 0) + 1;
    if (lane !== undefined) {
      this.#generations.set(lane, generation);
      for (const [id, pending] of this.#pending) {
        if (pending.lane === lane) this.#drop(id, pending);
      }
    }
    const id = nextId++;
    return new Promise((resolve, reject) => {
      const asked = performance.now();
      this.#pending.set(id, { resolve, reject, progress: options.progress, lane, generation, asked });
      this.model.send({ ...args, op, id, generation }, undefined, options.buffers ?? []);
      this.#watch.soon();
    });
  }

  /** Give up what a lane is waiting for, here and in the kernel. */
  cancel(lane: string): void {
    for (const [id, pending] of this.#pending) if (pending.lane === lane) this.#drop(id, pending);
  }

  on(kind: string, listener: (body: Json, buffers: Uint8Array[]) => void): () => void {
    const set = this.#listeners.get(kind) ?? new Set();
    this.#listeners.set(kind, set.add(listener));
    return () => void set.delete(listener);
  }

  close(): void {
    this.#closed = true;
    this.#watch.close();
    this.model.off("msg:custom", this.#receive as (...args: never[]) => void);
    this.#giveUp();
    this.#listeners.clear();
  }

  #giveUp(): void {
    for (const pending of this.#pending.values()) pending.reject(new KernelError("closed", true));
    this.#pending.clear();
    this.#chunks.clear();
  }

  #drop(id: number, pending: Pending): void {
    this.#pending.delete(id);
    this.#chunks.delete(id);
    this.model.send({ op: "cancel", id });
    pending.reject(new KernelError("A newer request replaced this one.", true));
  }

  #receive = (content: Json, buffers: (ArrayBuffer | ArrayBufferView)[] = []): void => {
    if (content === null || typeof content !== "object") return;
    this.#heard = performance.now();
    const parts = buffers.map(bytesOf);
    if (typeof content.chunk === "number") {
      if (!this.#pending.has(content.chunk)) return;
      const list = this.#chunks.get(content.chunk) ?? [];
      this.#chunks.set(content.chunk, list);
      list.push(...parts);
    } else if (typeof content.re === "number") {
      this.#settle(content.re, (pending, id) => {
        const lengths = content.lengths as number[] | undefined;
        const whole = lengths ? join(this.#chunks.get(id) ?? [], lengths) : parts;
        pending.resolve({ body: content, buffers: whole });
      });
    } else if (typeof content.err === "number") {
      this.#settle(content.err, (pending) =>
        pending.reject(new KernelError(String(content.message), content.cancelled === true)),
      );
    } else if (typeof content.progress === "number") {
      this.#pending.get(content.progress)?.progress?.(content as unknown as Progress);
    } else {
      for (const kind of ["state", "event"]) {
        const name = content[kind];
        if (typeof name !== "string") continue;
        for (const listener of this.#listeners.get(`${kind}:${name}`) ?? []) listener(content, parts);
      }
    }
    this.#watch.heard();
  };

  #settle(id: number, how: (pending: Pending, id: number) => void): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#pending.delete(id);
    const stale = pending.lane !== undefined && this.#generations.get(pending.lane) !== pending.generation;
    if (stale) pending.reject(new KernelError("A newer request replaced this one.", true));
    else how(pending, id);
    this.#chunks.delete(id);
  }
}

/** Cut the concatenation of `chunks` into pieces of the given lengths. */
export function join(chunks: Uint8Array[], lengths: number[]): Uint8Array[] {
  const whole = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk.subarray(0, Math.max(0, whole.length - offset)), offset);
    offset += chunk.length;
  }
  let start = 0;
  return lengths.map((length) => {
    const piece = whole.slice(start, start + length);
    start += length;
    return piece;
  });
}
