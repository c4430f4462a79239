/** The pruning panel: a toggle per component, and the model's accuracies before and after. */

import { emptyState, h } from "./dom";
import css from "./pruning.css";
import { Strips, showStrip } from "./strips";
import { type Json, uint32Of } from "./transport";
import { VirtualList } from "./virtual_list";
import { type Drawn, widget } from "./widget";

interface Metrics {
  accuracy: number;
  worst_group: number | null;
  per_class: Record<string, number>;
  n: number;
}

interface Result {
  before: Metrics;
  after: Metrics;
  flips: { fixed: number; broken: number; other: number };
  pruned: number;
  mode: string;
}

const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;

export function change(before: number, after: number): string {
  const points = 100 * (after - before);
  if (Math.abs(points) < 0.05) return "unchanged";
  return `${points > 0 ? "▲ +" : "▼ −"}${Math.abs(points).toFixed(1)} points`;
}

function draw({ frame, client, shared, onClose }: Drawn): void {
  const { components } = shared;
  if (!shared.about.live) {
    frame.body.append(
      emptyState(
        "No model to prune",
        "This audit has a database but no model. Open it with one: sw.Audit(path, foundation_model=…, model=model, transform=transform, evaluation=sw.Evaluation(images, labels)).",
      ),
    );
    frame.ready();
    return;
  }
  let listed: number[] = [];
  let pruned = new Set(shared.values.pruned);

  const mode = (["mean", "zero"] as const).map((name) =>
    h(
      "button",
      {
        type: "button",
        title:
          name === "mean" ? "A pruned component gives its mean activation" : "A pruned component gives zero",
        onclick: () => shared.set("mode", name),
      },
      name,
    ),
  );
  frame.tools.append(
    h("label", { class: "slens-field" }, "Replace by"),
    h(
      "span",
      { class: "slens-segments", role: "group", "aria-label": "What replaces a pruned activation" },
      ...mode,
    ),
  );

  const numbers = h("div", { class: "slens-numbers", "aria-live": "polite" });
  const classes = h("div", {
    class: "slens-classes slens-scroll",
    role: "group",
    "aria-label": "Accuracy per class",
  });
  const act = (label: string, title: string, run: () => void, main = false): HTMLButtonElement =>
    h("button", { type: "button", title, class: main ? "slens-main" : "", onclick: run }, label);
  const pruneButton = act(
    "Prune selection",
    "Take the selected components out of the model",
    () => {
      shared.set("pruned", [...new Set([...shared.values.pruned, ...shared.values.selection])]);
    },
    true,
  );
  const undoButton = act("Undo", "Go back to the pruned set before the last change", () => command("undo"));
  const redoButton = act("Redo", "Take back the last undo", () => command("redo"));
  const clearButton = act("Clear", "Restore every component and empty the list", () => command("clear"));
  const strips = new Strips(client, frame.fail, (id, url) => {
    for (const cell of list.element.querySelectorAll<HTMLElement>(`[data-component="${id}"] .slens-strip`))
      showStrip(cell, url);
  });
  const list = new VirtualList({
    label: "Pruned components",
    rowHeight: 74,
    draw: drawRow,
    choose: (index, event) => {
      if (event instanceof KeyboardEvent) toggle(listed[index]!);
      else shared.set("selection", [listed[index]!]);
    },
    shown: (first, last) => strips.want(listed.slice(first, last)),
  });
  const empty = emptyState(
    "Nothing is pruned yet",
    "Select components on the map, in the list or in the alignment plot, then press “Prune selection”. The model is evaluated again at once; the model itself is never changed.",
  );
  frame.body.append(
    numbers,
    classes,
    h("div", { class: "slens-acts" }, pruneButton, undoButton, redoButton, clearButton),
    list.element,
    empty,
  );

  frame.root.addEventListener("keydown", (event) => {
    const typing = event.target instanceof HTMLInputElement && event.target.type !== "checkbox";
    if (typing || event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    command(event.shiftKey ? "redo" : "undo");
  });

  function command(op: string): void {
    client.request(op).catch(frame.fail);
  }

  function toggle(id: number): void {
    const next = new Set(shared.values.pruned);
    if (!next.delete(id)) next.add(id);
    shared.set("pruned", [...next]);
  }

  function drawRow(row: HTMLElement, index: number): void {
    const id = listed[index]!;
    const on = pruned.has(id);
    row.classList.toggle("slens-restored", !on);
    const state = `${id} ${on}`;
    if (row.dataset.state === state) return;
    row.dataset.state = state;
    const known = row.dataset.component === String(id) ? row.querySelector<HTMLInputElement>("input") : null;
    if (known) {
      known.checked = on;
      row.querySelector(".slens-quiet")!.textContent = on ? "pruned" : "kept";
      return;
    }
    row.dataset.component = String(id);
    const box = h("input", {
      type: "checkbox",
      "aria-label": `Prune ${components.name(id)}`,
      title: "Checked: pruned. Unchecked: back in the model.",
      onchange: () => toggle(id),
    });
    box.checked = on;
    const strip = h("div", { class: "slens-strip" });
    showStrip(strip, strips.get(id));
    row.replaceChildren(
      h(
        "div",
        { class: "slens-line", role: "gridcell" },
        h("label", {}, box, h("b", {}, components.name(id))),
        h("span", { class: "slens-quiet" }, on ? "pruned" : "kept"),
      ),
      h("div", { class: "slens-cell", role: "gridcell", "aria-label": "Examples" }, strip),
    );
  }

  function number(title: string, value: string, note: string, name: string): HTMLElement {
    return h(
      "div",
      { class: "slens-number" },
      h("small", {}, title),
      h("strong", { "data-value": name }, value),
      h("em", {}, note),
    );
  }

  function show(result: Result): void {
    const { before, after, flips } = result;
    const total = flips.fixed + flips.broken + flips.other;
    const before_after = (b: number, a: number): string =>
      result.pruned > 0 ? `${change(b, a)}\nfrom ${percent(b)}` : "nothing pruned";
    const tiles = [
      number("accuracy", percent(after.accuracy), before_after(before.accuracy, after.accuracy), "accuracy"),
    ];
    if (after.worst_group !== null && before.worst_group !== null)
      tiles.push(
        number(
          "worst group",
          percent(after.worst_group),
          before_after(before.worst_group, after.worst_group),
          "worst-group",
        ),
      );
    tiles.push(
      number("flipped images", String(total), `${flips.fixed} fixed\n${flips.broken} broken`, "flips"),
    );
    numbers.replaceChildren(...tiles);
    classes.replaceChildren(
      ...Object.entries(after.per_class).flatMap(([name, value]) => {
        const was = before.per_class[name] ?? 0;
        const fill = h("span");
        fill.style.width = percent(value).replace(" ", "");
        const tick = h("i", { title: `before: ${percent(was)}` });
        tick.style.left = `calc(${percent(was).replace(" ", "")} - 1px)`;
        return [
          h("span", {}, name),
          h(
            "div",
            {
              class: "slens-bar",
              role: "img",
              "aria-label": `${name}: ${percent(value)}, before ${percent(was)}`,
            },
            fill,
            tick,
          ),
          h("span", {}, percent(value)),
        ];
      }),
    );
    frame.root.dataset.accuracy = String(after.accuracy);
    frame.root.dataset.pruned = String(result.pruned);
    frame.status(
      `${result.pruned} pruned (${result.mode}) · ${after.n.toLocaleString("en")} images · tick: before`,
    );
  }

  function take(body: Json, buffers: Uint8Array[]): void {
    listed = Array.from(uint32Of(buffers[0]));
    undoButton.disabled = body.undo !== true;
    redoButton.disabled = body.redo !== true;
    const evaluating = body.evaluating === true;
    frame.root.classList.toggle("slens-stale", evaluating);
    frame.root.dataset.evaluating = String(evaluating);
    if (evaluating) frame.busy("Evaluating …");
    else frame.busy(null);
    if (body.result) show(body.result as Result);
    redraw();
  }

  function redraw(): void {
    pruned = new Set(shared.values.pruned);
    const fresh = shared.values.selection.filter((id) => !pruned.has(id)).length;
    pruneButton.textContent =
      fresh > 0 ? `Prune selection (${fresh.toLocaleString("en")})` : "Prune selection";
    pruneButton.disabled = fresh === 0;
    clearButton.disabled = listed.length === 0;
    mode.forEach((button) => {
      button.setAttribute("aria-pressed", String(button.textContent === shared.values.mode));
    });
    list.element.hidden = listed.length === 0;
    empty.hidden = listed.length > 0;
    list.count = listed.length;
  }

  onClose(
    client.on("event:panel", (body, buffers) => {
      frame.clearError();
      take(body, buffers);
    }),
  );
  onClose(client.on("event:failed", (body) => frame.fail(body.message)));
  onClose(client.on("event:progress", (body) => frame.busy(`${String(body.stage)} …`, body as never)));
  onClose(() => {
    list.close();
    strips.close();
  });
  shared.on(["pruned", "selection", "mode"], redraw);
  redraw();
  client
    .request("panel")
    .then(({ body, buffers }) => {
      take(body, buffers);
      frame.ready();
    })
    .catch(frame.fail);
}

export default widget({ name: "pruning", title: "Pruning", css }, draw);
