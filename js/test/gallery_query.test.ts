import { describe, expect, it } from "vitest";
import gallery from "../src/gallery";
import { pieces } from "../src/gallery_query";
import { type Answers, type FakeModel, settle } from "./fake_model";
import { show as draw } from "./shown";

const answers: Answers = {
  scores: () => ({ body: { columns: ["clarity"] }, buffers: [new Float32Array(36).buffer] }),
  search: ({ query }) => ({
    body: { texts: [query], unknown: String(query).includes("zorp") ? ["zorp"] : [] },
    buffers: [new Float32Array(36).buffer, new Uint32Array(36).buffer],
  }),
  unknown: ({ query }) => ({ body: { unknown: String(query).includes("zorp") ? ["zorp"] : [] } }),
  suggestions: () => ({
    body: { recent: ["ruler, -hair", "ink"], words: ["ruler", "red skin", "<b>hair</b>", "dark hair"] },
  }),
  query_image: ({ digest }) => ({
    body: { name: `<i>${digest}</i>` },
    buffers: [new Uint8Array([1]).buffer],
  }),
  add_image: () => ({ body: { digest: "abc" } }),
};

async function show(
  more: Answers = {},
): Promise<{ el: HTMLElement; model: FakeModel; box: HTMLInputElement }> {
  const { el, model } = await draw(gallery, { ...answers, ...more });
  return { el, model, box: el.querySelector<HTMLInputElement>("[role=combobox]")! };
}

async function type(box: HTMLInputElement, text: string): Promise<void> {
  box.value = text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  await settle();
}

async function press(box: HTMLElement, key: string): Promise<boolean> {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  box.dispatchEvent(event);
  await settle();
  return event.defaultPrevented;
}

const options = (el: HTMLElement): string[] =>
  [...el.querySelectorAll<HTMLElement>("[role=option] > span:first-of-type")].map((item) => item.textContent);

describe("query box", () => {
  it("cuts a text at whole words only", () => {
    expect(pieces("Zorp ink zorps, -zorp", ["zorp"])).toEqual(["", "Zorp", " ink zorps, -", "zorp", ""]);
    expect(pieces("ruler", [])).toEqual(["ruler"]);
    expect(pieces("a+b", ["a", "b"]).filter((_, i) => i % 2)).toEqual(["a", "b"]);
  });

  it("marks unknown words in the box while it is typed in, as text", async () => {
    const { el, box, model } = await show();
    await type(box, "<u>zorp</u> rul");
    await new Promise((resolve) => setTimeout(resolve, 300));
    await settle();
    expect(model.ops("unknown").at(-1)!.query).toBe("<u>zorp</u> ");
    const behind = el.querySelector(".slens-behind")!;
    expect(behind.textContent).toBe(box.value);
    expect(behind.querySelector("mark")!.textContent).toBe("zorp");
    expect(behind.querySelector("u")).toBeNull();
    expect(box.getAttribute("aria-invalid")).toBe("true");
    await type(box, "ruler");
    expect(box.getAttribute("aria-invalid")).toBe("false");
  });

  it("keeps what is being typed when the query before it is answered", async () => {
    const { el, box, model } = await show({ search: () => undefined });
    await type(box, "zorp");
    box.form!.requestSubmit();
    await settle();
    await type(box, "ruler");
    const [asked] = model.ops("search");
    const found = answers.search!(asked!, [])!;
    model.say({ ...found.body, re: asked!.id, generation: asked!.generation }, found.buffers);
    await settle();
    expect(el.querySelector("mark")!.textContent).toBe("zorp");
    expect(box.value).toBe("ruler");
    expect(box.getAttribute("aria-invalid")).toBe("false");
    model.say({ state: "images", value: ["abc"] });
    await settle();
    expect(box.value).toBe("ruler");
    box.form!.requestSubmit();
    await settle();
    expect(model.ops("set").at(-1)).toMatchObject({ field: "query", value: "ruler" });

    model.say({ state: "query", value: "ink" });
    await settle();
    expect(box.value).toBe("ink");
  });

  it("suggests by the part that is being typed, with the keys of a combobox", async () => {
    const { el, box, model } = await show();
    await press(box, "ArrowDown");
    expect(box.getAttribute("aria-expanded")).toBe("true");
    expect(options(el).slice(0, 2)).toEqual(["ruler, -hair", "ink"]);
    await press(box, "Escape");
    expect(box.getAttribute("aria-expanded")).toBe("false");
    await type(box, "ink, -ha");
    expect(options(el)).toEqual(["<b>hair</b>", "dark hair"]);
    await press(box, "ArrowDown");
    await press(box, "ArrowDown");
    const active = box.getAttribute("aria-activedescendant")!;
    expect(el.querySelector(`#${active}`)!.getAttribute("aria-selected")).toBe("true");
    await press(box, "Enter");
    expect(model.ops("set").at(-1)).toMatchObject({ field: "query", value: "ink, -dark hair" });
    expect(model.ops("search").at(-1)).toMatchObject({ query: "ink, -dark hair", images: [] });
    expect(el.querySelector<HTMLElement>("[role=listbox]")!.hidden).toBe(true);
  });

  it("sends pasted files and shows the session's images as chips", async () => {
    const { el, box, model } = await show();
    const paste = new Event("paste", { cancelable: true }) as ClipboardEvent;
    Object.defineProperty(paste, "clipboardData", {
      value: { files: [new File([new Uint8Array([7, 8])], "lesion.png", { type: "image/png" })] },
    });
    box.dispatchEvent(paste);
    await settle();
    expect(paste.defaultPrevented).toBe(true);
    expect(model.ops("add_image").at(-1)!.name).toBe("lesion.png");

    model.say({ state: "images", value: ["abc", "-def"] });
    await settle();
    expect(model.ops("search").at(-1)!.images).toEqual(["abc", "-def"]);
    const chips = [...el.querySelectorAll<HTMLElement>(".slens-chips .slens-chip")];
    expect(chips.map((chip) => chip.dataset.unwanted)).toEqual(["false", "true"]);
    expect(chips[0]!.textContent).toContain("<i>abc</i>");
    chips[0]!.querySelector("button")!.click();
    await settle();
    expect(model.ops("set").at(-1)).toMatchObject({ field: "images", value: ["-abc", "-def"] });
    el.querySelectorAll<HTMLElement>(".slens-chips .slens-chip")[1]!.querySelectorAll("button")[1]!.click();
    await settle();
    expect(model.ops("set").at(-1)).toMatchObject({ field: "images", value: ["-abc"] });
  });

  it("says what is wrong with a dropped file", async () => {
    const { el, model } = await show({ add_image: () => undefined });
    const drop = new Event("drop", { bubbles: true, cancelable: true }) as DragEvent;
    Object.defineProperty(drop, "dataTransfer", { value: { files: [new File(["<svg/>"], "x.svg")] } });
    el.querySelector("section")!.dispatchEvent(drop);
    await settle();
    model.say({ err: model.ops("add_image")[0]!.id, message: "'x.svg' can't be used as a query" });
    await settle();
    expect(el.querySelector("[role=alert]")!.textContent).toContain("'x.svg' can't be used");
  });
});
