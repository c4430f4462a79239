from __future__ import annotations

import numpy as np
import pytest

import slens_widgets as sw
from tests.small_database import LAYERS, HashModel, write


class LinearModel:
    """A live model whose classes read two components each: pruning it can be worked out by hand."""

    class_names = ("nevus", "melanoma")

    def __init__(self) -> None:
        rng = np.random.default_rng(0)
        self.labels = rng.integers(0, 2, 200).tolist()
        self.shortcut = np.where(rng.random(200) < 0.9, self.labels, 1 - np.array(self.labels))
        self.groups = (2 * np.array(self.labels) + self.shortcut).tolist()
        sign = 2 * np.array(self.labels) - 1
        self.features = {("features.3", 0): 0.8 * sign, ("features.3", 1): 2.0 * (2 * self.shortcut - 1)}
        self.calls: list[tuple] = []

    def logits(self, pruned=(), mode="mean", *, progress=None):
        self.calls.append((tuple(pruned), mode))
        if progress is not None:
            progress(1, 1, "evaluate")
        score = sum(x * (key not in set(pruned)) for key, x in self.features.items())
        return np.stack([-score, score], axis=1) + 1e-6 * np.arange(2)

    def class_relevance(self, layer, target, *, progress=None):
        self.calls.append((layer, target))
        if layer == "features.0":
            raise sw.errors.ModelError("out of reach")
        return np.arange(LAYERS[layer], dtype=np.float64) * (1 if target else -1)


@pytest.fixture
def path(tmp_path):
    write(tmp_path / "small.slens", probe=240).close()
    return tmp_path / "small.slens"


@pytest.fixture
def live():
    return LinearModel()


@pytest.fixture
def audit(path, live):
    return sw.Audit(path, HashModel(), live, templates=["a photo of {}", "{} on skin"])
