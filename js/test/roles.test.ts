import { describe, expect, it } from "vitest";
import roles from "../src/roles";
import type { Json } from "../src/transport";
import { type Answers, settle } from "./fake_model";
import { show as draw, leave } from "./shown";

const NASTY = "<img src=x onerror=alert(1)>";
const GRAPH = {
  target: "nevus",
  title: "mean over 64 images",
  method: "CRP",
  size: [924, 240],
  middle: 120,
  columns: [12, 260, 508, 756],
  layers: ["features.0", NASTY],
  nodes: [
    { component: 3, at: [260, 30], share: 0.5, quadrant: "valid", classes: "" },
    { component: 21, at: [508, 30], share: 0.25, quadrant: "", classes: "fires on: hound" },
  ],
  curves: [
    { path: "M1 2C3 4 5 6 7 8", share: -0.1, said: NASTY, width: 2, opacity: 0.3 },
    { path: "M1 2C3 4 5 6 7 8", share: 0.6, said: "3 feeds 21", width: 16, opacity: 0.6 },
  ],
};
const WHY = {
  target: "nevus",
  prediction: "melanoma",
  label: "nevus",
  probability: 0.2,
  shares: { spurious: 0.8, valid: 0.2, both: 0 },
  rows: [
    {
      ...{ component: 21, share: 0.4, quadrant: "spurious", classes: "fires on: hound" },
      ...{ name: "fires on: hound", label: "ruler", trust: "doubtful", doubt: "Do not rely" },
    },
    {
      ...{ component: 3, share: -0.1, quadrant: "", classes: "" },
      ...{ name: "", label: "", trust: "", doubt: "" },
    },
    {
      ...{ component: 4, share: -0.2, quadrant: "", classes: "" },
      ...{ name: "unknown", label: "ink", trust: "unknown", doubt: "none of the images shows it" },
    },
  ],
};
const jpeg = (): ArrayBuffer => new Uint8Array([255, 216]).buffer;

async function show(
  more: Answers = {},
  start: Json = {},
  target: string | null = "nevus",
): ReturnType<typeof draw> {
  const { el, model } = await draw(roles, {
    start: () => ({
      body: { image: null, name: "", k: 5, method: "crp", most: 12, lacking: "", images: 40, ...start },
    }),
    roles: () => ({ body: GRAPH, buffers: [jpeg()] }),
    explain: () => ({ body: WHY, buffers: [jpeg(), jpeg(), jpeg(), jpeg()] }),
    labels: () => ({ body: { names: [], trusted_from: 1, reason: "" }, buffers: [] }),
    ...more,
  });
  model.say({ state: "target", value: target });
  await new Promise((resolve) => setTimeout(resolve, 60));
  await settle();
  return { el, model };
}

const nodes = (el: HTMLElement): HTMLButtonElement[] => [
  ...el.querySelectorAll<HTMLButtonElement>(".slens-node"),
];

describe("the roles view", () => {
  it("draws a class as nodes that select, joined by curves; texts stay texts", async () => {
    const { el, model } = await show();
    expect(model.ops("roles").at(-1)).toMatchObject({ image: null, method: "crp", k: 5 });
    expect(nodes(el).map((each) => each.textContent)).toEqual([
      "features.0:350.0 %",
      "fires on: houndfeatures.3:1 · 25.0 %",
    ]);
    expect(nodes(el)[0]!.title).toContain("features.0:3, 50.0 % of the layer's relevance, valid");
    expect([...el.querySelectorAll("path[stroke-dasharray]")].map((each) => each.textContent)).toEqual([
      `${NASTY}: −10.0 %`,
    ]);
    expect(el.querySelectorAll("img[onerror]")).toHaveLength(0);
    nodes(el)[1]!.click();
    await settle();
    const set = model.ops("set").find(({ field }) => field === "selection");
    expect(set).toBeDefined();
    expect(nodes(el).map((each) => each.getAttribute("aria-pressed"))).toEqual(["false", "true"]);
    nodes(el)[0]!.dispatchEvent(new Event("focusin", { bubbles: true }));
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(model.ops("set").find(({ field }) => field === "hovered")).toMatchObject({ value: 3 });
    expect(nodes(el)[0]!.classList.contains("slens-pointed")).toBe(true);
  });

  it("shows the classes of a component whose label is not to be trusted, and a trusted label itself", async () => {
    const floats = (values: number[]): ArrayBuffer => new Float32Array(values).buffer;
    const labels = (certificate: number, trusted: number) => () => ({
      body: { names: ["ink"], trusted_from: 0.7, reason: "few images" },
      buffers: [
        new Uint32Array(36).buffer,
        ...[0.4, 0.1, certificate, trusted].map((value) => floats(Array(36).fill(value))),
      ],
    });
    const seen = async (certificate: number, trusted: number) => {
      const { el } = await show({ labels: labels(certificate, trusted) });
      const heads = nodes(el).map((each) => each.querySelector("b, .slens-label > span")!.textContent);
      const titles = nodes(el).map((each) => each.title.split(", ")[1]);
      leave();
      return { heads, title: titles[1] };
    };
    expect(await seen(0.9, 1)).toEqual({ heads: ["ink", "ink"], title: "“ink” (trusted)" });
    const mixed = ["ink", "fires on: hound"];
    expect(await seen(0.4, 0)).toEqual({ heads: mixed, title: "“ink” (doubtful)" });
    expect(await seen(Number.NaN, 0)).toEqual({ heads: mixed, title: "“ink” (unknown)" });
  });

  it("explains an image: a number, or a file, and goes back to the class", async () => {
    const { el, model } = await show({ add_image: () => ({ body: { image: "a1b2" } }) });
    const number = el.querySelector<HTMLInputElement>("input[placeholder]")!;
    number.value = "7";
    number.dispatchEvent(new Event("change"));
    await settle();
    expect(model.ops("explain").at(-1)).toMatchObject({ image: 7, method: "crp" });
    const why = el.querySelector<HTMLElement>("section.slens-image")!;
    expect(why.hidden).toBe(false);
    expect(why.textContent).toContain(
      "predicted melanoma, labelled nevus · 20.0 % for nevus80 % spurious 20 % valid",
    );
    const cards = [...why.querySelectorAll<HTMLButtonElement>(".slens-flip")];
    expect(cards.map((each) => each.querySelector("b")!.textContent)).toEqual([
      "fires on: hound",
      "features.0:3",
      "unknown",
    ]);
    const chips = cards.map((each) => each.querySelector<HTMLElement>(".slens-label"));
    expect(chips.map((chip) => chip?.textContent)).toEqual(["ruler\u00a0?", undefined, "ink\u00a0·"]);
    expect(chips.map((chip) => chip?.dataset.trust)).toEqual(["doubtful", undefined, "unknown"]);
    expect(cards[0]!.title).toContain("Do not rely");
    cards[1]!.click();
    await settle();
    expect(cards[1]!.getAttribute("aria-pressed")).toBe("true");
    const pasted = new Event("paste", { bubbles: true, cancelable: true });
    const file = new File(["x"], NASTY, { type: "image/png" });
    Object.assign(pasted, { clipboardData: { files: [file] } });
    number.dispatchEvent(pasted);
    await settle();
    expect(model.ops("explain").at(-1)).toMatchObject({ image: "a1b2" });
    expect(el.querySelector(".slens-given")!.textContent).toBe(NASTY);
    expect(number.value).toBe("");
    el.querySelector<HTMLButtonElement>("[aria-label^='Back to the class']")!.click();
    await settle();
    expect(why.hidden).toBe(true);
    expect(model.ops("roles").at(-1)).toMatchObject({ image: null });
  });

  it("shows the newest of several questions, and keeps the error of one that failed", async () => {
    const { el, model } = await show({ roles: () => undefined });
    const [crp, gradient] = [...el.querySelectorAll<HTMLButtonElement>(".slens-segments button")];
    gradient!.click();
    await settle();
    const [first, second] = model.ops("roles").slice(-2);
    expect(second).toMatchObject({ method: "gradient" });
    model.say({ ...GRAPH, title: "old", re: first!.id, generation: first!.generation });
    model.say({ ...GRAPH, title: "new", re: second!.id, generation: second!.generation });
    await settle();
    expect(el.querySelector(".slens-class")!.textContent).toBe("nevusnew");
    expect(gradient!.getAttribute("aria-pressed")).toBe("true");
    crp!.click();
    await settle();
    model.say({ err: model.ops("roles").at(-1)!.id, message: `no ${NASTY}` });
    await settle();
    expect(el.querySelector(".slens-error")!.textContent).toContain(`no ${NASTY}`);
  });

  it("says what to do without a class, and what is lacking without a model", async () => {
    const { el, model } = await show({}, {}, null);
    expect(el.querySelector(".slens-empty")!.textContent).toContain("Choose a class");
    expect(model.ops("roles")).toHaveLength(0);
    leave();
    const other = await show({}, { lacking: "An explanation needs the live model" });
    expect(other.el.querySelector(".slens-empty")!.textContent).toContain("needs the live model");
    expect(other.model.ops("roles")).toHaveLength(0);
  });
});
