/** A saved page: answers from what was recorded, and a session of its own, without kernel or network. */

import { decodeSet } from "./components";
import css from "./saved.css";
import type { Json, Model } from "./transport";

interface Recorded {
  op: string;
  /** null: acknowledged whatever the arguments. */
  args: Json | null;
  when: Json[];
  sets: Json[];
  event: boolean;
  body: Json;
  buffers: string[];
}

interface SavedWidget {
  name: string;
  widget: string;
  hello: Recorded;
  records: Recorded[];
}

interface SavedPage {
  widgets: SavedWidget[];
  /** Answers that any of the widgets may ask for. */
  shared: Recorded[];
  strips: Record<string, string>;
  tiles: number;
  tile: number;
  skipped: number;
  about: string;
}

interface Front {
  render(context: { model: unknown; el: HTMLElement }): () => void;
}

const SETS = ["selection", "pruned"];
const ENVELOPE = ["op", "id", "generation"];

export function decode(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** The same text for equal values, whatever the order of their keys. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value ?? null);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join()}}`;
}

/** What a session field holds, comparable: sets regardless of their order. */
function held(field: string, state: Json, bytes: Uint8Array): string {
  if (!SETS.includes(field)) return canonical(state.value);
  return canonical(decodeSet(state, bytes).sort((a, b) => a - b));
}

/** The session that the widgets of one page share. */
export class SavedSession {
  readonly values = new Map<string, { state: Json; bytes: Uint8Array; key: string }>();
  readonly models: SavedModel[] = [];

  constructor(readonly page: SavedPage) {
    const hello = page.widgets[0]?.hello;
    ((hello?.body.states as Json[]) ?? []).forEach((state, i) => {
      this.put(String(state.state), state, decode(hello?.buffers[i] ?? ""));
    });
  }

  put(field: string, state: Json, bytes: Uint8Array): boolean {
    const key = held(field, state, bytes);
    const changed = this.values.get(field)?.key !== key;
    this.values.set(field, { state, bytes, key });
    return changed;
  }

  set(content: Json, bytes: Uint8Array, from: SavedModel): Json {
    const field = String(content.field);
    const state: Json = SETS.includes(field)
      ? { state: field, encoding: content.encoding }
      : { state: field, value: content.value };
    this.take(state, bytes, from);
    return state;
  }

  take(state: Json, bytes: Uint8Array, from?: SavedModel): void {
    const field = String(state.state);
    if (!this.put(field, state, bytes)) return;
    for (const model of this.models) if (model !== from) model.say(state, [bytes]);
    for (const model of this.models) model.follow(field);
  }

  holds(when: Json[]): boolean {
    return when.every((state) => {
      const field = String(state.state);
      return this.values.get(field)?.key === held(field, state, decode(String(state.data ?? "")));
    });
  }
}

/** One widget's model: what anywidget would give, answered from the page. */
export class SavedModel implements Model {
  #listeners = new Set<(content: Json, buffers: Uint8Array[]) => void>();

  constructor(
    private readonly session: SavedSession,
    private readonly saved: SavedWidget,
  ) {
    session.models.push(this);
  }

  get(_name: "_widget"): string {
    return this.saved.widget;
  }

  on(event: string, callback: (...args: never[]) => void): void {
    if (event === "msg:custom") this.#listeners.add(callback as never);
  }

  off(_event: string, callback: (...args: never[]) => void): void {
    this.#listeners.delete(callback as never);
  }

  say(content: Json, buffers: Uint8Array[]): void {
    const views = buffers.map((part) => new DataView(part.buffer, part.byteOffset, part.byteLength));
    queueMicrotask(() => {
      for (const listener of [...this.#listeners]) listener(content, views as never);
    });
  }

  send(content: Json, _callbacks?: unknown, buffers: ArrayBuffer[] = []): void {
    const op = String(content.op);
    if (op === "cancel") return;
    const reply = (body: Json, parts: Uint8Array[]): void =>
      this.say({ ...body, re: content.id, generation: content.generation }, parts);
    if (op === "hello") {
      const states = [...this.session.values.values()];
      const body = { ...this.saved.hello.body, states: states.map(({ state }) => state) };
      reply(
        body,
        states.map(({ bytes }) => bytes),
      );
    } else if (op === "set") {
      const bytes = new Uint8Array(buffers[0] ?? new ArrayBuffer(0));
      reply(this.session.set(content, bytes, this), [bytes]);
    } else if (op === "strips") {
      void strips(this.session.page, content.ids as number[]).then((parts) => reply({}, parts));
    } else {
      const args = Object.fromEntries(Object.entries(content).filter(([name]) => !ENVELOPE.includes(name)));
      const found = buffers.length === 0 ? this.#find(op, canonical(args)) : undefined;
      if (found) {
        for (const state of found.sets) this.session.take(state, decode(String(state.data ?? "")));
        reply(found.body, found.buffers.map(decode));
      } else this.say({ err: content.id, message: this.#missing(op) }, []);
    }
  }

  /** After a change of the session: tell the events that depend on it, as the kernel would. */
  follow(field: string): void {
    const about = this.saved.records.filter(
      (record) => record.event && record.when.some((state) => state.state === field),
    );
    for (const op of new Set(about.map((record) => record.op))) {
      const found = about.find((record) => record.op === op && this.session.holds(record.when));
      if (found) this.say({ ...found.body, event: op }, found.buffers.map(decode));
      this.say({ event: "unanswered", message: found ? "" : this.#missing(op) }, []);
    }
  }

  #find(op: string, args: string): Recorded | undefined {
    return [...this.saved.records, ...this.session.page.shared].find(
      (record) =>
        record.op === op &&
        (record.args === null || canonical(record.args) === args) &&
        this.session.holds(record.when),
    );
  }

  #missing(op: string): string {
    const known = this.saved.records.filter((record) => record.op === op);
    const queries = known.flatMap(({ args }) => (typeof args?.query === "string" ? [args.query] : []));
    if (queries.length > 0)
      return `This saved page knows these searches: ${queries.join("; ")}. Any other needs a kernel: open the notebook.`;
    return known.length > 0
      ? "This saved page was not saved with that answer: it needs a kernel. Open the notebook."
      : "That needs a kernel: this is a saved page. Open the notebook.";
  }
}

let blank: Promise<Uint8Array> | undefined;

/** Strips of a page; a grey one that says so in the place of those that were not saved. */
async function strips(page: SavedPage, ids: number[]): Promise<Uint8Array[]> {
  return Promise.all(
    ids.map((id) => {
      const text = page.strips[String(id)];
      if (text !== undefined) return decode(text);
      blank ??= placeholder(page.tile);
      return blank;
    }),
  );
}

function placeholder(tile: number): Promise<Uint8Array> {
  const canvas = document.createElement("canvas");
  canvas.width = 6 * tile;
  canvas.height = tile;
  const context = canvas.getContext("2d");
  if (!context) return Promise.resolve(new Uint8Array());
  context.fillStyle = "#8c939b";
  context.fillRect(0, 0, canvas.width, tile);
  context.fillStyle = "#ffffff";
  context.font = `${Math.round(tile / 4)}px system-ui, sans-serif`;
  context.textBaseline = "middle";
  context.fillText("Examples not saved in this page", tile / 4, tile / 2);
  return new Promise((resolve) =>
    canvas.toBlob(async (blob) => resolve(new Uint8Array((await blob?.arrayBuffer()) ?? [])), "image/jpeg"),
  );
}

/** Draw every widget of a saved page below a line that says what the page is. */
export function open(page: SavedPage, front: Front, body: HTMLElement): void {
  const style = document.createElement("style");
  style.textContent = css;
  const note = document.createElement("p");
  note.className = "slens-saved-note";
  note.textContent = `${page.about}. Hover, selection, lasso and the recorded searches work here; what needs the model says so.`;
  const dashboard = document.createElement("main");
  const grid = document.createElement("div");
  const several = page.widgets.length > 1;
  dashboard.className = several ? "slens-dashboard" : "slens-single";
  grid.className = several ? `slens-grid slens-grid-${page.widgets.length - 1}` : "";
  const session = new SavedSession(page);
  for (const widget of page.widgets) {
    const el = document.createElement("div");
    if (widget.name === "bar") dashboard.append(el);
    else {
      el.className = `slens-panel slens-panel-${widget.name}`;
      grid.append(el);
    }
    const model = new SavedModel(session, widget);
    queueMicrotask(() => front.render({ model, el }));
  }
  dashboard.append(grid);
  body.append(style, note, dashboard);
}

const data = globalThis.document?.getElementById("slens-saved");
const front = (globalThis as unknown as { slens?: Front }).slens;
if (data && front) open(JSON.parse(data.textContent ?? "") as SavedPage, front, document.body);
