/** Points on a 2-d canvas, for browsers without WebGL2: discs while they are few, pixels when they are many. */

import type { View } from "./plane";
import { DIMMED, fitCanvas, OTHER, type Picture, PRUNED, pointSize, type Renderer, SELECTED } from "./points";
import { rgb } from "./theme";

const FEW = 20_000;
const FAINT = 0.28;

export class CanvasRenderer implements Renderer {
  readonly kind = "2d";
  #picture: Picture | undefined;

  constructor(private readonly canvas: HTMLCanvasElement) {}

  update(picture: Picture): void {
    this.#picture = picture;
  }

  draw(view: View, ratio: number): void {
    fitCanvas(this.canvas, view, ratio);
    const context = this.canvas.getContext?.("2d");
    const picture = this.#picture;
    if (!context || !picture) return;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, view.width, view.height);
    if (picture.levels.length > FEW) pixels(context, picture, view, ratio);
    else discs(context, picture, view);
  }

  close(): void {}
}

/** The points in the order they are drawn in: the selected ones last, over the others. */
function inOrder(picture: Picture, draw: (i: number, flag: number) => void): void {
  const { flags } = picture;
  for (const front of [0, SELECTED])
    for (let i = 0; i < flags.length; i++) if ((flags[i]! & SELECTED) === front) draw(i, flags[i]!);
}

function discs(context: CanvasRenderingContext2D, picture: Picture, view: View): void {
  const usual = pointSize(picture.levels.length, view.zoom) / 2;
  const shape = (x: number, y: number, r: number, flag: number): void => {
    context.beginPath();
    if (flag & OTHER) {
      const reach = r * 1.18;
      context.moveTo(x - reach, y);
      for (const [dx, dy] of [
        [0, -1],
        [1, 0],
        [0, 1],
      ] as const)
        context.lineTo(x + dx * reach, y + dy * reach);
      context.closePath();
    } else context.arc(x, y, r, 0, 2 * Math.PI);
  };
  inOrder(picture, (i, flag) => {
    const [x, y] = view.toScreen(picture.xy[2 * i]!, picture.xy[2 * i + 1]!);
    if (x < -20 || y < -20 || x > view.width + 20 || y > view.height + 20) return;
    const front = (flag & SELECTED) !== 0;
    const radius = (usual * (picture.sizes?.[i] ?? 36)) / 36;
    context.globalAlpha = (flag & DIMMED) !== 0 && !front ? FAINT : 0.92;
    context.fillStyle = picture.palette[picture.levels[i]! % picture.palette.length]!;
    shape(x, y, front ? radius + 2 : radius, flag);
    context.fill();
    if (flag & PRUNED) {
      context.fillStyle = picture.background;
      shape(x, y, radius * 0.55, flag);
      context.fill();
    }
    if (!front) return;
    context.strokeStyle = picture.ring;
    context.lineWidth = 1.5;
    shape(x, y, radius + 1.2, flag);
    context.stroke();
  });
}

/** Little squares written into the canvas's own pixels: a million of them in the time of some thousand discs. */
function pixels(context: CanvasRenderingContext2D, picture: Picture, view: View, ratio: number): void {
  const { width, height } = context.canvas;
  const image = context.createImageData(width, height);
  const target = new Uint32Array(image.data.buffer);
  const paper = rgb(picture.background);
  const packed = (colour: string, opacity: number): number => {
    const [r, g, b] = rgb(colour).map((part, c) => Math.round(paper[c]! + (part - paper[c]!) * opacity));
    return ((255 << 24) | (b! << 16) | (g! << 8) | r!) >>> 0;
  };
  const plain = picture.palette.map((tone) => packed(tone, 0.95));
  const faint = picture.palette.map((tone) => packed(tone, FAINT));
  const [ring, back] = [packed(picture.ring, 1), packed(picture.background, 1)];
  const size = Math.max(1, Math.round(pointSize(picture.levels.length, view.zoom) * ratio * 0.85));
  const square = (x: number, y: number, side: number, colour: number): void => {
    const [left, top] = [Math.round(x - side / 2), Math.round(y - side / 2)];
    for (let row = Math.max(top, 0); row < Math.min(top + side, height); row++)
      for (let column = Math.max(left, 0); column < Math.min(left + side, width); column++)
        target[row * width + column] = colour;
  };
  const { xy, levels, palette } = picture;
  const scale = view.scale * ratio;
  const dims = (flag: number): boolean => (flag & (DIMMED | SELECTED)) === DIMMED;
  const draw = (i: number, flag: number): void => {
    const x = width / 2 + (xy[2 * i]! - view.x) * scale;
    const y = height / 2 - (xy[2 * i + 1]! - view.y) * scale;
    if (x < -size || y < -size || x > width + size || y > height + size) return;
    const tone = levels[i]! % palette.length;
    if (flag & SELECTED) square(x, y, size + 4, ring);
    square(x, y, flag & SELECTED ? size + 2 : size, dims(flag) ? faint[tone]! : plain[tone]!);
    if (flag & PRUNED && size > 3) square(x, y, Math.ceil(size / 2), back);
  };
  inOrder(picture, (i, flag) => dims(flag) && draw(i, flag));
  inOrder(picture, (i, flag) => !dims(flag) && draw(i, flag));
  context.putImageData(image, 0, 0);
}
