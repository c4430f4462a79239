import { afterEach, describe, expect, it } from "vitest";
import alignment from "../src/alignment";
import dashboard from "../src/dashboard";
import gallery from "../src/gallery";
import map from "../src/map";
import pruning, { change } from "../src/pruning";
import slens from "../src/slens";
import type { Widget } from "../src/widget";
import { type Answers, audit, type FakeModel, settle } from "./fake_model";

const floats = (values: number[]): ArrayBuffer => new Float32Array(values).buffer;
const score = Array.from({ length: 36 }, (_, i) => (i * 7) % 36);
const answers: Answers = {
  points: () => ({ buffers: [floats(Array.from({ length: 72 }, (_, i) => Math.sin(i)))] }),
  colour: () => ({ body: { available: true }, buffers: [floats(score)] }),
  scores: () => ({ buffers: [floats(score.map((value) => value / 36))] }),
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
  const all = { map, gallery, alignment, pruning, dashboard };
  it.each(Object.keys(all) as (keyof typeof all)[])(
    "%s draws, keeps keys, and leaves nothing behind",
    async (name) => {
      const { el, model } = await show(all[name], { panel: () => panel([]) });
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

  it("fetches strips in batches of eight", async () => {
    const { model } = await show(gallery);
    expect(model.ops("strips").length).toBeGreaterThan(0);
    for (const { ids } of model.ops("strips")) expect((ids as number[]).length).toBeLessThanOrEqual(8);
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

describe("map", () => {
  it("asks for colours when the session says so, and explains what is missing", async () => {
    const { el, model } = await show(map, { colour: () => ({ body: { available: false } }) });
    expect(el.querySelectorAll(".slens-key")).toHaveLength(2);
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
});

describe("the module", () => {
  it("says so where the kernel names a widget that it does not know", () => {
    const model = { get: () => "oracle" };
    expect(() => slens.render({ model, el: document.createElement("div") })).toThrow(/no widget oracle/);
  });
});
