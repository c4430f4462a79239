/** Concepts that are shown by pictures: what is known of them, and how a page makes them. */

import { sendImage } from "./image_files";
import type { Shared, ShownConcept } from "./shared";

interface About {
  name: string;
  /** How it is tested, in words. */
  test: string;
  /** Whether text and pictures agree, in words. */
  said: string;
  agrees: boolean | null;
}

export class ShownConcepts {
  #about = new Map<string, About>();

  /** Loads at once and whenever the concepts change; `changed` is called when there is something new. */
  constructor(
    private readonly shared: Shared,
    private readonly failed: (error: unknown) => void,
    private readonly changed: () => void,
  ) {
    shared.on(["concepts"], () => void this.#load());
    // Not at once: whoever makes this is not ready to hear of it.
    queueMicrotask(() => void this.#load());
  }

  /** The concept that a text names. */
  get(text: string): ShownConcept | undefined {
    const wanted = text.trim().toLowerCase();
    return this.shared.values.concepts.find(({ name }) => name.toLowerCase() === wanted);
  }

  /** Whether the foundation model is known not to see in the pictures what the text says. */
  disagrees(text: string): boolean {
    return this.#about.get(this.get(text)?.digest ?? "")?.agrees === false;
  }

  /** What a concept consists of, how it is tested, and whether text and pictures agree; empty for a text. */
  said(text: string): string {
    const shown = this.get(text);
    if (!shown) return "";
    const about = this.#about.get(shown.digest);
    const count = `${shown.images} ${shown.pairs ? "pair" : "image"}${shown.images > 1 ? "s" : ""}`;
    return [`“${shown.name}” is shown by ${count}`, about?.test, about?.said].filter(Boolean).join("; ");
  }

  /** Say in `element` what the texts' concepts consist of; hide it where none is shown. */
  tell(element: HTMLElement, texts: string[]): void {
    element.textContent = Array.from(new Set(texts), (text) => this.said(text))
      .filter(Boolean)
      .join(". ");
    element.hidden = element.textContent === "";
  }

  /** Make a concept of picture files, or add them to one, and put it into a set. */
  async show(name: string, files: File[], field: "valid" | "spurious"): Promise<void> {
    const digests: string[] = [];
    for (const file of files) {
      try {
        const { body } = await sendImage(this.shared.client, file, "shown_image");
        digests.push(String(body.digest));
      } catch (error) {
        this.failed(error);
      }
    }
    if (digests.length === 0) return;
    await this.shared.client.request("show_concept", { concept: name, digests, field }).catch(this.failed);
  }

  forget(name: string): void {
    this.shared.client.request("forget_concept", { concept: name }).catch(this.failed);
  }

  async #load(): Promise<void> {
    this.changed();
    const { concepts } = this.shared.values;
    if (concepts.length === 0) return;
    const digests = new Map(concepts.map(({ name, digest }) => [name, digest]));
    try {
      const { body } = await this.shared.client.request("about_concepts", {}, { lane: "about_concepts" });
      this.#about = new Map((body.concepts as About[]).map((each) => [digests.get(each.name) ?? "", each]));
      this.changed();
    } catch (error) {
      this.failed(error);
    }
  }
}
