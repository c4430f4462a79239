"""Shares of relevance equal the count, and their interval covers what it should."""

from __future__ import annotations

import numpy as np
import pytest

from slens_widgets.analyses.alignment import QUADRANTS
from slens_widgets.analyses.reliance import interval, parts_of, redrawn, redrawn_shares, strength
from tests import reference


def relevance(rng, images=50):
    return rng.normal(0, np.array([3, 1, 0.5, 0.2, 0.1, 2]), (images, 6)).astype(np.float32)


KINDS = np.array(["spurious", "valid", "both", "unexpected", "valid", "valid"])


def fixed(kinds, draws=400):
    numbers = np.array([QUADRANTS.index(kind) for kind in kinds])
    return np.repeat(numbers[None], draws, axis=0)


def shares(values, kinds, redrawn, seed=1):
    return interval(parts_of(values, kinds, QUADRANTS), redrawn_shares(values, redrawn, 4, seed))


def test_shares_are_the_count():
    values = relevance(np.random.default_rng(0))
    found = shares(values, KINDS, fixed(KINDS))
    np.testing.assert_allclose(found[:, 0], reference.quadrant_shares(values, KINDS, QUADRANTS), atol=1e-9)
    assert (found[:, 1] <= found[:, 0]).all()
    assert (found[:, 0] <= found[:, 2]).all()
    assert found[:, 0].sum() == pytest.approx(1)
    of_components = strength(values)
    assert of_components[KINDS == "valid"].sum() == pytest.approx(found[0, 0])
    np.testing.assert_array_equal(shares(values, KINDS, fixed(KINDS)), found)


def test_each_draw_is_counted_with_its_own_kinds_and_images():
    values = relevance(np.random.default_rng(0))
    kinds = np.random.default_rng(1).integers(0, 4, (5, 6))
    counts = redrawn(50, 5, seed=3)
    slow = [
        reference.quadrant_shares(np.repeat(values, count, axis=0), np.array(QUADRANTS)[kind], QUADRANTS)
        for kind, count in zip(kinds, counts, strict=True)
    ]
    np.testing.assert_allclose(redrawn_shares(values, kinds, 4, seed=3), slow, atol=1e-6)


def test_the_interval_covers_the_truth_in_about_nineteen_of_twenty_samples():
    truth = strength(relevance(np.random.default_rng(1), 200_000))[KINDS == "spurious"].sum()
    hits = []
    for seed in range(200):
        values = relevance(np.random.default_rng(100 + seed), 60)
        _, low, high = shares(values, KINDS, fixed(KINDS), seed)[QUADRANTS.index("spurious")]
        hits.append(low <= truth <= high)
    assert 0.88 <= np.mean(hits) <= 0.99


def test_contributions_that_cancel_between_images_count():
    values = np.array([[5.0, 1.0], [-5.0, 1.0]], np.float32)
    np.testing.assert_allclose(strength(values), [5 / 6, 1 / 6])


def test_one_row_moves_with_the_kinds_alone_and_no_relevance_has_no_share():
    alone = np.array([[3.0, 1.0]])
    kinds = np.array([[0, 1]] * 3 + [[0, 0]])
    np.testing.assert_allclose(redrawn_shares(alone, kinds, 2), [[0.75, 0.25]] * 3 + [[1, 0]])
    nothing = np.zeros((4, 2))
    assert np.isnan(interval(nothing, redrawn_shares(nothing, kinds, 2))).all()
    assert (strength(np.zeros((4, 2), np.float32)) == 0).all()
