/** The line above the panels: what is selected and pruned, undo, the trail; its style lays the panels out. */

import css from "./dashboard.css";
import { button, counted, h, iconButton } from "./dom";
import { splitters } from "./splitters";
import type { Json } from "./transport";
import { type Drawn, widget } from "./widget";

function draw({ frame, client, shared, onClose }: Drawn): void {
  const { components, about } = shared;
  const what = h("span", { class: "slens-quiet" });
  const clear = button("Clear selection", "Select nothing", () => shared.set("selection", []));
  const ask = (op: string, args: Json = {}): void => {
    client
      .request(op, args)
      .then(({ body }) => {
        frame.clearError();
        take(body);
      })
      .catch(frame.fail);
  };
  const undo = iconButton(
    "M6 3L2.5 6.5 6 10M3 6.5h6a4 4 0 010 8H7",
    "Undo the last change of the pruned set",
    () => ask("undo"),
  );
  const redo = iconButton("M10 3l3.5 3.5L10 10M13 6.5H7a4 4 0 000 8h2", "Redo it", () => ask("redo"));
  const name = h("input", {
    "aria-label": "Name of this trail",
    placeholder: "name this trail",
    title: "What you do is kept as a trail; a name makes it stay: audit.open_trail(name) brings it back",
    maxlength: 80,
    spellcheck: "false",
    autocomplete: "off",
  });
  const trail = h(
    "form",
    {},
    name,
    h(
      "button",
      { type: "submit", title: "Keep what was done so far, and what follows, under this name" },
      "Save",
    ),
  );
  trail.addEventListener("submit", (event) => {
    event.preventDefault();
    if (name.value.trim()) ask("save_trail", { name: name.value.trim() });
    else name.focus();
  });
  const report = button("", "", () => {
    if (frame.root.dataset.report === "writing") return client.cancel("report");
    frame.clearError();
    writing("writing", "");
    client
      .request("report", {}, { lane: "report", progress: (p) => frame.busy(p.stage, p) })
      .then(({ body }) => writing("written", `Report written: ${String(body.path)}`))
      .catch((error) => {
        writing("", "");
        frame.fail(error);
      });
  });
  frame.tools.append(what, clear, undo, redo, trail, report);
  writing("", "");

  /** The line below the bar is there while a report is written, and then says where it lies. */
  function writing(state: string, said: string): void {
    const now = state === "writing";
    frame.root.dataset.report = state;
    report.textContent = now ? "Cancel" : "Report";
    report.title = now
      ? "Stop writing the report"
      : "Write what the classes rest on as a page for readers without Python, into the notebook's folder";
    frame.status(said);
    frame.busy(now ? "Writing the report" : null);
  }

  function take(body: Json): void {
    undo.disabled = body.undo !== true;
    redo.disabled = body.redo !== true;
    if (document.activeElement !== name) name.value = String(body.trail ?? "");
    frame.root.dataset.trail = String(body.trail ?? "");
    const problem = String(body.problem ?? "");
    if (problem !== (name.dataset.problem ?? "")) frame.status(problem);
    name.dataset.problem = problem;
  }

  function redraw(): void {
    const { selection, pruned } = shared.values;
    const layers = about.layers.length;
    what.textContent = [
      `${counted(components.total)} components`,
      `${counted(selection.length)} selected`,
      `${counted(pruned.length)} pruned`,
    ].join(" · ");
    what.title = `In ${layers} ${layers === 1 ? "layer" : "layers"}, ${about.m} examples each`;
    clear.disabled = selection.length === 0;
    frame.root.dataset.selected = String(selection.length);
  }

  // The panels are another widget, drawn by the host at its own time.
  let remove: (() => void) | undefined;
  const lay = (): boolean => {
    const grid = frame.root.closest(".slens-dashboard")?.querySelector<HTMLElement>(".slens-grid");
    if (grid && !remove) remove = splitters(grid);
    return grid !== null && grid !== undefined;
  };
  const later = lay() ? undefined : setInterval(() => lay() && clearInterval(later), 200);
  onClose(() => {
    clearInterval(later);
    remove?.();
  });
  onClose(client.on("event:bar", take));
  shared.on(["selection", "pruned"], redraw);
  redraw();
  client
    .request("bar")
    .then(({ body }) => {
      take(body);
      frame.ready();
    })
    .catch(frame.fail);
}

export default widget({ name: "dashboard-bar", title: "Audit", css }, draw);
