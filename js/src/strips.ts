/** Example crops: one JPEG strip per component, kept in memory up to a bound and revoked beyond it. */

import type { Client, Json } from "./transport";

/** A screen of rows comes in one answer: each asked for apart would wait for the one before. */
export const CROPS = { op: "strips", args: {}, key: "", batch: 24 };

interface Entry {
  url: string;
  bytes: number;
}

/** Object URLs by key, the least recently used revoked first. */
export class UrlCache {
  #entries = new Map<string, Entry>();
  #bytes = 0;

  constructor(readonly limit = 48_000_000) {}

  get(key: string): string | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.url;
  }

  put(key: string, bytes: Uint8Array): string {
    const known = this.get(key);
    if (known) return known;
    const url = URL.createObjectURL(new Blob([bytes as BlobPart], { type: "image/jpeg" }));
    this.#entries.set(key, { url, bytes: bytes.length });
    this.#bytes += bytes.length;
    for (const [oldest, entry] of this.#entries) {
      if (this.#bytes <= this.limit || this.#entries.size === 1) break;
      URL.revokeObjectURL(entry.url);
      this.#bytes -= entry.bytes;
      this.#entries.delete(oldest);
    }
    return url;
  }

  get size(): number {
    return this.#entries.size;
  }

  close(): void {
    for (const entry of this.#entries.values()) URL.revokeObjectURL(entry.url);
    this.#entries.clear();
    this.#bytes = 0;
  }
}

export class Strips {
  #cache = new UrlCache();
  #wanted: number[] = [];
  #running = false;
  #arrived: (id: number, url: string) => void;

  constructor(
    private readonly client: Client,
    private readonly failed: (error: unknown) => void,
    arrived: (id: number, url: string) => void,
    private readonly lane = "strips",
    /** What else tells strips apart, and how they are asked for; crops by default. */
    private readonly how: () => { op: string; args: Json; key: string; batch: number } = () => CROPS,
  ) {
    this.#arrived = arrived;
  }

  get(id: number): string | undefined {
    return this.#cache.get(`${this.how().key}${id}`);
  }

  /** Fetch these and forget what else was waited for: after a scroll the old rows are of no use. */
  want(ids: number[]): void {
    this.#wanted = ids.filter((id) => !this.get(id));
    if (!this.#running) void this.#fetch();
  }

  close(): void {
    this.#wanted = [];
    this.#cache.close();
  }

  async #fetch(): Promise<void> {
    this.#running = true;
    try {
      while (this.#wanted.length > 0) {
        const { op, args, key, batch: size } = this.how();
        const batch = this.#wanted.splice(0, size);
        const { buffers } = await this.client.request(op, { ...args, ids: batch }, { lane: this.lane });
        batch.forEach((id, i) => {
          const bytes = buffers[i];
          if (!bytes) return;
          const url = this.#cache.put(`${key}${id}`, bytes);
          if (key === this.how().key) this.#arrived(id, url);
        });
      }
    } catch (error) {
      this.failed(error);
    } finally {
      this.#running = false;
    }
  }
}

/** Show the first tiles of a strip at the element's own height. */
export function showStrip(element: HTMLElement, url: string | undefined): void {
  element.style.backgroundImage = url ? `url(${url})` : "none";
  element.style.backgroundSize = "auto 100%";
}
