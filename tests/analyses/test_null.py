"""Chance levels equal the slow count, hold what they promise, and don't mind texts that are no chance."""

from __future__ import annotations

import numpy as np
import pytest

from slens_widgets.analyses.null import LEVEL, chance_level
from slens_widgets.analyses.search import cosine
from tests import reference


@pytest.mark.parametrize("texts", [20, 25])
@pytest.mark.parametrize("size", [1, 3, 40])
def test_it_is_the_count(texts, size):
    cosines = np.random.default_rng(size).normal(0.1, [[0.1, 0.05, 0.2]], (texts, 3))
    for level in (0.5, 0.9, LEVEL):
        found = chance_level(cosines, size, level)
        assert found == pytest.approx(reference.chance_level(cosines, size, level), abs=1e-12)


@pytest.mark.parametrize("size", [1, 5, 20])
def test_unrelated_sets_of_any_size_reach_it_in_one_of_twenty_components(size):
    rng = np.random.default_rng(0)
    theta = rng.standard_normal((3000, 64))
    level = chance_level(cosine(rng.standard_normal((320, 64)), theta), size)
    reach = [(cosine(rng.standard_normal((size, 64)), theta).max(axis=0) >= level).mean() for _ in range(30)]
    assert np.mean(reach) == pytest.approx(1 - LEVEL, abs=0.015)


def test_a_larger_set_needs_more():
    cosines = np.random.default_rng(0).standard_normal((100, 50))
    levels = [chance_level(cosines, size) for size in (1, 2, 8, 64)]
    assert levels == sorted(levels)
    assert len(set(levels)) == 4


def test_what_components_encode_does_not_raise_it():
    rng = np.random.default_rng(0)
    cosines = rng.normal(0, 0.05, (200, 400))
    plain = chance_level(cosines, 5)
    encoded = rng.integers(0, 200, (10, 400))
    np.put_along_axis(cosines, encoded, 0.8, axis=0)
    assert chance_level(cosines, 5) == pytest.approx(plain, abs=0.015)
    assert np.quantile(cosines, LEVEL ** (1 / 5)) > 0.7, "a plain quantile is what they raise"
