/** The pruning panel: a toggle per component, and what the model gets right without them. */

import { button, counted, download, emptyState, field, h, oneOf } from "./dom";
import explainedCss from "./explained.css";
import { Labels } from "./labels";
import css from "./pruning.css";
import { confusions } from "./pruning_confusion";
import { FlippedImages } from "./pruning_images";
import { PrunedList } from "./pruning_list";
import { type Mended, Mending } from "./pruning_mending";
import { bars, Compared, type Kept, type Result, tiles } from "./pruning_numbers";
import { type Json, uint32Of } from "./transport";
import { type Drawn, widget } from "./widget";

export { change } from "./pruning_numbers";

const MODES = {
  mean: "A pruned component gives its mean activation",
  zero: "A pruned component gives zero",
};

const TABS = [
  ["components", "Components", "What is pruned, and what is selected and might be"],
  ["classes", "Classes", "Accuracy of every class and group, before and after"],
  ["confusion", "Confusions", "What images are taken for, and how that changes"],
  ["images", "Images", "The images whose class changes"],
  ["mended", "Mended", "The mended copy of the model, before and after"],
] as const;
type Tab = (typeof TABS)[number][0];

function draw({ frame, client, shared, onClose }: Drawn): void {
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
  let result: Result | undefined;
  let shown = "";
  let tab: Tab = "components";
  let labels: Labels | undefined;
  const list = new PrunedList(client, shared, () => labels, frame.fail);
  labels = new Labels(shared, frame.fail, () => list.draw());
  const images = new FlippedImages(client, shared, frame.fail);

  const command = (op: string, args: Json = {}): void => {
    client.request(op, args).catch(frame.fail);
  };
  const mode = oneOf("What replaces a pruned activation", MODES, (name) => shared.set("mode", name));
  const stop = button("Cancel", "Stop evaluating", () =>
    command(stop.textContent === "Cancel" ? "stop" : "evaluate"),
  );
  stop.hidden = true;
  frame.tools.append(field("Replace by"), mode.element);

  const numbers = h("div", { class: "slens-numbers", "aria-live": "polite" });
  const compared = new Compared(
    () => command("flip"),
    () => command("copy"),
  );
  const pruneButton = button(
    "Prune selection",
    "Take the selected components out of the model",
    () => shared.set("pruned", [...new Set([...shared.values.pruned, ...shared.values.selection])]),
    { class: "slens-main" },
  );
  const quadrant = h("select", {
    "aria-label": "Prune a quadrant of the alignment plot",
    title: "Prune every component of one quadrant of the alignment plot",
    onchange: () => {
      if (quadrant.value) client.request("prune_quadrant", { name: quadrant.value }).catch(frame.fail);
      quadrant.value = "";
    },
  });
  const undoButton = button("Undo", "Go back to the pruned set before the last change (Ctrl+Z)", () =>
    command("undo"),
  );
  const redoButton = button("Redo", "Take back the last undo (Ctrl+Shift+Z)", () => command("redo"));
  const clearButton = button("Clear", "Restore every component and empty the list", () => command("clear"));
  const file = h("input", {
    type: "file",
    accept: ".json,application/json",
    hidden: true,
    title: "A pruned set saved as JSON",
    onchange: () => {
      const [chosen] = file.files ?? [];
      file.value = "";
      chosen
        ?.text()
        .then((text) => client.request("import", { value: JSON.parse(text) }))
        .catch(frame.fail);
    },
  });
  const save = button("Save", "Save the pruned set as a JSON file", () => {
    client
      .request("export")
      .then(({ body }) => download("pruned.json", `${JSON.stringify(body.value, null, 1)}\n`))
      .catch(frame.fail);
  });
  const load = button("Load", "Load a pruned set from a JSON file", () => file.click());

  const mending = new Mending(client, frame, () => choose("mended"));

  const empty = emptyState(
    "Nothing is pruned yet",
    "Select components on the map, in the list or in the alignment plot, then press “Prune selection”. The model is evaluated again at once; the model itself is never changed.",
  );
  const scrolled = (kind: string, label: string): HTMLElement =>
    h("div", { class: `slens-scroll slens-${kind}`, tabindex: 0, role: "group", "aria-label": label });
  const classes = scrolled("classes", "Accuracy per class and group");
  const confusion = scrolled("confusions", "Changed confusions");
  const contents: Record<Tab, HTMLElement[]> = {
    components: [list.bar, list.element, empty],
    classes: [classes],
    confusion: [confusion],
    images: [images.element],
    mended: [mending.element],
  };
  const tabs = TABS.map(([name, text, title]) =>
    button(text, title, () => choose(name), { role: "tab", "data-tab": name }),
  );
  const panels = TABS.map(([name, text]) =>
    h("div", { class: "slens-panel", role: "tabpanel", "aria-label": text }, ...contents[name]),
  );
  const tabList = h(
    "div",
    { class: "slens-tabs", role: "tablist", "aria-label": "Details of pruning" },
    ...tabs,
  );
  tabList.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = (TABS.findIndex(([name]) => name === tab) + step + TABS.length) % TABS.length;
    choose(TABS[next]![0]);
    tabs[next]!.focus();
  });
  frame.body.append(
    numbers,
    compared.element,
    h(
      "div",
      { class: "slens-acts" },
      ...[
        pruneButton,
        quadrant,
        undoButton,
        redoButton,
        clearButton,
        save,
        load,
        ...mending.tools,
        stop,
        file,
      ],
    ),
    tabList,
    ...panels,
  );

  frame.root.addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    if (target instanceof HTMLInputElement && target.type !== "checkbox") return;
    if (event.key === "x" && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      command("flip");
    }
    if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    command(event.shiftKey ? "redo" : "undo");
  });

  function choose(name: Tab): void {
    tab = name;
    TABS.forEach(([each], i) => {
      tabs[i]!.setAttribute("aria-selected", String(each === tab));
      tabs[i]!.tabIndex = each === tab ? 0 : -1;
      panels[i]!.hidden = each !== tab;
    });
    if (tab === "components") list.draw();
    refresh();
  }

  /** Ask for what the open tab shows, once for each evaluation. */
  function refresh(): void {
    const key = `${tab} ${shown}`;
    if (!result || frame.root.dataset.asked === key) return;
    frame.root.dataset.asked = key;
    if (tab === "images") images.refresh();
    if (tab === "confusion")
      client
        .request("confusion", {}, { lane: "confusion" })
        .then(({ body }) => confusion.replaceChildren(confusions(body)))
        .catch(frame.fail);
  }

  function show(found: Result, engine: unknown): void {
    result = found;
    numbers.replaceChildren(...tiles(found));
    classes.replaceChildren(...bars(found));
    frame.root.dataset.accuracy = String(found.after.accuracy);
    frame.root.dataset.pruned = String(found.pruned);
    const how = typeof engine === "string" ? ` · ${engine}` : "";
    frame.status(
      `${found.pruned} pruned (${found.mode}) · ${counted(found.after.n)} images · tick: before${how}`,
    );
  }

  function take(body: Json, buffers: Uint8Array[]): void {
    undoButton.disabled = body.undo !== true;
    redoButton.disabled = body.redo !== true;
    const evaluating = body.evaluating === true;
    frame.root.classList.toggle("slens-stale", evaluating);
    frame.root.dataset.evaluating = String(evaluating);
    frame.busy(evaluating ? "Evaluating …" : null);
    const behind = !evaluating && body.current === false;
    stop.hidden = !evaluating && !behind;
    stop.textContent = evaluating ? "Cancel" : "Evaluate";
    stop.title = evaluating
      ? "Stop evaluating, and go back to the set that the figures are for"
      : "Evaluate the model with the pruned set as it is now";
    if (body.kept) compared.show(String(body.active), body.kept as Record<string, Kept>);
    compared.element.hidden = !body.kept;
    list.listed = Array.from(uint32Of(buffers[0]));
    if (body.result) {
      show(body.result as Result, body.engine);
      if (!evaluating) {
        shown = JSON.stringify([body.result, shared.values.pruned]);
        refresh();
      }
    }
    if (body.corrected) mending.show(body.corrected as Mended);
    redraw();
  }

  function redraw(): void {
    const { pruned, selection } = shared.values;
    const held = new Set(pruned);
    const fresh = selection.filter((id) => !held.has(id)).length;
    pruneButton.textContent = fresh > 0 ? `Prune selection (${counted(fresh)})` : "Prune selection";
    pruneButton.disabled = fresh === 0;
    clearButton.disabled = list.count === 0;
    save.disabled = pruned.length === 0;
    mode.press(shared.values.mode);
    list.draw();
    empty.hidden = list.count > 0;
  }

  function countQuadrants(): void {
    client
      .request("quadrants", {}, { lane: "quadrants" })
      .then(({ body }) => {
        const counts = body.counts as Record<string, number> | null;
        quadrant.replaceChildren(h("option", { value: "" }, "Prune quadrant …"));
        for (const [name, count] of Object.entries(counts ?? {}))
          quadrant.append(h("option", { value: name, disabled: count === 0 }, `${name} (${count})`));
        quadrant.disabled = !counts;
        quadrant.title = counts
          ? "Prune every component of one quadrant of the alignment plot"
          : "There are no quadrants: the alignment plot says what they need";
      })
      .catch(frame.fail);
  }

  onClose(
    client.on("event:panel", (body, buffers) => {
      frame.clearError();
      take(body, buffers);
    }),
  );
  onClose(client.on("event:effects", (body, buffers) => list.take(body, buffers)));
  onClose(client.on("event:failed", (body) => frame.fail(body.message)));
  onClose(client.on("event:progress", (body) => frame.busy(`${String(body.stage)} …`, body as never)));
  onClose(() => list.close());
  shared.on(["pruned", "selection"], redraw);
  shared.on(["mode", "target"], () => {
    list.forget();
    redraw();
  });
  shared.on(["valid", "spurious", "thresholds"], countQuadrants);
  choose("components");
  redraw();
  countQuadrants();
  client
    .request("panel")
    .then(({ body, buffers }) => {
      take(body, buffers);
      frame.ready();
    })
    .catch(frame.fail);
}

export default widget({ name: "pruning", title: "Pruning", css: explainedCss + css }, draw);
