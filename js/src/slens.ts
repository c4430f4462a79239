/** The one module of the front end: draws the widget that the model names. */

import alignment from "./alignment";
import compare from "./compare";
import dashboard from "./dashboard";
import gallery from "./gallery";
import map from "./map";
import pruning from "./pruning";
import roles from "./roles";
import scores from "./scores";
import type { Widget } from "./widget";

const WIDGETS: Record<string, Widget> = {
  alignment,
  compare,
  dashboard,
  gallery,
  map,
  pruning,
  roles,
  scores,
};

export default {
  render(context: { model: { get(name: string): unknown }; el: HTMLElement }): () => void {
    const name = String(context.model.get("_widget"));
    const found = WIDGETS[name];
    if (!found) throw new Error(`There is no widget ${name}; restart the kernel and reload the page.`);
    return found.render(context);
  },
};
