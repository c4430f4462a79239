"""Comparing equals the formula; what can't be compared is refused."""

from __future__ import annotations

import numpy as np
import pytest

import slens_widgets as sw
from slens_widgets.analyses.comparison import best_matches
from slens_widgets.errors import FingerprintMismatchError, InputError, UnknownNameError
from tests import reference
from tests.small_database import DIM, LAYERS, write


@pytest.fixture
def other(tmp_path):
    db = write(tmp_path / "other.slens", {"layer4": 25, "layer5": 7})
    yield db
    db.close()


def test_a_comparison_equals_the_formula(audit, other) -> None:
    compared = sw.compare(audit, other)
    slow = {
        "a": reference.best_matches(audit.db.theta(), other.theta()),
        "b": reference.best_matches(other.theta(), audit.db.theta()),
    }
    for side, db, counterpart in (("a", audit.db, other), ("b", other, audit.db)):
        table = compared.matches(side)
        assert list(zip(table["layer"], table["component"], strict=True)) == list(db.components)
        places = [counterpart.position((row.match_layer, row.match_component)) for row in table.itertuples()]
        assert places == [place for place, _ in slow[side]]
        np.testing.assert_allclose(table["similarity"], [value for _, value in slow[side]], atol=1e-5)
        back = slow["b" if side == "a" else "a"]
        assert table["mutual"].tolist() == [back[place][0] == k for k, place in enumerate(places)]
    assert compared.similarity["a to b"] == pytest.approx(
        np.mean([value for _, value in slow["a"]]), abs=1e-5
    )
    assert compared.similarity["b to a"] == pytest.approx(
        np.mean([value for _, value in slow["b"]]), abs=1e-5
    )


def test_an_audit_is_wholly_similar_to_itself(audit) -> None:
    compared = sw.compare(audit, audit)
    assert compared.similarity == {"a to b": pytest.approx(1, abs=1e-5), "b to a": pytest.approx(1, abs=1e-5)}
    pairs = compared.pairs()
    assert len(pairs) == audit.db.n_components
    assert (pairs["component_a"] == pairs["component_b"]).all()


def test_what_only_one_side_knows_comes_first(audit, other) -> None:
    compared = sw.compare(audit, other)
    lacking = compared.only("a", k=5)
    assert lacking["similarity"].tolist() == sorted(compared.matches("a")["similarity"])[:5]
    pairs = compared.pairs()
    assert pairs["similarity"].is_monotonic_decreasing
    assert len(pairs) == compared.matches("b")["mutual"].sum()


def test_two_layers_of_one_model_can_be_compared_and_mapped(audit) -> None:
    compared = sw.compare(audit, audit, layer_a="features.0", layer_b="features.3")
    assert len(compared.matches("a")) == LAYERS["features.0"]
    assert set(compared.matches("a")["match_layer"]) == {"features.3"}
    mapped = compared.project()
    assert mapped["side"].value_counts().to_dict() == {"a": LAYERS["features.0"], "b": DIM}
    assert np.isfinite(mapped[["x", "y"]].to_numpy()).all()
    assert f"{DIM} components in b" in repr(compared)
    assert sw.compare(audit.db.path, audit).similarity == {"a to b": 1.0, "b to a": 1.0}


def test_what_can_not_be_compared_is_refused(audit, tmp_path) -> None:
    strange = {"name": "hash", "dim": DIM, "fingerprint": "hash-9"}
    with (
        write(tmp_path / "strange.slens", foundation_model=strange) as db,
        pytest.raises(FingerprintMismatchError, match=r"hash-1.*hash-9"),
    ):
        sw.compare(audit, db)
    with pytest.raises(InputError, match="3 is neither an audit nor a database"):
        sw.compare(audit, 3)
    with pytest.raises(UnknownNameError, match=r"features\.0"):
        sw.compare(audit, audit, layer_a="features.1")
    with pytest.raises(UnknownNameError, match="side"):
        sw.compare(audit, audit).only("c")
    with pytest.raises(InputError, match="can't be compared"):
        best_matches(np.ones((2, 3)), np.ones((2, 4)))
