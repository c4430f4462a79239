import { describe, expect, it, vi } from "vitest";
import map from "../src/map";
import { settle } from "./fake_model";
import { beside, show } from "./shown";

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
    expect(names.slice(0, 3)).toEqual(["<b>ink</b>\u00a0?", "ruler\u00a0?", "no label"]);
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
