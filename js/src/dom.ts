/** Elements made of text, never of HTML, and the frame that every widget draws in. */

import css from "./style.css";
import { followTheme } from "./theme";
import { KernelError, type Progress } from "./transport";

type Attributes = Record<string, string | number | boolean | null | undefined | ((event: never) => void)>;

/** An element; `on…` attributes are listeners, booleans set or leave out, children are nodes or text. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value as EventListener);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined)
      element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}

export function icon(path: string): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS("http://www.w3.org/2000/svg", "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}

export function iconButton(path: string, label: string, click: () => void): HTMLButtonElement {
  return h(
    "button",
    { type: "button", class: "slens-icon", title: label, "aria-label": label, onclick: click },
    icon(path),
  );
}

export function emptyState(title: string, ...text: (Node | string)[]): HTMLElement {
  return h("div", { class: "slens-empty" }, h("strong", {}, title), ...text);
}

export interface Frame {
  root: HTMLElement;
  tools: HTMLElement;
  body: HTMLElement;
  status(text: string): void;
  busy(text: string | null, progress?: Progress): void;
  fail(error: unknown): void;
  clearError(): void;
  /** A line about the kernel; empty for none. */
  notice(text: string, kind: string): void;
  ready(): void;
  onTheme(callback: () => void): void;
  close(): void;
}

/** The frame of a widget: title, tools, body, status line, error area, theme, keys kept from the host. */
export function frame(el: HTMLElement, name: string, title: string, extraCss = ""): Frame {
  const themeCallbacks: (() => void)[] = [];
  const message = h("span");
  const dismiss = iconButton("M4 4l8 8M12 4l-8 8", "Dismiss this message", () => {
    error.hidden = true;
  });
  const error = h("div", { class: "slens-error", role: "alert", hidden: true }, message, dismiss);
  const notice = h("div", { class: "slens-notice", "aria-live": "polite", hidden: true });
  const tools = h("div", { class: "slens-tools" });
  const body = h("div", { class: "slens-body" });
  const text = h("span", { role: "status", "aria-live": "polite" });
  const busyText = h("span");
  const bar = h("progress", { "aria-label": "Progress", max: 1 });
  const busy = h("div", { class: "slens-busy", hidden: true }, busyText, bar);
  const root = h(
    "section",
    { class: `slens slens-${name}`, "aria-label": title },
    h("style", {}, css + extraCss),
    h("header", { class: "slens-head" }, h("h3", { class: "slens-title" }, title), tools),
    notice,
    error,
    body,
    h("footer", { class: "slens-foot" }, text, busy),
  );
  // The host would act on plain keys (a "b" inserts a cell); only what the widget can't use passes.
  root.addEventListener("keydown", (event) => event.stopPropagation());
  root.addEventListener("contextmenu", (event) => event.stopPropagation());
  el.replaceChildren(root);
  const stop = followTheme(root, () => {
    for (const callback of themeCallbacks) callback();
  });
  return {
    root,
    tools,
    body,
    status: (value) => {
      text.textContent = value;
      text.title = value;
    },
    busy: (value, progress) => {
      busy.hidden = value === null;
      busyText.textContent = value ?? "";
      if (progress && progress.total > 0) bar.value = progress.done / progress.total;
      else bar.removeAttribute("value");
    },
    fail: (reason) => {
      if (reason instanceof KernelError && reason.cancelled) return;
      message.textContent = reason instanceof Error ? reason.message : String(reason);
      error.hidden = false;
    },
    clearError: () => {
      error.hidden = true;
    },
    notice: (value, kind) => {
      notice.textContent = value;
      notice.hidden = value === "";
      root.dataset.kernel = kind;
    },
    ready: () => {
      root.dataset.ready = "true";
    },
    onTheme: (callback) => void themeCallbacks.push(callback),
    close: () => {
      stop();
      el.replaceChildren();
    },
  };
}

export function debounce(wait: number, call: () => void): (() => void) & { cancel(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const later = (): void => {
    clearTimeout(timer);
    timer = setTimeout(call, wait);
  };
  return Object.assign(later, { cancel: () => clearTimeout(timer) });
}
