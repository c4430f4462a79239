/** What a pointer does on the map: drag to pan, draw a lasso, click, hover; the wheel zooms. */

import type { Point } from "./plane";

export interface Gestures {
  /** Whether dragging draws a lasso; with shift it always does. */
  lasso(): boolean;
  hover(at: Point | null): void;
  /** The lasso so far; empty when it ends. */
  outline(path: Point[]): void;
  pan(dx: number, dy: number): void;
  zoom(factor: number, at: Point): void;
  lassoed(path: Point[], add: boolean): void;
  clicked(at: Point, add: boolean): void;
}

const SLACK = 3;

export function gestures(plane: HTMLElement, on: Gestures): void {
  let drag: { from: Point; last: Point; lasso: Point[] | null; moved: boolean } | undefined;
  const place = (event: MouseEvent): Point => {
    const box = plane.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  plane.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    plane.setPointerCapture?.(event.pointerId);
    const at = place(event);
    drag = { from: at, last: at, lasso: on.lasso() || event.shiftKey ? [at] : null, moved: false };
  });
  plane.addEventListener("pointermove", (event) => {
    const at = place(event);
    if (!drag) {
      on.hover(at);
      return;
    }
    if (Math.hypot(at[0] - drag.from[0], at[1] - drag.from[1]) > SLACK) drag.moved = true;
    if (!drag.moved) return;
    on.hover(null);
    if (drag.lasso) {
      drag.lasso.push(at);
      on.outline(drag.lasso);
    } else on.pan(at[0] - drag.last[0], at[1] - drag.last[1]);
    drag.last = at;
  });
  plane.addEventListener("pointerup", (event) => {
    const ended = drag;
    drag = undefined;
    on.outline([]);
    if (!ended) return;
    const add = event.ctrlKey || event.metaKey;
    if (ended.moved && ended.lasso) on.lassoed(ended.lasso, add);
    else if (!ended.moved) on.clicked(ended.from, add || event.shiftKey);
  });
  plane.addEventListener("pointercancel", () => {
    drag = undefined;
    on.outline([]);
  });
  plane.addEventListener("pointerleave", () => on.hover(null));
  plane.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      on.hover(null);
      on.zoom(Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.002)), place(event));
    },
    { passive: false },
  );
}
