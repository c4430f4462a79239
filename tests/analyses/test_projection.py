"""The map is the same on every run and keeps neighbours together."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from slens_widgets.analyses.projection import LARGE, by_landmarks, key, nearest, neighbor_graph, project

CODE = """
import sys
import numpy as np
from slens_widgets.analyses.projection import project
theta = np.random.default_rng(0).standard_normal((60, 8)) + 4 * np.eye(8)[np.arange(60) % 3]
sys.stdout.write(project(theta).tobytes().hex())
"""


def test_neighbours_are_exact_and_begin_with_oneself():
    rng = np.random.default_rng(0)
    unit = rng.standard_normal((1500, 6))
    unit[7] = unit[9]
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    indices, distances = nearest(unit, 10)
    slow = 1 - unit @ unit.T
    np.fill_diagonal(slow, -1)
    np.testing.assert_array_equal(indices[:, 0], np.arange(1500))
    np.testing.assert_allclose(distances, np.maximum(np.sort(slow, axis=1)[:, :10], 0), atol=1e-6)


@pytest.mark.parametrize("shape", [(1, 4), (2, 1), (5, 1), (14, 16), (3, 3)])
def test_a_few_components_are_placed_by_their_principal_axes(shape):
    theta = np.random.default_rng(1).standard_normal(shape)
    found = project(theta)
    assert found.shape == (shape[0], 2)
    assert np.isfinite(found).all()
    np.testing.assert_array_equal(found, project(theta))


def test_umap_is_the_same_in_another_process_and_keeps_clusters_apart():
    theta = np.random.default_rng(0).standard_normal((60, 8)) + 4 * np.eye(8)[np.arange(60) % 3]
    here = project(theta)
    there = subprocess.run(
        [sys.executable, "-c", CODE],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert here.tobytes().hex() == there.stdout
    np.testing.assert_array_equal(here, project(theta))
    distance = np.linalg.norm(here[:, None] - here[None], axis=2)
    np.fill_diagonal(distance, np.inf)
    closest = distance.argmin(axis=1)
    assert (closest % 3 == np.arange(60) % 3).mean() > 0.9


def test_equal_components_do_not_break_it():
    theta = np.repeat(np.random.default_rng(2).standard_normal((2, 8)), 20, axis=0)
    assert np.isfinite(project(theta)).all()


@pytest.mark.slow
@pytest.mark.parametrize("doubles", [False, True])
def test_the_graph_equals_umap_learn_s(doubles):
    from umap.umap_ import fuzzy_simplicial_set

    unit = np.random.default_rng(3).standard_normal((200, 8)).astype(np.float32)
    if doubles:
        unit[100:130] = unit[:30]
        unit[150:180] = unit[0]
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    indices, distances = nearest(unit, 15)
    theirs, _, _ = fuzzy_simplicial_set(
        unit, 15, np.random.RandomState(0), "cosine", knn_indices=indices, knn_dists=distances
    )
    np.testing.assert_allclose(neighbor_graph(indices, distances).toarray(), theirs.toarray(), atol=2e-4)


def test_a_layout_by_landmarks_keeps_clusters_together_and_every_component_apart():
    rng = np.random.default_rng(0)
    which = rng.integers(0, 20, 2000)
    theta = 2 * rng.standard_normal((20, 32))[which] + 0.5 * rng.standard_normal((2000, 32))
    found = by_landmarks(theta, 300)
    np.testing.assert_array_equal(found, by_landmarks(theta, 300))
    assert len(np.unique(found, axis=0)) == 2000
    distance = np.linalg.norm(found[:, None] - found[None], axis=2)
    np.fill_diagonal(distance, np.inf)
    assert (which[distance.argmin(axis=1)] == which).mean() > 0.9


def test_few_landmarks_and_few_dimensions_are_enough():
    theta = np.random.default_rng(1).standard_normal((40, 3))
    assert np.isfinite(by_landmarks(theta, 4)).all()
    assert key(LARGE) != key(LARGE + 1)
