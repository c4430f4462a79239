/** What each component is called in the session's vocabulary, and whether the name is to be believed. */

import { h } from "./dom";
import type { Shared } from "./shared";
import { float32Of, uint32Of } from "./transport";

/** "doubtful": the certificate speaks against the label; "unknown": there is none, nothing speaks either way. */
export type Trust = "trusted" | "doubtful" | "unknown";
/** What stands behind a label. */
export const MARKS: Record<Trust, string> = { trusted: "", doubtful: "\u00a0?", unknown: "\u00a0·" };

/** How far to trust a label that several components have: as far as most of them. */
export function commonTrust(trusts: Trust[]): Trust {
  const count = (trust: Trust): number => trusts.filter((each) => each === trust).length;
  if (2 * count("trusted") >= trusts.length) return "trusted";
  return count("doubtful") >= count("unknown") ? "doubtful" : "unknown";
}

/** A label that looks as trustworthy as it is. */
export function labelChip(name: string, trust: Trust, title: string): HTMLElement {
  const attributes = { class: "slens-label", "data-trust": trust, title };
  return h("span", attributes, h("span", {}, name), MARKS[trust]);
}

export class Labels {
  #names: string[] = [];
  #index: Uint32Array = new Uint32Array();
  #columns: Float32Array[] = [];
  #why = "";

  /** Loads at once and whenever the vocabulary changes; `changed` is called when there is something new. */
  constructor(
    private readonly shared: Shared,
    private readonly failed: (error: unknown) => void,
    private readonly changed: () => void,
  ) {
    shared.on(["vocabulary"], () => void this.#load());
    void this.#load();
  }

  /** The component's label; undefined where it has none. */
  name(id: number): string | undefined {
    return this.#names[this.#index[id] ?? -1];
  }

  /** Cosine (or another method's score) of the label, and how far it is ahead of the next. */
  score(id: number): number {
    return this.#columns[0]?.[id] ?? Number.NaN;
  }

  margin(id: number): number {
    return this.#columns[1]?.[id] ?? Number.NaN;
  }

  /** How far the label holds for images that did not give it, 0 to 1; NaN: not certified. */
  certificate(id: number): number {
    return this.#columns[2]?.[id] ?? Number.NaN;
  }

  trust(id: number): Trust {
    if (Number.isNaN(this.certificate(id))) return "unknown";
    return this.#columns[3]?.[id] ? "trusted" : "doubtful";
  }

  /** The label in words, with how far to trust it; empty where there is none. */
  said(id: number): string {
    const name = this.name(id);
    return name === undefined ? "" : `“${name}” (${this.trust(id)})`;
  }

  /** The label as a chip; hidden where there is none. */
  chip(id: number): HTMLElement {
    const name = this.name(id);
    if (name === undefined) return h("span", { class: "slens-label", hidden: true });
    const trust = this.trust(id);
    const ahead = `${this.margin(id).toFixed(2)} ahead of the next label`;
    const certificate = this.certificate(id).toFixed(2);
    const title = {
      trusted: `“${name}”: the component also fires on images of it that did not give the label (certificate ${certificate})`,
      doubtful: `Do not rely on “${name}”: a certificate of ${certificate} is no better than chance, or half of the examples give another label`,
      unknown: `Unknown whether “${name}” is right: ${this.#why}`,
    }[trust];
    return labelChip(name, trust, `${title}; score ${this.score(id).toFixed(2)}, ${ahead}`);
  }

  async #load(): Promise<void> {
    try {
      const { body, buffers } = await this.shared.client.request("labels", {}, { lane: "labels" });
      this.#names = body.names as string[];
      this.#index = uint32Of(buffers[0]);
      this.#columns = buffers.slice(1).map(float32Of);
      this.#why = String(body.reason);
      this.changed();
    } catch (error) {
      this.failed(error);
    }
  }
}
