"""Effects equal the slow regression, chance is called rarely, and what goes together is told apart."""

from __future__ import annotations

import numpy as np
import pytest

from slens_widgets.analyses import evidence
from tests import reference


def found(members, activations):
    return evidence.effects_given_others(members, evidence.rank_sums(members, evidence.ranks(activations)))


def test_effects_are_those_of_the_slow_regression():
    rng = np.random.default_rng(0)
    members, activations = rng.random((3, 60)) < 0.3, rng.integers(0, 9, (5, 60)).astype(np.float32)
    np.testing.assert_allclose(
        found(members, activations), reference.effects(members, activations), atol=1e-5
    )


def test_one_text_s_effect_is_two_auroc_less_one():
    members = np.array([[True, False, True, False]])
    activations = np.array([[4.0, 1, 3, 2], [1, 4, 2, 3], [3, 4, 3, 2], [5, 5, 5, 5]])
    expected = [[1, -1, 0, 0]]
    np.testing.assert_allclose(found(members, activations), expected, atol=1e-6)
    sums = evidence.rank_sums(members, evidence.ranks(activations))
    np.testing.assert_allclose(evidence.single_effects(members, sums), expected, atol=1e-6)


def test_of_concepts_that_go_together_the_one_that_counts_is_found():
    rng = np.random.default_rng(1)
    ruler = rng.random(4000) < 0.1
    lesion = np.where(rng.random(4000) < 0.8, ruler, rng.random(4000) < 0.1)
    activations = (2.0 * ruler + rng.standard_normal(4000))[None]
    members = np.stack([ruler, lesion])
    alone = evidence.single_effects(members, evidence.rank_sums(members, evidence.ranks(activations)))
    assert alone[1, 0] > 0.5
    given = found(members, activations)
    assert given[0, 0] > 0.6
    assert abs(given[1, 0]) < 0.1


def test_texts_with_the_same_images_share_their_effect():
    rng = np.random.default_rng(2)
    one = rng.random(500) < 0.1
    activations = (one + rng.standard_normal(500))[None]
    both = found(np.stack([one, one]), activations)
    assert both[0, 0] == pytest.approx(both[1, 0], abs=1e-6)
    assert 2 * both[0, 0] == pytest.approx(found(one[None], activations)[0, 0], abs=1e-5)


def test_only_the_order_of_similarities_counts():
    similarities = np.random.default_rng(3).standard_normal((2, 50))
    members = evidence.images_of(similarities)
    assert (members.sum(axis=1) == 5).all()
    assert np.array_equal(members, evidence.images_of(np.exp(similarities) - 7))


@pytest.mark.parametrize("size", [1, 3, 8])
def test_sets_that_say_nothing_reach_five_percent_of_the_components(size):
    rng = np.random.default_rng(4)
    doubled = evidence.ranks(rng.exponential(size=(300, 400)))
    shares = []
    for draw in range(10):
        members = evidence.images_of(rng.standard_normal((size + 1, 400)))
        scores = evidence.effects_given_others(members, evidence.rank_sums(members, doubled))[:size].max(
            axis=0
        )
        chance, _ = evidence.effects_by_chance(members, (size, 1), doubled, seed=draw)
        shares.append((evidence.p_values(scores, chance) <= 0.05).mean())
    assert 0.03 <= np.mean(shares) <= 0.075


def test_of_what_is_called_few_are_chance():
    p = np.array([0.001, 0.02, 0.04, 0.9, np.nan])
    np.testing.assert_allclose(evidence.adjusted(p), [0.004, 0.04, 0.16 / 3, 0.9, np.nan])
    scores = np.array([0.8, 0.4, 0.35, 0.1, np.nan])
    assert evidence.border(scores, evidence.adjusted(p)) == 0.4
    assert evidence.border(scores / 4, evidence.adjusted(p)) == evidence.MIN_EFFECT
    assert evidence.border(scores, np.ones(5)) > 0.8, "nothing is more than chance"


def test_a_set_of_several_needs_more():
    chance = np.random.default_rng(5).standard_normal(20_000)
    one, eight = (evidence.p_values(np.array([2.5, np.nan]), chance, size) for size in (1, 8))
    assert eight[0] == pytest.approx(1 - (1 - one[0]) ** 8)
    assert np.isnan(one[1])


def test_redrawn_effects_are_those_of_the_drawn_images():
    rng = np.random.default_rng(4)
    hidden = rng.standard_normal((3, 400))
    similarities = hidden + 0.5 * rng.standard_normal((3, 400))
    loads = rng.uniform(0, 1, (6, 3)) * (rng.random((6, 3)) < 0.5)
    activations = np.maximum(loads @ hidden + rng.standard_normal((6, 400)) - 0.5, 0)
    doubled = evidence.ranks(activations)

    once = evidence.redrawn_effects(similarities, doubled, np.ones((1, 400), int))[0]
    effects = found(evidence.images_of(similarities), activations)
    np.testing.assert_allclose(once, effects, atol=1e-5)

    counts = rng.multinomial(400, np.full(400, 1 / 400), size=150)
    slow = []
    for count in counts:
        drawn = np.repeat(np.arange(400), count)
        slow.append(found(evidence.images_of(similarities[:, drawn]), activations[:, drawn]))
    fast = evidence.redrawn_effects(similarities, doubled, counts)
    assert np.abs(fast - slow).max() < 0.05
    np.testing.assert_allclose(fast.std(axis=0), np.std(slow, axis=0), rtol=0.05)
    np.testing.assert_allclose(fast.mean(axis=0), np.mean(slow, axis=0), atol=0.005)
