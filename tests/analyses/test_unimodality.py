"""The dip is the distance to the nearest unimodal distribution; its p-values are those of uniform numbers."""

from __future__ import annotations

import numpy as np
import pytest

from slens_widgets.analyses.unimodality import dip, dip_p
from tests import reference


def samples():
    rng = np.random.default_rng(0)
    for n in (4, 5, 8, 12):
        yield rng.standard_normal(n)
        yield np.concatenate([rng.standard_normal(n // 2), 5 + rng.standard_normal(n - n // 2)])
        yield rng.integers(0, 4, n).astype(float)
        yield rng.lognormal(0, 1, n)


def test_the_dip_is_the_distance_to_the_nearest_unimodal_distribution() -> None:
    for values in samples():
        assert dip(values) == pytest.approx(reference.dip(values), abs=1e-6)


def test_it_is_smallest_for_even_and_largest_for_two_heaps() -> None:
    assert dip(np.arange(20.0)) == pytest.approx(1 / 40)
    assert dip(np.repeat([0.0, 1.0], 10)) == pytest.approx(1 / 4)
    assert dip(np.full(7, 3.0)) == pytest.approx(1 / 14)
    values = np.random.default_rng(1).standard_normal(31)
    assert dip(values) == pytest.approx(dip(5 - 2 * values))


@pytest.mark.parametrize(("n", "median", "upper"), [(50, 0.0489, 0.0702), (100, 0.0355, 0.0511)])
def test_levels_are_the_published_ones(n: int, median: float, upper: float) -> None:
    """Quantiles .5 and .95 of Maechler's table (R package diptest), which is that of the paper, mended."""
    assert dip_p(median, n) == pytest.approx(0.5, abs=0.02)
    assert dip_p(upper, n) == pytest.approx(0.05, abs=0.003)


def test_p_is_uniform_for_uniform_numbers_between_the_tabulated_sizes() -> None:
    rng = np.random.default_rng(2)
    p = np.array([dip_p(dip(rng.random(40)), 40) for _ in range(2000)])
    for level in (0.2, 0.05, 0.01):
        assert (p <= level).mean() == pytest.approx(level, abs=3 * (level / 2000) ** 0.5)
    assert dip_p(0.25, 3) == 1
    assert dip_p(0.25, 100) == pytest.approx(1e-4)
