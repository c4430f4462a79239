import { describe, expect, it, vi } from "vitest";
import gallery from "../src/gallery";
import { type Answers, type FakeModel, settle } from "./fake_model";
import { show as draw } from "./shown";

const clarity = Float32Array.from({ length: 36 }, (_, i) => ((i * 7) % 36) / 36);
const answers: Answers = {
  scores: () => ({
    body: { columns: ["clarity", "pooled_active"] },
    buffers: [clarity.buffer, Float32Array.from(clarity, (value) => 1 - value).buffer],
  }),
  labels: () => ({
    body: { available: true, names: ["ruler", "<b>ink</b>"], trusted_from: 0.8, reason: "no images" },
    buffers: [
      Uint32Array.from(clarity, (_, i) => i % 2).buffer,
      ...[0, 1, 2].map(() => new Float32Array(36).fill(0.5).buffer),
    ],
  }),
  distributions: () => ({
    body: { images: 1000, known: 5 },
    buffers: [Float32Array.from({ length: 36 * 11 }, (_, i) => (i % 11) / 10).buffer],
  }),
  relevance: () => ({ body: { said: "for melanoma" }, buffers: [new Float32Array(36).buffer] }),
  example_strips: ({ ids }) => ({ buffers: (ids as number[]).map(() => new Uint8Array([1]).buffer) }),
  detail: () => ({ body: { examples: [], scores: {} }, buffers: [] }),
};

const show = (more: Answers = {}, about = {}): ReturnType<typeof draw> =>
  draw(gallery, { ...answers, ...more }, about);

const first = (el: HTMLElement): string =>
  el.querySelector<HTMLElement>(".slens-row[data-index='0']")!.dataset.component!;
const head = (el: HTMLElement, key: string): HTMLElement =>
  el.querySelector<HTMLElement>(`[data-key=${key}]`)!;

describe("the gallery's columns", () => {
  it("sorts by its headers, both ways, and says so", async () => {
    const { el } = await show();
    expect(head(el, "clarity").getAttribute("aria-sort")).toBe("descending");
    expect(first(el)).toBe(String(clarity.indexOf(Math.max(...clarity))));
    head(el, "clarity").querySelector("button")!.click();
    expect(head(el, "clarity").getAttribute("aria-sort")).toBe("ascending");
    expect(first(el)).toBe("0");
    head(el, "name").querySelector("button")!.click();
    expect(head(el, "name").getAttribute("aria-sort")).toBe("ascending");
    expect(head(el, "clarity").getAttribute("aria-sort")).toBe("none");
    expect(el.querySelector("[role=grid]")!.getAttribute("aria-rowcount")).toBe("37");
    expect(el.querySelector(".slens-row")!.getAttribute("aria-rowindex")).toBe("2");
  });

  it("shows labels as text and a sparkline that says what it draws", async () => {
    const { el } = await show();
    expect(el.querySelector(".slens-row .slens-label")!.textContent).toMatch(/ruler|<b>ink<\/b>/);
    const spark = el.querySelector<HTMLElement>(".slens-spark")!;
    expect(spark.title).toContain("all 1,000 probe images");
    expect(spark.title).toContain("Ticks: the 6 examples");
    expect(spark.querySelector(".slens-spark-tick")?.getAttribute("d")?.match(/M/g)).toHaveLength(6);
  });

  it("filters by range and text, names the filters, and clears them where nothing passes", async () => {
    const { el } = await show();
    [...el.querySelectorAll("button")].find((button) => button.textContent === "Filters")!.click();
    const type = (label: string, value: string): void => {
      const input = el.querySelector<HTMLInputElement>(`[aria-label="${label}"]`)!;
      input.value = value;
      input.dispatchEvent(new Event("input"));
    };
    type("clarity, at least", "0.5");
    expect(el.querySelector(".slens-foot")!.textContent).toContain("18 of 36 components");
    type("label contains", "INK");
    expect(el.querySelector(".slens-foot")!.textContent).toContain("9 of 36 components");
    const chips = [...el.querySelectorAll(".slens-bar2 .slens-chip")].map((chip) => chip.textContent);
    expect(chips).toEqual(["label: INK×", "clarity ≥ 0.5×"]);
    type("active, at most", "0");
    expect(el.querySelector(".slens-empty")!.textContent).toContain("No component passes");
    el.querySelector<HTMLElement>(".slens-empty button")!.click();
    expect(el.querySelector(".slens-foot")!.textContent).toContain("36 components");
    expect(el.querySelectorAll(".slens-bar2 .slens-chip")).toHaveLength(0);
  });

  it("asks for relevance only when it is sorted by", async () => {
    const { el, model } = await show();
    model.say({ state: "target", value: "melanoma" });
    await settle();
    expect(model.ops("relevance")).toHaveLength(0);
    const sort = el.querySelector<HTMLSelectElement>(".slens-bar2 select")!;
    sort.value = "relevance";
    sort.dispatchEvent(new Event("change"));
    await settle();
    expect(model.ops("relevance").at(-1)!.target).toBe("melanoma");
    expect(head(el, "relevance").getAttribute("aria-sort")).toBe("descending");
  });

  it("keeps the order while components are pruned", async () => {
    const { el, model } = await show();
    const before = first(el);
    model.say({ state: "pruned", encoding: "ids" }, [new Uint32Array([Number(before)]).buffer]);
    await settle();
    expect(first(el)).toBe(before);
    expect(el.querySelector(".slens-row[data-index='0'] .slens-tag")!.textContent).toBe("pruned");
  });

  it("draws the whole list as whole images or heatmaps", async () => {
    const { el, model } = await show();
    [...el.querySelectorAll<HTMLElement>(".slens-bar2 button")]
      .find((button) => button.textContent === "heatmap")!
      .click();
    await settle();
    const asked = model.ops("example_strips").at(-1)!;
    expect(asked).toMatchObject({ mode: "heatmap", tiles: 6 });
    expect((asked.ids as number[]).length).toBeLessThanOrEqual(4);
  });

  it("closes the details with Escape and gives the focus back", async () => {
    const { el } = await show();
    el.querySelector<HTMLElement>(".slens-row[data-index='1']")!.click();
    await settle();
    const pane = el.querySelector<HTMLElement>(".slens-detail")!;
    expect(pane.hidden).toBe(false);
    pane.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    expect(pane.hidden).toBe(true);
    expect((document.activeElement as HTMLElement).dataset.index).toBe("1");
  });

  it("says what search needs where there is no foundation model, and lists all the same", async () => {
    const { el } = await show({}, { searchable: false });
    expect(el.querySelector<HTMLInputElement>("[role=combobox]")!.placeholder).toContain("foundation_model=");
    expect(el.querySelectorAll(".slens-row").length).toBeGreaterThan(3);
  });
});

describe("the detail pane", () => {
  const detail: Answers = {
    detail: () => ({
      body: {
        examples: [0, 1].map((image) => ({
          image,
          name: `<i>${image}</i>.png`,
          label: null,
          activation: 1,
          box: [0, 0, 1, 1],
        })),
        scores: { clarity: 0.5, polysemanticity: 0.2, redundancy: 0.9 },
      },
      buffers: [new ArrayBuffer(2 * 784), new ArrayBuffer(1), new ArrayBuffer(1)],
    }),
    neighbours: () => ({ body: { ids: [7, 30], similarity: [0.9, 0.8] } }),
    meanings: () => ({
      body: {
        clusters: [
          { size: 1, clarity: 0.9, label: "<b>ruler</b>", ranks: [0] },
          { size: 1, clarity: null, label: null, ranks: [1] },
        ],
        findings: [{ column: "class", value: "<u>nevus</u>", images: 5, expected: 2.5, q: 0.01 }],
        images: 6,
        background: 1000,
        files: ["<i>0</i>.png", "1.png"],
      },
    }),
    classes: () => ({
      body: {
        classes: [
          { name: "<s>mel</s>", relevance: -0.2, share: -0.04, place: 16 },
          { name: "nevus", relevance: null, share: null, place: null },
        ],
        left_out: 3,
        components: 16,
      },
    }),
  };

  async function open(): Promise<{ el: HTMLElement; model: FakeModel; pane: HTMLElement }> {
    globalThis.createImageBitmap ??= () => Promise.reject(new Error("no pictures here"));
    const shown = await show(detail);
    shown.el.querySelector<HTMLElement>(".slens-row[data-index='0']")!.click();
    await settle();
    return { ...shown, pane: shown.el.querySelector<HTMLElement>(".slens-detail")! };
  }
  const unfold = async (pane: HTMLElement): Promise<void> => {
    for (const section of pane.querySelectorAll("details")) {
      section.open = true;
      section.dispatchEvent(new Event("toggle"));
    }
    await settle();
  };

  it("asks for a section when it is opened, and shows texts as texts", async () => {
    const { model, pane } = await open();
    expect(model.ops("neighbours")).toHaveLength(1);
    expect(model.ops("meanings")).toHaveLength(0);
    expect(model.ops("classes")).toHaveLength(0);
    await unfold(pane);
    expect(model.ops("neighbours")).toHaveLength(1);
    expect(pane.textContent).toContain("<b>ruler</b>\u00a0· · 1 · clarity 0.90");
    expect(pane.textContent).toContain("class: <u>nevus</u> on 5 of 6 images; 2.5 expected");
    expect(pane.textContent).toContain("<s>mel</s>−4.0 %");
    expect(pane.textContent).toContain("3 more classes");
    expect(pane.querySelector("u, s")).toBeNull();
  });

  it("gives the names of the images as a file", async () => {
    const { pane } = await open();
    await unfold(pane);
    const given: { name: string; blob: Blob }[] = [];
    vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => {
      given.push({ name: "", blob: blob as Blob });
      return "blob:x";
    });
    vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
      given.at(-1)!.name = this.download;
    });
    [...pane.querySelectorAll("button")].find(({ textContent }) => textContent?.startsWith("Save"))!.click();
    expect(given[0]!.name).toBe("images.txt");
    expect(await given[0]!.blob.text()).toBe("<i>0</i>.png\n1.png\n");
    vi.restoreAllMocks();
  });

  it("shows one meaning's examples, goes to a neighbour, prunes, and searches by an example", async () => {
    const { el, model, pane } = await open();
    await unfold(pane);
    const hidden = (): boolean[] =>
      [...pane.querySelectorAll("figure")].map((figure) => figure.hidden === true);
    pane.querySelectorAll<HTMLElement>(".slens-meanings button")[1]!.click();
    expect(hidden()).toEqual([true, false]);
    await settle();
    expect(model.ops("neighbours").at(-1)!.meaning).toBe(1);
    pane.querySelectorAll<HTMLElement>(".slens-meanings button")[1]!.click();
    expect(hidden()).toEqual([false, false]);
    await settle();
    expect(model.ops("neighbours")).toHaveLength(3);
    expect(model.ops("neighbours").at(-1)).not.toHaveProperty("meaning");
    const id = Number(first(el));
    pane.querySelectorAll<HTMLElement>("figure .slens-icon")[1]!.click();
    await settle();
    expect(model.ops("add_example").at(-1)).toMatchObject({ component: id, rank: 1 });
    pane.querySelector<HTMLElement>(".slens-actions button")!.click();
    await settle();
    expect(model.ops("set").at(-1)!.field).toBe("pruned");
    expect(pane.querySelector(".slens-actions button")!.textContent).toBe("Restore");
    pane.querySelectorAll<HTMLElement>(".slens-near")[1]!.click();
    await settle();
    expect(pane.querySelector("b")!.textContent).toBe("features.3:10");
    expect(model.ops("neighbours").at(-1)!.component).toBe(30);
  });
});

describe("concepts of examples", () => {
  const example = (image: number) => ({
    image,
    name: `${image}.png`,
    label: null,
    activation: 1,
    box: [0, 0, 1, 1],
  });
  const more: Answers = {
    detail: () => ({
      body: { examples: [4, 5, 6].map(example), scores: { clarity: 1, polysemanticity: 0, redundancy: 0.5 } },
      buffers: [],
    }),
    show_examples: () => ({ body: { images: 2 } }),
    about_concepts: () => ({ body: { concepts: [{ name: "veil", test: "t", said: "s", agrees: null }] } }),
  };

  it("makes a concept of the chosen ones and searches by it", async () => {
    const { el, model } = await show(more, { searchable: false });
    const input = el.querySelector<HTMLInputElement>("[role=combobox]")!;
    expect(input.disabled).toBe(true);
    model.say({ state: "selection", encoding: "ids" }, [new Uint32Array([3]).buffer]);
    await settle();
    const form = el.querySelector<HTMLFormElement>(".slens-make")!;
    expect(form.hidden).toBe(true);
    const choose = [...el.querySelectorAll<HTMLElement>(".slens-choose")];
    for (const i of [2, 1, 0, 1]) choose[i]!.click();
    expect(choose.map((each) => each.getAttribute("aria-pressed"))).toEqual(["true", "false", "true"]);
    expect(form.textContent).toBe("Make a concept of these 2");
    form.requestSubmit();
    await settle();
    expect(model.ops("show_examples")).toHaveLength(0);
    form.querySelector("input")!.value = " veil ";
    form.requestSubmit();
    await settle();
    expect(model.ops("show_examples")).toMatchObject([{ component: 3, ranks: [0, 2], concept: "veil" }]);
    expect(form.hidden).toBe(true);
    model.say({
      state: "concepts",
      value: [{ name: "veil", images: 2, without: 0, pairs: false, digest: "d" }],
    });
    model.say({ state: "query", value: "veil" });
    await settle();
    expect(input.disabled).toBe(false);
    expect(el.querySelector(".slens-asked")!.textContent).toContain("“veil” is shown by 2 images; t; s");
  });
});
