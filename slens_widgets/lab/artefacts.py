"""The artefacts of a synthetic dermoscopy image: what camera, clinic and skin add to the lesion."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from slens_widgets.lab.lesion import (
    _GRID_X,
    _GRID_Y,
    FINE,
    SIZE,
    Alpha,
    Canvas,
    Lesion,
    Pen,
    blend,
    smooth_noise,
    smoothstep,
)

# Saturated or many colours would top every channel's examples, or be too weak a shortcut to be learned.
_PLASTERS = ((112, 184, 144), (124, 192, 150), (104, 178, 150))
_INKS = ((48, 34, 130), (20, 84, 122), (92, 26, 124))
_WATERMARKS = ("CLINIC", "DERM", "SKINLAB", "COPY", "(c) 2021")


@lru_cache(maxsize=128)
def _text(text: str, size: int) -> Image.Image:
    """Return `text` as white on black, cropped to its ink."""
    font = ImageFont.load_default(size)
    bold = size // 18
    left, top, right, bottom = font.getbbox(text, stroke_width=bold)
    picture = Image.new("L", (int(right - left) + 2, int(bottom - top) + 2))
    ImageDraw.Draw(picture).text((1 - left, 1 - top), text, font=font, fill=255, stroke_width=bold)
    return picture


def red_skin(canvas: Canvas, rng: np.random.Generator) -> Alpha:
    """Redden the skin in patches; return where."""
    field = 0.75 * smooth_noise(rng, 5) + 0.6 * smooth_noise(rng, 13)
    alpha = 0.82 * smoothstep(field, -0.75, 0.3)
    blend(canvas, alpha, [220, 66, 62])
    return alpha


def ink(canvas: Canvas, lesion: Lesion, rng: np.random.Generator) -> Alpha:
    """Mark the lesion with a surgical pen: a dashed ring around it or crosses beside it; return where."""
    pen = Pen()
    extent = min(lesion.extent, 34.0)
    if rng.random() < 0.5:
        radius = extent + rng.uniform(3.5, 6.5)
        dashes, offset = int(radius * 0.55), rng.uniform(0, np.pi)
        for k in range(dashes):
            angles = offset + (k + np.linspace(0, 0.58, 5)) * 2 * np.pi / dashes
            ring = np.stack([lesion.x + radius * np.cos(angles), lesion.y + radius * np.sin(angles)], -1)
            pen.line(ring, 1.7)
    else:
        for _ in range(int(rng.integers(2, 4))):
            angle, away = rng.uniform(0, 2 * np.pi), extent + rng.uniform(5, 9)
            centre = np.array([lesion.x + away * np.cos(angle), lesion.y + away * np.sin(angle)])
            centre = np.clip(centre, 9, SIZE - 9)
            turn, arm = rng.uniform(0, np.pi / 2), rng.uniform(5, 7)
            for quarter in (turn, turn + np.pi / 2):
                reach = arm * np.array([np.cos(quarter), np.sin(quarter)])
                pen.line(np.stack([centre - reach, centre + reach]), 1.9)
    alpha = 0.9 * pen.alpha()
    blend(canvas, alpha, _INKS[int(rng.integers(len(_INKS)))])
    return alpha


def hair(canvas: Canvas, rng: np.random.Generator) -> Alpha:
    """Lay long dark hairs over the picture; return where."""
    pen = Pen()
    t = np.linspace(0, 1, 14)[:, None]
    for _ in range(int(rng.integers(6, 12))):
        angle = rng.uniform(0, 2 * np.pi)
        along = np.array([np.cos(angle), np.sin(angle)])
        across = np.array([-along[1], along[0]])
        middle = SIZE / 2 + rng.uniform(-34, 34) * across + rng.uniform(-12, 12) * along
        reach = rng.uniform(32, 62)
        first, last = middle - reach * along, middle + reach * along
        control = middle + rng.uniform(-26, 26) * across
        pen.line((1 - t) ** 2 * first + 2 * t * (1 - t) * control + t**2 * last, rng.uniform(0.7, 1.35))
    alpha = 0.93 * pen.alpha()
    blend(canvas, alpha, [30, 22, 20])
    return alpha


def vignette(canvas: Canvas, rng: np.random.Generator) -> Alpha:
    """Blacken what lies outside the round field of the dermoscope; return where."""
    x, y = SIZE / 2 + rng.uniform(-2, 2, 2)
    radius = rng.uniform(45, 51)
    alpha = smoothstep(np.sqrt((_GRID_X - x) ** 2 + (_GRID_Y - y) ** 2), radius - 1.5, radius + 1.5)
    blend(canvas, alpha, [6, 6, 8])
    return alpha


def _paste(canvas: Canvas, patch: Image.Image, x: float, y: float) -> Alpha:
    """Paint an RGBA patch drawn `FINE` times larger with its centre at (x, y) image pixels; return where."""
    layer = Image.new("RGBA", (SIZE * FINE, SIZE * FINE))
    layer.paste(patch, (round(x * FINE - patch.width / 2), round(y * FINE - patch.height / 2)))
    pixels = np.asarray(layer.convert("RGBa").reduce(FINE), dtype=np.float32)
    alpha = pixels[..., 3] / 255
    canvas *= 1 - alpha
    canvas += pixels[..., :3].transpose(2, 0, 1)
    return alpha


def bandaid(canvas: Canvas, rng: np.random.Generator) -> Alpha:
    """Stick a coloured plaster near the edge of the picture; return where."""
    colour = _PLASTERS[int(rng.integers(len(_PLASTERS)))]
    length, width = int(rng.uniform(40, 50) * FINE), int(rng.uniform(14, 18) * FINE)
    patch = Image.new("RGBA", (length, width))
    draw = ImageDraw.Draw(patch)
    edge = tuple(int(0.88 * c) for c in colour)
    draw.rounded_rectangle(
        [0, 0, length - 1, width - 1], width // 2, fill=(*colour, 255), outline=(*edge, 255), width=2
    )
    pad = tuple(int(c + 0.35 * (255 - c)) for c in colour)
    half = int(0.17 * length)
    draw.rectangle([length // 2 - half, 3, length // 2 + half, width - 4], fill=(*pad, 255))
    for column in (0.1, 0.18, 0.26, 0.74, 0.82, 0.9):
        for row in (0.3, 0.5, 0.7):
            x, y = column * length, row * width
            draw.ellipse([x - 2, y - 2, x + 2, y + 2], fill=(*edge, 255))
    side = int(rng.integers(4))
    lean = rng.uniform(-35, 35)
    turned = patch.rotate(lean + (90 if side < 2 else 0), expand=True, resample=Image.Resampling.BILINEAR)
    near, along = rng.uniform(6, 13), rng.uniform(18, SIZE - 18)
    x = (near, SIZE - near, along, along)[side]
    y = (along, along, near, SIZE - near)[side]
    return _paste(canvas, turned, x, y)


def ruler(canvas: Canvas, rng: np.random.Generator) -> Alpha:
    """Lay a scale along one side of the picture; return where."""
    length, width = SIZE * FINE, int(rng.uniform(12, 15) * FINE)
    paper = ((250, 250, 246), (238, 232, 214), (206, 214, 220))[int(rng.integers(3))]
    patch = Image.new("RGBA", (length, width), (*paper, 245))
    draw = ImageDraw.Draw(patch)
    step, start, number = rng.uniform(2.6, 3.6) * FINE, rng.uniform(-8, 0) * FINE, int(rng.integers(1, 5))
    for k in range(int((length - start) / step) + 1):
        x = start + k * step
        tall = 0.5 if k % 10 == 0 else 0.38 if k % 5 == 0 else 0.24
        draw.line([x, width, x, width * (1 - tall)], fill=(20, 20, 24, 255), width=3 if k % 5 else 4)
        if k % 10 == 0:
            digit = _text(str(number + k // 10), 7 * FINE)
            draw.bitmap((round(x) + 3, 2), digit, fill=(20, 20, 24, 255))
    side = int(rng.integers(4))
    if side:
        patch = patch.transpose(
            (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270)[side - 1]
        )
    half, middle = width / FINE / 2, SIZE / 2
    # The marks point at the picture's middle: they are at the patch's lower edge before it is turned.
    x = (middle, half, middle, SIZE - half)[side]
    y = (half, middle, SIZE - half, middle)[side]
    return _paste(canvas, patch, x, y)


def watermark(canvas: Canvas, rng: np.random.Generator) -> Alpha:
    """Print a word over the picture, light or dark; return where."""
    word = _WATERMARKS[int(rng.integers(len(_WATERMARKS)))]
    text = _text(word, int(rng.integers(12, 16)) * FINE)
    width, height = text.width / FINE, text.height / FINE
    x = rng.uniform(width / 2 - 4, SIZE - width / 2 + 4)
    low, high = height / 2 + 3, SIZE - height / 2 - 3
    y = rng.uniform(low, high)
    layer = Image.new("L", (SIZE * FINE, SIZE * FINE))
    layer.paste(text, (round((x - width / 2) * FINE), round((y - height / 2) * FINE)))
    alpha = np.asarray(layer.reduce(FINE), dtype=np.float32) * np.float32(0.85 / 255)
    blend(canvas, alpha, [250, 250, 250] if rng.random() < 0.6 else [34, 34, 40])
    return alpha
