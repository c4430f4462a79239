/** A list of suggestions under an input: the combobox pattern, with arrows, Enter and Escape. */

import { h, icon } from "./dom";
import { KernelError } from "./transport";

export interface Option {
  text: string;
  /** What the input holds once it is chosen. */
  value: string;
  recent: boolean;
}

let boxes = 0;

export class Suggestions {
  readonly element: HTMLElement;
  #options: Option[] = [];
  #active = -1;
  #asked = 0;
  #id = `slens-suggestions-${boxes++}`;

  constructor(
    private readonly input: HTMLInputElement,
    private readonly options: () => Promise<Option[]>,
    private readonly take: (option: Option) => void,
  ) {
    this.element = h("div", {
      class: "slens-suggestions slens-scroll",
      role: "listbox",
      id: this.#id,
      hidden: true,
      "aria-label": "Suggestions",
    });
    for (const [name, value] of [
      ["role", "combobox"],
      ["aria-autocomplete", "list"],
      ["aria-haspopup", "listbox"],
      ["aria-expanded", "false"],
      ["aria-controls", this.#id],
    ] as const)
      input.setAttribute(name, value);
    input.addEventListener("input", () => void this.#show());
    input.addEventListener("click", () => {
      if (input.value === "") void this.#show();
    });
    input.addEventListener("blur", () => this.hide());
    input.addEventListener("keydown", (event) => this.#key(event));
    // The input keeps the focus.
    this.element.addEventListener("mousedown", (event) => event.preventDefault());
    this.element.addEventListener("click", (event) => {
      const item = (event.target as HTMLElement).closest<HTMLElement>("[role=option]");
      if (item) this.#choose(Number(item.dataset.index));
    });
  }

  hide(): void {
    this.#asked++;
    this.#active = -1;
    this.element.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  async #show(first = -1): Promise<void> {
    const asked = ++this.#asked;
    try {
      const options = await this.options();
      if (asked !== this.#asked) return;
      this.#options = options;
    } catch (error) {
      if (!(error instanceof KernelError)) throw error;
      this.#options = [];
    }
    if (this.#options.length === 0) return this.hide();
    this.element.replaceChildren(
      ...this.#options.map(({ text, recent }, i) =>
        h(
          "div",
          { role: "option", id: `${this.#id}-${i}`, "data-index": i, "aria-selected": "false" },
          recent ? icon("M8 2.5a5.5 5.5 0 1 0 .01 0M8 5v3l2 2") : h("i"),
          h("span", {}, text),
          ...(recent ? [h("span", { class: "slens-quiet" }, "asked before")] : []),
        ),
      ),
    );
    this.element.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.#move(first < 0 ? -1 : first);
  }

  #move(to: number): void {
    this.#active = to;
    this.element.querySelectorAll("[role=option]").forEach((item, i) => {
      item.setAttribute("aria-selected", String(i === to));
      if (i === to) item.scrollIntoView?.({ block: "nearest" });
    });
    if (to < 0) this.input.removeAttribute("aria-activedescendant");
    else this.input.setAttribute("aria-activedescendant", `${this.#id}-${to}`);
  }

  #choose(index: number): void {
    const option = this.#options[index];
    this.hide();
    if (option) this.take(option);
  }

  #key(event: KeyboardEvent): void {
    const open = !this.element.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const last = this.#options.length - 1;
      if (!open) void this.#show(0);
      else if (event.key === "ArrowDown") this.#move(this.#active >= last ? 0 : this.#active + 1);
      else this.#move(this.#active <= 0 ? last : this.#active - 1);
    } else if (event.key === "Enter" && open && this.#active >= 0) {
      event.preventDefault();
      this.#choose(this.#active);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      this.hide();
    }
  }
}
