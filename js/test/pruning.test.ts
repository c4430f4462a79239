import { describe, expect, it, vi } from "vitest";
import pruning from "../src/pruning";
import { points } from "../src/pruning_numbers";
import type { Json } from "../src/transport";
import { type Answers, settle } from "./fake_model";
import { show as draw } from "./shown";

const NASTY = "<img src=x onerror=alert(1)>";
const metrics = (accuracy: number) => ({
  accuracy,
  worst_group: accuracy - 0.3,
  per_class: { nevus: accuracy, [NASTY]: 0.5 },
  per_group: { plain: 0.7 },
  n: 200,
});

function panel(pruned: number[], more: Json = {}): { body: Json; buffers: ArrayBuffer[] } {
  const kept = (n: number, accuracy: number) => ({ pruned: n, mode: "mean", result: metrics(accuracy) });
  return {
    body: {
      undo: true,
      redo: false,
      evaluating: false,
      current: true,
      engine: "suffix: only what follows layer 'a' runs",
      active: "B",
      kept: { A: kept(0, 0.8), B: kept(pruned.length, 0.9) },
      result: {
        before: metrics(0.8),
        after: metrics(0.9),
        flips: { fixed: 3, broken: 1, other: 0 },
        intervals: { accuracy: [2.0, 18.0], "class nevus": [-1.0, 4.0] },
        border: null,
        pruned: pruned.length,
        mode: "mean",
      },
      ...more,
    },
    buffers: [new Uint32Array(pruned).buffer],
  };
}

const effects = (ids: number[], values: number[], seconds: number | null = null) => ({
  body: { seconds, columns: ["accuracy", "worst_group", "target"] },
  // Of every other effect the interval holds 0.
  buffers: [
    new Uint32Array(ids).buffer,
    new Float32Array(values).buffer,
    new Float32Array(values.flatMap((value, i) => (i % 3 ? [-9, 9] : [value - 1, value + 1]))).buffer,
  ],
});

const show = (more: Answers = {}): ReturnType<typeof draw> =>
  draw(pruning, {
    panel: () => panel([21, 4]),
    quadrants: () => ({ body: { counts: { valid: 3, spurious: 2, both: 0, unexpected: 7 } } }),
    effects: ({ ids }) =>
      effects(
        ids as number[],
        (ids as number[]).flatMap((id) => [id, -id, Number.NaN]),
      ),
    labels: () => ({ body: { names: [], trusted_from: 1, reason: "" }, buffers: [] }),
    ...more,
  });

const button = (el: HTMLElement, text: string): HTMLButtonElement =>
  [...el.querySelectorAll("button")].find((each) => each.textContent?.startsWith(text))!;
const names = (el: HTMLElement): (string | null)[] =>
  [...el.querySelectorAll(".slens-row")].map((row) => row.querySelector("b")!.textContent);

describe("the pruning panel", () => {
  it("keeps two sets and flips between them by click and key", async () => {
    const { el, model } = await show({ flip: () => panel([]), copy: () => panel([]) });
    const [a, b] = [...el.querySelectorAll<HTMLButtonElement>(".slens-compared [aria-pressed]")];
    expect(b!.getAttribute("aria-pressed")).toBe("true");
    expect(a!.textContent).toContain("nothing pruned80.0 % · worst group 50.0 %");
    expect(b!.textContent).toContain("2 pruned (mean)90.0 %");
    b!.click();
    expect(model.ops("flip").length).toBe(0);
    a!.click();
    el.querySelector("section")!.dispatchEvent(new KeyboardEvent("keydown", { key: "x", bubbles: true }));
    expect(model.ops("flip").length).toBe(2);
    button(el, "Copy to A").click();
    expect(model.ops("copy").length).toBe(1);
  });

  it("lists the selection with each component's own effect, and ranks by it", async () => {
    const { el, model } = await show();
    model.say({ state: "selection", encoding: "ids" }, [new Uint32Array([30, 7]).buffer]);
    await settle();
    expect(model.ops("effects").at(-1)!.ids).toEqual([30, 7, 21, 4]);
    expect(names(el)).toEqual(["features.3:1", "features.0:4", "features.3:10", "features.0:7"]);
    expect(el.querySelector("[data-component='7']")!.textContent).toContain(
      "selected · acc. ▲ +7.0 · worst ▼ −7.0",
    );
    const [sure, unsure] = [...el.querySelectorAll<HTMLElement>("[data-component='7'] .slens-quiet span")];
    expect([sure!.className, unsure!.className]).toEqual(["slens-sure", ""]);
    expect(sure!.title).toBe("accuracy: 95 % interval ▲ +6.0 to ▲ +8.0");
    expect(unsure!.title).toBe("worst group: within noise: 95 % interval ▼ −9.0 to ▲ +9.0");
    const order = el.querySelector<HTMLSelectElement>(".slens-listbar select")!;
    order.value = "accuracy";
    order.dispatchEvent(new Event("change"));
    expect(names(el)).toEqual(["features.3:10", "features.3:1", "features.0:7", "features.0:4"]);
    expect(button(el, "Prune selection").textContent).toBe("Prune selection (2)");
    el.querySelector<HTMLInputElement>("[data-component='7'] input")!.click();
    expect(model.ops("set").at(-1)!.field).toBe("pruned");
  });

  it("shows how far a label is to be trusted, and what has changed of that", async () => {
    const labels = (certificate: number, trusted: number) => () => ({
      body: { names: ["ruler"], trusted_from: 0.7, reason: "few images" },
      buffers: [
        new Uint32Array(36).buffer,
        ...[0.4, 0.1, certificate, trusted].map((value) => new Float32Array(36).fill(value).buffer),
      ],
    });
    const { el, model } = await show({ labels: labels(0.9, 1) });
    const chip = (): HTMLElement => el.querySelector(".slens-named > .slens-label")!;
    expect([chip().dataset.trust, chip().textContent]).toEqual(["trusted", "ruler"]);
    model.answers.labels = labels(Number.NaN, 0);
    model.say({ state: "vocabulary", value: ["ruler", "ink"] });
    await settle();
    expect([chip().dataset.trust, chip().textContent]).toEqual(["unknown", "ruler\u00a0·"]);
    expect(chip().title).toContain("few images");
  });

  it("asks before it computes effects that take long", async () => {
    const { el, model } = await show({
      effects: ({ ids, anyway }) =>
        effects(ids as number[], Array(6).fill(anyway ? 1 : Number.NaN), anyway ? null : 12.2),
    });
    const slow = button(el, "Compute all effects");
    expect(slow.textContent).toBe("Compute all effects (about 13 s)");
    slow.click();
    await settle();
    expect(model.ops("effects").at(-1)!.anyway).toBe(true);
    expect(slow.hidden).toBe(true);
  });

  it("prunes a quadrant", async () => {
    const { el, model } = await show({ prune_quadrant: () => ({ body: { found: 2 } }) });
    const select = el.querySelector<HTMLSelectElement>(".slens-acts select")!;
    expect([...select.options].map((each) => each.textContent)).toEqual([
      "Prune quadrant …",
      "valid (3)",
      "spurious (2)",
      "both (0)",
      "unexpected (7)",
    ]);
    expect(select.options[3]!.disabled).toBe(true);
    select.value = "spurious";
    select.dispatchEvent(new Event("change"));
    expect(model.ops("prune_quadrant").at(-1)!.name).toBe("spurious");
    expect(select.value).toBe("");
  });

  it("shows the images that flipped, and explains one", async () => {
    const row = {
      image: 17,
      label: NASTY,
      before: "nevus",
      after: "melanoma",
      change: "fixed",
      group: "plain",
    };
    const { el, model } = await show({
      flips: () => ({ body: { total: 30, rows: [row] }, buffers: [new Uint8Array([1]).buffer] }),
      image: () => ({
        body: { ...row, logits: [{ name: "nevus", before: 2, after: -1 }] },
        buffers: [new ArrayBuffer(0)],
      }),
      explain: () => ({
        body: { target: "nevus", rows: [{ component: 4, share: 0.25, label: "", doubt: "", quadrant: "" }] },
        buffers: [new Uint8Array([1]).buffer],
      }),
    });
    model.say({ state: "pruned", encoding: "ids" }, [new Uint32Array([4]).buffer]);
    el.querySelector<HTMLElement>("[data-tab=images]")!.click();
    await settle();
    expect(model.ops("flips")).toHaveLength(1);
    const card = el.querySelector<HTMLButtonElement>("[data-image='17']")!;
    expect(card.textContent).toContain(NASTY);
    expect(card.querySelectorAll("img").length).toBe(1);
    expect(button(el, "Show more").textContent).toBe("Show more (29 left)");
    card.click();
    await settle();
    expect(model.ops("explain").at(-1)).toMatchObject({ image: 17, target: "nevus" });
    const detail = el.querySelector<HTMLElement>(".slens-image")!;
    expect(detail.textContent).toContain("2.00 → -1.00");
    expect(detail.textContent).toContain("features.0:4");
    expect(detail.textContent).toContain("25.0 % · pruned");
    button(el, "broken").click();
    await settle();
    expect(model.ops("flips").at(-1)).toMatchObject({ change: "broken", start: 0 });
  });

  it("draws changed confusions as a matrix or as a list", async () => {
    const cell = { label: NASTY, predicted: "nevus", right: false, before: 5, after: 2 };
    let body: Json = {
      classes: ["nevus", NASTY],
      matrix: {
        before: [
          [9, 1],
          [5, 3],
        ],
        after: [
          [9, 1],
          [2, 6],
        ],
      },
      changes: [cell],
    };
    const { el, model } = await show({ confusion: () => ({ body }) });
    el.querySelector<HTMLElement>("[data-tab=confusion]")!.click();
    await settle();
    const table = (): HTMLElement => el.querySelector<HTMLElement>(".slens-confusion")!;
    expect(table().textContent).toContain("−35 → 2");
    expect(table().querySelectorAll("td b").length).toBe(4);
    expect(table().querySelector("img")).toBeNull();
    body = { classes: [], matrix: null, changes: [cell] };
    const next = panel([21]);
    model.say({ event: "panel", ...next.body }, next.buffers);
    await settle();
    expect(table().textContent).toContain(`${NASTY} taken for nevus−35 → 2`);
  });

  it("cancels an evaluation and can begin it again", async () => {
    const { el, model } = await show({ stop: () => panel([]), evaluate: () => panel([]) });
    const busy = panel([21], { evaluating: true });
    model.say({ event: "panel", ...busy.body }, busy.buffers);
    button(el, "Cancel").click();
    expect(model.ops("stop").length).toBe(1);
    const behind = panel([21], { current: false });
    model.say({ event: "panel", ...behind.body }, behind.buffers);
    button(el, "Evaluate").click();
    expect(model.ops("evaluate").length).toBe(1);
  });

  it("saves and loads the pruned set as a file", async () => {
    const value = { format: "slens-pruned", components: { "features.0": [4] } };
    const { el, model } = await show({
      export: () => ({ body: { value } }),
      import: () => ({ body: { found: 1 } }),
    });
    model.say({ state: "pruned", encoding: "ids" }, [new Uint32Array([4]).buffer]);
    const made = vi.spyOn(URL, "createObjectURL");
    const click = vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(() => {});
    button(el, "Save").click();
    await settle();
    expect(click).toHaveBeenCalledOnce();
    expect(JSON.parse(await (made.mock.calls.at(-1)![0] as Blob).text())).toEqual(value);
    const file = el.querySelector<HTMLInputElement>("input[type=file]")!;
    Object.defineProperty(file, "files", { value: [new File([JSON.stringify(value)], "pruned.json")] });
    file.dispatchEvent(new Event("change"));
    await settle();
    expect(model.ops("import").at(-1)!.value).toEqual(value);
    vi.restoreAllMocks();
  });

  it("moves between its tabs by arrows", async () => {
    const { el } = await show();
    const tabs = [...el.querySelectorAll<HTMLElement>("[role=tab]")];
    const hidden = () => [...el.querySelectorAll<HTMLElement>("[role=tabpanel]")].map((each) => each.hidden);
    expect(hidden()).toEqual([false, true, true, true, true]);
    tabs[0]!.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
    expect(hidden()).toEqual([true, false, true, true, true]);
    expect(tabs[1]!.getAttribute("aria-selected")).toBe("true");
    expect(tabs.map((each) => each.tabIndex)).toEqual([-1, 0, -1, -1, -1]);
  });

  it("shows what labels are decided on their own tell, and which classes have no image", async () => {
    const { body, buffers } = panel([21, 4]);
    const result = body.result as Json;
    const labelled = (area: number) => ({
      ...metrics(0.8),
      auroc: { mass: area },
      without_images: ["edema"],
    });
    const { el } = await show({
      panel: () => ({
        body: { ...body, result: { ...result, before: labelled(0.9), after: labelled(0.7), several: true } },
        buffers,
      }),
    });
    const shown = el.querySelector(".slens-classes")!.textContent;
    expect(shown).toContain("AUROCmass70.0 %▼ −20.0");
    expect(shown).toContain("No evaluation image is of: edema");
    expect(el.textContent).toContain("flipped decisions");
  });

  it("tells changes by sign and arrow", () => {
    expect([points(1.26), points(-2), points(0.01), points(Number.NaN)]).toEqual([
      "▲ +1.3",
      "▼ −2.0",
      "±0",
      "–",
    ]);
  });
});
