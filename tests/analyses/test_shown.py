from __future__ import annotations

import itertools

import numpy as np
import pytest
import scipy.stats as st

from slens_widgets.analyses import shown


def unpaired(a, b):
    return shown.unpaired(a, b, np.arange(a.shape[1]), np.arange(b.shape[1]))


@pytest.mark.parametrize(("n", "m"), [(1, 20), (3, 4), (5, 9), (9, 5), (5, 2495), (12, 300)])
def test_the_rank_sums_p_is_scipys_exact_one(n, m):
    rng = np.random.default_rng(n)
    a, b = rng.normal(0.5, 1, (6, n)), rng.normal(0, 1, (6, m))
    found = unpaired(a, b)
    due = [st.mannwhitneyu(x, y, alternative="greater", method="exact") for x, y in zip(a, b, strict=True)]
    np.testing.assert_allclose(found.p, [each.pvalue for each in due], rtol=1e-9)
    np.testing.assert_allclose(found.auroc, [each.statistic / (n * m) for each in due])


def test_the_normal_p_is_scipys():
    rng = np.random.default_rng(0)
    a, b = rng.normal(0.3, 1, (4, 20)).round(1), rng.normal(0, 1, (4, 90)).round(1)
    due = st.mannwhitneyu(a, b, axis=1, alternative="greater", method="asymptotic").pvalue
    np.testing.assert_allclose(unpaired(a, b).p, due)


def test_ties_never_make_a_p_smaller_than_it_is():
    rng = np.random.default_rng(1)
    values = np.maximum(rng.normal(-1, 1, (4000, 25)), 0)  # 84 % are 0, as behind a ReLU
    p = unpaired(values[:, :5], values[:, 5:]).p
    for level in (0.01, 0.05, 0.2):
        assert (p <= level).mean() <= level + 3 * np.sqrt(level / 4000)


def test_a_units_effect_and_interval_hold_the_truth():
    rng = np.random.default_rng(2)
    found = unpaired(rng.normal(1, 1, (2000, 8)), rng.normal(0, 1, (2000, 200)))
    truth = st.norm.cdf(1 / np.sqrt(2))
    assert ((found.low <= 2 * truth - 1) & (2 * truth - 1 <= found.high)).mean() > 0.92
    np.testing.assert_allclose(found.effect, 2 * found.auroc - 1)
    assert found.auroc.mean() == pytest.approx(truth, abs=0.01)
    assert not found.paired


def test_the_flips_are_all_flips():
    rng = np.random.default_rng(3)
    a, b = rng.normal(0.4, 1, (3, 10)), rng.normal(0, 1, (3, 10))
    sources = np.array([0, 0, 0, 1, 1, 2, 3, 4, 4, 4])
    found = shown.paired(a, b, sources)
    for row in range(3):
        sums = [(a - b)[row, sources == s].sum() for s in range(5)]
        all_of_them = [np.dot(sums, signs) for signs in itertools.product((1, -1), repeat=5)]
        assert found.p[row] == np.mean(np.array(all_of_them) >= sum(sums) - 1e-12)
    assert found.smallest == 1 / 32
    assert found.units == 5


def test_crops_of_one_picture_do_not_count_as_several():
    rng = np.random.default_rng(4)
    # What differs is the picture, not the concept: each of 6 pictures shifts all of its 8 pairs.
    sources = np.repeat(np.arange(6), 8)
    shift = rng.normal(0, 1, (3000, 6))[:, sources]
    a = shift + rng.normal(0, 0.3, (3000, 48))
    b = np.zeros((3000, 48))
    assert (shown.paired(a, b, sources).p <= 0.05).mean() <= 0.06
    assert (shown.paired(a, b, np.arange(48)).p <= 0.05).mean() > 0.3  # what would be claimed otherwise
    clustered = shown.paired(a, b, sources)
    holds = (clustered.low <= 0) & (clustered.high >= 0)
    assert holds.mean() > 0.9


def test_sources_count_once_without_pairs_too():
    rng = np.random.default_rng(5)
    sources = np.repeat(np.arange(4), 10)
    a = rng.normal(0, 1, (2000, 4))[:, sources] + rng.normal(0, 0.1, (2000, 40))
    b = rng.normal(0, 1, (2000, 100))
    found = shown.unpaired(a, b, sources, np.arange(100))
    assert found.units == 4
    assert (found.p <= 0.05).mean() <= 0.065


def test_too_few_images_say_their_smallest_p():
    rng = np.random.default_rng(6)
    found = shown.paired(np.ones((2, 3)), np.zeros((2, 3)), np.arange(3))
    assert found.smallest == 1 / 8
    assert not found.enough
    assert not found.tells.any()
    assert unpaired(np.ones((1, 2)), rng.random((1, 4))).smallest == 1 / 15
    assert unpaired(np.ones((1, 2)), rng.random((1, 40))).enough


def test_parts_are_corrected_together():
    rng = np.random.default_rng(8)
    a, b = rng.normal(1, 1, (40, 6)), rng.normal(0, 1, (40, 60))
    parts = [unpaired(a[:15], b[:15]), unpaired(a[15:], b[15:])]
    whole, joined = unpaired(a, b), shown.together(parts)
    np.testing.assert_array_equal(joined.corrected, whole.corrected)
    np.testing.assert_array_equal(joined.tells, whole.tells)


def test_a_constant_component_tells_nothing():
    found = shown.paired(np.zeros((1, 8)), np.zeros((1, 8)), np.arange(8))
    assert found.p[0] == 1
    assert found.effect[0] == 0
    assert found.auroc[0] == 0.5
    assert unpaired(np.zeros((1, 20)), np.zeros((1, 20))).p[0] == 1


def test_places_are_those_among_other_images():
    among = np.array([[0.0, 0.0, 1.0, 3.0]])
    np.testing.assert_array_equal(
        shown.places(np.array([[-1, 0, 0.5, 2, 3, 9]]), among), [[-1, -0.5, 0, 0.5, 0.75, 1]]
    )
    rng = np.random.default_rng(9)
    a, b = rng.normal(0.5, 1, (5, 8)), rng.normal(0, 1, (5, 300))
    np.testing.assert_allclose(shown.places(a, b).mean(axis=1), unpaired(a, b).effect)


def test_a_pairs_effect_is_the_one_of_images_without_pairs():
    rng = np.random.default_rng(10)
    probe = rng.normal(0, 1, (50, 400))
    a, b = rng.normal(1, 1, (50, 200)), rng.normal(0, 1, (50, 200))
    found = shown.paired(shown.places(a, probe), shown.places(b, probe), np.arange(200))
    assert np.abs(found.effect - shown.unpaired(a, b, np.arange(200), np.arange(200)).effect).max() < 0.12
    assert ((found.low <= found.effect) & (found.effect <= found.high)).all()
    assert found.tells.all()
