import { afterEach, describe, expect, it, vi } from "vitest";
import alignment from "../src/alignment";
import compare from "../src/compare";
import { decodeSet } from "../src/components";
import dashboard from "../src/dashboard";
import gallery from "../src/gallery";
import map from "../src/map";
import pruning, { change } from "../src/pruning";
import slens from "../src/slens";
import type { Widget } from "../src/widget";
import { type Answers, audit, type FakeModel, settle } from "./fake_model";

const floats = (values: number[]): ArrayBuffer => new Float32Array(values).buffer;
const score = Array.from({ length: 36 }, (_, i) => (i * 7) % 36);
const beside = {
  sides: [
    { name: "one", start: 0 },
    { name: "<b>two</b>", start: 20 },
  ],
};
const answers: Answers = {
  compared: () => compared(Array.from({ length: 36 }, (_, i) => 0.5 + i / 100)),
  points: () => ({ buffers: [floats(Array.from({ length: 72 }, (_, i) => Math.sin(i)))] }),
  colour: () => ({ body: { available: true }, buffers: [floats(score)] }),
  scores: () => ({
    body: { columns: ["clarity", "pooled_active"] },
    buffers: [floats(score.map((value) => value / 36)), floats(score.map((value) => value / 72))],
  }),
  search: ({ query }) => ({
    body: { texts: [query], unknown: query === "zorp" ? ["zorp"] : [] },
    buffers: [floats(score), new Uint32Array(36).buffer],
  }),
  detail: () => ({
    body: { examples: [], scores: { clarity: 1, polysemanticity: 0, redundancy: 0.5 } },
    buffers: [],
  }),
  aligned: () => ({ body: { rows: 0 } }),
};
const metrics = (accuracy: number) => ({
  accuracy,
  worst_group: accuracy - 0.3,
  per_class: { nevus: accuracy, "<b>mel</b>": 0.5 },
  n: 200,
});
/** Component i of the first model is most like i mod 16 of the other; pairs are mutual below that. */
const compared = (similarity: number[]) => ({
  body: { similarity: [0.61, 0.73] },
  buffers: [
    floats(similarity),
    Uint32Array.from({ length: 36 }, (_, i) => (i < 20 ? 20 + (i % 16) : i - 20)).buffer,
    Uint8Array.from({ length: 36 }, (_, i) => Number(i < 16 || i >= 20)).buffer,
  ],
});
const panel = (pruned: number[]) => ({
  body: {
    undo: pruned.length > 0,
    evaluating: false,
    result: {
      before: metrics(0.8),
      after: metrics(0.9),
      flips: { fixed: 3, broken: 1, other: 0 },
      pruned: pruned.length,
      mode: "mean",
    },
  },
  buffers: [new Uint32Array(pruned).buffer],
});

let close: (() => void) | undefined;
async function show(
  widget: Widget,
  more: Answers = {},
  about = {},
): Promise<{ el: HTMLElement; model: FakeModel }> {
  const model = audit({ ...answers, ...more }, about);
  const el = document.createElement("div");
  document.body.append(el);
  close = widget.render({ model, el });
  await settle();
  return { el, model };
}
afterEach(() => {
  close?.();
  document.body.replaceChildren();
});

describe("every widget", () => {
  const all = { map, gallery, alignment, pruning, dashboard, compare };
  it.each(Object.keys(all) as (keyof typeof all)[])(
    "%s draws, keeps keys, and leaves nothing behind",
    async (name) => {
      const { el, model } = await show(
        all[name],
        { panel: () => panel([]) },
        name === "compare" ? beside : {},
      );
      const root = el.querySelector("section")!;
      expect(root.getAttribute("aria-label")).toBeTruthy();
      expect(root.querySelector<HTMLElement>("[role=alert]")!.hidden).toBe(true);
      let escaped = false;
      document.body.addEventListener("keydown", () => {
        escaped = true;
      });
      root.dispatchEvent(new KeyboardEvent("keydown", { key: "b", bubbles: true }));
      expect(escaped).toBe(false);
      for (const control of el.querySelectorAll<HTMLElement>("button, select, input")) {
        expect(control.title || control.closest("label"), control.outerHTML).toBeTruthy();
      }
      close!();
      close = undefined;
      expect(el.childElementCount).toBe(0);
      expect(model.listeners.size).toBe(0);
    },
  );

  it("shows an error of the kernel as text", async () => {
    const model = audit({ hello: () => undefined });
    const el = document.createElement("div");
    close = gallery.render({ model, el });
    model.say({ err: model.asked[0]!.id, message: "<img src=x> is broken" });
    await settle();
    expect(el.querySelector("[role=alert]")!.textContent).toContain("<img src=x> is broken");
    expect(el.querySelector("img")).toBeNull();
  });
});

describe("gallery", () => {
  it("ranks by a query and marks unknown words", async () => {
    const { el, model } = await show(gallery);
    const input = el.querySelector<HTMLInputElement>("input[type=search]")!;
    input.value = "zorp";
    el.querySelector("form")!.dispatchEvent(new Event("submit", { cancelable: true }));
    await settle();
    expect(model.ops("search").at(-1)!.query).toBe("zorp");
    expect(input.getAttribute("aria-invalid")).toBe("true");
    expect(el.querySelector("mark")!.textContent).toBe("zorp");
    const best = score.indexOf(35);
    const first = el.querySelector<HTMLElement>(".slens-row[data-index='0']")!;
    expect(first.dataset.component).toBe(String(best));
    first.click();
    await settle();
    expect(model.ops("set").at(-1)!.field).toBe("selection");
    expect(first.getAttribute("aria-selected")).toBe("true");
    expect(model.ops("detail").at(-1)!.component).toBe(best);
  });

  it("fetches the strips of a screen at once", async () => {
    const { model } = await show(gallery);
    // Once as it opens, once in the order of the scores.
    expect(model.ops("strips").length).toBeLessThanOrEqual(2);
    expect(model.ops("strips").length).toBeGreaterThan(0);
    expect((model.ops("strips")[0]!.ids as number[]).length).toBeLessThanOrEqual(24);
  });
});

describe("pruning", () => {
  it("shows before and after, and toggles", async () => {
    const { el, model } = await show(pruning, { panel: () => panel([21, 4]) });
    expect(el.querySelector("[data-value=accuracy]")!.textContent).toBe("90.0 %");
    expect(el.textContent).toContain("+10.0 points");
    expect(el.textContent).toContain("<b>mel</b>");
    expect(el.textContent).toContain("3 fixed\n1 broken");
    el.querySelector<HTMLInputElement>(".slens-row input")!.click();
    await settle();
    expect(model.ops("set").at(-1)!.field).toBe("pruned");
  });

  it("says what to do without a model", async () => {
    const { el } = await show(pruning, {}, { live: false });
    expect(el.textContent).toContain("evaluation=");
    expect(change(0.5, 0.4)).toBe("▼ −10.0 points");
    expect(change(0.5, 0.5)).toBe("unchanged");
  });
});

describe("alignment", () => {
  it("edits the concept sets as chips", async () => {
    const { el, model } = await show(alignment);
    const input = el.querySelector<HTMLInputElement>("input")!;
    input.value = "milia, <b>veil</b>";
    input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
    await settle();
    expect(model.ops("set").at(-1)).toMatchObject({ field: "valid", value: ["milia", "<b>veil</b>"] });
    expect([...el.querySelectorAll(".slens-chip")].map((chip) => chip.textContent)).toEqual([
      "milia×",
      "<b>veil</b>×",
    ]);
    el.querySelector<HTMLElement>(".slens-chip button")!.click();
    await settle();
    expect(model.ops("set").at(-1)).toMatchObject({ value: ["<b>veil</b>"] });
  });
});

describe("alignment with a table", () => {
  const table = (more = {}) => ({
    body: {
      rows: 36,
      counts: { valid: 20, spurious: 10, unexpected: 6 },
      thresholds: [0.21, 0.25],
      threshold_source: "null: 95% of the components stay below",
      limits: [
        [-0.1, 0.5],
        [0, 0.6],
      ],
      sized: true,
      relevance: "mean relevance",
      facets: 2,
      left_out: 7,
      ...more,
    },
  });
  const later = () => new Promise((resolve) => setTimeout(resolve, 160));
  const points = () => {
    const spread = (turn: number) =>
      Float32Array.from({ length: 36 }, (_, i) => 0.2 + 0.15 * Math.sin(turn + i)).buffer;
    const none = new Float32Array(36).fill(Number.NaN).buffer;
    return {
      buffers: [spread(0), spread(2), none, new Uint8Array(36).buffer, new Uint8Array(36).fill(36).buffer],
    };
  };

  it("moves the thresholds by slider and number, and goes back to the null", async () => {
    const { el, model } = await show(alignment, { aligned: () => table(), points });
    const group = el.querySelector<HTMLElement>(".slens-thresholds")!;
    const [range, number] = group.querySelectorAll<HTMLInputElement>("input");
    const reset = group.querySelector<HTMLButtonElement>("button")!;
    expect(number!.value).toBe("0.210");
    expect([Number(range!.min), Number(range!.max)]).toEqual([-0.12, 0.52]);
    expect(reset.disabled).toBe(true);
    for (const control of group.querySelectorAll<HTMLInputElement>("input, button")) control.disabled = false;
    range!.value = "0.3";
    range!.dispatchEvent(new Event("input"));
    range!.value = "0.35";
    range!.dispatchEvent(new Event("input"));
    await later();
    expect(model.ops("set").filter(({ field }) => field === "thresholds")).toHaveLength(1);
    expect(model.ops("set").at(-1)).toMatchObject({ value: [0.35, 0.25] });
    number!.value = "";
    number!.dispatchEvent(new Event("input"));
    await later();
    expect(model.ops("set").filter(({ field }) => field === "thresholds")).toHaveLength(1);
    model.say({ event: "aligned", ...table({ thresholds: [0.35, 0.25] }).body });
    reset.disabled = false;
    reset.click();
    await settle();
    expect(model.ops("set").at(-1)).toMatchObject({ field: "thresholds", value: null });
  });

  it("counts quadrants, says what is not drawn, and suggests from the vocabulary", async () => {
    const { el, model } = await show(alignment, {
      aligned: () => table(),
      choose: () => ({}),
      points,
    });
    const buttons = [...el.querySelectorAll<HTMLElement>(".slens-counts button")];
    expect(buttons.map((button) => button.textContent)).toEqual([
      "valid 20",
      "spurious 10",
      "both 0",
      "unexpected 6",
    ]);
    buttons[1]!.click();
    expect(model.ops("choose").at(-1)!.quadrant).toBe("spurious");
    expect(el.querySelector(".slens-foot")!.textContent).toContain("7 least aligned");
    model.say({ state: "vocabulary", value: ["veil", "<i>ink</i>"] });
    model.say({ state: "valid", value: ["veil"] });
    await settle();
    const options = [...el.querySelectorAll<HTMLOptionElement>("datalist option")];
    expect(options.map((option) => option.value)).toEqual(["<i>ink</i>"]);
  });

  it("draws the points where there is no figure beneath, and asks for classes side by side where there is", async () => {
    const saved = await show(alignment, { aligned: () => table(), points });
    await later();
    const plot = saved.el.querySelector<HTMLElement>(".slens-plot")!;
    expect(plot.hidden).toBe(false);
    expect(plot.querySelectorAll(".slens-edge")).toHaveLength(2);
    expect(plot.textContent).toContain("0.4");
    plot.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
    await later();
    expect(plot.querySelector(".slens-card p")!.textContent).toMatch(/^valid 0\.\d+, spurious 0\.\d+$/);
    plot.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    await settle();
    expect(saved.model.ops("set").some(({ field }) => field === "selection")).toBe(true);
    saved.model.say({ event: "aligned", rows: 0 });
    expect(plot.hidden).toBe(true);
    close!();
    const box = document.createElement("div");
    box.className = "slens-alignment-box";
    document.body.append(box);
    const model = audit({ ...answers, aligned: () => table(), beside: () => ({}) });
    const el = document.createElement("div");
    box.append(el, document.createElement("div"));
    close = alignment.render({ model, el });
    await settle();
    expect(model.ops("points")).toHaveLength(0);
    const button = [...el.querySelectorAll<HTMLElement>("button")].find(
      (b) => b.textContent === "Side by side",
    )!;
    expect(button.title).toContain("all classes");
    button.click();
    expect(model.ops("beside").at(-1)!.on).toBe(true);
    model.say({ event: "aligned", ...table({ beside: true }).body });
    expect(button.getAttribute("aria-pressed")).toBe("true");
  });
});

describe("map", () => {
  it("asks for colours when the session says so, and explains what is missing", async () => {
    const { el, model } = await show(map, { colour: () => ({ body: { available: false } }) });
    expect(el.querySelectorAll("[data-group]")).toHaveLength(2);
    model.say({ state: "color_by", value: "score" });
    await settle();
    expect(model.ops("colour").at(-1)!.by).toBe("score");
    expect(el.querySelector(".slens-legend")!.textContent).toContain("Type a query");
  });

  it("keeps its own newer choice against an older state from the kernel", async () => {
    const { el, model } = await show(map, { set: () => undefined });
    const select = el.querySelector("select")!;
    select.value = "clarity";
    select.dispatchEvent(new Event("change"));
    model.say({ state: "color_by", value: "layer" });
    await settle();
    expect(el.querySelector("select")!.value).toBe("clarity");
  });

  const key = (el: HTMLElement, name: string, more: KeyboardEventInit = {}): void => {
    el.querySelector(".slens-plane")!.dispatchEvent(
      new KeyboardEvent("keydown", { key: name, bubbles: true, ...more }),
    );
  };
  const drawn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 120));

  it("is moved through, selected and grown by keys, and tells the session what is pointed at", async () => {
    const { el, model } = await show(map);
    key(el, "ArrowRight");
    await drawn();
    const [first] = model.ops("set");
    expect(first).toMatchObject({ field: "hovered" });
    expect(el.querySelector(".slens-card b")!.textContent).toContain("features.");
    key(el, "Enter");
    await settle();
    expect(model.ops("set").at(-1)).toMatchObject({ field: "selection", encoding: "ids" });
    key(el, "g");
    await settle();
    expect(el.querySelector("[role=status]")!.textContent).toContain("8 of 36 components selected");
    key(el, "g");
    key(el, "g", { shiftKey: true });
    await settle();
    expect(el.querySelector("[role=status]")!.textContent).toContain("8 of 36");
    key(el, "Escape");
    await settle();
    expect(el.querySelector("[role=status]")!.textContent).toContain("36 components of 2 layers");
  });

  it("shows what another view points at, and forgets it when that does", async () => {
    const { el, model } = await show(map);
    model.say({ state: "hovered", value: 21 });
    await settle();
    expect(el.querySelector(".slens-card b")!.textContent).toBe("features.3:1");
    expect(el.querySelector<HTMLElement>(".slens-card")!.hidden).toBe(false);
    expect(model.ops("strips").map(({ ids }) => ids)).toContainEqual([21]);
    model.say({ state: "hovered", value: null });
    await drawn();
    expect(el.querySelector<HTMLElement>(".slens-card")!.hidden).toBe(true);
    expect(model.ops("set")).toEqual([]);
  });

  it("reads the page's colours once for a theme, and marks what is pruned without", async () => {
    const { el, model } = await show(map);
    await new Promise((resolve) => setTimeout(resolve, 350)); // the theme is looked at once more by then
    const legend = el.querySelector(".slens-key");
    const read = vi.spyOn(globalThis, "getComputedStyle");
    model.say({ state: "pruned", encoding: "ids" }, [new Uint32Array([3, 4]).buffer]);
    await settle();
    model.say({ state: "color_by", value: "pruned" });
    await settle();
    expect(read).not.toHaveBeenCalled();
    expect(el.querySelector(".slens-key")).not.toBe(legend);
    expect(el.querySelector(".slens-legend")!.textContent).toContain("pruned (2)");
    model.say({ state: "pruned", encoding: "ids" }, [new Uint32Array([3]).buffer]);
    await settle();
    expect(el.querySelector(".slens-legend")!.textContent).toContain("pruned (1)");
    read.mockRestore();
  });

  it("highlights bins of a ramp by click and by drag, keeps the focus, and shows all again", async () => {
    const { el, model } = await show(map);
    model.say({ state: "color_by", value: "clarity" });
    await settle();
    const bins = (): HTMLElement[] => [...el.querySelectorAll<HTMLElement>(".slens-bin")];
    const pressed = (): number[] =>
      bins().flatMap((bin, i) => (bin.getAttribute("aria-pressed") === "true" ? [i] : []));
    expect(bins()).toHaveLength(16);
    bins()[3]!.focus();
    bins()[3]!.click();
    expect(pressed()).toEqual([3]);
    expect(document.activeElement).toBe(bins()[3]);
    bins()[5]!.dispatchEvent(new PointerEvent("pointerdown"));
    bins()[8]!.dispatchEvent(new PointerEvent("pointerenter"));
    expect(pressed()).toEqual([5, 6, 7, 8]);
    [...el.querySelectorAll<HTMLElement>(".slens-key")].find((b) => b.textContent === "show all")!.click();
    expect(pressed()).toEqual([]);
  });

  it("colours by label with a key for each, and asks for a vocabulary where there is none", async () => {
    const none = { body: { available: false, names: [], reason: "no vocabulary is set" }, buffers: [] };
    const { el, model } = await show(map, { labels: () => none });
    model.say({ state: "color_by", value: "label" });
    await settle();
    expect(el.querySelector(".slens-legend")!.textContent).toContain("vocabulary");
    model.answers.labels = () => ({
      body: { available: true, names: ["ruler", "<b>ink</b>"], trusted_from: 0.8, reason: "" },
      buffers: [
        Uint32Array.from({ length: 36 }, (_, i) => (i < 30 ? Number(i > 9) : 0xffffffff)).buffer,
        ...[1, 2, 3].map(() => new Float32Array(36).buffer),
      ],
    });
    model.say({ state: "vocabulary", value: ["ruler", "ink"] });
    await settle();
    const names = [...el.querySelectorAll(".slens-key")].map((item) => item.textContent);
    expect(names.slice(0, 3)).toEqual(["<b>ink</b>", "ruler", "no label"]);
  });

  it("shows another audit beside, coloured by model or similarity, and takes either off", async () => {
    const { el, model } = await show(map, {}, beside);
    const side = (i: number): HTMLElement => el.querySelector(`[data-group=side${i}]`)!;
    expect([side(0).textContent, side(1).textContent]).toEqual(["● one", "◆ <b>two</b>"]);
    model.say({ state: "color_by", value: "model" });
    await settle();
    const names = [...el.querySelectorAll(".slens-key span:last-child")].map((name) => name.textContent);
    expect(names).toEqual(["one", "<b>two</b>"]);
    side(1).focus();
    side(1).click();
    expect(side(1).getAttribute("aria-pressed")).toBe("false");
    expect(document.activeElement).toBe(side(1));
    key(el, "ArrowRight");
    key(el, "g");
    key(el, "g");
    key(el, "g");
    await settle();
    // The keyboard's lasso grows to 8, 16, 32 points; those that are hidden are not among them.
    expect(el.querySelector("[role=status]")!.textContent).toContain("20 of 36 components selected");
    side(1).click();
    key(el, "g");
    await settle();
    expect(el.querySelector("[role=status]")!.textContent).toContain("36 of 36");
    model.say({ state: "color_by", value: "similarity" });
    await settle();
    expect(model.ops("colour").at(-1)!.by).toBe("similarity");
  });

  it("offers no colours of a comparison where there is no other audit", async () => {
    const { el } = await show(map);
    const offered = [...el.querySelectorAll("select option")].map((option) => option.getAttribute("value"));
    expect(offered).not.toContain("similarity");
    expect(el.querySelector("[data-group=side0]")).toBeNull();
  });

  it("asks for the class whose relevance it shows", async () => {
    const { el, model } = await show(map, { colour: () => ({ body: { available: false } }) });
    model.say({ state: "color_by", value: "relevance" });
    await settle();
    expect(el.querySelector(".slens-legend")!.textContent).toContain("Choose the class");
    const select = el.querySelector<HTMLSelectElement>(".slens-legend select")!;
    select.value = "melanoma";
    select.dispatchEvent(new Event("change"));
    await settle();
    expect(model.ops("set").at(-1)).toMatchObject({ field: "target", value: "melanoma" });
    expect(model.ops("colour")).toHaveLength(2);
  });
});

describe("compare", () => {
  const grids = (el: HTMLElement): HTMLElement[] => [...el.querySelectorAll<HTMLElement>("[role=grid]")];
  const first = (grid: HTMLElement): number[] =>
    [...grid.querySelectorAll<HTMLElement>(".slens-row[data-index='0'] [data-component]")].map((cell) =>
      Number(cell.dataset.component),
    );

  it("lists what either lacks, the least similar first, and the pairs, the most similar first", async () => {
    const { el } = await show(compare, {}, beside);
    const [one, two, both] = grids(el);
    expect([first(one!), first(two!), first(both!)]).toEqual([[0], [20], [15, 35]]);
    expect([one, two].map((grid) => grid!.getAttribute("aria-label"))).toEqual([
      "● one: what <b>two</b> lacks",
      "◆ <b>two</b>: what one lacks",
    ]);
    expect([one, two, both].map((grid) => grid!.getAttribute("aria-rowcount"))).toEqual(["20", "16", "16"]);
    expect(one!.querySelector(".slens-cosine")!.textContent).toBe("0.50");
    expect(one!.textContent).toContain("nearest: features.3:0");
    expect(el.querySelector(".slens-tools")!.textContent).toContain("one in <b>two</b> 0.610");
  });

  it("selects a component, or both of a pair, and says which is pointed at", async () => {
    let selected: number[] = [];
    const set: Answers[string] = ({ field, value, encoding }, buffers) => {
      if (field === "selection") selected = decodeSet({ encoding }, new Uint8Array(buffers[0]!));
      return { body: { state: field, value, encoding }, buffers };
    };
    const { el, model } = await show(compare, { set }, beside);
    const [one, , both] = grids(el);
    const pair = both!.querySelector<HTMLElement>(".slens-row[data-index='0']")!;
    pair.click();
    await settle();
    expect(selected).toEqual([15, 35]);
    const row = one!.querySelector<HTMLElement>(".slens-row[data-index='1']")!;
    row.dispatchEvent(new MouseEvent("click", { bubbles: true, ctrlKey: true }));
    await settle();
    expect(selected).toEqual([1, 15, 35]);
    expect([pair, row].map((each) => each.getAttribute("aria-selected"))).toEqual(["true", "true"]);
    const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 120));
    const cell = both!.querySelector(".slens-row[data-index='1'] [data-component='34']")!;
    cell.dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
    await later();
    expect(model.ops("set").at(-1)).toMatchObject({ field: "hovered", value: 34 });
    both!.dispatchEvent(new PointerEvent("pointerleave"));
    await later();
    expect(model.ops("set").at(-1)).toMatchObject({ field: "hovered", value: null });
  });

  it("leaves out what has an equal, and says so where nothing is left", async () => {
    const equal = (): ReturnType<typeof compared> =>
      compared(Array.from({ length: 36 }, (_, i) => (i < 20 ? 1 : 0.9)));
    const { el } = await show(compare, { compared: equal }, beside);
    const [one, two] = grids(el);
    expect([one!.hidden, two!.hidden]).toEqual([true, false]);
    const empty = one!.parentElement!.querySelector<HTMLElement>(".slens-empty")!;
    expect(empty.hidden).toBe(false);
    expect(empty.textContent).toContain("layer_a");
  });

  it("fetches the crops of its lists and of the map apart, and shows the kernel's error", async () => {
    const { el } = await show(compare, {}, beside);
    for (const grid of grids(el))
      for (const strip of grid.querySelectorAll<HTMLElement>(".slens-row[data-index='0'] .slens-strip"))
        expect(strip.style.backgroundImage).toContain("url(");
    close!();
    const failing = await show(compare, { compared: () => undefined }, beside);
    failing.model.say({ err: failing.model.ops("compared")[0]!.id, message: "other foundation models" });
    await settle();
    expect(failing.el.querySelector("[role=alert]")!.textContent).toContain("other foundation models");
  });
});

describe("the module", () => {
  it("says so where the kernel names a widget that it does not know", () => {
    const model = { get: () => "oracle" };
    expect(() => slens.render({ model, el: document.createElement("div") })).toThrow(/no widget oracle/);
  });
});
