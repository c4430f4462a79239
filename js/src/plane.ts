/** Geometry of the map: the view's pan and zoom, what is under the pointer, what a lasso holds. */

export type Point = [number, number];

/** Scale to [-1, 1] by the larger extent, centred, so that distances keep their proportions. */
export function normalise(xy: Float32Array): Float32Array {
  let [x0, x1, y0, y1] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < xy.length; i += 2) {
    x0 = Math.min(x0, xy[i]!);
    x1 = Math.max(x1, xy[i]!);
    y0 = Math.min(y0, xy[i + 1]!);
    y1 = Math.max(y1, xy[i + 1]!);
  }
  const [middleX, middleY] = [(x0 + x1) / 2, (y0 + y1) / 2];
  const half = Math.max(x1 - x0, y1 - y0) / 2 || 1;
  const result = new Float32Array(xy.length);
  for (let i = 0; i < xy.length; i += 2) {
    result[i] = (xy[i]! - middleX) / half;
    result[i + 1] = (xy[i + 1]! - middleY) / half;
  }
  return result;
}

export class View {
  width = 1;
  height = 1;
  zoom = 1;
  x = 0;
  y = 0;

  /** Pixels per unit; at zoom 1 the map fits with a margin. */
  get scale(): number {
    return (Math.min(this.width, this.height) / 2) * 0.92 * this.zoom;
  }

  toScreen(x: number, y: number): Point {
    return [this.width / 2 + (x - this.x) * this.scale, this.height / 2 - (y - this.y) * this.scale];
  }

  toWorld(px: number, py: number): Point {
    return [this.x + (px - this.width / 2) / this.scale, this.y - (py - this.height / 2) / this.scale];
  }

  pan(dx: number, dy: number): void {
    this.x -= dx / this.scale;
    this.y += dy / this.scale;
    this.#keepInside();
  }

  /** Zoom by a factor about a pixel, which stays where it is. */
  zoomAt(factor: number, px: number, py: number): void {
    const [x, y] = this.toWorld(px, py);
    this.zoom = Math.min(Math.max(this.zoom * factor, 0.5), 400);
    const [nowX, nowY] = this.toWorld(px, py);
    this.x += x - nowX;
    this.y += y - nowY;
    this.#keepInside();
  }

  /** Move so that a place is well inside. */
  show(x: number, y: number): void {
    const [px, py] = this.toScreen(x, y);
    const margin = Math.min(this.width, this.height) * 0.06;
    if (px > margin && py > margin && px < this.width - margin && py < this.height - margin) return;
    this.x = x;
    this.y = y;
  }

  fit(): void {
    this.zoom = 1;
    this.x = 0;
    this.y = 0;
  }

  #keepInside(): void {
    this.x = Math.min(Math.max(this.x, -1.2), 1.2);
    this.y = Math.min(Math.max(this.y, -1.2), 1.2);
  }
}

/** Points sorted into square cells of [-1, 1]², for the nearest one to a place. */
export class Grid {
  readonly side: number;
  /** Points that are anywhere: hidden ones are at infinity. */
  readonly count: number;
  #start: Uint32Array;
  #order: Uint32Array;

  constructor(private readonly xy: Float32Array) {
    const n = xy.length / 2;
    this.count = xy.filter(Number.isFinite).length / 2;
    this.side = Math.min(1024, Math.max(1, Math.ceil(Math.sqrt(n / 2))));
    const cells = new Uint32Array(n);
    this.#start = new Uint32Array(this.side ** 2 + 1);
    for (let i = 0; i < n; i++) {
      cells[i] = this.#cell(xy[2 * i]!) + this.#cell(xy[2 * i + 1]!) * this.side;
      this.#start[cells[i]! + 1]!++;
    }
    for (let c = 0; c < this.side ** 2; c++) this.#start[c + 1]! += this.#start[c]!;
    const next = this.#start.slice();
    this.#order = new Uint32Array(n);
    for (let i = 0; i < n; i++) this.#order[next[cells[i]!]!++] = i;
  }

  #cell(value: number): number {
    return Math.min(this.side - 1, Math.max(0, Math.floor(((value + 1) / 2) * this.side)));
  }

  /** The point nearest to (x, y) within `radius`, or −1. */
  nearest(x: number, y: number, radius: number): number {
    let best = -1;
    let bestDistance = radius * radius;
    for (let row = this.#cell(y - radius); row <= this.#cell(y + radius); row++) {
      for (let column = this.#cell(x - radius); column <= this.#cell(x + radius); column++) {
        const cell = row * this.side + column;
        for (let k = this.#start[cell]!; k < this.#start[cell + 1]!; k++) {
          const i = this.#order[k]!;
          const distance = (this.xy[2 * i]! - x) ** 2 + (this.xy[2 * i + 1]! - y) ** 2;
          if (distance <= bestDistance) {
            best = i;
            bestDistance = distance;
          }
        }
      }
    }
    return best;
  }

  /** The points of a rectangle, in no order; at most `most` of them where that is given. */
  within([x0, y0]: Point, [x1, y1]: Point, most = Infinity): number[] {
    const found: number[] = [];
    for (let row = this.#cell(y0); row <= this.#cell(y1); row++) {
      const first = row * this.side + this.#cell(x0);
      const last = row * this.side + this.#cell(x1);
      for (let k = this.#start[first]!; k < this.#start[last + 1]!; k++) {
        const i = this.#order[k]!;
        const [x, y] = [this.xy[2 * i]!, this.xy[2 * i + 1]!];
        if (x < x0 || x > x1 || y < y0 || y > y1) continue;
        found.push(i);
        if (found.length > most) return found;
      }
    }
    return found;
  }

  /** The `k` points nearest to (x, y), the nearest first. */
  nearestOnes(x: number, y: number, k: number): number[] {
    const wanted = Math.min(k, this.count);
    const away = (i: number): number => (this.xy[2 * i]! - x) ** 2 + (this.xy[2 * i + 1]! - y) ** 2;
    for (let reach = 2 / this.side; ; reach *= 1.5) {
      const near = this.within([x - reach, y - reach], [x + reach, y + reach]).filter(
        (i) => away(i) <= reach * reach,
      );
      if (near.length >= wanted) return near.sort((a, b) => away(a) - away(b)).slice(0, wanted);
    }
  }

  /** Numbers of the points in a polygon, ascending; whole cells at a time where none of its edges passes. */
  lassoed(polygon: Point[]): Uint32Array {
    if (polygon.length < 3) return new Uint32Array();
    const passed = this.#edges(polygon);
    const [xs, ys] = [polygon.map((p) => p[0]), polygon.map((p) => p[1])];
    const [x0, x1] = [this.#cell(Math.min(...xs)), this.#cell(Math.max(...xs))];
    const found = new Uint8Array(this.xy.length / 2);
    let count = 0;
    for (let row = this.#cell(Math.min(...ys)); row <= this.#cell(Math.max(...ys)); row++) {
      for (let column = x0; column <= x1; column++) {
        const cell = row * this.side + column;
        const [start, end] = [this.#start[cell]!, this.#start[cell + 1]!];
        if (start === end) continue;
        const whole = passed[cell] ? undefined : inside(this.#middle(column), this.#middle(row), polygon);
        if (whole === false) continue;
        for (let k = start; k < end; k++) {
          const i = this.#order[k]!;
          if (whole || inside(this.xy[2 * i]!, this.xy[2 * i + 1]!, polygon)) {
            found[i] = 1;
            count++;
          }
        }
      }
    }
    const ids = new Uint32Array(count);
    for (let i = 0, k = 0; k < count; i++) if (found[i]) ids[k++] = i;
    return ids;
  }

  #middle(cell: number): number {
    return ((cell + 0.5) / this.side) * 2 - 1;
  }

  /** Cells that an edge of a polygon may pass, and the outermost ones, which hold what lies outside. */
  #edges(polygon: Point[]): Uint8Array {
    const { side } = this;
    const passed = new Uint8Array(side * side);
    for (let i = 0; i < side; i++)
      for (const cell of [i, side * (side - 1) + i, i * side, i * side + side - 1]) passed[cell] = 1;
    polygon.forEach(([x, y], i) => {
      const [toX, toY] = polygon[(i + 1) % polygon.length]!;
      const steps = Math.ceil(Math.max(Math.abs(toX - x), Math.abs(toY - y)) * side) + 1;
      for (let step = 0; step <= steps; step++) {
        const column = this.#cell(x + ((toX - x) * step) / steps);
        const row = this.#cell(y + ((toY - y) * step) / steps);
        for (let r = Math.max(row - 1, 0); r <= Math.min(row + 1, side - 1); r++)
          for (let c = Math.max(column - 1, 0); c <= Math.min(column + 1, side - 1); c++)
            passed[r * side + c] = 1;
      }
    });
    return passed;
  }
}

export function inside(x: number, y: number, polygon: Point[]): boolean {
  let odd = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [xi, yi] = polygon[i]!;
    const [xj, yj] = polygon[j]!;
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) odd = !odd;
  }
  return odd;
}

/** The nearest point in a direction from another, sideways distance counting double; −1 if none. */
export function toward(xy: Float32Array, from: number, dx: number, dy: number): number {
  let best = -1;
  let least = Infinity;
  const [x0, y0] = [xy[2 * from]!, xy[2 * from + 1]!];
  for (let i = 0; i < xy.length / 2; i++) {
    const [x, y] = [xy[2 * i]! - x0, xy[2 * i + 1]! - y0];
    const along = x * dx + y * dy;
    const across = Math.abs(x * dy - y * dx);
    if (i === from || along <= 0 || across > 2 * along) continue;
    const cost = along + 2 * across;
    if (cost < least) {
      best = i;
      least = cost;
    }
  }
  return best;
}
