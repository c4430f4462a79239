"""Shares of relevance equal the count, and their interval covers what it should."""

from __future__ import annotations

import numpy as np
import pytest

from slens_widgets.analyses.alignment import QUADRANTS
from slens_widgets.analyses.reliance import parts_of, shares, strength
from tests import reference


def relevance(rng, images=50):
    return rng.normal(0, np.array([3, 1, 0.5, 0.2, 0.1, 2]), (images, 6)).astype(np.float32)


KINDS = np.array(["spurious", "valid", "both", "unexpected", "valid", "valid"])


def test_shares_are_the_count():
    values = relevance(np.random.default_rng(0))
    found = shares(parts_of(values, KINDS, QUADRANTS))
    np.testing.assert_allclose(found[:, 0], reference.quadrant_shares(values, KINDS, QUADRANTS), atol=1e-9)
    assert (found[:, 1] <= found[:, 0]).all()
    assert (found[:, 0] <= found[:, 2]).all()
    assert found[:, 0].sum() == pytest.approx(1)
    of_components = strength(values)
    assert of_components[KINDS == "valid"].sum() == pytest.approx(found[0, 0])
    np.testing.assert_array_equal(shares(parts_of(values, KINDS, QUADRANTS)), found)


def test_the_interval_covers_the_truth_in_about_nineteen_of_twenty_samples():
    truth = strength(relevance(np.random.default_rng(1), 200_000))[KINDS == "spurious"].sum()
    hits = []
    for seed in range(200):
        parts = parts_of(relevance(np.random.default_rng(100 + seed), 60), KINDS, QUADRANTS)
        _, low, high = shares(parts, draws=400)[QUADRANTS.index("spurious")]
        hits.append(low <= truth <= high)
    assert 0.88 <= np.mean(hits) <= 0.99


def test_contributions_that_cancel_between_images_count():
    values = np.array([[5.0, 1.0], [-5.0, 1.0]], np.float32)
    np.testing.assert_allclose(strength(values), [5 / 6, 1 / 6])


def test_one_unit_has_no_spread_and_no_relevance_has_no_share():
    alone = shares(np.array([[3.0, 1.0]]))
    np.testing.assert_allclose(alone, [[0.75] * 3, [0.25] * 3])
    assert np.isnan(shares(np.zeros((4, 2)))).all()
    assert (strength(np.zeros((4, 2), np.float32)) == 0).all()
