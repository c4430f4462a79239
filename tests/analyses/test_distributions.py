from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from slens_widgets.analyses.distributions import BINS, density, span


def slowly(values: list[float], low: float, high: float, bins: int) -> np.ndarray:
    """Drop every value into its bin, and spread each bin over its neighbours, mirrored at the ends."""
    counts = np.zeros(bins)
    for value in values:
        counts[min(int((value - low) / (high - low) * bins), bins - 1)] += 1 / len(values)
    found = np.zeros(bins)
    for i in range(bins):
        for step, weight in zip((-2, -1, 0, 1, 2), (1, 4, 6, 4, 1), strict=True):
            place = i + step
            if place < 0:
                place = -1 - place
            if place >= bins:
                place = 2 * bins - 1 - place
            found[i] += weight / 16 * counts[place]
    return found


@given(st.lists(st.integers(0, 95), min_size=1, max_size=60))
def test_a_density_is_a_smoothed_histogram_that_adds_up_to_one(values: list[int]) -> None:
    # Half integers lie on no border of a bin.
    numbers = [value + 0.5 for value in values]
    found = density(np.array(numbers), (0.0, 96.0))
    np.testing.assert_allclose(found, slowly(numbers, 0.0, 96.0, BINS), atol=1e-12)
    assert np.isclose(found.sum(), 1)


def test_what_is_no_number_counts_nowhere() -> None:
    values = np.array([np.nan, 0.2, np.inf, 0.8])
    assert span([values, np.array([0.1])]) == (0.1, 0.8)
    np.testing.assert_array_equal(density(values, (0, 1)), density(np.array([0.2, 0.8]), (0, 1)))
    assert not density(np.array([np.nan]), (0, 1)).any()


def test_a_range_is_never_empty() -> None:
    assert span([np.array([2.0, 2.0])]) == (1.5, 2.5)
    assert span([]) == (0.0, 1.0)
    assert span([np.array([np.nan])]) == (0.0, 1.0)
