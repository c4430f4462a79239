import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Health } from "../src/health";
import { splitters } from "../src/splitters";
import { Client } from "../src/transport";
import { FakeModel } from "./fake_model";

class Kernel {
  status = "idle";
  slots = new Set<() => void>();
  statusChanged = {
    connect: (slot: () => void) => void this.slots.add(slot),
    disconnect: (slot: () => void) => void this.slots.delete(slot),
  };
  become(status: string): void {
    this.status = status;
    for (const slot of [...this.slots]) slot();
  }
}

function open(kernel?: Kernel): { client: Client; model: FakeModel; seen: Health[] } {
  const model = new FakeModel();
  if (kernel) Object.assign(model, { widget_manager: { kernel } });
  const seen: Health[] = [];
  return { client: new Client(model, (health) => seen.push(health)), model, seen };
}

describe("the kernel's health", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("is busy when nothing is answered while the host says so, and fine after the answer", async () => {
    const kernel = new Kernel();
    kernel.status = "busy";
    const { client, model, seen } = open(kernel);
    const reply = client.request("search");
    await vi.advanceTimersByTimeAsync(2_000);
    expect(seen).toEqual([]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(seen).toEqual(["busy"]);
    model.say({ re: model.asked[0]!.id });
    await reply;
    expect(seen).toEqual(["busy", "fine"]);
  });

  it("is silent where no host says why, and anything heard resets that", async () => {
    const { client, model, seen } = open();
    void client.request("search");
    await vi.advanceTimersByTimeAsync(9_000);
    model.say({ progress: model.asked[0]!.id, done: 1, total: 2, stage: "x" });
    await vi.advanceTimersByTimeAsync(9_000);
    expect(seen).toEqual([]);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(seen).toEqual(["silent"]);
    model.say({ progress: model.asked[0]!.id, done: 2, total: 2, stage: "x" });
    expect(seen).toEqual(["silent", "fine"]);
  });

  it("is gone after a restart, also when the kernel is idle again", async () => {
    const kernel = new Kernel();
    const { client, model, seen } = open(kernel);
    const waiting = expect(client.request("search")).rejects.toMatchObject({ cancelled: true });
    kernel.become("restarting");
    kernel.become("idle");
    expect(seen).toEqual(["gone"]);
    await waiting;
    await expect(client.request("search")).rejects.toMatchObject({ cancelled: true });
    expect(model.asked).toHaveLength(1);
  });

  it("is fine while nothing is asked, and a closed widget no longer listens", async () => {
    const kernel = new Kernel();
    const { client, seen } = open(kernel);
    kernel.become("busy");
    await vi.advanceTimersByTimeAsync(60_000);
    client.close();
    kernel.become("dead");
    expect([seen, kernel.slots.size]).toEqual([[], 0]);
  });
});

describe("the lines between panels", () => {
  const press = (element: Element, key: string): boolean =>
    element.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));

  it("move by keys within limits, go back, and are taken out", () => {
    const grid = document.createElement("div");
    document.body.append(grid);
    const remove = splitters(grid);
    const [column, , row] = grid.querySelectorAll<HTMLElement>("[role=separator]");
    expect(column!.getAttribute("aria-orientation")).toBe("vertical");
    press(column!, "ArrowRight");
    expect(grid.style.getPropertyValue("--slens-x")).toBe("52%");
    expect(column!.getAttribute("aria-valuenow")).toBe("52");
    press(column!, "End");
    press(column!, "ArrowRight");
    expect(grid.style.getPropertyValue("--slens-x")).toBe("80%");
    press(column!, "Enter");
    expect(grid.style.getPropertyValue("--slens-x")).toBe("");
    press(row!, "ArrowUp");
    expect(grid.style.getPropertyValue("--slens-y")).toBe("576px");
    expect(press(row!, "ArrowLeft")).toBe(true);
    remove();
    expect(grid.children).toHaveLength(0);
    grid.remove();
  });

  it("follow the pointer", () => {
    const grid = document.createElement("div");
    Object.defineProperty(grid, "clientWidth", { value: 1000 });
    document.body.append(grid);
    splitters(grid);
    const column = grid.querySelector<HTMLElement>("[role=separator]")!;
    const at = (type: string, clientX: number) =>
      column.dispatchEvent(new PointerEvent(type, { clientX, button: 0, bubbles: true }));
    at("pointerdown", 500);
    at("pointermove", 600);
    expect(grid.style.getPropertyValue("--slens-x")).toBe("60%");
    at("pointerup", 600);
    at("pointermove", 700);
    expect(grid.style.getPropertyValue("--slens-x")).toBe("60%");
    grid.remove();
  });
});
