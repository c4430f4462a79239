/** The images of a query: chosen, pasted or dropped files as chips with a sign each. */

import { button, closeButton, h } from "./dom";
import type { Shared } from "./shared";
import { UrlCache } from "./strips";
import type { Client } from "./transport";

// Larger files are scaled down before they travel: some hosts close the connection above 5 MB.
const MAX_BYTES = 3_000_000;
const SHRUNK = 1024;

export class QueryImages {
  readonly element = h("span", { class: "slens-chips", role: "list", "aria-label": "Images of the query" });
  #thumbnails = new UrlCache(4_000_000);

  constructor(
    private readonly client: Client,
    private readonly shared: Shared,
    private readonly failed: (error: unknown) => void,
    /** An image was taken out by its button, which is gone with it. */
    private readonly removed: () => void,
  ) {
    shared.on(["images"], () => this.#draw());
    this.#draw();
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

  close(): void {
    this.#thumbnails.close();
  }

  #draw(): void {
    this.element.replaceChildren(...this.shared.values.images.map((image) => this.#chip(image)));
  }

  #chip(image: string): HTMLElement {
    const unwanted = image.startsWith("-");
    const digest = unwanted ? image.slice(1) : image;
    const picture = h("img", { alt: "" });
    const name = h("span");
    const others = (): string[] => this.shared.values.images.filter((other) => other !== image);
    const sign = button(
      unwanted ? "not this" : "like this",
      unwanted ? "Not this: click to search for what matches it" : "Click to exclude what matches this image",
      () =>
        this.shared.set(
          "images",
          this.shared.values.images.map((each) =>
            each === image ? (unwanted ? digest : `-${digest}`) : each,
          ),
        ),
      { "aria-pressed": String(unwanted) },
    );
    const remove = closeButton("Remove this image from the query", () => {
      this.shared.set("images", others());
      this.removed();
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
