"""An audit of a small network that is there: its database is built, its images are at hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from torch import nn

import slens_widgets as sw
from tests.core.parts import TRANSFORM, pictures, small_cnn
from tests.small_database import HashModel


def build_small(path: Path, layers: Sequence[str] = ("2", "7"), *, images: int = 24, m: int = 5) -> nn.Module:
    """Build the database of a small network, and return the network."""
    model = small_cnn().eval()
    sw.build(
        model, pictures(images), list(layers), HashModel(), path, transform=TRANSFORM, m=m, progress=False
    ).close()
    return model


def audit_small(path: Path, model: nn.Module, class_names: Sequence[str], *, images: int = 12) -> sw.Audit:
    """Open it beside its network and other images, whose classes take turns."""
    labels = [i % len(class_names) for i in range(images)]
    evaluation = sw.Evaluation(pictures(images, seed=1), labels=labels, class_names=list(class_names))
    return sw.Audit(path, HashModel(), model, evaluation, transform=TRANSFORM, device="cpu")
