import { afterEach, describe, expect, it, vi } from "vitest";
import { Labels } from "../src/labels";
import { Shared } from "../src/shared";
import { Client } from "../src/transport";
import { type Answers, audit, type FakeModel, settle } from "./fake_model";

const floats = (values: number[]): ArrayBuffer => new Float32Array(values).buffer;
const found: Answers = {
  labels: () => ({
    body: { available: true, names: ["ruler", "<b>ink</b>"], trusted_from: 0.75, reason: "few images" },
    buffers: [
      new Uint32Array([0, 1, 1, 0xffffffff]).buffer,
      floats([0.4, 0.3, 0.2, Number.NaN]),
      floats([0.1, 0, 0.05, Number.NaN]),
      floats([0.9, 0.2, Number.NaN, Number.NaN]),
      floats([1, 0, 0, 0]),
    ],
  }),
};

let client: Client;
async function open(more: Answers = found): Promise<{
  labels: Labels;
  model: FakeModel;
  shared: Shared;
  changed: ReturnType<typeof vi.fn>;
  failed: ReturnType<typeof vi.fn>;
}> {
  const model = audit(more);
  client = new Client(model);
  const [failed, changed] = [vi.fn(), vi.fn()];
  const shared = await Shared.open(client, failed);
  const labels = new Labels(shared, failed, changed);
  await settle();
  return { labels, model, shared, changed, failed };
}
afterEach(() => client.close());

describe("labels", () => {
  it("look as trustworthy as they are, and are text", async () => {
    const { labels } = await open();
    const chips = [0, 1, 2].map((id) => labels.chip(id));
    expect(chips.map((chip) => chip.dataset.trust)).toEqual(["trusted", "doubtful", "unknown"]);
    expect(chips.map((chip) => chip.textContent)).toEqual([
      "ruler",
      "<b>ink</b>\u00a0?",
      "<b>ink</b>\u00a0·",
    ]);
    expect(chips[1]!.querySelector("b")).toBeNull();
    expect(chips[1]!.title).toContain("0.20 is no better");
    expect([0, 1, 2, 3].map((id) => labels.said(id))).toEqual([
      "“ruler” (trusted)",
      "“<b>ink</b>” (doubtful)",
      "“<b>ink</b>” (unknown)",
      "",
    ]);
    expect(chips[2]!.title).toContain("0.05 ahead");
    expect(chips[2]!.title).toContain("few images");
    expect(labels.certificate(2)).toBeNaN();
    expect(labels.margin(0)).toBeCloseTo(0.1);
  });

  it("are hidden where a component has none", async () => {
    const { labels } = await open();
    for (const id of [3, 30]) {
      expect(labels.name(id)).toBeUndefined();
      expect(labels.chip(id).hidden).toBe(true);
    }
    const { labels: none, changed } = await open({
      labels: () => ({ body: { available: false, names: [], reason: "no vocabulary is set" } }),
    });
    expect(none.name(0)).toBeUndefined();
    expect(changed).toHaveBeenCalledOnce();
  });

  it("load again when the vocabulary changes, and say what fails", async () => {
    const { model, shared, changed, failed } = await open();
    shared.set("vocabulary", ["hair"]);
    await settle();
    expect(model.ops("labels")).toHaveLength(2);
    expect(changed).toHaveBeenCalledTimes(2);
    delete model.answers.labels;
    shared.set("vocabulary", ["ink"]);
    model.say({ err: model.ops("labels")[2]!.id, message: "no foundation model" });
    await settle();
    expect(String(failed.mock.calls[0]![0])).toContain("no foundation model");
  });
});
