import { describe, expect, it } from "vitest";
import alignment from "../src/alignment";
import { settle } from "./fake_model";
import { leave, show } from "./shown";

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
    el.querySelector<HTMLElement>(".slens-chip [aria-label='Remove milia']")!.click();
    await settle();
    expect(model.ops("set").at(-1)).toMatchObject({ value: ["<b>veil</b>"] });
  });
});

describe("concepts that are shown by pictures", () => {
  const concept = {
    name: "<b>veil</b>",
    images: 5,
    without: 0,
    pairs: false,
    digest: "abc",
  };
  const answers = {
    shown_image: ({ name }: Record<string, unknown>) =>
      name === "bad.png" ? undefined : { body: { digest: `d-${name}` } },
    show_concept: () => ({ body: { images: 2 } }),
    forget_concept: () => ({}),
    about_concepts: () => ({
      body: {
        concepts: [
          {
            name: concept.name,
            test: "rank sum of 5",
            said: "CLIP does not know '<i>veil</i>'",
            agrees: false,
          },
        ],
      },
    }),
  };
  const drop = (on: Element, names: string[]): void => {
    const event = new Event("drop", { bubbles: true, cancelable: true });
    const files = names.map((name) => new File(["x"], name));
    Object.assign(event, { dataTransfer: { files, types: ["Files"] } });
    on.dispatchEvent(event);
  };

  it("says on the chip and below what shows it, and whether the text agrees, as text", async () => {
    const { el, model } = await show(alignment, answers);
    model.say({ state: "valid", value: [concept.name, "milia"] });
    model.say({ state: "concepts", value: [concept] });
    await settle();
    const [veil, milia] = el.querySelectorAll<HTMLElement>(".slens-chip");
    expect(veil!.className).toContain("slens-odd");
    expect(veil!.querySelector(".slens-shown")!.textContent).toBe("5 ▣");
    expect(milia!.querySelector(".slens-shown")).toBeNull();
    const about = el.querySelector<HTMLElement>(".slens-about")!;
    expect(about.textContent).toBe(
      "“<b>veil</b>” is shown by 5 images; rank sum of 5; CLIP does not know '<i>veil</i>'",
    );
    expect(about.children).toHaveLength(0);
    veil!.querySelector<HTMLElement>(".slens-shown")!.click();
    await settle();
    expect(model.ops("forget_concept").at(-1)).toMatchObject({ concept: "<b>veil</b>" });
    model.say({ state: "concepts", value: [] });
    await settle();
    expect(about.hidden).toBe(true);
  });

  it("makes a concept of pictures that are dropped on a chip, or beside a typed name", async () => {
    const { el, model } = await show(alignment, answers);
    model.say({ state: "spurious", value: ["ruler"] });
    drop(el.querySelector(".slens-chip")!, ["one.png", "two.png"]);
    await settle();
    expect(model.ops("shown_image").map(({ name }) => name)).toEqual(["one.png", "two.png"]);
    expect(model.ops("show_concept").at(-1)).toMatchObject({
      concept: "ruler",
      field: "spurious",
      digests: ["d-one.png", "d-two.png"],
    });
    const [box] = el.querySelectorAll<HTMLElement>(".slens-chips");
    drop(box!, ["three.png"]);
    await settle();
    expect(el.querySelector(".slens-error")!.textContent).toContain("type its name first");
    box!.querySelector("input")!.value = "gel bubbles";
    drop(box!, ["three.png"]);
    await settle();
    expect(model.ops("show_concept").at(-1)).toMatchObject({ concept: "gel bubbles", field: "valid" });
  });

  it("offers no pictures where no model could look at them", async () => {
    const { el, model } = await show(alignment, answers, { live: false });
    model.say({ state: "valid", value: ["milia"] });
    expect(el.querySelector(".slens-chip input[type=file]")).toBeNull();
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

  it("keeps a threshold that moved on while the kernel drew an older one", async () => {
    const { el, model } = await show(alignment, { aligned: () => table(), points });
    const range = el.querySelector<HTMLInputElement>(".slens-thresholds input")!;
    const move = (value: string) => {
      range.value = value;
      range.dispatchEvent(new Event("input"));
    };
    const drawn = (valid: number) =>
      model.say({ event: "aligned", ...table({ thresholds: [valid, 0.25] }).body });
    move("0.3");
    await later();
    move("0.35");
    drawn(0.3);
    expect(range.value).toBe("0.35");
    await later();
    expect(model.ops("set").at(-1)).toMatchObject({ value: [0.35, 0.25] });
    drawn(0.3);
    expect(range.value).toBe("0.35");
    drawn(0.35);
    expect(range.value).toBe("0.35");
    model.say({ state: "thresholds", value: [0.4, 0.25] });
    drawn(0.4);
    expect(range.value).toBe("0.4");
  });

  it("says first why there is no verdict, without quadrants, and lets borders be set", async () => {
    const withheld = "the database keeps no probe images";
    const { el } = await show(alignment, {
      aligned: () =>
        table({
          thresholds: null,
          withheld,
          unit: "robust deviations",
          counts: {},
          at_chance: "the model is no better than chance",
        }),
      points,
    });
    expect(el.querySelector<HTMLElement>(".slens-counts")!.hidden).toBe(true);
    expect(el.querySelector(".slens-foot")!.textContent).toMatch(/^No verdict: the database keeps no/);
    expect(el.querySelector(".slens-foot")!.textContent).toContain("But the model is no better than chance.");
    expect(el.querySelector<HTMLElement>(".slens-thresholds")!.hidden).toBe(false);
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
    leave();
    const box = document.createElement("div");
    box.className = "slens-alignment-box";
    document.body.append(box);
    box.append(document.createElement("div"));
    const { el, model } = await show(alignment, { aligned: () => table(), beside: () => ({}) }, {}, box);
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
