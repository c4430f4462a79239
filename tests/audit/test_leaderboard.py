"""Interpretability by component, layer and model, and models ranked by it."""

from __future__ import annotations

import numpy as np
import pytest

import slens_widgets as sw
from slens_widgets.errors import FingerprintMismatchError, InputError, UnknownNameError
from tests import reference
from tests.small_database import LAYERS, write


def test_scores_by_component_layer_and_model(audit) -> None:
    found = audit.evaluate()
    assert found.components.equals(audit.scores())
    assert found.layers["components"].tolist() == list(LAYERS.values())
    for row in found.layers.itertuples():
        slow = [reference.clarity(each) for each in audit.db[row.layer].embeddings]
        assert row.clarity == pytest.approx(np.mean(slow), abs=1e-4)
        assert row.clarity_q50 == pytest.approx(np.median(slow), abs=1e-4)
        assert row.clarity_se == pytest.approx(np.std(slow, ddof=1) / np.sqrt(len(slow)), abs=1e-4)
        assert row.redundancy == pytest.approx(
            np.mean(reference.redundancy(audit.db[row.layer].theta)), abs=1e-4
        )
    assert found.model["components"] == sum(LAYERS.values())
    assert "features.3" in repr(found)


def test_models_and_layers_are_ranked(audit, tmp_path) -> None:
    other = write(tmp_path / "other.slens", {"last": 9}, m=6)
    found = sw.leaderboard([audit, other.path])
    assert found["rank"].tolist() == [1, 2]
    assert found["clarity"].is_monotonic_decreasing
    assert set(found["model"]) == {"small (small)", "small (other)"}
    judged = found.set_index("model")
    assert judged.loc["small (small)", "accuracy"] == audit.prune([]).before.accuracy
    assert np.isnan(judged.loc["small (other)", "accuracy"])
    layers = sw.leaderboard({"ours": audit, "<b>theirs": other}, by="layer", order="redundancy")
    assert layers["redundancy"].is_monotonic_increasing
    assert set(zip(layers["model"], layers["layer"], strict=True)) == {
        ("ours", "features.0"), ("ours", "features.3"), ("<b>theirs", "last")
    }  # fmt: skip
    figure = sw.plot_scores({"ours": audit, "<b>theirs": other})
    assert len(figure.data) == 6
    assert {trace.name for trace in figure.data} == {"ours", "‹b›theirs"}
    np.testing.assert_allclose(figure.data[0].y, audit.scores()["clarity"])


def test_what_does_not_compare_is_refused(audit, tmp_path) -> None:
    other = {"name": "hash", "dim": 16, "fingerprint": "another-1"}
    with pytest.raises(FingerprintMismatchError, match="compare"):
        sw.leaderboard([audit, write(tmp_path / "other.slens", foundation_model=other)])
    with pytest.raises(UnknownNameError, match="layer"):
        sw.leaderboard([audit], by="layers")
    with pytest.raises(UnknownNameError, match="clarity"):
        sw.leaderboard([audit], order="clearness")
    with pytest.raises(InputError, match="nothing to rank"):
        sw.leaderboard([])
    with pytest.raises(InputError, match="3 is neither an audit nor a database"):
        sw.leaderboard([audit, 3])
