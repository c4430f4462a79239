"""From a heatmap to the part of the image that it names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from jaxtyping import Float, UInt8
from torch import Tensor
from torch.nn import functional

from slens_widgets.arguments import number, whole


@dataclass(frozen=True)
class CropSettings:
    """How a heatmap becomes a box. The defaults are the SemanticLens paper's (arXiv 2501.05398)."""

    threshold: float = 0.01
    """Values above this fraction of the blurred map's maximum are inside the box."""
    kernel: int = 51
    """Side of the Gaussian blur in pixels, on a view whose shorter side is `kernel_at`; 1: no blur."""
    kernel_at: int = 224
    """The size at which `kernel` is given; it is scaled to the view's."""

    def __post_init__(self) -> None:
        number("crop_threshold", self.threshold, 0, 1, below=True)
        whole("crop_kernel", self.kernel, 1)
        whole("kernel_at", self.kernel_at, 1)

    def kernel_for(self, height: int, width: int) -> int:
        """Return the side of the blur kernel, the nearest odd number, for a view of this size."""
        side = 2 * int(self.kernel * min(height, width) / self.kernel_at // 2) + 1
        largest = 2 * min(height, width) - 1  # a reflected border is at most as wide as the view less one
        return max(1, min(side, largest))


def gaussian_sigma(kernel: int) -> float:
    """Return the σ that torchvision (and zennit-crp with it) takes for a kernel: 0.3·((k−1)/2 − 1) + 0.8."""
    return 0.3 * ((kernel - 1) * 0.5 - 1) + 0.8


def blur(heatmaps: Float[Tensor, "map height width"], kernel: int) -> Float[Tensor, "map height width"]:
    """Blur with a Gaussian and reflected borders: torchvision's gaussian_blur as two matrix products."""
    if kernel <= 1:
        return heatmaps
    rows, columns = (blurring(size, kernel).to(heatmaps) for size in heatmaps.shape[1:])
    return rows @ heatmaps @ columns.T


@lru_cache(maxsize=16)
def blurring(size: int, kernel: int) -> Float[Tensor, "size size"]:
    """Return the matrix that blurs a line of `size` pixels."""
    half = kernel // 2
    offsets = torch.arange(-half, half + 1, dtype=torch.float64)
    weights = torch.exp(-0.5 * (offsets / gaussian_sigma(kernel)) ** 2)
    places = torch.arange(size)[:, None] + torch.arange(-half, half + 1)
    places = places.abs()  # reflected at the first pixel, and at the last
    places = torch.where(places >= size, 2 * (size - 1) - places, places)
    return torch.zeros(size, size, dtype=torch.float64).scatter_add_(
        1, places, (weights / weights.sum()).expand(size, -1)
    )


def boxes_of(
    heatmaps: Float[Tensor, "map height width"],
    settings: CropSettings,
    aspect: Float[np.ndarray, " map"] | None = None,
) -> Float[np.ndarray, "map 4"]:
    """Return the box of each heatmap, in fractions of the view: blur, absolute value, threshold, square.

    The box grows to a square around its centre and is moved inside the view; where the view is too narrow
    for that, it takes its whole width or height. A map that is zero or not finite gives the whole view.

    Parameters
    ----------
    aspect
        Width of the view divided by its height, in pixels of the source: what "square" refers to. Without
        it, that of the heatmap.

    Source: arXiv 2501.05398, methods (51-pixel kernel at 224 pixels, threshold 0.01).
    """
    n, height, width = heatmaps.shape
    maps = blur(heatmaps, settings.kernel_for(height, width)).abs()
    top = maps.amax((1, 2))
    whole = ~(torch.isfinite(top) & (top > 0))
    inside = maps > settings.threshold * top[:, None, None]
    columns, rows = inside.any(1), inside.any(2)
    x0, x1 = _ends(columns)
    y0, y1 = _ends(rows)
    given = np.full(n, width / height) if aspect is None else np.asarray(aspect, np.float64)
    # Fractions of the width, and of the height: a square has width · aspect = height.
    left, right = x0.cpu().numpy() / width, x1.cpu().numpy() / width
    upper, lower = y0.cpu().numpy() / height, y1.cpu().numpy() / height
    side = np.maximum((right - left) * given, lower - upper)
    wide, tall = np.minimum(side / given, 1), np.minimum(side, 1)
    left = np.clip((left + right - wide) / 2, 0, 1 - wide)
    upper = np.clip((upper + lower - tall) / 2, 0, 1 - tall)
    boxes = np.stack([left, upper, np.minimum(left + wide, 1), np.minimum(upper + tall, 1)], 1)
    boxes[whole.cpu().numpy()] = (0, 0, 1, 1)
    return boxes.astype(np.float32)


def _ends(inside: Tensor) -> tuple[Tensor, Tensor]:
    """Return the first true place, and one past the last, along the last axis."""
    length = inside.shape[-1]
    values = inside.to(torch.uint8)
    return values.argmax(-1), length - values.flip(-1).argmax(-1)


def thumbnails(
    heatmaps: Float[Tensor, "map height width"], side: int = 28
) -> UInt8[np.ndarray, "map side side"]:
    """Return small 8-bit maps to show: area averages of the absolute value, the highest of each map 255."""
    maps = functional.adaptive_avg_pool2d(torch.nan_to_num(heatmaps.abs(), posinf=0.0)[:, None], side)[:, 0]
    top = maps.amax((1, 2), keepdim=True)
    scaled = torch.where(top > 0, maps / top.clamp(min=torch.finfo(maps.dtype).tiny), torch.zeros_like(maps))
    return (scaled * 255).round().to(torch.uint8).cpu().numpy()
