import { describe, expect, it } from "vitest";
import compare from "../src/compare";
import { decodeSet } from "../src/components";
import { type Answers, settle } from "./fake_model";
import { beside, compared, leave, show } from "./shown";

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
    leave();
    const failing = await show(compare, { compared: () => undefined }, beside);
    failing.model.say({ err: failing.model.ops("compared")[0]!.id, message: "other foundation models" });
    await settle();
    expect(failing.el.querySelector("[role=alert]")!.textContent).toContain("other foundation models");
  });
});
