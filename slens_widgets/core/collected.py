"""What one pass over the images finds, and how it is kept on disk between two halves of a pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from slens_widgets.core.rows import Rows
from slens_widgets.core.top_samples import TopSamples
from slens_widgets.errors import InputError

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
        pooled64 = pooled.double()
        mean = pooled64.mean(0)
        self.merge(
            Statistics(
                len(pooled),
                positions * len(pooled),
                raw_mean.double().sum(0) * positions,
                mean,
                ((pooled64 - mean) ** 2).sum(0),
                pooled.amin(0),
                pooled.amax(0),
                (pooled > 0).sum(0).double(),
            )
        )

    def merge(self, other: Statistics) -> None:
        """Take in statistics of other images. Sums are rounded, so the last bits depend on the order."""
        shift, total = other.mean - self.mean, self.n + other.n
        self.raw_sum = self.raw_sum + other.raw_sum
        self.positions += other.positions
        self.squares = self.squares + other.squares + shift**2 * (self.n * other.n / total)
        self.mean = self.mean + shift * (other.n / total)
        self.n = total
        self.low = other.low if self.low is None else torch.minimum(self.low, other.low)
        self.high = other.high if self.high is None else torch.maximum(self.high, other.high)
        self.active = self.active + other.active

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
    """Statistics of every layer's activations, of the blocks of images that are done."""
    block: dict[str, Statistics] = field(default_factory=dict)
    """Statistics of the block that is being looked at. Whoever adds up whole blocks, in the order of the
    images, gets the same bits, wherever each block was looked at."""
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

    def close_block(self) -> None:
        """Take the block's statistics in: what follows is another block."""
        for layer, statistics in self.block.items():
            self.statistics.setdefault(layer, Statistics()).merge(statistics)
        self.block.clear()

    def merge(self, later: Collected, rows: Callable[[str, int], Rows]) -> None:
        """Take in what a pass over whole blocks of images found that come after these.

        `rows` gives, of a layer and its number of components, the array of all that is kept.
        """
        if not later.top:
            self.next = later.next
            return
        if self.top and later.input_shape != self.input_shape:
            raise InputError(
                f"The transform gives {self.input_shape} for some images and {later.input_shape} for others",
                expected="inputs of one size",
                next_step="Resize and centre-crop in the transform",
            )
        kept = slice(len(self.kept_ids), len(self.kept_ids) + len(later.kept_ids))
        for layer, top in later.top.items():
            if layer in self.top:
                self.top[layer].merge(top)
            else:
                self.top[layer], self.shapes[layer] = top, later.shapes[layer]
            self.statistics.setdefault(layer, Statistics()).merge(later.statistics[layer])
            if later.kept_ids:
                if layer not in self.kept:
                    self.kept[layer] = rows(layer, top.n_components)
                self.kept[layer][kept] = later.kept[layer][: len(later.kept_ids)]
        self.kept_ids += later.kept_ids
        self.input_shape = later.input_shape
        self.count += later.count
        self.next = later.next

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
            "block": [],
        }
        for number, layer in enumerate(layers):
            top = self.top[layer]
            arrays[f"{number} values"], arrays[f"{number} ids"] = top.values, top.ids
            for what, of in (("statistics", self.statistics), ("block", self.block)):
                plain[what].append([of[layer].n, of[layer].positions] if layer in of else None)
                for name in _SUMS if layer in of else ():
                    arrays[f"{number} {what} {name}"] = getattr(of[layer], name).cpu().numpy()
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
            for what, of in (("statistics", found.statistics), ("block", found.block)):
                if plain[what][number] is not None:
                    n, positions = plain[what][number]
                    given = {name: arrays[f"{number} {what} {name}"] for name in _SUMS}
                    sums = {name: torch.as_tensor(each, device=device) for name, each in given.items()}
                    of[layer] = Statistics(n, positions, **sums)
        return found
