/** Lines between the panels of a dashboard that move by pointer or arrow keys. */

import { h } from "./dom";

interface Line {
  /** The CSS variable that holds the size. */
  variable: string;
  label: string;
  vertical: boolean;
  /** In percent of the width, or in pixels of height. */
  start: number;
  least: number;
  most: number;
}

const LINES: Line[] = [
  { variable: "--slens-x", label: "first column", vertical: true, start: 50, least: 20, most: 80 },
  { variable: "--slens-x2", label: "second column", vertical: true, start: 36, least: 15, most: 60 },
  { variable: "--slens-y", label: "first row", vertical: false, start: 600, least: 260, most: 1600 },
  { variable: "--slens-y2", label: "last row", vertical: false, start: 540, least: 260, most: 1600 },
];
const STEP = { percent: 2, pixels: 24 };

/** Put lines into a grid of panels; returns what takes them out again. */
export function splitters(grid: HTMLElement): () => void {
  const lines = LINES.map((line) => separator(grid, line));
  grid.append(...lines);
  return () => {
    for (const line of lines) line.remove();
  };
}

function separator(grid: HTMLElement, line: Line): HTMLElement {
  const unit = line.vertical ? "%" : "px";
  const step = line.vertical ? STEP.percent : STEP.pixels;
  const element = h("div", {
    class: "slens-splitter",
    role: "separator",
    tabindex: 0,
    "aria-orientation": line.vertical ? "vertical" : "horizontal",
    "aria-label": `Size of the ${line.label}`,
    "aria-valuemin": line.least,
    "aria-valuemax": line.most,
    title: "Drag, or press the arrow keys, to resize; Enter or a double click puts it back",
  });
  element.dataset.line = line.variable;
  const show = (value: number): void => {
    element.setAttribute("aria-valuenow", String(Math.round(value)));
    element.setAttribute("aria-valuetext", `${Math.round(value)} ${line.vertical ? "percent" : "pixels"}`);
  };
  const now = (): number => Number(element.getAttribute("aria-valuenow"));
  const set = (value: number): void => {
    const kept = Math.min(line.most, Math.max(line.least, value));
    grid.style.setProperty(line.variable, `${kept}${unit}`);
    show(kept);
  };
  const reset = (): void => {
    grid.style.removeProperty(line.variable);
    measure();
  };
  /** What the style sheet gives while nobody has moved the line. */
  const measure = (): void => {
    const given = Number.parseFloat(getComputedStyle(grid).getPropertyValue(line.variable));
    show(Number.isFinite(given) ? given : line.start);
  };
  element.addEventListener("keydown", (event) => {
    event.stopPropagation();
    const more = line.vertical ? "ArrowRight" : "ArrowDown";
    const less = line.vertical ? "ArrowLeft" : "ArrowUp";
    if (event.key === more) set(now() + step);
    else if (event.key === less) set(now() - step);
    else if (event.key === "Home") set(line.least);
    else if (event.key === "End") set(line.most);
    else if (event.key === "Enter") reset();
    else return;
    event.preventDefault();
  });
  element.addEventListener("focus", measure);
  element.addEventListener("dblclick", reset);
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    element.focus();
    element.setPointerCapture?.(event.pointerId);
    measure();
    const from = { value: now(), at: line.vertical ? event.clientX : event.clientY };
    const move = (moved: PointerEvent): void => {
      const by = (line.vertical ? moved.clientX : moved.clientY) - from.at;
      set(from.value + (line.vertical ? (100 * by) / grid.clientWidth : by));
    };
    const end = (): void => {
      element.removeEventListener("pointermove", move);
      element.removeEventListener("pointerup", end);
      element.removeEventListener("pointercancel", end);
    };
    element.addEventListener("pointermove", move);
    element.addEventListener("pointerup", end);
    element.addEventListener("pointercancel", end);
  });
  show(line.start);
  return element;
}
