/** Points on a canvas: WebGL2, and a slower 2-d one where that is missing or gets lost. */

import type { View } from "./plane";
import { rgb } from "./theme";

export const DIMMED = 1;
export const SELECTED = 2;
export const PRUNED = 4;

export interface Picture {
  xy: Float32Array;
  /** Palette index of every point. */
  levels: Uint8Array;
  palette: string[];
  /** DIMMED, SELECTED, PRUNED in any combination. */
  flags: Uint8Array;
  ring: string;
  background: string;
}

export interface Renderer {
  readonly kind: "webgl2" | "2d";
  update(picture: Picture): void;
  draw(view: View, ratio: number): void;
  close(): void;
}

export function pointSize(n: number, zoom: number): number {
  const base = n > 100_000 ? 2.6 : n > 10_000 ? 4 : n > 2_000 ? 6 : 9;
  return Math.min(base * zoom ** 0.35, 22);
}

const VERTEX = `#version 300 es
layout(location=0) in vec2 position;
layout(location=1) in uint level;
layout(location=2) in uint flag;
uniform vec2 centre; uniform vec2 scale; uniform float size; uniform uint pass;
uniform vec3 palette[64];
flat out vec3 colour; flat out uint bits; flat out float diameter;
void main() {
  bool front = (flag & 2u) != 0u;
  bits = flag;
  colour = palette[min(level, 63u)];
  diameter = front ? size + 4.0 : size;
  gl_PointSize = diameter + 2.0;
  gl_Position = front == (pass == 1u) ? vec4((position - centre) * scale, 0.0, 1.0) : vec4(2.0, 2.0, 0.0, 1.0);
}`;

const FRAGMENT = `#version 300 es
precision highp float;
flat in vec3 colour; flat in uint bits; flat in float diameter;
uniform vec3 ring; uniform vec3 back;
out vec4 result;
void main() {
  float r = length(gl_PointCoord - 0.5) * (diameter + 2.0);
  float edge = diameter * 0.5;
  float cover = clamp(edge + 0.5 - r, 0.0, 1.0);
  vec3 c = colour;
  float width = max(1.0, diameter * 0.12);
  if ((bits & 4u) != 0u) c = mix(c, back, clamp(edge * 0.55 + 0.5 - r, 0.0, 1.0));
  if ((bits & 2u) != 0u) c = mix(c, ring, clamp(r - (edge - 1.6 * width) + 0.5, 0.0, 1.0));
  float alpha = cover * ((bits & 3u) == 1u ? 0.28 : 0.92);
  if (alpha < 0.01) discard;
  result = vec4(c * alpha, alpha);
}`;

class WebglRenderer implements Renderer {
  readonly kind = "webgl2";
  #gl: WebGL2RenderingContext;
  #program: WebGLProgram;
  #buffers: WebGLBuffer[];
  #picture: Picture | undefined;
  #uploaded: Float32Array | undefined;

  constructor(private readonly canvas: HTMLCanvasElement) {
    const gl = canvas.getContext("webgl2", { antialias: false, premultipliedAlpha: true });
    if (!gl) throw new Error("no WebGL2");
    this.#gl = gl;
    this.#program = gl.createProgram();
    for (const [type, source] of [
      [gl.VERTEX_SHADER, VERTEX],
      [gl.FRAGMENT_SHADER, FRAGMENT],
    ] as const) {
      const shader = gl.createShader(type)!;
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(this.#program, shader);
    }
    gl.linkProgram(this.#program);
    if (!gl.getProgramParameter(this.#program, gl.LINK_STATUS)) throw new Error("shaders don't link");
    this.#buffers = [0, 1, 2].map(() => gl.createBuffer());
  }

  update(picture: Picture): void {
    const gl = this.#gl;
    this.#picture = picture;
    const put = (at: number, data: Float32Array | Uint8Array): void => {
      gl.bindBuffer(gl.ARRAY_BUFFER, this.#buffers[at]!);
      gl.bufferData(gl.ARRAY_BUFFER, data, at === 0 ? gl.STATIC_DRAW : gl.DYNAMIC_DRAW);
      gl.enableVertexAttribArray(at);
      if (at === 0) gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
      else gl.vertexAttribIPointer(at, 1, gl.UNSIGNED_BYTE, 0, 0);
    };
    if (this.#uploaded !== picture.xy) put(0, picture.xy);
    this.#uploaded = picture.xy;
    put(1, picture.levels);
    put(2, picture.flags);
  }

  draw(view: View, ratio: number): void {
    const gl = this.#gl;
    const picture = this.#picture;
    fitCanvas(this.canvas, view, ratio);
    gl.viewport(0, 0, this.canvas.width, this.canvas.height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    if (!picture) return;
    gl.useProgram(this.#program);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    const at = (name: string): WebGLUniformLocation | null => gl.getUniformLocation(this.#program, name);
    const colours = new Float32Array(64 * 3);
    for (let i = 0; i < 64; i++) colours.set(unit(picture.palette[i % picture.palette.length]!), i * 3);
    gl.uniform3fv(at("palette"), colours);
    gl.uniform3fv(at("ring"), unit(picture.ring));
    gl.uniform3fv(at("back"), unit(picture.background));
    gl.uniform2f(at("centre"), view.x, view.y);
    gl.uniform2f(at("scale"), (2 * view.scale) / view.width, (2 * view.scale) / view.height);
    gl.uniform1f(at("size"), pointSize(picture.levels.length, view.zoom) * ratio);
    for (const pass of [0, 1]) {
      gl.uniform1ui(at("pass"), pass);
      gl.drawArrays(gl.POINTS, 0, picture.levels.length);
    }
  }

  close(): void {
    this.#gl.getExtension("WEBGL_lose_context")?.loseContext();
  }
}

class CanvasRenderer implements Renderer {
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
    const radius = pointSize(picture.levels.length, view.zoom) / 2;
    for (const front of [false, true]) {
      for (let i = 0; i < picture.levels.length; i++) {
        const flag = picture.flags[i]!;
        if (((flag & SELECTED) !== 0) !== front) continue;
        const [x, y] = view.toScreen(picture.xy[2 * i]!, picture.xy[2 * i + 1]!);
        if (x < -20 || y < -20 || x > view.width + 20 || y > view.height + 20) continue;
        context.globalAlpha = (flag & 3) === DIMMED ? 0.28 : 0.92;
        context.fillStyle = picture.palette[picture.levels[i]! % picture.palette.length]!;
        context.beginPath();
        context.arc(x, y, front ? radius + 2 : radius, 0, 2 * Math.PI);
        context.fill();
        if (flag & PRUNED) {
          context.fillStyle = picture.background;
          context.beginPath();
          context.arc(x, y, radius * 0.55, 0, 2 * Math.PI);
          context.fill();
        }
        if (!front) continue;
        context.strokeStyle = picture.ring;
        context.lineWidth = 1.5;
        context.beginPath();
        context.arc(x, y, radius + 1.2, 0, 2 * Math.PI);
        context.stroke();
      }
    }
  }

  close(): void {}
}

function unit(colour: string): [number, number, number] {
  const [r, g, b] = rgb(colour);
  return [r / 255, g / 255, b / 255];
}

function fitCanvas(canvas: HTMLCanvasElement, view: View, ratio: number): void {
  const [width, height] = [Math.round(view.width * ratio), Math.round(view.height * ratio)];
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}

/** A renderer in `holder`; `replaced` is told when a lost WebGL context was exchanged for a 2-d canvas. */
export function makeRenderer(holder: HTMLElement, replaced: (renderer: Renderer) => void): Renderer {
  const fresh = (): HTMLCanvasElement => {
    const canvas = document.createElement("canvas");
    canvas.style.cssText = "position:absolute;inset:0;width:100%;height:100%";
    canvas.setAttribute("aria-hidden", "true");
    holder.prepend(canvas);
    return canvas;
  };
  const canvas = fresh();
  try {
    const renderer = new WebglRenderer(canvas);
    canvas.addEventListener("webglcontextlost", () => {
      if (!canvas.isConnected) return;
      canvas.remove();
      replaced(new CanvasRenderer(fresh()));
    });
    return renderer;
  } catch {
    canvas.remove();
    return new CanvasRenderer(fresh());
  }
}
