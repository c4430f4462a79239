/** A mended copy of the model: by which method, and what it gets right before and after. */

import { button, emptyState, type Frame, h } from "./dom";
import { bars, type Result, tiles } from "./pruning_numbers";
import type { Client, Progress } from "./transport";

const METHODS = [
  ["prune", "Prune for good", "a copy without the pruned components"],
  ["head", "Refit the head", "that, and its last layer fitted anew to the training images"],
  ["dfr", "Reweight the groups", "the same, on as many training images of every group"],
  ["finetune", "Fine-tune", "train what follows the pruned components to rest on them less"],
  ["clean", "Retrain on clean images", "prune, and train on the images that rest least on what is pruned"],
] as const;

export interface Mended extends Result {
  said: string;
}

export class Mending {
  readonly tools: HTMLElement[];
  readonly element = h(
    "div",
    { class: "slens-scroll slens-mended", tabindex: 0, role: "group", "aria-label": "The mended model" },
    emptyState("No model is mended yet", "Prune what it should not rest on, then choose at “Mend …”."),
  );

  /** `done` is called when a model was mended from here. */
  constructor(client: Client, frame: Frame, done: () => void) {
    const method = h("select", {
      "aria-label": "Mend a copy of the model",
      title: METHODS.map(([, name, what]) => `${name}: ${what}`).join("\n"),
      onchange: () => {
        const options = { lane: "correct", progress: (p: Progress) => frame.busy(p.stage, p) };
        const asked = client.request("correct", { method: method.value }, options);
        method.value = "";
        frame.clearError();
        mending(true);
        asked.then(done, frame.fail).finally(() => mending(false));
      },
    });
    method.append(h("option", { value: "" }, "Mend …"));
    for (const [value, name, title] of METHODS) method.append(h("option", { value, title }, name));
    const cancel = button("Stop mending", "Stop, and mend nothing", () => client.cancel("correct"));
    const mending = (now: boolean): void => {
      method.disabled = now;
      cancel.hidden = !now;
      frame.busy(now ? "Mending …" : null);
    };
    cancel.hidden = true;
    this.tools = [method, cancel];
  }

  show(found: Mended): void {
    this.element.replaceChildren(
      h("p", {}, found.said),
      h("div", { class: "slens-numbers" }, ...tiles(found, true)),
      h("div", { class: "slens-classes" }, ...bars(found)),
    );
  }
}
