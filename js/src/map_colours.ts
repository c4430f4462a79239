/** What colours the points: the values behind a colouring, their tones, their groups and their legend. */

import { counted, field, typeset } from "./dom";
import { commonTrust, type Labels, MARKS, type Trust } from "./labels";
import type { Content, Key } from "./map_legend";
import { BINS, LEVELS, levels, MISSING, palette, range, type Scale } from "./palette";
import type { Shared } from "./shared";
import { targetChoice } from "./target";
import type { Colours } from "./theme";
import { float32Of } from "./transport";
import type { Drawn } from "./widget";

interface Colouring {
  by: string;
  label: string;
  scale: Scale;
  unit?: string;
  ends?: [string, string];
  /** Fields of the session that the values depend on. */
  needs?: (keyof Shared["values"])[];
  /** Only where two audits are beside each other. */
  beside?: boolean;
}

const COLOURINGS: readonly Colouring[] = [
  { by: "layer", label: "layer", scale: "categories" },
  { by: "label", label: "label", scale: "categories" },
  { by: "clarity", label: "clarity", scale: "sequential" },
  { by: "polysemanticity", label: "polysemanticity", scale: "sequential" },
  {
    by: "alignment",
    label: "alignment",
    scale: "diverging",
    ends: ["spurious", "valid"],
    needs: ["valid", "spurious"],
  },
  { by: "relevance", label: "relevance", scale: "sequential", needs: ["target"] },
  {
    by: "score",
    label: "match",
    unit: " σ",
    ends: ["low", "high, in σ above the median"],
    scale: "sequential",
    needs: ["query", "images"],
  },
  { by: "pruned", label: "pruned", scale: "categories" },
  { by: "model", label: "model", scale: "categories", beside: true },
  { by: "similarity", label: "similarity to the other", scale: "sequential", beside: true },
];

/** What the components of an audit can be coloured by; some only beside another audit. */
export function colourings({ about }: Shared): Colouring[] {
  return COLOURINGS.filter(({ beside }) => !beside || about.sides);
}

export interface Painted {
  levels: Uint8Array;
  palette: string[];
  /** The legend's entry that each point belongs to. */
  groups: Uint8Array | Uint16Array;
  legend: Content;
}

export class MapColours {
  #values: Float32Array | undefined;
  /** What the values were made of. */
  #raw: Float32Array | undefined;
  #loading = false;

  /** `changed` is called with true when the groups have become others. */
  constructor(
    private readonly drawn: Drawn,
    private readonly labels: Labels,
    private readonly changed: (regrouped: boolean) => void,
  ) {
    const { shared } = drawn;
    shared.on(["color_by"], () => {
      changed(true);
      void this.load();
    });
    shared.on(["query", "images", "valid", "spurious", "target"], (field) => {
      if (this.colouring.needs?.includes(field)) void this.load();
    });
  }

  get colouring(): Colouring {
    const { shared } = this.drawn;
    return colourings(shared).find(({ by }) => by === shared.values.color_by) ?? COLOURINGS[0]!;
  }

  /** The value of a component in words; empty where the colours are no values. */
  value(id: number): string {
    const value = this.#values?.[id];
    if (value === undefined) return "";
    const { label, unit = "" } = this.colouring;
    if (!Number.isFinite(value)) return `${label} unknown`;
    const raw = this.#raw ? ` (raw ${typeset(this.#raw[id]!.toFixed(3))})` : "";
    return `${label} ${typeset(value.toFixed(unit ? 1 : 2))}${unit}${raw}`;
  }

  async load(): Promise<void> {
    const { client, frame } = this.drawn;
    const { by, scale } = this.colouring;
    this.#values = undefined;
    this.#loading = scale !== "categories";
    if (!this.#loading) client.cancel("colour");
    else {
      this.changed(false);
      try {
        const { body, buffers } = await client.request(
          "colour",
          { by },
          { lane: "colour", progress: (p) => frame.busy(p.stage, p) },
        );
        frame.clearError();
        this.#values = body.available === true ? float32Of(buffers[0]) : undefined;
        this.#raw = buffers[1] && float32Of(buffers[1]);
      } catch (error) {
        frame.fail(error);
      }
      frame.busy(null);
      if (by !== this.colouring.by) return;
      this.#loading = false;
    }
    this.changed(false);
  }

  paint(look: Colours): Painted {
    const { by, scale } = this.colouring;
    if (by === "layer") return this.#layers(look);
    if (by === "pruned") return this.#pruned(look);
    if (by === "model") return this.#models(look);
    if (by === "label") return this.#labels(look) ?? this.#none(look);
    if (this.#values) return this.#ramp(look, scale, this.#values);
    return this.#none(look);
  }

  /** What the legend asks for besides showing: the class that relevance is about. */
  controls(): Node[] {
    if (this.colouring.by !== "relevance" || !this.drawn.shared.about.live) return [];
    const select = targetChoice(
      this.drawn.shared,
      "The class whose relevance colours the points",
      "choose …",
    );
    return [field("For class", select)];
  }

  #none(look: Colours): Painted {
    const none = new Uint8Array(this.drawn.shared.components.total);
    return { levels: none, palette: [look.muted], groups: none, legend: { text: this.#missing() } };
  }

  /** The commonest labels each with a tone, the others in one. */
  #labels(look: Colours): Painted | undefined {
    const { total } = this.drawn.shared.components;
    const counts = new Map<string, Trust[]>();
    for (let id = 0; id < total; id++) {
      const name = this.labels.name(id);
      if (name === undefined) continue;
      if (!counts.has(name)) counts.set(name, []);
      counts.get(name)!.push(this.labels.trust(id));
    }
    if (counts.size === 0) return;
    const tones = palette("categories", look.theme);
    const shown = [...counts].sort((a, b) => b[1].length - a[1].length).slice(0, counts.size > 8 ? 7 : 8);
    const group = new Map(shown.map(([name], i) => [name, i]));
    const index = new Uint8Array(total);
    for (let id = 0; id < total; id++) index[id] = group.get(this.labels.name(id) ?? "") ?? MISSING;
    const legend = shown.map(
      ([name, trusts], i): Key => ({
        ...{ group: i, tone: tones[i]!, count: trusts.length },
        name: name + MARKS[commonTrust(trusts)],
      }),
    );
    const rest = total - legend.reduce((sum, { count }) => sum + count, 0);
    const more = counts.size - shown.length;
    if (rest > 0)
      legend.push({
        group: MISSING,
        name: more > 0 ? `${counted(more)} more labels` : "no label",
        tone: look.muted,
        count: rest,
      });
    return {
      levels: index,
      palette: filled(tones.slice(0, 8), look),
      groups: index,
      legend: { keys: legend },
    };
  }

  #layers(look: Colours): Painted {
    const { layers, layerOf } = this.drawn.shared.components;
    const tones = palette("categories", look.theme, layers.length);
    const keys = layers.map(
      ({ name, count }, group): Key => ({ group, name, tone: tones[group % tones.length]!, count }),
    );
    const index = Uint8Array.from(layerOf, (layer) => layer % tones.length);
    return { levels: index, palette: tones, groups: layerOf, legend: { keys } };
  }

  #pruned(look: Colours): Painted {
    const { components, values } = this.drawn.shared;
    const index = new Uint8Array(components.total);
    for (const id of values.pruned) index[id] = 1;
    const tones = palette("categories", look.theme).slice(0, 2);
    const counts = [components.total - values.pruned.length, values.pruned.length];
    const keys = counts.map((count, group) => ({
      group,
      name: `${group ? "pruned" : "kept"} (${counted(count)})`,
      tone: tones[group]!,
      count,
    }));
    return { levels: index, palette: tones, groups: index, legend: { keys } };
  }

  #models(look: Colours): Painted {
    const { about, components } = this.drawn.shared;
    const tones = palette("categories", look.theme).slice(0, 2);
    const index = new Uint8Array(components.total);
    const keys = about.sides!.map(({ name, start }, group): Key => {
      index.fill(group, start);
      const count = (about.sides![group + 1]?.start ?? components.total) - start;
      return { group, name, tone: tones[group]!, count };
    });
    return { levels: index, palette: tones, groups: index, legend: { keys } };
  }

  #ramp(look: Colours, scale: Scale, values: Float32Array): Painted {
    const limits = range(values, scale);
    const tones = palette(scale, look.theme);
    const index = levels(values, limits);
    const counts = new Array<number>(BINS).fill(0);
    let missing = 0;
    const groups = index.map((level) => {
      if (level === MISSING) {
        missing++;
        return MISSING;
      }
      const bin = Math.floor((level * BINS) / LEVELS);
      counts[bin]!++;
      return bin;
    });
    const { label, ends = ["low", "high"] } = this.colouring;
    return {
      levels: index,
      palette: filled(tones, look),
      groups,
      legend: { label, tones, limits, ends, counts, missing, muted: look.muted },
    };
  }

  #missing(): string {
    const { by, label } = this.colouring;
    if (this.#loading) return `Computing ${label} …`;
    const { about, values } = this.drawn.shared;
    if (by === "label")
      return "Set audit.session.vocabulary to a list of texts to colour the points by their labels.";
    if (by === "score") return "Type a query in the gallery to colour the points by how well they match it.";
    if (by === "alignment")
      return "Name valid and spurious concepts to colour the points by where they lean.";
    if (by === "relevance" && !about.live)
      return "Relevance needs the live model: open the audit with model=…, evaluation=… and transform=….";
    if (by === "relevance" && values.target === null)
      return "Choose the class whose relevance colours the points.";
    return `There is no ${label} to colour the points by.`;
  }
}

/** Tones with one more, for what has no value, at `MISSING`. */
function filled(tones: string[], look: Colours): string[] {
  return Array.from({ length: MISSING + 1 }, (_, i) => tones[i] ?? look.muted);
}
