import { afterEach, describe, expect, it } from "vitest";
import { canonical, open, SavedModel, SavedSession } from "../src/saved";
import slens from "../src/slens";
import { Client } from "../src/transport";
import { LAYERS, settle } from "./fake_model";

const base64 = (bytes: ArrayBuffer): string => btoa(String.fromCharCode(...new Uint8Array(bytes)));
const ids = (...values: number[]): string => base64(new Uint32Array(values).buffer);
const record = (op: string, more = {}) => ({
  op,
  args: {},
  when: [],
  sets: [],
  event: false,
  body: {},
  buffers: [] as string[],
  ...more,
});
const hello = record("hello", {
  body: {
    about: { layers: LAYERS, m: 6, tile: 72, classes: [], live: true, searchable: true },
    states: [
      { state: "selection", encoding: "ids" },
      { state: "pruned", encoding: "ids" },
      { state: "query", value: "ruler" },
    ],
  },
  buffers: [ids(3), ids(), ""],
});
const page = (records: ReturnType<typeof record>[], widget = "gallery") => ({
  widgets: [
    { name: widget, widget, hello, records },
    { name: "bar", widget: "dashboard", hello, records: [record("bar")] },
  ],
  shared: [record("labels", { body: { available: false, names: [] } })],
  strips: { "4": ids(1, 2) },
  tiles: 6,
  tile: 72,
  skipped: 0,
  about: "Saved",
});
const client = (records: ReturnType<typeof record>[]): [Client, Client] => {
  const saved = page(records);
  const session = new SavedSession(saved);
  return [
    new Client(new SavedModel(session, saved.widgets[0]!)),
    new Client(new SavedModel(session, saved.widgets[1]!)),
  ];
};

afterEach(() => document.body.replaceChildren());

describe("a saved page", () => {
  it("tells equal arguments from others whatever their order", () => {
    expect(canonical({ b: [1, { c: null }], a: "x" })).toBe(canonical({ a: "x", b: [1, { c: null }] }));
    expect(canonical({ a: 1 })).not.toBe(canonical({ a: "1" }));
  });

  it("answers what was recorded, for the state it was recorded in", async () => {
    const [one] = client([
      record("search", { args: { query: "ruler" }, body: { n: 1 }, buffers: [ids(7)] }),
      record("colour", { when: [{ state: "query", value: "ruler" }], body: { n: 2 } }),
    ]);
    const found = await one.request("search", { query: "ruler" });
    expect(found.body.n).toBe(1);
    expect([...found.buffers[0]!]).toEqual([7, 0, 0, 0]);
    expect((await one.request("colour")).body.n).toBe(2);
    expect((await one.request("labels")).body.available).toBe(false);
    await one.request("set", { field: "query", value: "ink" });
    await expect(one.request("colour")).rejects.toThrow("needs a kernel");
    await expect(one.request("search", { query: "ink" })).rejects.toThrow("knows these searches: ruler");
    await expect(one.request("explain")).rejects.toThrow("needs a kernel");
  });

  it("links its widgets and tells the events that depend on a field", async () => {
    const pruned = (data: string) => [{ state: "pruned", encoding: "ids", data }];
    const [one, two] = client([
      record("panel", { event: true, when: pruned(ids()), body: { n: 0 } }),
      record("panel", { event: true, when: pruned(ids(2, 1)), body: { n: 2 } }),
    ]);
    const heard: unknown[] = [];
    two.on("state:pruned", (body) => void heard.push(body.encoding));
    one.on("event:panel", (body) => void heard.push(body.n));
    one.on("event:unanswered", (body) => void heard.push(body.message));
    const set = (...values: number[]) =>
      one.request("set", { field: "pruned", encoding: "ids" }, { buffers: [new Uint32Array(values).buffer] });
    await set(1, 2);
    await set(1, 2, 3);
    await settle();
    expect(heard).toEqual(["ids", 2, "", "ids", expect.stringContaining("needs a kernel")]);
  });

  it("sets what an operation sets", async () => {
    const [one, two] = client([
      record("choose", { sets: [{ state: "selection", encoding: "ids", data: ids(9) }] }),
    ]);
    const heard: number[] = [];
    two.on("state:selection", (_, buffers) => void heard.push(buffers[0]![0]!));
    await one.request("choose");
    await settle();
    expect(heard).toEqual([9]);
  });

  it("gives the strips that it has", async () => {
    const [one] = client([]);
    const { buffers } = await one.request("strips", { ids: [4, 5] });
    expect(buffers.map((part) => part.length)[0]).toBe(8);
    expect(buffers).toHaveLength(2);
  });

  it("draws its widgets and says what it is", async () => {
    const saved = page([
      record("scores", { body: { columns: ["clarity"] }, buffers: [base64(new Float32Array(36).buffer)] }),
      record("search", {
        args: { query: "ruler", images: [] },
        body: { texts: ["ruler"], unknown: [] },
        buffers: [base64(new Float32Array(36).buffer), base64(new Uint32Array(36).buffer)],
      }),
    ]);
    open(saved, slens, document.body);
    await settle();
    expect(document.querySelector(".slens-saved-note")?.textContent).toContain("needs the model");
    expect(document.querySelector(".slens-gallery")?.getAttribute("data-query")).toBe("ruler");
    expect(document.querySelector(".slens-dashboard-bar")?.textContent).toContain("1 selected");
    for (const error of document.querySelectorAll<HTMLElement>(".slens-error"))
      expect(error.hidden, error.textContent).toBe(true);
  });
});
