"""Do intervals cover what they are intervals of?"""

from __future__ import annotations

import math

import numpy as np
import pytest

from slens_widgets.analyses.intervals import paired_change, wilson, worst_group_change


def test_wilson_is_the_set_of_shares_that_the_count_does_not_reject() -> None:
    for hits, n in [(0, 10), (3, 17), (118, 118)]:
        low, high = wilson(np.array(hits), np.array(n))
        for end in (low, high):
            if 0 < end < 1:
                assert abs(hits / n - end) / math.sqrt(end * (1 - end) / n) == pytest.approx(1.959964)
        assert low <= hits / n <= high
        assert high - low > 0.03


def test_an_interval_of_a_change_is_that_of_bonett_and_price() -> None:
    fixed, broken, n = 7, 2, 118
    up, down = 8 / 120, 3 / 120
    half = 1.959964 * math.sqrt((up + down - (up - down) ** 2) / 120)
    found = paired_change(np.array(fixed), np.array(broken), np.array(n))
    np.testing.assert_allclose(found, [up - down - half, up - down + half], rtol=1e-6)


@pytest.mark.parametrize("n", [20, 118, 1000])
@pytest.mark.parametrize(("fixed", "broken"), [(0.01, 0.01), (0.10, 0.02), (0.0, 0.30)])
def test_an_interval_of_a_change_covers_it(n: int, fixed: float, broken: float) -> None:
    rng = np.random.default_rng(7)
    drawn = rng.multinomial(n, [fixed, broken, 1 - fixed - broken], size=4000)
    low, high = paired_change(drawn[:, 0], drawn[:, 1], np.full(4000, n)).T
    assert ((low <= fixed - broken) & (fixed - broken <= high)).mean() >= 0.935


def test_an_interval_of_the_worst_groups_change_covers_it() -> None:
    rng = np.random.default_rng(3)
    groups = np.repeat([0, 1, 2], [60, 150, 300])
    before, after = np.array([0.6, 0.8, 0.9])[groups], np.array([0.8, 0.8, 0.85])[groups]
    held = []
    for _ in range(400):
        place = rng.random(len(groups))
        low, high = worst_group_change(place < before, place < after, groups, draws=400)
        held.append(low <= 0.2 <= high)
    assert np.mean(held) >= 0.90


def test_too_few_images_have_no_interval() -> None:
    assert np.isnan(wilson(np.array(1), np.array(9))).all()
    assert np.isnan(paired_change(np.array([0, 0]), np.array([1, 1]), np.array([0, 9]))).all()
    few = np.ones(12, bool)
    assert np.isnan(worst_group_change(few, few, np.repeat([0, 1], [9, 3]))).all()
