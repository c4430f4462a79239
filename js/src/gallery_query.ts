/** The query box: texts and images, what was asked before, what could be asked, words that can't be known. */

import { debounce, h, iconButton } from "./dom";
import { type Option, Suggestions } from "./gallery_suggestions";
import type { Shared } from "./shared";
import { UrlCache } from "./strips";
import type { Client } from "./transport";

// Larger files are scaled down before they travel: some hosts close the connection above 5 MB.
const MAX_BYTES = 3_000_000;
const SHRUNK = 1024;
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
  #chips = h("span", { class: "slens-chips", role: "list", "aria-label": "Images of the query" });
  #unknown = h("span", { class: "slens-unknown", role: "status", hidden: true });
  #thumbnails = new UrlCache(4_000_000);
  #suggestions: Suggestions;
  #check: ReturnType<typeof debounce>;

  constructor(
    private readonly client: Client,
    private readonly shared: Shared,
    private readonly failed: (error: unknown) => void,
    /** Search again for what is asked already. */
    private readonly again: () => void,
  ) {
    const able = shared.about.searchable;
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
    const file = h("input", {
      type: "file",
      accept: "image/*",
      multiple: true,
      hidden: true,
      title: "Image files",
    });
    file.addEventListener("change", () => {
      void this.add([...(file.files ?? [])]);
      file.value = "";
    });
    const picture = iconButton(
      "M2 3h12v10H2zM2 11l4-4 3 3 2-2 3 3M10.5 6h.01",
      "Search by an image: choose a file here, or paste or drop one",
      () => file.click(),
    );
    picture.disabled = !able;
    this.form = h(
      "form",
      { class: "slens-search", role: "search" },
      h("div", { class: "slens-box" }, this.#behind, this.input, this.#suggestions.element),
      picture,
      file,
      h(
        "button",
        { type: "submit", class: "slens-main", title: "Rank the components by this query", disabled: !able },
        "Search",
      ),
    );
    this.asked = h("div", { class: "slens-asked", hidden: true }, this.#chips, this.#unknown);
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
    this.input.addEventListener("paste", (event) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      void this.add(files);
    });
    shared.on(["images"], () => void this.#draw());
    void this.#draw();
  }

  submit(): void {
    this.#suggestions.hide();
    const query = this.input.value.trim();
    if (query === this.shared.values.query) this.again();
    else this.shared.set("query", query);
  }

  /** Take files that are dropped anywhere on `root`. */
  acceptDrops(root: HTMLElement): void {
    if (!this.shared.about.searchable) return;
    const over = (event: DragEvent): void => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      event.stopPropagation();
      root.dataset.dropping = "true";
    };
    const gone = (): void => void delete root.dataset.dropping;
    root.addEventListener("dragenter", over);
    root.addEventListener("dragover", over);
    root.addEventListener("dragleave", (event) => {
      if (!root.contains(event.relatedTarget as Node | null)) gone();
    });
    root.addEventListener("drop", (event) => {
      gone();
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      event.stopPropagation();
      void this.add(files);
    });
  }

  async add(files: File[]): Promise<void> {
    for (const file of files) {
      try {
        const bytes = file.size > MAX_BYTES ? await shrunk(file) : await file.arrayBuffer();
        await this.client.request("add_image", { name: file.name }, { buffers: [bytes] });
      } catch (error) {
        this.failed(error);
      }
    }
  }

  /** Show the session's query, and mark what the foundation model can't know. */
  mark(unknown: string[]): void {
    this.#check.cancel();
    if (this.input.value.trim() !== this.shared.values.query) this.input.value = this.shared.values.query;
    this.#paint(unknown);
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
    this.#thumbnails.close();
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

  async #draw(): Promise<void> {
    const images = this.shared.values.images;
    this.#chips.replaceChildren(...images.map((image) => this.#chip(image)));
    this.#toggle();
  }

  #chip(image: string): HTMLElement {
    const unwanted = image.startsWith("-");
    const digest = unwanted ? image.slice(1) : image;
    const picture = h("img", { alt: "" });
    const name = h("span");
    const others = (): string[] => this.shared.values.images.filter((other) => other !== image);
    const sign = h(
      "button",
      {
        type: "button",
        "aria-pressed": String(unwanted),
        title: unwanted
          ? "Not this: click to search for what matches it"
          : "Click to exclude what matches this image",
        onclick: () =>
          this.shared.set(
            "images",
            this.shared.values.images.map((each) =>
              each === image ? (unwanted ? digest : `-${digest}`) : each,
            ),
          ),
      },
      unwanted ? "not this" : "like this",
    );
    const remove = iconButton("M4 4l8 8M12 4l-8 8", "Remove this image from the query", () => {
      this.shared.set("images", others());
      this.input.focus();
    });
    const show = (url: string, title: string): void => {
      picture.src = url;
      name.textContent = title;
      name.title = title;
    };
    this.client
      .request("query_image", { digest })
      .then(({ body, buffers }) => {
        if (buffers[0]) show(this.#thumbnails.put(digest, buffers[0]), String(body.name));
      })
      .catch(this.failed);
    return h(
      "span",
      { class: "slens-chip", role: "listitem", "data-unwanted": String(unwanted) },
      picture,
      name,
      sign,
      remove,
    );
  }

  #toggle(): void {
    this.asked.hidden = this.#unknown.hidden && this.shared.values.images.length === 0;
  }
}

/** A large picture as a smaller JPEG. */
async function shrunk(file: File): Promise<ArrayBuffer> {
  const bitmap = await createImageBitmap(file).catch(() => {
    const size = (file.size / 1e6).toFixed(1);
    throw new Error(`“${file.name}” has ${size} MB and can't be read here; save it as a JPEG below 3 MB.`);
  });
  const scale = Math.min(1, SHRUNK / Math.max(bitmap.width, bitmap.height));
  const canvas = h("canvas", {
    width: Math.max(1, bitmap.width * scale),
    height: Math.max(1, bitmap.height * scale),
  });
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.92));
  if (!blob) throw new Error(`“${file.name}” can't be scaled down; save it as a JPEG below 3 MB.`);
  return blob.arrayBuffer();
}
