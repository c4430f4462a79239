/** The choice of the session's target class. */

import { h, options } from "./dom";
import type { Shared } from "./shared";

/** A list of the classes; `none` is what it says where no class is chosen. */
export function targetChoice(shared: Shared, title: string, none: string): HTMLSelectElement {
  const { classes } = shared.about;
  const select = h(
    "select",
    { title, disabled: classes.length === 0, onchange: () => shared.set("target", select.value || null) },
    ...options([["", none], ...classes.map((name) => [name, name] as const)]),
  );
  select.value = shared.values.target ?? "";
  return select;
}
