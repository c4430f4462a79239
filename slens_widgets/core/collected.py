"""What one pass over the images finds, and how it is kept on disk between two halves of a pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from slens_widgets.core.rows import Rows
from slens_widgets.core.top_samples import TopSamples

_SUMS = ("raw_sum", "mean", "squares", "low", "high", "active")


@dataclass
class Statistics:
    """Running statistics of one layer's activations, in float64."""

    n: int = 0
    positions: int = 0
    raw_sum: Any = 0.0
    mean: Any = 0.0
    squares: Any = 0.0
    low: Any = None
    high: Any = None
    active: Any = 0.0

    def update(self, raw_mean: Tensor, pooled: Tensor, positions: int) -> None:
        """Take in a batch: the mean over the positions, and the pooled value, per image and component."""
        pooled64, count = pooled.double(), len(pooled)
        self.raw_sum = self.raw_sum + raw_mean.double().sum(0) * positions
        self.positions += positions * count
        mean = pooled64.mean(0)
        shift, total = mean - self.mean, self.n + count
        self.squares = self.squares + ((pooled64 - mean) ** 2).sum(0) + shift**2 * (self.n * count / total)
        self.mean = self.mean + shift * (count / total)
        self.n = total
        low, high = pooled.amin(0), pooled.amax(0)
        self.low = low if self.low is None else torch.minimum(self.low, low)
        self.high = high if self.high is None else torch.maximum(self.high, high)
        self.active = self.active + (pooled > 0).sum(0).double()

    def result(self) -> dict[str, Float[np.ndarray, " component"]]:
        """Return the statistics by name, as float32."""
        columns = {
            "mean": self.raw_sum / self.positions,
            "pooled_mean": self.mean,
            "pooled_std": (self.squares / self.n) ** 0.5,
            "pooled_min": self.low,
            "pooled_max": self.high,
            "pooled_active": self.active / self.n,
        }
        return {name: column.float().cpu().numpy() for name, column in columns.items()}


@dataclass
class Collected:
    """What one pass over the images found."""

    top: dict[str, TopSamples] = field(default_factory=dict)
    """The top images of every layer."""
    statistics: dict[str, Statistics] = field(default_factory=dict)
    """Statistics of every layer's activations."""
    shapes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """Shape of every layer's output for one image."""
    input_shape: tuple[int, ...] = ()
    """Shape of the model's input for one image."""
    count: int = 0
    """Number of images that could be read."""
    next: int = 0
    """Id of the first image that was not looked at."""
    kept: dict[str, Rows] = field(default_factory=dict)
    """Pooled activations (image, component) of every layer in the images that were to be kept."""
    kept_ids: list[int] = field(default_factory=list)
    """Ids of those images, in the order of the rows; what follows in `kept` is empty."""

    def pack(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        """Return everything but `kept` as plain values and arrays."""
        layers = list(self.top)
        arrays = {"kept_ids": np.array(self.kept_ids, np.int64)}
        plain: dict[str, Any] = {
            "layers": layers,
            "shapes": [list(self.shapes[layer]) for layer in layers],
            "input_shape": list(self.input_shape),
            "count": self.count,
            "next": self.next,
            "statistics": [],
        }
        for number, layer in enumerate(layers):
            top, statistics = self.top[layer], self.statistics[layer]
            arrays[f"{number} values"], arrays[f"{number} ids"] = top.values, top.ids
            plain["statistics"].append([statistics.n, statistics.positions])
            for name in _SUMS:
                arrays[f"{number} {name}"] = getattr(statistics, name).cpu().numpy()
        return plain, arrays

    @classmethod
    def unpack(
        cls, plain: Mapping[str, Any], arrays: Mapping[str, np.ndarray], device: torch.device | str = "cpu"
    ) -> Collected:
        """Return what `pack` was given, without `kept`."""
        found = cls(
            input_shape=tuple(plain["input_shape"]),
            count=plain["count"],
            next=plain["next"],
            kept_ids=arrays["kept_ids"].tolist(),
        )
        for number, layer in enumerate(plain["layers"]):
            found.shapes[layer] = tuple(plain["shapes"][number])
            found.top[layer] = TopSamples.of(
                arrays[f"{number} values"], arrays[f"{number} ids"], found.count, device
            )
            n, positions = plain["statistics"][number]
            sums = {name: torch.as_tensor(arrays[f"{number} {name}"], device=device) for name in _SUMS}
            found.statistics[layer] = Statistics(n, positions, **sums)
        return found
