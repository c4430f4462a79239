"""Which part of an image a model sees: found by sending ramps through its transform."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from jaxtyping import Bool, Float, UInt8
from PIL import Image
from torch import Tensor

from slens_widgets.errors import InputError

PICTURE_SIDE = 256
"""Longest side of a stored picture, in pixels."""

_NEXT = "Give the transform that is used for evaluation: resizing, cropping, padding and normalising only"


@dataclass(frozen=True)
class View:
    """The rectangle of a source image that becomes the model's input."""

    image_width: int
    image_height: int
    width: int
    """Width of the model's input."""
    height: int
    """Height of the model's input."""
    box: tuple[float, float, float, float]
    """(x0, y0, x1, y1) in pixels of the source; it reaches beyond the source where the transform pads."""
    fill: tuple[int, int, int] = (0, 0, 0)
    """Colour of the padding."""

    @property
    def aspect(self) -> float:
        """Width divided by height, in pixels of the source."""
        x0, y0, x1, y1 = self.box
        return (x1 - x0) / (y1 - y0)

    def cut(
        self,
        image: Image.Image,
        box: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0),
        *,
        longest: int = PICTURE_SIDE,
        size: tuple[int, int] | None = None,
    ) -> Image.Image:
        """Cut `box` (fractions of the view) out of `image`, at the source's resolution where that is lower.

        Parameters
        ----------
        longest
            Longest side of the result in pixels; it is never enlarged.
        size
            Exact (width, height) of the result instead.
        """
        left, top, right, bottom = self.box
        wide, tall = right - left, bottom - top
        x0, x1 = left + box[0] * wide, left + box[2] * wide
        y0, y1 = top + box[1] * tall, top + box[3] * tall
        if size is None:
            scale = min(1.0, longest / max(x1 - x0, y1 - y0))
            size = (max(1, round((x1 - x0) * scale)), max(1, round((y1 - y0) * scale)))
        limits = (0.0, 0.0, float(image.width), float(image.height))
        inner = (max(x0, 0.0), max(y0, 0.0), min(x1, limits[2]), min(y1, limits[3]))
        if inner[2] - inner[0] < 0.5 or inner[3] - inner[1] < 0.5:
            return Image.new("RGB", size, self.fill)
        whole = [round(edge) for edge in (x0, y0, x1, y1)]
        shift = max(abs(edge - at) for edge, at in zip((x0, y0, x1, y1), whole, strict=True))
        unscaled = size == (whole[2] - whole[0], whole[3] - whole[1]) and inner == (x0, y0, x1, y1)
        if unscaled and shift < 0.02:  # pixels as they are, without the blur of a tiny shift
            return image.crop((whole[0], whole[1], whole[2], whole[3]))
        across, down = size[0] / (x1 - x0), size[1] / (y1 - y0)
        place = (round((inner[0] - x0) * across), round((inner[1] - y0) * down))
        part = (
            min(size[0] - place[0], max(1, round((inner[2] - inner[0]) * across))),
            min(size[1] - place[1], max(1, round((inner[3] - inner[1]) * down))),
        )
        cut = image.resize(part, Image.Resampling.BICUBIC, box=inner, reducing_gap=2.0)
        if part == size:
            return cut
        canvas = Image.new("RGB", size, self.fill)
        canvas.paste(cut, place)
        return canvas


class Views:
    """The view of a transform for every image size, probed once per size.

    Raises
    ------
    InputError
        On probing: if the transform is random, fails, gives no (channel, height, width) tensor, or does
        anything but scale, crop and pad along the axes.
    """

    def __init__(self, transform: Callable[[Image.Image], Tensor]) -> None:
        self._transform = transform
        self._views: dict[tuple[int, int], View] = {}
        self._unpadded: _Levels | None = None

    def of(self, width: int, height: int) -> View:
        """Return the view for images of this size."""
        if (width, height) not in self._views:
            with _global_generators():
                if not self._views:
                    self._check_deterministic(width, height)
                self._views[width, height] = self._probe_any(width, height)
        return self._views[width, height]

    def _probe_any(self, width: int, height: int) -> View:
        # A ramp of a few pixels is no ramp, so an enlarged one stands for it.
        enlarged = -(-64 // min(width, height))
        if min(width, height) >= 4:
            try:
                return self._probe(width, height)
            except InputError:
                if enlarged < 3:
                    raise
        view = self._probe(width * enlarged, height * enlarged)
        x0, y0, x1, y1 = (edge / enlarged for edge in view.box)
        return replace(view, image_width=width, image_height=height, box=(x0, y0, x1, y1))

    def _run(self, picture: UInt8[np.ndarray, "height width 3"]) -> Float[np.ndarray, "out down across"]:
        image = Image.fromarray(picture)
        try:
            inputs: Any = self._transform(image)
        except Exception as error:
            raise InputError(
                f"The transform fails on an image of {image.width}×{image.height} pixels: "
                f"{type(error).__name__}: {error}",
                expected="a function from a PIL image to a tensor (channel, height, width)",
            ) from error
        if not isinstance(inputs, Tensor) or inputs.ndim != 3 or min(inputs.shape[1:]) < 2:
            got = f"shape {tuple(inputs.shape)}" if isinstance(inputs, Tensor) else type(inputs).__name__
            raise InputError(f"The transform gives {got}", expected="a tensor (channel, height, width)")
        return inputs.detach().cpu().double().numpy()

    def _check_deterministic(self, width: int, height: int) -> None:
        noise = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
        before = (torch.get_rng_state(), random.getstate())
        first, second = self._run(noise), self._run(noise)
        drew = not torch.equal(torch.get_rng_state(), before[0]) or random.getstate() != before[1]
        # A rare augmentation shows only now and then, but it always draws numbers.
        repeats = [second, *(self._run(noise) for _ in range(64 if drew else 2))]
        if any(one.shape != first.shape or not np.array_equal(one, first) for one in repeats):
            raise InputError("The transform is random: one image gives different inputs", next_step=_NEXT)

    def _probe(self, width: int, height: int) -> View:
        across, down = _ramp(height, width), _ramp(width, height).T
        coloured = self._run(np.stack([across, down, np.zeros_like(across)], 2))
        if self._unpadded is not None:
            # Padding at this size shows too: it is no part of a ramp.
            known = _coloured_view(width, height, coloured, self._unpadded)
            if known is not None:
                return known
        levels = self._levels(width, height)
        found = _coloured_view(width, height, coloured, levels)
        if found is None:  # the transform mixes colours
            grey = (self._run(np.repeat(ramp[..., None], 3, 2)) for ramp in (across, down))
            return _view(width, height, [levels.shares(each).mean(0) for each in grey], levels)
        if levels.inside.all():
            self._unpadded = levels
        return found

    def _levels(self, width: int, height: int) -> _Levels:
        black, white = (self._run(np.full((height, width, 3), level, np.uint8)) for level in (0, 255))
        if black.shape != white.shape:
            raise InputError(
                "The size of the transform's output depends on the image's content", next_step=_NEXT
            )
        gain = white - black
        best = np.abs(gain).max()
        if not np.isfinite(gain).all() or best == 0:
            raise InputError(
                "The transform makes black and white images equal or not finite", next_step=_NEXT
            )
        inside = (np.abs(gain) > 0.999 * np.abs(gain).max((1, 2), keepdims=True)).all(0)
        steady = gain[:, inside].std(1).max() < 0.01 * best if inside.any() else False
        if not steady:
            raise InputError("The transform does not treat all places of an image alike", next_step=_NEXT)
        return _Levels(black, gain, inside)


@dataclass(frozen=True)
class _Levels:
    """What a transform makes of a black and of a white image."""

    black: Float[np.ndarray, "channel height width"]
    gain: Float[np.ndarray, "channel height width"]
    """White less black."""
    inside: Bool[np.ndarray, "height width"]
    """Where the image is, not padding."""

    def shares(self, inputs: np.ndarray) -> np.ndarray:
        """Return how far each value is from black to white."""
        return (inputs - self.black) / np.where(self.gain == 0, 1, self.gain)

    def padding(self) -> tuple[int, int, int]:
        """Return the padding's colour, taken back through the normalisation that the image itself shows."""
        if self.inside.all() or self.black.shape[0] != 3:
            return (0, 0, 0)
        row, column = np.argwhere(~self.inside)[0]
        offset, scale = (values[:, self.inside].mean(1) for values in (self.black, self.gain))
        colour = np.clip(np.round((self.black[:, row, column] - offset) / scale * 255), 0, 255)
        return (int(colour[0]), int(colour[1]), int(colour[2]))


def _coloured_view(width: int, height: int, coloured: np.ndarray, levels: _Levels) -> View | None:
    """Return the view that shows a ramp across in red and a ramp down in green; None: these are none."""
    if coloured.shape == levels.black.shape and len(coloured) > 1:
        with suppress(InputError):
            return _view(width, height, levels.shares(coloured), levels)
    return None


def _view(width: int, height: int, ramps: np.ndarray | Sequence[np.ndarray], levels: _Levels) -> View:
    """Return the view that shows a ramp across and a ramp down, the first two of `ramps`, like this."""
    x0, x1 = _fit(ramps[0], levels.inside, width)
    y0, y1 = _fit(ramps[1].T, levels.inside.T, height)
    rows, columns = ramps[0].shape
    return View(width, height, columns, rows, (x0, y0, x1, y1), levels.padding())


@contextmanager
def _global_generators() -> Iterator[None]:
    """Leave the global random generators as they were, whatever the transform draws."""
    state = (torch.get_rng_state(), random.getstate(), np.random.get_state())  # noqa: NPY002
    try:
        yield
    finally:
        torch.set_rng_state(state[0])
        random.setstate(state[1])
        np.random.set_state(state[2])  # noqa: NPY002


def _ramp(height: int, width: int) -> np.ndarray:
    """Return a ramp along the width; rounding differs from row to row, so that its mean is exact."""
    levels = (np.arange(width) + 0.5) / width * 255
    rounding = (np.arange(height) * 0.6180339887) % 1
    return np.floor(levels[None, :] + rounding[:, None]).astype(np.uint8)


def _fit(values: np.ndarray, inside: np.ndarray, length: int) -> tuple[float, float]:
    """Return the source pixels at the two ends of the input, from a ramp along its second axis.

    Pixels at the picture's own border are left out: resampling filters are cut off there.
    """
    rows, columns = np.flatnonzero(inside.any(1)), np.flatnonzero(inside.any(0))
    if len(rows) * len(columns) != inside.sum():
        raise InputError("The transform does not keep the picture a rectangle", next_step=_NEXT)
    n, count = values.shape[1], len(columns)
    margin = 2 if count > 12 else 0
    middle = columns[count // 4 : count - count // 4]
    if len(middle) > 2:
        middle_profile = values[np.ix_(rows, middle)].mean(0)
        pixels = abs(np.polyfit(middle / n, middle_profile, 1)[0]) * length / n
        # Where the picture is enlarged, the outermost pixel and a half of the source are flat.
        margin = max(margin, min(int(np.ceil(1.5 / max(pixels, 1e-6))), count // 4) if pixels < 1 else 0)
    kept = columns[margin : count - margin]
    if len(kept) < 2:
        raise InputError("The transform keeps less than two pixels of the picture", next_step=_NEXT)
    block = values[np.ix_(rows, kept)]
    profile = block.mean(0)
    place = (kept + 0.5) / n
    slope, start = np.polyfit(place, profile, 1)
    level = 1 / 255
    bend = np.abs(profile - (start + slope * place)).max()
    tilt = np.abs(block - profile).max()
    if slope <= 0 or tilt > 2 * level + abs(slope) / n or bend > 2 * level + abs(slope) / n:
        how = (
            "flips the picture"
            if slope <= 0 and tilt <= 2 * level
            else "rotates, bends or recolours the picture"
        )
        raise InputError(f"The transform {how}", expected="scaling, cropping and padding", next_step=_NEXT)
    ends = np.array([start, start + slope])
    # A ramp has 256 levels, so ends within a third of a level of the border are the border.
    ends = np.where(np.abs(ends) < 0.35 * level, 0, np.where(np.abs(ends - 1) < 0.35 * level, 1, ends))
    return float(ends[0] * length), float(ends[1] * length)
