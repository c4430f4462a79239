import { describe, expect, it } from "vitest";
import alignment from "../src/alignment";
import compare from "../src/compare";
import dashboard from "../src/dashboard";
import gallery from "../src/gallery";
import map from "../src/map";
import pruning, { change } from "../src/pruning";
import slens from "../src/slens";
import { settle } from "./fake_model";
import { beside, leave, score, show } from "./shown";

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
      intervals: { accuracy: [2.0, 18.0], "class nevus": [-1.0, 4.0] },
      border: "The border moved: 64.7% of the images are now called '<b>mel</b>'.",
      pruned: pruned.length,
      mode: "mean",
    },
  },
  buffers: [new Uint32Array(pruned).buffer],
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
      leave();
      expect(el.childElementCount).toBe(0);
      expect(model.listeners.size).toBe(0);
    },
  );

  it("shows an error of the kernel as text", async () => {
    const { el, model } = await show(gallery, { hello: () => undefined });
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
    const cell = [...first.querySelectorAll<HTMLElement>(".slens-number")].find(({ title }) =>
      title.startsWith("match"),
    )!;
    expect(cell.textContent).toBe("35.0 σ");
    expect(cell.title).toContain("match 35.00 σ (cosine −0.020)");
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
    expect(el.textContent).toContain("95 % interval ▲ +2.0 to ▲ +18.0");
    const told = el.querySelector('[title="within noise: 95 % interval ▼ −1.0 to ▲ +4.0"]')!;
    expect(told.classList.contains("slens-quiet")).toBe(true);
    expect(el.querySelector(".slens-border")!.textContent).toContain("now called '<b>mel</b>'");
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

describe("the module", () => {
  it("says so where the kernel names a widget that it does not know", () => {
    const model = { get: () => "oracle" };
    expect(() => slens.render({ model, el: document.createElement("div") })).toThrow(/no widget oracle/);
  });
});
