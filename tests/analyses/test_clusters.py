"""Clusters are the meanings that are there, and one where there is one."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.cluster import KMeans

from slens_widgets.analyses.clusters import cluster, k_means, one_meaning, silhouette
from slens_widgets.analyses.evidence import adjusted
from slens_widgets.analyses.over_representation import over_representation
from tests import reference


def blobs(k: int, each: int = 12, dim: int = 32, seed: int = 0, noise: float = 0.4) -> np.ndarray:
    rng = np.random.default_rng(seed)
    centres = 3 + 2 * rng.standard_normal((k, dim))
    return np.concatenate([centre + noise * rng.standard_normal((each, dim)) for centre in centres])


@pytest.mark.parametrize("k", [2, 3, 5])
def test_as_many_clusters_as_meanings(k: int) -> None:
    found = cluster(blobs(k))
    assert found.k == k
    assert found.silhouette[k] == max(found.silhouette.values())
    assert found.p < 0.05
    truth = np.repeat(np.arange(k), 12)
    assert len(set(zip(truth.tolist(), found.labels.tolist(), strict=True))) == k


def test_the_largest_cluster_is_first() -> None:
    points = np.concatenate([blobs(1, 10, seed=3), blobs(1, 25, seed=4)])
    assert cluster(points).labels.tolist() == [1] * 10 + [0] * 25


def one_heap(shape: str, n: int, rng: np.random.Generator, dim: int = 24) -> np.ndarray:
    """A cloud without a gap: heavy tails, skewness, or spread evenly along a line or over a plane."""
    drawn = {
        "gaussian": lambda: rng.standard_normal((n, dim)),
        "stretched": lambda: rng.standard_normal((n, dim)) * np.linspace(3, 0.1, dim),
        "t3": lambda: rng.standard_t(3, (n, dim)),
        "joint t3": lambda: rng.standard_normal((n, dim)) / np.sqrt(rng.chisquare(3, (n, 1)) / 3),
        "lognormal": lambda: rng.lognormal(0, 1, (n, dim)),
        "exponential": lambda: rng.exponential(1, (n, dim)),
        "continuum": lambda: 0.3 * rng.standard_normal((n, dim)) + rng.uniform(-4, 4, (n, 1)) / dim**0.5,
        "plane": lambda: (
            np.pad(rng.uniform(-3, 3, (n, 2)), ((0, 0), (0, dim - 2))) + 0.3 * rng.standard_normal((n, dim))
        ),
    }[shape]()
    return 3 + 0.4 * drawn


SHAPES = ["gaussian", "stretched", "t3", "joint t3", "lognormal", "exponential", "continuum", "plane"]


@pytest.mark.parametrize("shape", SHAPES)
def test_one_heap_is_rarely_split(shape: str) -> None:
    rng = np.random.default_rng(0)
    assert sum(one_meaning(one_heap(shape, 30, rng)) <= 0.05 for _ in range(12)) <= 2


@pytest.mark.slow
@pytest.mark.parametrize("n", [30, 100])
@pytest.mark.parametrize("shape", SHAPES)
def test_one_heap_is_split_in_at_most_one_of_twenty_draws(shape: str, n: int) -> None:
    rng = np.random.default_rng(1)
    assert np.mean([one_meaning(one_heap(shape, n, rng)) <= 0.05 for _ in range(100)]) <= 0.05


def test_an_outlier_is_no_meaning() -> None:
    points = np.concatenate([blobs(1, 39, seed=1), -blobs(1, 1, seed=2)])
    assert cluster(points).k == 1


@pytest.mark.parametrize("points", [np.ones((8, 4)), np.ones((1, 4)), np.eye(3)[:2], np.zeros((6, 3))])
def test_too_few_or_equal_examples_are_one_cluster(points: np.ndarray) -> None:
    assert cluster(points).k == 1
    assert cluster(points, 1).labels.tolist() == [0] * len(points)


def test_a_given_number_is_taken() -> None:
    found = cluster(blobs(2), 4)
    assert found.k == 4
    assert set(found.silhouette) == {4}


def test_k_means_is_no_worse_than_scikit_learn_s() -> None:
    sets = np.stack([blobs(4, 8, seed=seed, noise=1.5) for seed in range(6)])
    for points, labels in zip(sets, k_means(sets, 4), strict=True):
        ours = sum(((points[labels == k] - points[labels == k].mean(axis=0)) ** 2).sum() for k in range(4))
        assert ours <= 1.02 * KMeans(4, n_init=10, random_state=0).fit(points).inertia_


def test_silhouette_equals_the_formula() -> None:
    rng = np.random.default_rng(0)
    points = rng.standard_normal((3, 14, 5))
    labels = np.stack([rng.integers(0, 3, 14), np.arange(14) % 3, np.array([0] * 12 + [1, 2])])
    slow = [reference.silhouette(points[i], labels[i].tolist()) for i in range(3)]
    np.testing.assert_allclose(silhouette(points, labels), slow, atol=1e-9)


def test_chance_equals_counting() -> None:
    found, background = np.array([0, 3, 5, 8]), np.array([4, 10, 12, 8])
    p = over_representation(found, background, 8, 30)
    slow = [reference.over_representation(a, b, 8, 30) for a, b in zip(found, background, strict=True)]
    np.testing.assert_allclose(p, [float(each) for each in slow], rtol=1e-9)


def test_false_discovery_rates_equal_the_definition() -> None:
    p = np.array([0.01, 0.04, 0.03, 0.5, 0.04, 1e-5])
    np.testing.assert_allclose(adjusted(p), reference.benjamini_hochberg(p.tolist()))
