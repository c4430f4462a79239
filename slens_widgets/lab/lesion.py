"""The lesion of a synthetic dermoscopy image: its outline, its pigment and the structures inside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Float32
from PIL import Image, ImageDraw

SIZE = 96
"""Height and width of every image of the lab, in pixels."""
FINE = 3
"""Lines and dots are drawn this many times larger and averaged down."""
ANGLES = 360

_GRID_Y, _GRID_X = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32) + 0.5
_THETA = np.linspace(0, 2 * np.pi, ANGLES, endpoint=False, dtype=np.float32)

Canvas = Float32[np.ndarray, "3 height width"]
Alpha = Float32[np.ndarray, "height width"]


def smooth_noise(rng: np.random.Generator, cells: int, size: int = SIZE) -> Alpha:
    """Return a smooth random field in about [-1, 1] with `cells` independent values per side."""
    coarse = rng.uniform(-1, 1, (cells, cells)).astype(np.float32)
    return np.asarray(Image.fromarray(coarse).resize((size, size), Image.Resampling.BICUBIC))


def smoothstep(values: Alpha, low: float, high: float) -> Alpha:
    """Return 0 below `low`, 1 above `high` and a smooth ramp between."""
    t = np.clip((values - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def blend(canvas: Canvas, alpha: Alpha, colour: object) -> None:
    """Paint `colour` (one RGB triple or a canvas) over `canvas`, in place, as opaque as `alpha`."""
    target = np.asarray(colour, dtype=np.float32)
    canvas += alpha * (target.reshape(3, 1, 1) - canvas if target.ndim == 1 else target - canvas)


class Pen:
    """A layer of strokes: drawn `FINE` times larger with Pillow, read back as coverage in [0, 1]."""

    def __init__(self) -> None:
        self.layer = Image.new("L", (SIZE * FINE, SIZE * FINE))
        self.draw = ImageDraw.Draw(self.layer)

    def line(self, points: Float[np.ndarray, "point 2"], width: float) -> None:
        """Draw a polyline through (x, y) points given in image pixels."""
        self.draw.line((points * FINE).ravel().tolist(), fill=255, width=max(1, round(width * FINE)))

    def dot(self, x: float, y: float, radius: float) -> None:
        """Draw a filled disc."""
        box = [(x - radius) * FINE, (y - radius) * FINE, (x + radius) * FINE, (y + radius) * FINE]
        self.draw.ellipse(box, fill=255)

    def alpha(self) -> Alpha:
        """Return the coverage of each image pixel."""
        return np.asarray(self.layer.reduce(FINE), dtype=np.float32) / 255


@dataclass(frozen=True)
class Lesion:
    """Where the lesion is: centre, outline and the fields that the structures inside it need."""

    x: float
    y: float
    extent: float
    """Largest radius, in pixels."""
    radius: Float32[np.ndarray, " angle"]
    distance: Alpha
    """Distance from the centre, in pixels."""
    depth: Alpha
    """How far inside the outline a pixel lies, in pixels along the ray from the centre; outside negative."""
    alpha: Alpha
    mask: Bool[np.ndarray, "height width"]

    @property
    def rim(self) -> Bool[np.ndarray, "height width"]:
        """The band around the outline: where one sees whether the border is irregular."""
        return (self.depth > -4) & (self.depth < max(4.0, 0.3 * self.extent))

    def inside(self, rng: np.random.Generator, reach: float = 0.8) -> tuple[float, float]:
        """Return a random point within `reach` of the outline, uniform over the area."""
        angle = int(rng.integers(ANGLES))
        r = self.radius[angle] * reach * np.sqrt(rng.random())
        return float(self.x + r * np.cos(_THETA[angle])), float(self.y + r * np.sin(_THETA[angle]))


def _bump(angle: float, width: float) -> Float32[np.ndarray, " angle"]:
    """Return a bell of half-width `width` (radians) around `angle`."""
    delta = np.angle(np.exp(1j * (_THETA - angle)))
    return np.exp(-((np.abs(delta) / width) ** 2)).astype(np.float32)


def _lopsided(rng: np.random.Generator, radius: float, direction: float) -> Float32[np.ndarray, " angle"]:
    """Return the outline of an asymmetric lesion: a heavy body, and a smaller lobe or a tail to one side."""
    style = rng.integers(3)
    if style == 0:  # a body and a smaller lobe
        discs = [(-0.4, 0.0, 0.95), (0.5, 0.1, 0.62), (rng.uniform(0.95, 1.15), rng.uniform(-0.4, 0.4), 0.5)]
    elif style == 1:  # a comma, its tail bending to one side
        bend = rng.choice([-1.0, 1.0]) * rng.uniform(0.35, 0.6)
        discs = [(-0.45, 0.0, 0.9), (0.3, 0.35 * bend, 0.66), (0.8, bend, 0.42), (1.2, 1.5 * bend, 0.24)]
    else:  # a triangle with one long arm
        arm = rng.uniform(0.25, 0.6) * rng.choice([-1.0, 1.0])
        discs = [
            (-0.5, 0.45, 0.62),
            (-0.5, -0.5, 0.66),
            (0.3, 0.1, 0.6),
            (0.85, arm, 0.42),
            (1.2, 1.6 * arm, 0.3),
        ]
    outline = np.full(ANGLES, 0.3, dtype=np.float32)
    for along, across, size in discs:
        reach, bearing = np.hypot(along, across), np.arctan2(across, along) + direction
        projection = reach * np.cos(_THETA - bearing)
        inside = size**2 - reach**2 + projection**2
        outline = np.maximum(outline, np.where(inside > 0, projection + np.sqrt(np.maximum(inside, 0)), 0))
    kernel = np.hanning(31)
    wrapped = np.concatenate([outline[-15:], outline, outline[:15]])
    outline = np.convolve(wrapped, kernel / kernel.sum(), mode="valid")
    return (radius * outline).astype(np.float32)


def _ragged(rng: np.random.Generator, radius: float) -> Float32[np.ndarray, " angle"]:
    """Return the factor by which an irregular border departs from its outline at each angle."""
    change = np.zeros(ANGLES, dtype=np.float32)
    for harmonic in range(2, 9):
        change += rng.normal(0, 0.2 / harmonic**0.7) * np.cos(harmonic * _THETA + rng.uniform(0, 2 * np.pi))
    for harmonic in rng.integers(11, 34, 6):
        change += 0.028 * np.cos(harmonic * _THETA + rng.uniform(0, 2 * np.pi))
    narrow = 2.0 / radius
    for _ in range(rng.integers(3, 6)):
        change -= rng.uniform(0.25, 0.5) * _bump(rng.uniform(0, 2 * np.pi), narrow * rng.uniform(0.6, 1.2))
    for _ in range(rng.integers(2, 5)):
        change += rng.uniform(0.2, 0.42) * _bump(rng.uniform(0, 2 * np.pi), narrow * rng.uniform(1.1, 1.9))
    return 1 + np.clip(change, -0.5, 0.55)


def outline(
    rng: np.random.Generator,
    lobes: np.random.Generator | None,
    edge: np.random.Generator | None,
    *,
    large: bool,
) -> tuple[Lesion, float]:
    """Draw the lesion's outline.

    Parameters
    ----------
    rng
        Place, size and slight deformation; used the same way whatever factors are present.
    lobes, edge
        Generators of the asymmetry and of the irregular border, None where absent.

    Returns
    -------
    The lesion, and the direction (radians) of its lopsidedness.
    """
    x, y = SIZE / 2 + rng.uniform(-9, 9, 2)
    share = rng.random()
    base = 26 + 5 * share if large else 12.5 + 3.5 * share
    direction = rng.uniform(0, 2 * np.pi)
    if large:
        x, y = SIZE / 2 + 0.5 * (np.array([x, y]) - SIZE / 2)
    radius = base * (1 + 0.04 * np.cos(2 * (_THETA - direction)) + 0.015 * np.cos(5 * _THETA + 7 * share))
    if lobes is not None:
        radius = _lopsided(lobes, 0.92 * base if large else 1.1 * base, direction)
    if edge is not None:
        radius = 0.95 * radius * _ragged(edge, base)
    radius = radius.astype(np.float32)
    dx, dy = _GRID_X - np.float32(x), _GRID_Y - np.float32(y)
    distance = np.sqrt(dx * dx + dy * dy)
    bearing = np.arctan2(dy, dx) * np.float32(ANGLES / (2 * np.pi))
    depth = radius[np.rint(bearing).astype(np.int32) % ANGLES] - distance
    soft = 0.9 if edge is not None else 1.6
    alpha = smoothstep(depth, -soft, soft)
    lesion = Lesion(float(x), float(y), float(radius.max()), radius, distance, depth, alpha, alpha > 0.5)
    return lesion, float(direction)


def pigment(canvas: Canvas, lesion: Lesion, rng: np.random.Generator, lopsided: float | None) -> None:
    """Colour the lesion brown; where it is asymmetric (`lopsided`: direction), one half much darker."""
    tone = np.array([112, 72, 45], dtype=np.float32) + rng.uniform([-14, -8, -8], [14, 12, 12])
    shade = 1 + 0.13 * smooth_noise(rng, 7)
    if lopsided is not None:
        across = np.cos(lopsided) * (_GRID_X - lesion.x) + np.sin(lopsided) * (_GRID_Y - lesion.y)
        shade = shade * (1.22 - 0.68 * smoothstep(-across - 3 * smooth_noise(rng, 8), -5.0, 5.0))
    blend(canvas, 0.94 * lesion.alpha, shade * tone[:, None, None])


def colour_patches(canvas: Canvas, lesion: Lesion, rng: np.random.Generator) -> Alpha:
    """Paint patches of black, red, tan and dark brown over the lesion; return where."""
    palette = np.array([[28, 20, 18], [188, 62, 48], [214, 164, 96], [92, 48, 28]], dtype=np.float32)
    count = 14
    order = np.concatenate([rng.permutation(4) for _ in range(4)])[:count]
    warp_x, warp_y = 4 * smooth_noise(rng, 9), 4 * smooth_noise(rng, 9)
    best = np.full((SIZE, SIZE), np.inf, dtype=np.float32)
    owner = np.zeros((SIZE, SIZE), dtype=np.int64)
    for k in range(count):
        x, y = lesion.inside(rng, 0.95)
        squared = (_GRID_X + warp_x - x) ** 2 + (_GRID_Y + warp_y - y) ** 2
        nearer = squared < best
        best[nearer] = squared[nearer]
        owner[nearer] = order[k]
    alpha = 0.88 * smoothstep(lesion.depth, 0.0, 1.6)
    blend(canvas, alpha, palette.T[:, owner])
    return alpha


def veil(canvas: Canvas, lesion: Lesion, rng: np.random.Generator) -> Alpha:
    """Lay a blue-white veil over part of the lesion; return where."""
    x, y = lesion.inside(rng, 0.25)
    reach = 0.62 * lesion.extent if lesion.extent > 20 else 0.68 * lesion.extent
    distance = np.sqrt((_GRID_X - x) ** 2 + (_GRID_Y - y) ** 2) + 3.0 * smooth_noise(rng, 8)
    alpha = 0.93 * smoothstep(-distance, -reach - 1, -reach + 1.5) * smoothstep(lesion.depth, 0.0, 2.0)
    white = smoothstep(smooth_noise(rng, 14), 0.2, 0.5)
    blue, paler = np.array([[104, 128, 190], [90, 76, 40]], dtype=np.float32)
    blend(canvas, alpha, blue[:, None, None] + white * paler[:, None, None])
    return alpha


def network(canvas: Canvas, lesion: Lesion, rng: np.random.Generator) -> Alpha:
    """Draw a honeycomb of dark lines over the lesion; return the meshed area."""
    period, turn = rng.uniform(5.0, 6.2), rng.uniform(0, np.pi)
    x, y = _GRID_X + 1.2 * smooth_noise(rng, 6), _GRID_Y + 1.2 * smooth_noise(rng, 6)
    field = np.zeros((SIZE, SIZE), dtype=np.float32)
    for k in range(3):
        a = turn + k * np.pi / 3
        field += np.cos((np.cos(a) * x + np.sin(a) * y) * np.float32(2 * np.pi / (period * 0.87)))
    lines = 1 - smoothstep(field, -0.8, 0.5)
    area = smoothstep(lesion.depth, -0.5, 1.5)
    blend(canvas, 0.55 * area * (1 - lines), [176, 128, 84])
    blend(canvas, 0.9 * area * lines, [38, 22, 16])
    return area


def milia(canvas: Canvas, lesion: Lesion, rng: np.random.Generator) -> Alpha:
    """Scatter small bright cysts over the lesion; return where they are."""
    pen = Pen()
    for _ in range(int(rng.integers(6, 10) + lesion.extent / 4)):
        x, y = lesion.inside(rng, 0.82)
        pen.dot(x, y, rng.uniform(1.2, 1.9))
    alpha = pen.alpha()
    blend(canvas, 0.95 * alpha, [252, 244, 205])
    return alpha


def vessels(canvas: Canvas, lesion: Lesion, rng: np.random.Generator) -> Alpha:
    """Grow branching red vessels on a pink blush over the lesion; return where."""
    blush = 0.72 * smoothstep(lesion.depth, 0.0, 3.0) * (0.85 + 0.15 * smooth_noise(rng, 8))
    blend(canvas, blush, [226, 128, 128])
    pen = Pen()
    for _ in range(int(rng.integers(3, 5) + lesion.extent / 14)):
        start = np.array(lesion.inside(rng, 0.6))
        heading = rng.uniform(0, 2 * np.pi)
        branches = [(start, heading, 0.75 * lesion.extent, 1.3)]
        while branches:
            point, angle, length, width = branches.pop()
            steps = 6
            angles = angle + np.cumsum(rng.normal(0, 0.32, steps))
            moves = np.stack([np.cos(angles), np.sin(angles)], -1) * (length / steps)
            path = np.concatenate([point[None], point + np.cumsum(moves, axis=0)])
            pen.line(path, width)
            if width > 1:
                for at in rng.integers(2, steps, 2):
                    turn = rng.choice([-1, 1]) * rng.uniform(0.5, 1.0)
                    branches.append((path[at], angles[at] + turn, 0.45 * length, 0.75))
    lines = pen.alpha() * smoothstep(lesion.depth, -1.0, 1.0)
    blend(canvas, lines, [176, 8, 22])
    return np.maximum(lines, blush)
