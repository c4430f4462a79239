"""The relevance of components for a class."""

from __future__ import annotations

import numpy as np
import pytest

import slens_widgets as sw
from slens_widgets.audit import live
from slens_widgets.errors import InputError, UnknownNameError
from tests.small_database import LAYERS, HashModel, write


class TwoClasses:
    """A live model whose relevance can be told by looking."""

    class_names = ("nevus", "melanoma")
    labels = (0, 1)
    groups = None

    def logits(self, pruned=(), mode="mean", *, progress=None):
        return np.eye(2)

    def class_relevance(self, layer, target, *, progress=None):
        return np.arange(LAYERS[layer]) + 100.0 * target


def test_relevance_is_the_live_models_in_the_order_of_the_components(tmp_path):
    audit = sw.Audit(write(tmp_path / "small.slens"), HashModel(), TwoClasses())
    table = audit.relevance("melanoma")
    assert list(table.columns) == ["layer", "component", "relevance"]
    assert table["relevance"].tolist() == [100 + i for i in [*range(20), *range(16)]]
    part = audit.relevance(0, layer="features.3")
    assert part["relevance"].tolist() == list(range(16))
    assert "nevus" in part.attrs["relevance"]
    with pytest.raises(UnknownNameError, match="melanoma"):
        audit.relevance("melanomma")
    with pytest.raises(InputError, match="model"):
        sw.Audit(audit.db).relevance("melanoma")


def test_relevance_by_image_is_remembered_within_a_bound(tmp_path, monkeypatch):
    asked = []

    class ByImage(TwoClasses):
        def image_relevance(self, layer, target, *, progress=None):
            asked.append((layer, target))
            return np.full((50, LAYERS[layer]), float(target))

    # Room for one layer and class of either kind, and not for two.
    monkeypatch.setattr(live, "_RELEVANCE_BYTES", 50 * max(LAYERS.values()) * 4)
    audit = sw.Audit(write(tmp_path / "small.slens"), HashModel(), ByImage())
    for target in (0, 1, 0):
        for _ in range(2):
            assert set(audit.relevance(target, layer="features.3")["relevance"]) == {target}
    assert asked == [("features.3", 0), ("features.3", 1), ("features.3", 0)]
    assert len(audit._judge._relevance) == 1
