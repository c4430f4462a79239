import { expect, it } from "vitest";
import { Shared } from "../src/shared";
import { Client } from "../src/transport";
import { audit } from "./fake_model";

it("takes what is told of a field right after the answer to an own change", async () => {
  const model = audit({ set: () => undefined });
  const shared = await Shared.open(new Client(model), () => {});
  shared.set("query", "ruler");
  model.say({ state: "query", value: "hair" });
  expect(shared.values.query).toBe("ruler");
  model.say({ re: model.ops("set")[0]!.id, state: "query", value: "ruler" });
  // The next message: no timer lies between the two, only promises.
  await Promise.resolve();
  model.say({ state: "query", value: "ink" });
  expect(shared.values.query).toBe("ink");
});
