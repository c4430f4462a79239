/** The line above the panels: what is audited, selected and pruned; its style lays the panels out. */

import css from "./dashboard.css";
import { h } from "./dom";
import { type Drawn, widget } from "./widget";

function draw({ frame, shared }: Drawn): void {
  const { components, about } = shared;
  const what = h("span", { class: "slens-quiet" });
  const clear = h(
    "button",
    { type: "button", title: "Select nothing", onclick: () => shared.set("selection", []) },
    "Clear selection",
  );
  frame.tools.append(what, clear);
  function redraw(): void {
    const { selection, pruned } = shared.values;
    const count = (n: number): string => n.toLocaleString("en");
    what.textContent = [
      `${count(components.total)} components in ${about.layers.length} ${about.layers.length === 1 ? "layer" : "layers"}, ${about.m} examples each`,
      `${count(selection.length)} selected`,
      `${count(pruned.length)} pruned`,
    ].join(" · ");
    clear.disabled = selection.length === 0;
    frame.root.dataset.selected = String(selection.length);
  }
  shared.on(["selection", "pruned"], redraw);
  redraw();
  frame.ready();
}

export default widget({ name: "dashboard-bar", title: "Audit", css }, draw);
