import { describe, expect, it } from "vitest";
import dashboard from "../src/dashboard";
import pruning from "../src/pruning";
import { open } from "../src/saved";
import slens from "../src/slens";
import { type Answers, LAYERS, settle } from "./fake_model";
import { show as draw } from "./shown";

const NASTY = "<img src=x onerror=alert(1)>";
const metrics = (accuracy: number) => ({
  accuracy,
  worst_group: accuracy - 0.3,
  per_class: { nevus: accuracy, [NASTY]: 0.5 },
  n: 200,
});
const panel = (corrected: unknown = null) => ({
  body: { undo: false, redo: false, evaluating: false, current: true, result: null, corrected },
  buffers: [new ArrayBuffer(0)],
});
const mended = {
  before: metrics(0.8),
  after: metrics(0.9),
  flips: { fixed: 3, broken: 1, other: 0 },
  intervals: { accuracy: [2.0, 18.0], "class nevus": [-1.0, 4.0] },
  border: null,
  pruned: 0,
  mode: "mean",
  said: `A copy mended by ${NASTY}`,
};

const show = (widget: typeof pruning, more: Answers): ReturnType<typeof draw> =>
  draw(widget, {
    panel: () => panel(),
    bar: () => ({}),
    quadrants: () => ({ body: { counts: null } }),
    labels: () => ({ body: { names: [], trusted_from: 1, reason: "" }, buffers: [] }),
    ...more,
  });

const button = (el: HTMLElement, text: string): HTMLButtonElement =>
  [...el.querySelectorAll("button")].find((each) => each.textContent === text)!;
const error = (el: HTMLElement): HTMLElement => el.querySelector<HTMLElement>("[role=alert]")!;
const choose = (el: HTMLElement, method: string): HTMLSelectElement => {
  const select = el.querySelector<HTMLSelectElement>("select[aria-label^=Mend]")!;
  select.value = method;
  select.dispatchEvent(new Event("change"));
  return select;
};

describe("mending", () => {
  it("runs a method, shows what it did and where the model is", async () => {
    const { el, model } = await show(pruning, {});
    const select = choose(el, "dfr");
    expect([...select.options].map((each) => each.value)).toEqual([
      "",
      "prune",
      "head",
      "dfr",
      "finetune",
      "clean",
    ]);
    for (const each of [...select.options].slice(1)) expect(select.title).toContain(each.title);
    const [asked] = model.ops("correct");
    expect(asked!.method).toBe("dfr");
    expect([select.value, select.disabled, button(el, "Stop mending").hidden]).toEqual(["", true, false]);
    model.say({ progress: asked!.id, done: 1, total: 4, stage: "features" });
    expect(el.querySelector(".slens-busy")!.textContent).toBe("features");
    expect(el.querySelector<HTMLProgressElement>("progress")!.value).toBe(0.25);
    const told = panel(mended);
    model.say({ event: "panel", ...told.body }, told.buffers);
    model.say({ re: asked!.id });
    await settle();
    expect([select.disabled, button(el, "Stop mending").hidden]).toEqual([false, true]);
    expect(button(el, "Mended").getAttribute("aria-selected")).toBe("true");
    const shown = el.querySelector<HTMLElement>(".slens-mended")!;
    expect(shown.textContent).toContain(`A copy mended by ${NASTY}`);
    expect(shown.querySelector("[data-value=accuracy]")!.textContent).toBe("90.0 %");
    expect(shown.textContent).toContain("worst group60.0 %▲ +10.0 points");
    expect(shown.querySelector(".slens-classes")!.textContent).toContain("nevus90.0 %▲ +10.0");
    expect(shown.querySelector("img")).toBeNull();
  });

  it("is cancelled, and shows the kernel's error as text", async () => {
    const { el, model } = await show(pruning, {});
    const select = choose(el, "clean");
    button(el, "Stop mending").click();
    await settle();
    const [asked] = model.ops("correct");
    expect(model.ops("cancel").map(({ id }) => id)).toEqual([asked!.id]);
    expect([select.disabled, error(el).hidden]).toEqual([false, true]);
    choose(el, "head");
    model.say({ err: model.ops("correct")[1]!.id, message: `${NASTY}: none are given` });
    await settle();
    expect(error(el).textContent).toContain(`${NASTY}: none are given`);
    expect(error(el).hidden).toBe(false);
    expect(select.disabled).toBe(false);
    expect(el.querySelector(".slens-mended")!.textContent).toContain("No model is mended yet");
  });
});

describe("a report from the bar", () => {
  it("is written, and the bar says where it lies", async () => {
    const { el, model } = await show(dashboard, {});
    const root = el.querySelector("section")!;
    const report = button(el, "Report");
    expect(root.dataset.report).toBe("");
    report.click();
    expect([root.dataset.report, report.textContent]).toEqual(["writing", "Cancel"]);
    const [asked] = model.ops("report");
    model.say({ progress: asked!.id, done: 1, total: 2, stage: "Evaluating" });
    expect(el.querySelector(".slens-busy")!.textContent).toBe("Evaluating");
    model.say({ re: asked!.id, path: `/home/${NASTY}.html` });
    await settle();
    expect([root.dataset.report, report.textContent]).toEqual(["written", "Report"]);
    expect(el.querySelector(".slens-foot [role=status]")!.textContent).toBe(
      `Report written: /home/${NASTY}.html`,
    );
    expect(el.querySelector("img")).toBeNull();
  });

  it("is cancelled, and says what is missing", async () => {
    const { el, model } = await show(dashboard, {});
    const report = button(el, "Report");
    report.click();
    report.click();
    await settle();
    expect(model.ops("cancel").map(({ id }) => id)).toEqual([model.ops("report")[0]!.id]);
    expect([report.textContent, error(el).hidden]).toEqual(["Report", true]);
    report.click();
    model.say({ err: model.ops("report")[1]!.id, message: "The session holds no concepts" });
    await settle();
    expect(error(el).textContent).toContain("The session holds no concepts");
    expect([report.textContent, el.querySelector("section")!.dataset.report]).toEqual(["Report", ""]);
  });
});

it("a saved page says that both need a kernel", async () => {
  const record = (op: string, body: Record<string, unknown> = {}, buffers: string[] = []) => ({
    op,
    args: {},
    when: [],
    sets: [],
    event: false,
    body,
    buffers,
  });
  const about = { layers: LAYERS, m: 6, tile: 72, classes: [], live: true, searchable: true };
  const hello = record("hello", { about, states: [{ state: "query", value: "" }] }, [""]);
  const records = [record("quadrants", { counts: null }), record("panel", panel().body, [""])];
  const saved = {
    widgets: [
      { name: "bar", widget: "dashboard", hello, records: [record("bar")] },
      { name: "pruning", widget: "pruning", hello, records },
    ],
    shared: [record("labels", { names: [], trusted_from: 1, reason: "" })],
    strips: {},
    tiles: 6,
    tile: 72,
    skipped: 0,
    about: "Saved",
  };
  open(saved, slens, document.body);
  await settle();
  const [bar, pruned] = [...document.querySelectorAll<HTMLElement>("section.slens")];
  for (const el of [bar!, pruned!]) expect(error(el).hidden, error(el).textContent ?? "").toBe(true);
  button(bar!, "Report").click();
  choose(pruned!, "head");
  await settle();
  for (const el of [bar!, pruned!]) {
    expect(error(el).hidden).toBe(false);
    expect(error(el).textContent).toContain("needs a kernel: this is a saved page");
  }
});
