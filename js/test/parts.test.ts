import { describe, expect, it, vi } from "vitest";
import { Components } from "../src/components";
import type { Labels, Trust } from "../src/labels";
import { withRoom } from "../src/map_crops";
import { placed, type Region, regions } from "../src/map_regions";
import { levels, MISSING, palette, range } from "../src/palette";
import { Grid, inside, normalise, toward, View } from "../src/plane";
import { type Column, clicked, type Filters, filtered, ranked } from "../src/ranking";
import { UrlCache } from "../src/strips";
import { isDark } from "../src/theme";
import { VirtualList } from "../src/virtual_list";
import { LAYERS } from "./fake_model";

describe("plane", () => {
  const xy = normalise(Float32Array.from({ length: 400 }, (_, i) => Math.sin(i * 12.9898) * 43));

  it("normalises into the square", () => {
    expect(Math.max(...xy.map(Math.abs))).toBeCloseTo(1);
  });

  it("finds the nearest point as a plain search does", () => {
    const grid = new Grid(xy);
    for (const [x, y] of [
      [0, 0],
      [0.9, -0.9],
      [-2, 3],
      [0.31, 0.3],
    ] as const) {
      let [best, least] = [-1, 0.5 ** 2];
      for (let i = 0; i < 200; i++) {
        const distance = (xy[2 * i]! - x) ** 2 + (xy[2 * i + 1]! - y) ** 2;
        if (distance <= least) [best, least] = [i, distance];
      }
      expect(grid.nearest(x, y, 0.5)).toBe(best);
    }
  });

  it("knows inside from outside of a concave lasso", () => {
    const horseshoe: [number, number][] = [
      [0, 0],
      [4, 0],
      [4, 4],
      [3, 4],
      [3, 1],
      [1, 1],
      [1, 4],
      [0, 4],
    ];
    expect(inside(0.5, 3, horseshoe)).toBe(true);
    expect(inside(2, 3, horseshoe)).toBe(false);
    expect([...new Grid(new Float32Array([0.5, 3, 2, 3, 3.5, 2])).lassoed(horseshoe)]).toEqual([0, 2]);
    expect([
      ...new Grid(xy).lassoed([
        [0, 0],
        [1, 1],
      ]),
    ]).toEqual([]);
  });

  it("takes the same points into a lasso, a rectangle and a neighbourhood as a plain search", () => {
    const many = normalise(Float32Array.from({ length: 6000 }, (_, i) => Math.sin(i * 78.233) * Math.cos(i)));
    const grid = new Grid(many);
    const all = Array.from({ length: 3000 }, (_, i) => i);
    const star = Array.from({ length: 40 }, (_, i): [number, number] => {
      const [angle, reach] = [(i / 20) * Math.PI, i % 2 ? 0.25 : 1.4];
      return [Math.cos(angle) * reach + 0.1, Math.sin(angle) * reach];
    });
    const slow = all.filter((i) => inside(many[2 * i]!, many[2 * i + 1]!, star));
    expect(slow.length).toBeGreaterThan(100);
    expect([...grid.lassoed(star)]).toEqual(slow);
    const box = all.filter((i) => Math.abs(many[2 * i]!) <= 0.3 && Math.abs(many[2 * i + 1]! - 0.1) <= 0.2);
    expect(grid.within([-0.3, -0.1], [0.3, 0.3]).sort((a, b) => a - b)).toEqual(box);
    expect(grid.within([-1, -1], [1, 1], 10)).toHaveLength(11);
    const away = (i: number): number => Math.hypot(many[2 * i]! - 0.9, many[2 * i + 1]! + 0.8);
    const nearest = [...all].sort((a, b) => away(a) - away(b));
    expect(grid.nearestOnes(0.9, -0.8, 25)).toEqual(nearest.slice(0, 25));
    expect(grid.nearestOnes(0.9, -0.8, 9999)).toHaveLength(3000);
  });

  it("keeps the place under the pointer when it zooms, and steps with the arrows", () => {
    const view = new View();
    Object.assign(view, { width: 400, height: 300 });
    const before = view.toWorld(120, 80);
    view.zoomAt(3, 120, 80);
    const after = view.toWorld(120, 80);
    expect(after[0]).toBeCloseTo(before[0]);
    expect(after[1]).toBeCloseTo(before[1]);
    expect(toward(new Float32Array([0, 0, 1, 0, -1, 0, 0, 1]), 0, 1, 0)).toBe(1);
    expect(toward(new Float32Array([0, 0, -1, 0]), 0, 1, 0)).toBe(-1);
  });
});

describe("ranking", () => {
  const components = new Components(LAYERS);
  const values = Float32Array.from({ length: 36 }, (_, i) => (i === 3 ? Number.NaN : (i % 5) - 2));
  const number: Column = { key: "clarity", name: "clarity", title: "", values };
  const text: Column = { key: "label", name: "label", title: "", text: (id) => ["ink", "", "Hair"][id % 3]! };
  const all = Uint32Array.from({ length: 36 }, (_, i) => i);
  const filters = (more: Partial<Filters> = {}): Filters => ({
    ranges: new Map(),
    texts: new Map(),
    layer: null,
    pruned: null,
    only: null,
    ...more,
  });
  const pass = (more: Partial<Filters>): number[] =>
    Array.from(filtered(36, filters(more), [number, text], components.layerOf, new Set([2, 30])));

  it("sorts both ways as a plain sort does, ties in the model's order, what has no value last", () => {
    for (const descending of [true, false]) {
      const slow = Array.from(all)
        .filter((id) => id !== 3)
        .sort((a, b) => (descending ? values[b]! - values[a]! : values[a]! - values[b]!) || a - b);
      expect(ranked(all, number, descending)).toEqual([...slow, 3]);
    }
    const extremes = Float32Array.from([1e-30, -1e30, 0, -0, Infinity, -5, Number.NaN, 5]);
    const column = { ...number, values: extremes };
    expect(ranked(Uint32Array.from(extremes.keys()), column, false)).toEqual([1, 5, 2, 3, 0, 7, 4, 6]);
  });

  it("sorts by text, an empty one last, and by the model's order", () => {
    expect(ranked(all, text, false).slice(0, 3)).toEqual([2, 5, 8]);
    expect(ranked(all, text, true).slice(0, 2)).toEqual([0, 3]);
    expect(ranked(all, text, true).at(-1)! % 3).toBe(1);
    expect(ranked(all, { ...text, natural: true }, true)[0]).toBe(35);
    expect(ranked(all, { ...number, values: undefined }, true)).toEqual(Array.from(all));
  });

  it("filters by range, text, layer, pruned and selection, all at once", () => {
    expect(pass({ ranges: new Map([["clarity", { least: 2, most: null }]]) })).toEqual([
      4, 9, 14, 19, 24, 29, 34,
    ]);
    expect(pass({ ranges: new Map([["clarity", { least: null, most: null }]]) })).not.toContain(3);
    expect(pass({ texts: new Map([["label", "HA"]]), layer: 1 })).toEqual([20, 23, 26, 29, 32, 35]);
    expect(pass({ pruned: true, only: new Set([30, 31]) })).toEqual([30]);
    expect(pass({ pruned: false, only: new Set([30, 31]) })).toEqual([31]);
    expect(components.name(21)).toBe("features.3:1");
  });

  it("selects by click, ctrl and shift", () => {
    const list = [5, 3, 9, 1];
    expect(clicked(list, 2, -1, [7], { toggle: false, extend: false })).toEqual([9]);
    expect(clicked(list, 2, -1, [7, 9], { toggle: true, extend: false })).toEqual([7]);
    expect(clicked(list, 3, 1, [7], { toggle: false, extend: true })).toEqual([3, 9, 1]);
    expect(clicked(list, 3, 1, [7], { toggle: true, extend: true })).toEqual([7, 3, 9, 1]);
  });
});

describe("palette", () => {
  it("is symmetric about zero where it diverges", () => {
    const values = new Float32Array([-1, 0.5, Number.NaN]);
    expect(range(values, "diverging")).toEqual([-1, 1]);
    expect([...levels(new Float32Array([-1, 0, 1, Number.NaN]), [-1, 1])]).toEqual([0, 24, 47, MISSING]);
    expect(range(new Float32Array(), "sequential")).toEqual([0, 1]);
    expect(palette("diverging", "dark")).toHaveLength(48);
    expect(palette("categories", "light", 3)).toHaveLength(8);
    expect(new Set(palette("categories", "light", 20)).size).toBe(20);
    expect(isDark("#111111")).toBe(true);
  });
});

describe("url cache", () => {
  it("revokes the least recently used beyond its bound", () => {
    const revoked: string[] = [];
    let n = 0;
    vi.spyOn(URL, "createObjectURL").mockImplementation(() => `blob:${n++}`);
    vi.spyOn(URL, "revokeObjectURL").mockImplementation((url) => void revoked.push(url));
    const cache = new UrlCache(10);
    cache.put("a", new Uint8Array(4));
    cache.put("b", new Uint8Array(4));
    cache.get("a");
    cache.put("c", new Uint8Array(4));
    expect(revoked).toEqual(["blob:1"]);
    expect(cache.get("b")).toBeUndefined();
    cache.close();
    expect(revoked).toHaveLength(3);
  });
});

describe("virtual list", () => {
  it("keeps few rows for many and moves with the keys", () => {
    const chosen: number[] = [];
    const list = new VirtualList({
      label: "rows",
      rowHeight: 50,
      draw: (row, i) => row.replaceChildren(String(i)),
      choose: (i) => chosen.push(i),
    });
    document.body.append(list.element);
    list.count = 1_000_000;
    const rows = (): HTMLElement[] => [...list.element.querySelectorAll<HTMLElement>("[role=row]")];
    expect(rows().length).toBeLessThan(20);
    expect(list.element.getAttribute("aria-rowcount")).toBe("1000000");
    const press = (key: string): boolean =>
      list.element.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    press("ArrowDown");
    press("Enter");
    press("End");
    press(" ");
    expect(chosen).toEqual([1, 999_999]);
    expect(rows().filter((row) => row.tabIndex === 0 && !row.hidden).length).toBe(1);
    list.close();
  });
});

describe("regions and crops of the map", () => {
  const view = Object.assign(new View(), { width: 800, height: 600 });
  const labelled = (names: (string | undefined)[], ...trusts: Trust[]): Labels =>
    ({
      name: (id: number) => names[id],
      trust: (id: number) => trusts[id % trusts.length] ?? "trusted",
    }) as unknown as Labels;

  it("names a cell by what most of its components are called, if enough of them agree", () => {
    const xy = new Float32Array([0.1, 0.1, 0.2, 0.1, 0.3, 0.4, 0.9, 0.9, 0.8, 0.9, 0.85, 0.9]);
    const names = ["ruler", "ruler", "ink", "a", "b", "c"];
    const found = regions([0, 1, 2, 3, 4, 5], xy, 0.5, labelled(names));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ name: "ruler", count: 2, trust: "trusted" });
    expect(found[0]!.x).toBeCloseTo(0.15);
    expect(found[0]!.top).toBeCloseTo(0.1);
    expect(regions([0, 1], xy, 0.5, labelled(names, "doubtful"))[0]!.trust).toBe("doubtful");
    expect(regions([0, 1], xy, 0.5, labelled(names, "unknown"))[0]!.trust).toBe("unknown");
    expect(regions([0, 1], xy, 0.5, labelled(names, "trusted", "unknown"))[0]!.trust).toBe("trusted");
    expect(regions([0, 1], xy, 0.5, labelled([]))).toEqual([]);
  });

  it("never places names over each other nor the same one twice close by", () => {
    const at = (name: string, x: number, y: number, count: number): Region => ({
      ...{ name, x, y, top: y, count, trust: "trusted" as Trust },
    });
    const shown = placed(
      [at("ruler", 0, 0, 90), at("ink", 0.05, 0, 80), at("ruler", 0.2, 0.2, 70), at("veil", 0.6, 0, 60)],
      view,
      0,
    );
    expect(shown.map(({ region }) => region.name)).toEqual(["ruler", "veil"]);
    expect(placed([at("a name beyond the edge", 1.44, 0, 9)], view, 0)).toEqual([]);
  });

  it("keeps the crops that have room", () => {
    const places: [number, number][] = [
      [100, 100],
      [120, 110],
      [190, 100],
      [100, 139],
    ];
    expect(withRoom(places, 40)).toEqual([0, 2, 3]);
  });
});
