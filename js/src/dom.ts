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

/** An element of a picture. */
export function shape<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | number> = {},
  ...children: Node[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

export function icon(path: string): SVGSVGElement {
  return shape("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, shape("path", { d: path }));
}

/** A button and what it does, said in its tooltip; `more` are further attributes. */
export function button(
  content: string | Node | (string | Node)[],
  title: string,
  onclick: (event: MouseEvent) => void,
  more: Attributes = {},
): HTMLButtonElement {
  return h("button", { type: "button", title, onclick, ...more }, ...[content].flat());
}

export function iconButton(path: string, label: string, click: () => void): HTMLButtonElement {
  return button(icon(path), label, click, { class: "slens-icon", "aria-label": label });
}

export function closeButton(label: string, click: () => void): HTMLButtonElement {
  return iconButton("M4 4l8 8M12 4l-8 8", label, click);
}

/** Say of a button that it is pressed or not. */
export function press(element: Element, on: boolean): void {
  element.setAttribute("aria-pressed", String(on));
}

/** Buttons in a row. */
export function segments(label: string, ...buttons: Node[]): HTMLElement {
  return h("span", { class: "slens-segments", role: "group", "aria-label": label }, ...buttons);
}

/** Buttons of which one is pressed; `titles` by name, `press` says which. */
export function oneOf<T extends string>(
  label: string,
  titles: Record<T, string>,
  choose: (name: T) => void,
): { element: HTMLElement; press(name: T): void } {
  const names = Object.keys(titles) as T[];
  const buttons = names.map((name) => button(name, titles[name], () => choose(name)));
  return {
    element: segments(label, ...buttons),
    press: (chosen) => {
      for (const [i, each] of buttons.entries()) press(each, names[i] === chosen);
    },
  };
}

/** A control after what it is called. */
export function field(name: string, ...control: Node[]): HTMLElement {
  return h("label", { class: "slens-field" }, name, ...control);
}

export function options(values: Iterable<readonly [value: string, text: string]>): HTMLOptionElement[] {
  return Array.from(values, ([value, text]) => h("option", { value }, text));
}

/** A count as people read it. */
export function counted(count: number): string {
  return count.toLocaleString("en");
}

/** A number's digits with a true minus, as wide as a plus. */
export function typeset(digits: string): string {
  return digits.replace(/^-/, "−");
}

/** Call when an element has another size; returns what ends that. */
export function resized(element: Element, call: () => void): () => void {
  const observer = new ResizeObserver(call);
  observer.observe(element);
  return () => observer.disconnect();
}

/** What an error says. */
export function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
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
  const dismiss = closeButton("Dismiss this message", () => {
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
      message.textContent = said(reason);
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

/** Give the reader a file. */
export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text]));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export function debounce(wait: number, call: () => void): (() => void) & { cancel(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const later = (): void => {
    clearTimeout(timer);
    timer = setTimeout(call, wait);
  };
  return Object.assign(later, { cancel: () => clearTimeout(timer) });
}
