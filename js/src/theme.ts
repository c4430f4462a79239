/** Follows the host's theme: light or dark is read off the page, never guessed from one host's names. */

export type Theme = "light" | "dark";

export interface Colours {
  theme: Theme;
  background: string;
  foreground: string;
  muted: string;
  line: string;
}

/** Red, green and blue in 0–255 of any CSS colour, through the browser's own parser. */
export function rgb(colour: string): [number, number, number] {
  const hex = /^#([0-9a-f]{6})$/i.exec(colour.trim());
  if (hex) {
    const value = Number.parseInt(hex[1]!, 16);
    return [value >> 16, (value >> 8) & 255, value & 255];
  }
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const context = canvas.getContext?.("2d", { willReadFrequently: true });
  if (!context) return [255, 255, 255];
  context.fillStyle = "#ffffff";
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [r = 255, g = 255, b = 255] = context.getImageData(0, 0, 1, 1).data;
  return [r, g, b];
}

export function isDark(colour: string): boolean {
  const [r, g, b] = rgb(colour);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b < 128;
}

export function hex(colour: string): string {
  return `#${rgb(colour)
    .map((part) => part.toString(16).padStart(2, "0"))
    .join("")}`;
}

function hostIsDark(root: HTMLElement): boolean {
  const style = getComputedStyle(root);
  for (const name of ["--jp-layout-color1", "--vscode-editor-background"]) {
    const value = style.getPropertyValue(name).trim();
    if (value) return isDark(value);
  }
  return globalThis.matchMedia?.("(prefers-color-scheme: dark)").matches ?? false;
}

export function colours(root: HTMLElement): Colours {
  const style = getComputedStyle(root);
  const read = (name: string, fallback: string): string => {
    const probe = document.createElement("span");
    probe.style.color = `var(${name})`;
    root.append(probe);
    const value = getComputedStyle(probe).color || fallback;
    probe.remove();
    return hex(value.startsWith("var") ? fallback : value);
  };
  return {
    theme: root.dataset.theme === "dark" ? "dark" : "light",
    background: hex(style.backgroundColor || "#ffffff"),
    foreground: read("--s-fg", "#1f2328"),
    muted: read("--s-muted", "#59636e"),
    line: read("--s-line", "#d9dde2"),
  };
}

/** Set `data-theme` on the root now and at every change of the host's theme. */
export function followTheme(root: HTMLElement, changed: () => void): () => void {
  const apply = (again = false): void => {
    const theme: Theme = hostIsDark(root) ? "dark" : "light";
    if (root.dataset.theme === theme && !again) return;
    root.dataset.theme = theme;
    changed();
  };
  // A host swaps its style sheet a moment after it has changed the attribute.
  let timer: ReturnType<typeof setTimeout> | undefined;
  const soon = (): void => {
    apply();
    clearTimeout(timer);
    timer = setTimeout(() => apply(true), 300);
  };
  const observer = new MutationObserver(soon);
  const attributes = {
    attributes: true,
    attributeFilter: [
      "class",
      "style",
      "data-jp-theme-name",
      "data-jp-theme-light",
      "data-vscode-theme-kind",
    ],
  };
  // Out of the document there are no styles to read: they are read again once the root is seen.
  let seen = root.isConnected;
  const sight = new ResizeObserver(() => {
    const now = root.getClientRects().length > 0;
    if (now && !seen) apply(true);
    seen = now;
  });
  sight.observe(root);
  observer.observe(document.documentElement, attributes);
  observer.observe(document.body, attributes);
  const media = globalThis.matchMedia?.("(prefers-color-scheme: dark)");
  media?.addEventListener?.("change", soon);
  apply();
  soon();
  return () => {
    clearTimeout(timer);
    observer.disconnect();
    sight.disconnect();
    media?.removeEventListener?.("change", soon);
  };
}
