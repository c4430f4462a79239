/** What the detail pane says beside the examples: neighbours, classes, meanings. Each is asked for when opened. */

import { button, download, h, press, said, typeset } from "./dom";
import { labelChip } from "./labels";
import type { Shared } from "./shared";
import { Strips, showStrip } from "./strips";
import type { Client, Json } from "./transport";

interface Relevance {
  name: string;
  relevance: number | null;
  share: number | null;
  place: number | null;
  /** Why there is none. */
  why?: string;
}

interface Cluster {
  size: number;
  clarity: number | null;
  label: string | null;
  ranks: number[];
}

interface Finding {
  column: string;
  value: string;
  images: number;
  expected: number;
  q: number;
}

interface Section {
  op: string;
  element: HTMLDetailsElement;
  body: HTMLElement;
  drawn: number;
  /** What is asked for besides the component. */
  more: Json;
  draw(body: Json): (Node | string)[];
}

const MEANING = "The text nearest to this meaning; labels of single meanings are not checked";

export class DetailSections {
  readonly element = h("div", {
    class: "slens-sections slens-scroll",
    tabindex: 0,
    role: "group",
    "aria-label": "About the component",
  });
  #sections: Section[];
  #strips: Strips;
  #id = -1;

  constructor(
    private readonly client: Client,
    private readonly shared: Shared,
    private readonly goTo: (id: number) => void,
    /** Show these examples only; null shows all. */
    private readonly only: (ranks: number[] | null) => void,
  ) {
    this.#strips = new Strips(
      client,
      () => {},
      (id, url) => {
        for (const strip of this.element.querySelectorAll<HTMLElement>(`[data-near="${id}"] .slens-strip`))
          showStrip(strip, url);
      },
      "near",
    );
    this.#sections = [
      this.#section(
        "neighbours",
        "Nearest components",
        "Those whose examples look most alike: cosine of θ",
        true,
        (body) => this.#near(body),
      ),
      this.#section(
        "meanings",
        "Meanings and images",
        "Clusters of its examples, and what their images have in common",
        false,
        (body) => this.#meanings(body),
      ),
    ];
    if (shared.about.live)
      this.#sections.push(
        this.#section(
          "classes",
          "Relevance per class",
          "How much the model's score of each class rests on it",
          false,
          (body) => this.#classes(body),
        ),
      );
    this.element.append(...this.#sections.map((section) => section.element));
  }

  show(id: number): void {
    this.#id = id;
    this.#sections[0]!.more = {};
    for (const section of this.#sections) if (section.element.open) void this.#load(section);
  }

  close(): void {
    this.#strips.close();
  }

  #section(
    op: string,
    name: string,
    title: string,
    open: boolean,
    draw: (body: Json) => (Node | string)[],
  ): Section {
    const body = h("div", { class: "slens-section" });
    const element = h("details", { open }, h("summary", { title }, name), body);
    const section: Section = { op, element, body, drawn: -1, more: {}, draw };
    element.addEventListener("toggle", () => {
      if (element.open && this.#id >= 0) void this.#load(section);
    });
    return section;
  }

  async #load(section: Section): Promise<void> {
    const id = this.#id;
    if (section.drawn === id) return;
    section.drawn = id;
    section.body.setAttribute("aria-busy", "true");
    try {
      const { body } = await this.client.request(
        section.op,
        { component: id, ...section.more },
        {
          lane: section.op,
          progress: ({ stage, done, total }) => {
            if (id === this.#id)
              section.body.replaceChildren(quiet(`${stage}${total ? ` ${done} of ${total}` : " …"}`));
          },
        },
      );
      if (id !== this.#id) return;
      section.body.replaceChildren(...section.draw(body));
    } catch (error) {
      if (id !== this.#id) return;
      section.drawn = -1;
      section.body.replaceChildren(quiet(said(error)));
    } finally {
      section.body.removeAttribute("aria-busy");
    }
  }

  #near(body: Json): Node[] {
    const ids = body.ids as number[];
    const similarity = body.similarity as number[];
    const rows = ids.map((id, i) => {
      const strip = h("div", { class: "slens-strip" });
      showStrip(strip, this.#strips.get(id));
      const name = this.shared.components.name(id);
      const found = similarity[i]!;
      return button(
        [h("span", {}, name, h("span", { class: "slens-quiet" }, found.toFixed(2))), strip],
        `Go to ${name}, cosine ${found.toFixed(3)}`,
        () => this.goTo(id),
        { class: "slens-near", "data-near": id },
      );
    });
    queueMicrotask(() => this.#strips.want(ids));
    return rows;
  }

  #classes(body: Json): Node[] {
    const classes = body.classes as Relevance[];
    const largest = Math.max(...classes.map(({ share }) => Math.abs(share ?? 0)), 1e-9);
    const rows = classes.map(({ name, share, relevance, place, why }) => {
      if (share === null)
        return h(
          "div",
          { class: "slens-class" },
          h("span", { title: name }, name),
          quiet(why ?? "not available for this layer"),
        );
      const bar = h("span", { class: "slens-class-bar", "data-sign": share < 0 ? "against" : "for" });
      bar.style.width = `${(50 * Math.abs(share)) / largest}%`;
      return h(
        "div",
        {
          class: "slens-class",
          title: `${name}: relevance ${relevance!.toPrecision(3)}, number ${place} of ${body.components} in the layer`,
        },
        h("span", {}, name),
        h("span", { class: "slens-class-room" }, bar),
        h(
          "span",
          { class: "slens-number" },
          `${typeset((100 * share).toFixed(Math.abs(share) < 0.001 ? 3 : 1))} %`,
        ),
      );
    });
    const more = Number(body.left_out);
    return [
      ...rows,
      quiet(
        `Share of the layer's relevance, signed.${more ? ` ${more} more classes: choose one as the target to see it first.` : ""}`,
      ),
    ];
  }

  #meanings(body: Json): Node[] {
    const clusters = body.clusters as Cluster[];
    const findings = body.findings as Finding[];
    let only = -1;
    const rows = clusters.map(({ size, clarity, label, ranks }, i) =>
      button(
        [
          label === null ? `meaning ${i + 1}` : labelChip(label, "unknown", MEANING),
          ` · ${size}${clarity === null ? "" : ` · clarity ${clarity.toFixed(2)}`}`,
        ],
        "This meaning alone: its examples, and the components nearest to it",
        () => {
          only = only === i ? -1 : i;
          for (const [place, row] of rows.entries()) press(row, place === only);
          this.only(only < 0 ? null : ranks);
          const [near] = this.#sections as [Section];
          near.more = only < 0 ? {} : { meaning: only };
          near.drawn = -1;
          if (near.element.open) void this.#load(near);
        },
        { "aria-pressed": "false" },
      ),
    );
    const meanings =
      clusters.length > 1
        ? h("div", { class: "slens-meanings" }, ...rows)
        : quiet("One meaning: its examples do not fall into clusters.");
    const common = findings.map(({ column, value, images, expected, q }) =>
      h(
        "li",
        { title: `Fisher's exact test, corrected: q = ${q.toPrecision(2)}` },
        h("b", {}, `${column}: ${value}`),
        ` on ${images} of ${body.images} images; ${expected} expected`,
      ),
    );
    return [
      meanings,
      common.length
        ? h("ul", { class: "slens-common" }, ...common)
        : quiet(
            `Nothing known of its ${body.images} images is over-represented among all ${body.background}.`,
          ),
      button(
        "Save the list of images",
        "The names of its images, one a line: what to look through and clean",
        () => download("images.txt", `${(body.files as string[]).join("\n")}\n`),
      ),
    ];
  }
}

function quiet(text: string): HTMLElement {
  return h("p", { class: "slens-quiet" }, text);
}
