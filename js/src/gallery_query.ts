/** The query box: texts and images, what was asked before, what could be asked, words that can't be known. */

import { debounce, h } from "./dom";
import { QueryImages } from "./gallery_query_images";
import { type Option, Suggestions } from "./gallery_suggestions";
import { acceptPastes, fileButton } from "./image_files";
import type { Shared } from "./shared";
import { ShownConcepts } from "./shown_concepts";
import type { Client } from "./transport";

const HINT = [
  "A concept in words, for example: ruler",
  "Commas part several, of which any may match: ruler, band-aid",
  "A minus means not this: ruler, -hair lists rulers without those that also match hair more than most do",
  "Paste or drop an image to search by it.",
].join("\n");

/** A text cut where unknown words begin and end; every other piece is one. */
export function pieces(text: string, unknown: string[]): string[] {
  const found: [number, number][] = [];
  const lower = text.toLowerCase();
  for (const word of unknown.map((each) => each.toLowerCase()).filter(Boolean)) {
    for (let at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, at + word.length)) {
      const alone = !/[\p{L}\p{N}]/u.test((lower[at - 1] ?? " ") + (lower[at + word.length] ?? " "));
      if (alone && !found.some(([from, to]) => at < to && at + word.length > from))
        found.push([at, at + word.length]);
    }
  }
  found.sort(([a], [b]) => a - b);
  const cuts = [0, ...found.flat(), text.length];
  return cuts.slice(1).map((cut, i) => text.slice(cuts[i], cut));
}

export class QueryBox {
  readonly form: HTMLFormElement;
  /** The row with the images of the query and what is doubtful about it. */
  readonly asked: HTMLElement;
  readonly input: HTMLInputElement;
  #behind = h("div", { class: "slens-behind", "aria-hidden": "true" });
  #unknown = h("span", { class: "slens-unknown", role: "status", hidden: true });
  readonly images: QueryImages;
  #suggestions: Suggestions;
  #shown: ShownConcepts;
  #about = h("span", { class: "slens-quiet", role: "status" });
  #check: ReturnType<typeof debounce>;

  constructor(
    private readonly client: Client,
    private readonly shared: Shared,
    failed: (error: unknown) => void,
    /** Search again for what is asked already. */
    private readonly again: () => void,
  ) {
    const { searchable } = shared.about;
    const able = searchable || shared.values.concepts.length > 0;
    this.images = new QueryImages(client, shared, failed, () => this.input.focus());
    this.input = h("input", {
      type: "search",
      placeholder: able
        ? "Search: what should the component encode?"
        : "Search needs a foundation model: sw.Audit(db, foundation_model=…)",
      "aria-label": "Query; commas part several, a minus means not this",
      title: HINT,
      spellcheck: "false",
      autocomplete: "off",
      disabled: !able,
    });
    this.#suggestions = new Suggestions(
      this.input,
      () => this.#options(),
      (option) => this.#take(option),
    );
    const add = (files: File[]): void => void this.images.add(files);
    const [picture, file] = fileButton("Search by an image: choose a file here, or paste or drop one", add);
    picture.disabled = !searchable;
    const submit = h(
      "button",
      { type: "submit", class: "slens-main", title: "Rank the components by this query", disabled: !able },
      "Search",
    );
    this.form = h(
      "form",
      { class: "slens-search", role: "search" },
      h("div", { class: "slens-box" }, this.#behind, this.input, this.#suggestions.element),
      picture,
      file,
      submit,
    );
    this.#shown = new ShownConcepts(shared, failed, () => {
      // A concept that is shown can be searched for without any foundation model.
      if (shared.values.concepts.length > 0) this.input.disabled = submit.disabled = false;
      this.#toggle();
    });
    this.asked = h(
      "div",
      { class: "slens-asked", hidden: true },
      this.images.element,
      this.#unknown,
      this.#about,
    );
    this.#check = debounce(250, () => void this.#checkWords());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.input.addEventListener("search", () => {
      if (this.input.value === "") this.shared.set("query", "");
    });
    this.input.addEventListener("input", () => {
      this.#paint([]);
      this.#check();
    });
    this.input.addEventListener("scroll", () => this.#follow());
    acceptPastes(this.input, add);
    shared.on(["images"], () => this.#toggle());
    shared.on(["query"], () => {
      this.#show();
      this.#toggle();
    });
    this.#show();
    this.#toggle();
  }

  submit(): void {
    this.#suggestions.hide();
    const query = this.input.value.trim();
    if (query === this.shared.values.query) this.again();
    else this.shared.set("query", query);
  }

  /** Mark what the foundation model can't know of the session's query. */
  mark(unknown: string[]): void {
    // What is being typed is newer than the query that was answered.
    if (this.input.value.trim() === this.shared.values.query) {
      this.#check.cancel();
      this.#paint(unknown);
    }
    this.#unknown.hidden = unknown.length === 0;
    const words = unknown.flatMap((word, i) => [i > 0 ? ", " : "", h("mark", {}, word)]);
    this.#unknown.replaceChildren(
      "Not in this model's vocabulary, so the result may mean nothing: ",
      ...words,
    );
    this.#toggle();
  }

  close(): void {
    this.#check.cancel();
    this.images.close();
  }

  #show(): void {
    const { query } = this.shared.values;
    if (this.input.value.trim() !== query) this.input.value = query;
  }

  #paint(unknown: string[]): void {
    this.input.setAttribute("aria-invalid", String(unknown.length > 0));
    this.#behind.replaceChildren(
      ...pieces(this.input.value, unknown).map((piece, i) => (i % 2 ? h("mark", {}, piece) : piece)),
    );
    this.#follow();
  }

  #follow(): void {
    this.#behind.scrollLeft = this.input.scrollLeft;
  }

  async #checkWords(): Promise<void> {
    const typed = this.input.value;
    // The word that is being typed is not finished.
    const query = typed.replace(/[\p{L}\p{N}]+$/u, "");
    if (query.trim() === "") return;
    try {
      const { body } = await this.client.request("unknown", { query }, { lane: "unknown" });
      if (this.input.value === typed) this.#paint(body.unknown as string[]);
    } catch {
      // A hint while typing; the search itself says what it can't do.
    }
  }

  async #options(): Promise<Option[]> {
    const { body } = await this.client.request("suggestions", {}, { lane: "suggestions" });
    const typed = this.input.value.toLowerCase();
    const recent = (body.recent as string[])
      .filter((query) => query !== this.input.value && query.toLowerCase().startsWith(typed))
      .slice(0, typed ? 3 : 8)
      .map((text) => ({ text, value: text, recent: true }));
    const part = (/[^,]*$/.exec(this.input.value)?.[0] ?? "").trim();
    const word = part.replace(/^[-−]\s*/, "").toLowerCase();
    if (word === "" && this.input.value.trim() !== "" && part === "") return recent;
    const before = this.input.value.slice(
      0,
      this.input.value.length - /[^,]*$/.exec(this.input.value)![0].length,
    );
    const minus = /^[-−]/.test(part) ? "-" : "";
    const words = (body.words as string[]).filter((text) => text.toLowerCase() !== word);
    const starts = words.filter((text) => text.toLowerCase().startsWith(word));
    const holds = words.filter(
      (text) => !text.toLowerCase().startsWith(word) && text.toLowerCase().includes(word),
    );
    return [
      ...recent,
      ...[...starts, ...holds].slice(0, 8).map((text) => ({
        text,
        value: `${before}${before ? " " : ""}${minus}${text}`.replace(/,\s+/g, ", "),
        recent: false,
      })),
    ];
  }

  #take(option: Option): void {
    this.input.value = option.value;
    this.submit();
  }

  #toggle(): void {
    const parts = this.shared.values.query.split(",").map((part) => part.trim().replace(/^[-−]\s*/, ""));
    this.#shown.tell(this.#about, parts);
    const { images } = this.shared.values;
    this.asked.hidden = this.#unknown.hidden && this.#about.hidden && images.length === 0;
  }
}
