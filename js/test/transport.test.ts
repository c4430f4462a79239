import { describe, expect, it } from "vitest";
import { decodeSet, encodeSet } from "../src/components";
import { Client, float32Of, join } from "../src/transport";
import { FakeModel } from "./fake_model";

describe("client", () => {
  it("resolves with the body and copies of the buffers", async () => {
    const model = new FakeModel({
      points: () => ({ body: { n: 2 }, buffers: [new Float32Array([1, 2]).buffer] }),
    });
    const { body, buffers } = await new Client(model).request("points");
    expect(body.n).toBe(2);
    expect([...float32Of(buffers[0])]).toEqual([1, 2]);
  });

  it("cancels and ignores what a newer request of the lane replaced", async () => {
    const model = new FakeModel();
    const client = new Client(model);
    const old = client.request("search", { query: "a" }, { lane: "search" }).catch((error) => error);
    const now = client.request("search", { query: "b" }, { lane: "search" });
    const [first, cancel, second] = model.asked;
    expect(cancel).toEqual({ op: "cancel", id: first!.id });
    model.say({ re: first!.id, answer: "a" });
    model.say({ re: second!.id, answer: "b" });
    expect((await old).cancelled).toBe(true);
    expect((await now).body.answer).toBe("b");
    expect(second!.generation).toBe(2);
  });

  it("puts chunks together", async () => {
    const model = new FakeModel();
    const reply = new Client(model).request("points");
    const id = model.asked[0]!.id;
    model.say({ chunk: id }, [new Uint8Array([1, 2, 3]).buffer]);
    model.say({ chunk: id }, [new Uint8Array([4, 5]).buffer]);
    model.say({ re: id, lengths: [1, 4] });
    expect((await reply).buffers.map((part) => [...part])).toEqual([[1], [2, 3, 4, 5]]);
    expect(join([], [0])).toHaveLength(1);
  });

  it("reports progress and errors, and survives nonsense", async () => {
    const model = new FakeModel();
    const seen: number[] = [];
    const reply = new Client(model).request("x", {}, { progress: ({ done }) => seen.push(done) });
    const id = model.asked[0]!.id;
    for (const nonsense of [null, 3, {}, { re: -4 }, { state: 5 }]) model.say(nonsense as never);
    model.say({ progress: id, done: 2, total: 4, stage: "s" });
    model.say({ err: id, message: "no such layer" });
    await expect(reply).rejects.toThrow("no such layer");
    expect(seen).toEqual([2]);
  });

  it("rejects what waits when it closes, and hears nothing more", async () => {
    const model = new FakeModel();
    const client = new Client(model);
    const reply = client.request("x");
    client.close();
    await expect(reply).rejects.toThrow();
    expect(model.listeners.size).toBe(0);
  });
});

describe("sets", () => {
  it.each([[[]], [[35]], [[0, 1, 7, 8, 20]]])("survive their encoding: %j", (ids: number[]) => {
    const { encoding, buffer } = encodeSet(ids, 36);
    expect(encoding).toBe(ids.length <= 36 / 32 ? "ids" : "bitset");
    expect(decodeSet({ encoding }, new Uint8Array(buffer))).toEqual(ids);
  });
});
