import { describe, expect, it } from "vitest";
import scores from "../src/scores";
import type { Json } from "../src/transport";
import { type Answers, settle } from "./fake_model";
import { show as draw } from "./shown";

const NASTY = "<img src=x onerror=alert(1)>";
const score = (mean: number): Json => ({
  mean,
  error: 0.01,
  quartiles: [mean - 0.1, mean, mean + 0.1],
  path: "M0 30L50 0L100 30Z",
});
const row = (model: string, layer: string, start: number | null, mean: number): Json => ({
  model,
  layer,
  components: 20,
  start,
  scores: { clarity: score(mean), polysemanticity: score(1 - mean), redundancy: score(0.5) },
});
const ROWS = [row("a", "features.0", 0, 0.6), row("a", NASTY, 20, 0.7), row(NASTY, "layer4", null, 0.5)];
const ranked = (rows: Json[]): { body: Json; buffers: ArrayBuffer[] } => ({
  body: {
    rows,
    note: "",
    limits: { clarity: [0, 1], polysemanticity: [0, 1], redundancy: [0, 1] },
  },
  buffers: [0, 1, 2].map((i) => new Float32Array(36).fill(0.1 + 0.2 * i).buffer),
});

const show = (more: Answers = {}): ReturnType<typeof draw> =>
  draw(scores, {
    ranked: () => ranked(ROWS),
    judged: () => ({ body: { models: { a: { accuracy: 0.8, "worst group": 0.1 } } } }),
    ...more,
  });

const heads = (el: HTMLElement): (string | null)[] =>
  [...el.querySelectorAll("thead button")].map((each) => each.textContent);
const column = (el: HTMLElement, i: number): (string | null)[] =>
  [...el.querySelectorAll("tbody tr")].map((each) => each.children[i]!.textContent);
const press = (el: HTMLElement, name: string): void =>
  [...el.querySelectorAll("button")].find((each) => each.textContent!.startsWith(name))!.click();

describe("the scores view", () => {
  it("lists layers by any column, what is not known last, and keeps the focus", async () => {
    const { el, model } = await show();
    expect(model.ops("ranked")[0]).toMatchObject({ by: "layer" });
    expect(heads(el)).toEqual([
      "model",
      "layer",
      "components",
      "clarity ▾",
      "polysemanticity",
      "redundancy",
      "accuracy",
      "worst group",
    ]);
    expect(column(el, 1)).toEqual([NASTY, "features.0", "layer4"]);
    expect(el.querySelector("img")).toBeNull();
    press(el, "polysemanticity");
    expect(column(el, 1)).toEqual([NASTY, "features.0", "layer4"]);
    expect(el.querySelector("[aria-sort=ascending]")!.textContent).toContain("polysemanticity ▴0.00 to 1.00");
    expect(document.activeElement!.textContent).toBe("polysemanticity ▴");
    press(el, "clarity");
    press(el, "clarity");
    expect(column(el, 1)).toEqual(["layer4", "features.0", NASTY]);
    for (let i = 0; i < 2; i++) {
      press(el, "accuracy");
      expect(column(el, 6)).toEqual(["80.0 %", "80.0 %", "–"]);
    }
  });

  it("marks where the selected components of this audit stand", async () => {
    const { el, model } = await show();
    expect(el.querySelectorAll(".slens-chosen")).toHaveLength(0);
    model.say({ state: "selection", encoding: "ids" }, [new Uint32Array([3, 21]).buffer]);
    const lines = [...el.querySelectorAll(".slens-chosen")];
    // One in each of three columns of two rows, none in the other audit's.
    expect(lines).toHaveLength(6);
    expect(lines.slice(0, 3).map((each) => Math.round(Number(each.getAttribute("x1"))))).toEqual([
      10, 30, 50,
    ]);
    expect(el.querySelector("td svg + span")!.textContent).toContain("selected: 0.100");
    expect(el.querySelector(".slens-foot")!.textContent).toContain("the 2 selected");
  });

  it("groups by model, and shows an error without losing what is there", async () => {
    const { el, model } = await show({ judged: () => ({ body: { models: {} } }) });
    expect(heads(el)).not.toContain("accuracy");
    press(el, "models");
    await settle();
    expect(model.ops("ranked").at(-1)).toMatchObject({ by: "model" });
    expect(heads(el)).toEqual(["model", "components", "clarity ▾", "polysemanticity", "redundancy"]);
    model.answers.ranked = () => undefined;
    press(el, "layers");
    await settle();
    model.say({ err: model.ops("ranked").at(-1)!.id, message: `no ${NASTY}` });
    await settle();
    expect(el.querySelector(".slens-error")!.textContent).toContain(NASTY);
    expect(column(el, 0)).toHaveLength(3);
  });

  it("names no model where there is only one", async () => {
    const { el } = await show({ ranked: () => ranked(ROWS.slice(0, 2)) });
    expect(heads(el)[0]).toBe("layer");
  });
});
