"""Scores equal their formulas, and 2-means equals scikit-learn's."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from sklearn.cluster import KMeans

from slens_widgets.analyses.scores import clarity, layer_redundancy, polysemanticity, redundancy
from slens_widgets.analyses.two_means import two_means
from tests import reference

SHAPES = [(40, 30, 64), (20, 30, 2), (20, 10, 8), (20, 3, 5), (20, 2, 5), (1, 30, 16), (16, 4, 16)]


def sets(kind: str, n: int, m: int, dim: int) -> np.ndarray:
    rng = np.random.default_rng([n, m, dim])
    if kind == "noise":
        return rng.standard_normal((n, m, dim)).astype(np.float32)
    if kind == "clusters":
        centres = rng.standard_normal((n, 3, dim))
        which = rng.integers(0, 3, (n, m))
        spread = 0.5 * rng.standard_normal((n, m, dim))
        return (centres[np.arange(n)[:, None], which] + spread).astype(np.float32)
    outlier = 5 + 0.01 * rng.standard_normal((n, m, dim))
    outlier[:, -1] *= -1
    return outlier.astype(np.float32)


@pytest.mark.parametrize("kind", ["noise", "clusters", "outlier"])
@pytest.mark.parametrize("shape", SHAPES)
def test_polysemanticity_equals_scikit_learn(kind, shape):
    """To 1e-6 for every component, in scikit-learn's float64: the same seeds lead to the same optimum."""
    embeddings = sets(kind, *shape)
    slow = [reference.polysemanticity(samples) for samples in embeddings]
    np.testing.assert_allclose(polysemanticity(embeddings), slow, atol=1e-6)


@pytest.mark.parametrize("shape", SHAPES)
def test_two_means_finds_scikit_learn_s_clusters(shape):
    embeddings = sets("clusters", *shape).astype(np.float64)
    found = two_means(embeddings @ embeddings.swapaxes(1, 2), shape[2])
    for i, samples in enumerate(embeddings):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            slow = KMeans(2, n_init=10, random_state=123).fit(samples)
        theirs = slow.labels_.astype(bool)
        assert np.array_equal(found.labels[i], theirs) or np.array_equal(found.labels[i], ~theirs)
        np.testing.assert_allclose(found.inertia[i], slow.inertia_, atol=1e-9)


def test_equal_examples_are_monosemantic():
    embeddings = np.repeat(np.random.default_rng(0).standard_normal((5, 1, 8)), 12, axis=1)
    np.testing.assert_allclose(polysemanticity(embeddings), 0, atol=1e-6)
    np.testing.assert_allclose(clarity(embeddings), 1, atol=1e-6)


def test_two_opposite_concepts_are_as_polysemantic_as_can_be():
    one = np.r_[1.0, np.zeros(7)]
    embeddings = np.stack([np.stack([one] * 5 + [-one] * 5)])
    np.testing.assert_allclose(polysemanticity(embeddings), 2, atol=1e-6)


def test_one_example_has_neither_score():
    embeddings = np.ones((3, 1, 4))
    assert np.isnan(clarity(embeddings)).all()
    assert np.isnan(polysemanticity(embeddings)).all()


@pytest.mark.parametrize("shape", [*SHAPES, (300, 4, 8)])
def test_clarity_is_the_mean_cosine_over_pairs(shape):
    embeddings = sets("clusters", *shape)
    found = clarity(embeddings)
    np.testing.assert_allclose(found[:20], [reference.clarity(e) for e in embeddings[:20]], atol=1e-6)
    assert (found >= -1 / (shape[1] - 1) - 1e-9).all()
    assert (found <= 1 + 1e-9).all()


def test_scores_do_not_depend_on_their_neighbours():
    """Components are scored in blocks; the place in a block changes nothing."""
    embeddings = sets("clusters", 300, 6, 8)
    np.testing.assert_allclose(
        polysemanticity(embeddings)[290:], polysemanticity(embeddings[290:]), atol=1e-12
    )


@pytest.mark.parametrize(("n", "dim"), [(2, 3), (16, 16), (40, 8)])
def test_redundancy_equals_the_formula(n, dim):
    theta = np.random.default_rng(n).standard_normal((n, dim)).astype(np.float32)
    np.testing.assert_allclose(redundancy(theta), reference.redundancy(theta), atol=1e-6)
    assert layer_redundancy(theta) == pytest.approx(np.mean(reference.redundancy(theta)), abs=1e-6)


def test_redundancy_in_blocks_leaves_out_each_component_itself():
    theta = np.random.default_rng(1).standard_normal((2500, 4)).astype(np.float32)
    unit = theta / np.linalg.norm(theta, axis=1, keepdims=True)
    similarity = unit @ unit.T
    np.fill_diagonal(similarity, -np.inf)
    np.testing.assert_allclose(redundancy(theta), similarity.max(axis=1), atol=1e-6)


def test_a_single_component_is_redundant_with_nothing():
    assert np.isnan(redundancy(np.ones((1, 4)))).all()
