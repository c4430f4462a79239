/** Image files that a person chooses, pastes or drops, on their way to the kernel. */

import { h, iconButton } from "./dom";
import type { Client, Reply } from "./transport";

// Larger files are scaled down before they travel: some hosts close the connection above 5 MB.
const MAX_BYTES = 3_000_000;
const SHRUNK = 1024;

/** Give the kernel a picture, for the operation `op`. */
export async function sendImage(client: Client, file: File, op: string): Promise<Reply> {
  const bytes = file.size > MAX_BYTES ? await shrunk(file) : await file.arrayBuffer();
  return client.request(op, { name: file.name }, { buffers: [bytes] });
}

/** A button to choose files by, and the input behind it. */
export function fileButton(
  title: string,
  take: (files: File[]) => unknown,
): [HTMLButtonElement, HTMLElement] {
  const file = h("input", {
    type: "file",
    accept: "image/*",
    multiple: true,
    hidden: true,
    title: "Image files",
    onchange: () => {
      take([...(file.files ?? [])]);
      file.value = "";
    },
  });
  return [iconButton("M2 3h12v10H2zM2 11l4-4 3 3 2-2 3 3M10.5 6h.01", title, () => file.click()), file];
}

/** Take files that are pasted into `element`. */
export function acceptPastes(element: HTMLElement, take: (files: File[]) => void): void {
  element.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    take(files);
  });
}

/** Take files that are dropped anywhere on `root`; `what` is said while they are above it. */
export function acceptDrops(root: HTMLElement, what: string, take: (files: File[]) => unknown): void {
  const over = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    event.stopPropagation();
    root.dataset.dropping = what;
  };
  const gone = (): void => void delete root.dataset.dropping;
  root.addEventListener("dragenter", over);
  root.addEventListener("dragover", over);
  root.addEventListener("dragleave", (event) => {
    if (!root.contains(event.relatedTarget as Node | null)) gone();
  });
  root.addEventListener("drop", (event) => {
    gone();
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    event.stopPropagation();
    take(files);
  });
}

/** A large picture as a smaller JPEG. */
async function shrunk(file: File): Promise<ArrayBuffer> {
  const bitmap = await createImageBitmap(file).catch(() => {
    const size = (file.size / 1e6).toFixed(1);
    throw new Error(`“${file.name}” has ${size} MB and can't be read here; save it as a JPEG below 3 MB.`);
  });
  const scale = Math.min(1, SHRUNK / Math.max(bitmap.width, bitmap.height));
  const canvas = h("canvas", {
    width: Math.max(1, bitmap.width * scale),
    height: Math.max(1, bitmap.height * scale),
  });
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.92));
  if (!blob) throw new Error(`“${file.name}” can't be scaled down; save it as a JPEG below 3 MB.`);
  return blob.arrayBuffer();
}
