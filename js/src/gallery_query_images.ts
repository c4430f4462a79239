/** The images of a query: chosen, pasted or dropped files as chips with a sign each. */

import { button, closeButton, h } from "./dom";
import { sendImage } from "./image_files";
import type { Shared } from "./shared";
import { UrlCache } from "./strips";
import type { Client } from "./transport";

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

  async add(files: File[]): Promise<void> {
    for (const file of files) {
      try {
        await sendImage(this.client, file, "add_image");
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
