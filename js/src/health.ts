/** Whether the kernel answers: fine, busy with other work, silent, or gone. */

import type { Model } from "./transport";

export type Health = "fine" | "busy" | "silent" | "gone";

export const SAID: Record<Health, string> = {
  fine: "",
  busy: "The kernel is still busy with other work; this is answered when that is done.",
  silent: "No answer yet. The kernel is busy or has ended; what is drawn stays.",
  gone: "The kernel was restarted or has ended. What is drawn stays, but nothing new is computed: run the cell again to go on.",
};

const SLOW = 3_000;
const SILENT = 10_000;
const ENDED = ["dead", "restarting", "autorestarting", "terminating"];

/** What hosts with a Jupyter kernel tell of it; others tell nothing. */
interface Kernel {
  status?: string;
  isDisposed?: boolean;
  statusChanged?: { connect(slot: () => void): void; disconnect(slot: () => void): void };
}

export class Watch {
  health: Health = "fine";
  #kernel: Kernel | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #gone = false;

  /** `waiting` says for how many milliseconds nothing was heard though something is asked, else 0. */
  constructor(
    model: Model,
    private readonly waiting: () => number,
    private readonly changed: (health: Health) => void,
  ) {
    this.#kernel = (model as { widget_manager?: { kernel?: Kernel } }).widget_manager?.kernel;
    this.#kernel?.statusChanged?.connect(this.#look);
  }

  heard(): void {
    if (this.health !== "fine") this.#look();
  }

  /** Look again soon: something was asked. */
  soon(): void {
    this.#look();
    if (this.#timer === undefined) this.#wait();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#kernel?.statusChanged?.disconnect(this.#look);
  }

  #wait(): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#look();
      if (this.waiting() > 0) this.#wait();
    }, 1_000);
  }

  #look = (): void => {
    const status = this.#kernel?.status;
    // A kernel that was restarted is idle again, but knows nothing of this widget.
    if (this.#kernel?.isDisposed || (status !== undefined && ENDED.includes(status))) this.#gone = true;
    const waited = this.waiting();
    const next: Health = this.#gone
      ? "gone"
      : waited < SLOW
        ? "fine"
        : status === "busy"
          ? "busy"
          : waited < SILENT
            ? "fine"
            : "silent";
    if (next === this.health) return;
    this.health = next;
    this.changed(next);
  };
}
