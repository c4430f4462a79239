"""What the stages of one build share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from slens_widgets.conceptdb import HEATMAP_SIDE
from slens_widgets.core.activations import Transform
from slens_widgets.core.executors import Spread
from slens_widgets.core.images import ImageSet
from slens_widgets.core.progress import Stages
from slens_widgets.core.views import Views
from slens_widgets.core.work import Work
from slens_widgets.types import FoundationModel


@dataclass(frozen=True)
class Parts:
    """What the stages of one build share."""

    model: nn.Module
    images: ImageSet
    layers: list[str]
    transform: Transform
    views: Views
    foundation_model: FoundationModel
    batch_size: int
    device: torch.device
    stages: Stages
    work: Work
    spread: Spread | None
    """What computes shards of a stage elsewhere; None: this process does it all."""

    @property
    def image_ids(self) -> dict[str, np.ndarray]:
        """Images of the examples (component, rank), by layer."""
        return {layer: self.work.found.top[layer].result()[1] for layer in self.layers}

    def boxes(self, layer: str) -> np.ndarray:
        """Return the boxes (example, 4) of a layer, to be read and written; at first, the whole views."""
        if layer not in self.work.boxes:
            shape = self.work.found.top[layer].values.shape
            self.work.boxes[layer] = np.tile(np.array([0, 0, 1, 1], np.float32), (*shape, 1))
        return self.work.boxes[layer].reshape(-1, 4)

    def heatmaps(self, layer: str) -> Any:
        """Return the heatmaps (example, 28, 28) of a layer, to be read and written."""
        examples = self.work.found.top[layer].values.size
        return self.work.rows(f"heatmaps {layer}", (examples, HEATMAP_SIDE, HEATMAP_SIDE), np.uint8)

    @contextmanager
    def stage(
        self, name: str, total: int, unit: str = "image"
    ) -> Iterator[tuple[list[int] | None, Callable[[int], None]]]:
        """Enter a stage: gives where the work is in it (None: behind its end), and what reports progress."""
        place = self.work.place(name)
        if place is None:
            yield None, lambda n: None
            return
        with self.stages.stage(name, total, unit) as advance:
            yield place, advance
        self.work.end(name)
