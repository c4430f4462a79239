/** Points on a canvas: WebGL2, and a slower 2-d one where that is missing or gets lost. */

import type { View } from "./plane";
import { fitCanvas, type Picture, pointSize, type Renderer, SELECTED } from "./points";
import { CanvasRenderer } from "./scatter_canvas";
import { rgb } from "./theme";

const VERTEX = `#version 300 es
layout(location=0) in vec2 position;
layout(location=1) in uint level;
layout(location=2) in uint flag;
layout(location=3) in uint own;
uniform vec2 centre; uniform vec2 scale; uniform float size; uniform uint pass;
uniform vec3 palette[64];
flat out vec3 colour; flat out uint bits; flat out float diameter;
void main() {
  bool front = (flag & 2u) != 0u;
  bits = flag;
  colour = palette[min(level, 63u)];
  diameter = size * float(own) / 36.0 + (front ? 4.0 : 0.0);
  gl_PointSize = diameter + 2.0;
  gl_Position = front == (pass == 1u) && position.x < 9.0 ? vec4((position - centre) * scale, 0.0, 1.0) : vec4(2.0, 2.0, 0.0, 1.0);
}`;

const FRAGMENT = `#version 300 es
precision highp float;
flat in vec3 colour; flat in uint bits; flat in float diameter;
uniform vec3 ring; uniform vec3 back;
out vec4 result;
void main() {
  vec2 from = abs(gl_PointCoord - 0.5) * (diameter + 2.0);
  float r = (bits & 8u) != 0u ? (from.x + from.y) * 0.85 : length(from);
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
  #palette = new Float32Array(64 * 3);
  #selected = false;
  #closed = false;

  /** `lost` is told when the browser takes the context away, also while the canvas is out of the document. */
  constructor(
    private readonly canvas: HTMLCanvasElement,
    lost: () => void,
  ) {
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
    this.#buffers = [0, 1, 2, 3].map(() => gl.createBuffer());
    canvas.addEventListener("webglcontextlost", () => {
      if (!this.#closed) lost();
    });
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
    if (picture.sizes) put(3, picture.sizes);
    else gl.vertexAttribI4ui(3, 36, 0, 0, 0);
    const { palette } = picture;
    for (let i = 0; i < 64; i++) this.#palette.set(unit(palette[i % palette.length]!), i * 3);
    this.#selected = picture.flags.some((flag) => (flag & SELECTED) !== 0);
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
    gl.uniform3fv(at("palette"), this.#palette);
    gl.uniform3fv(at("ring"), unit(picture.ring));
    gl.uniform3fv(at("back"), unit(picture.background));
    gl.uniform2f(at("centre"), view.x, view.y);
    gl.uniform2f(at("scale"), (2 * view.scale) / view.width, (2 * view.scale) / view.height);
    gl.uniform1f(at("size"), pointSize(picture.levels.length, view.zoom) * ratio);
    for (const pass of this.#selected ? [0, 1] : [0]) {
      gl.uniform1ui(at("pass"), pass);
      gl.drawArrays(gl.POINTS, 0, picture.levels.length);
    }
  }

  close(): void {
    this.#closed = true;
    this.#gl.getExtension("WEBGL_lose_context")?.loseContext();
  }
}

function unit(colour: string): [number, number, number] {
  const [r, g, b] = rgb(colour);
  return [r / 255, g / 255, b / 255];
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
    return new WebglRenderer(canvas, () => {
      canvas.remove();
      replaced(new CanvasRenderer(fresh()));
    });
  } catch {
    canvas.remove();
    return new CanvasRenderer(fresh());
  }
}
