"""Labelled images that a correction learns from, and how they are drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from slens_widgets.core.activations import Transform, batches
from slens_widgets.core.images import ImageSet

_BATCH = 64


@dataclass(frozen=True)
class TrainingImages:
    """Labelled images to learn from, the readable ones."""

    images: ImageSet
    ids: Sequence[int]
    labels: Int[np.ndarray, " image *label"]
    """Class index of each image, or 0 and 1 for each of its labels."""
    groups: Int[np.ndarray, " image"] | None
    transform: Transform

    def batches(
        self, rows: Sequence[int], device: torch.device, size: int = _BATCH
    ) -> Iterator[tuple[Int[np.ndarray, " image"], Tensor]]:
        """Yield the rows' places and inputs, in the order given."""
        ids = [self.ids[row] for row in rows]
        done = 0
        for found, inputs in batches(self.images, ids, self.transform, size, device):
            yield np.asarray(rows[done : done + len(found)]), inputs
            done += len(found)

    def balanced(self) -> Float[np.ndarray, " image"]:
        """Return each image's chance to be drawn; groups, classes or sets of labels are equally likely."""
        kinds = self.labels if self.groups is None else self.groups
        _, place, counts = np.unique(kinds, axis=0, return_inverse=True, return_counts=True)
        weight = 1.0 / counts[place.reshape(-1)]
        return weight / weight.sum()
