"""A map of the components: UMAP of θ, the same on every run."""

from __future__ import annotations

import warnings

import numpy as np
from jaxtyping import Float, Int

KEY = "umap-cosine-neighbors15-dist0.1-seed0-v1"
"""Names the method and its parameters in the database's cache; raised with any change of result."""

_NEIGHBORS = 15
_MIN_DIST = 0.1
_SEED = 0
_CHUNK = 1024


def project(theta: Float[np.ndarray, "component dim"]) -> Float[np.ndarray, "component 2"]:
    """Return 2-d coordinates of all components in which similar ones are near.

    UMAP with exact nearest neighbours (by matrix product), a PCA start, a fixed seed and one thread, so
    that two runs agree; fewer than 16 components are placed by PCA.

    Source: McInnes et al., UMAP (arXiv 1802.03426).
    """
    theta = np.asarray(theta, np.float32)
    n = len(theta)
    unit = theta / np.maximum(np.linalg.norm(theta, axis=1, keepdims=True), np.finfo(np.float32).tiny)
    start = _principal(unit)
    if n <= _NEIGHBORS:
        return start.astype(np.float32)
    from umap import UMAP

    indices, distances = nearest(unit, _NEIGHBORS)
    jitter = np.random.RandomState(_SEED).normal(scale=1e-4, size=start.shape)
    spread = np.abs(start).max() or 1.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        coordinates = UMAP(
            n_neighbors=_NEIGHBORS,
            min_dist=_MIN_DIST,
            metric="cosine",
            init=(10 * start / spread + jitter).astype(np.float32),
            n_epochs=200 if n <= 10_000 else 100,
            random_state=_SEED,
            n_jobs=1,
            precomputed_knn=(indices, distances, None),
            force_approximation_algorithm=True,
        ).fit_transform(unit)
    return np.asarray(coordinates, np.float32)


def nearest(
    unit: Float[np.ndarray, "component dim"], k: int
) -> tuple[Int[np.ndarray, "component k"], Float[np.ndarray, "component k"]]:
    """Return the `k` nearest rows of each row of unit vectors and their cosine distances, itself first."""
    n = len(unit)
    indices = np.empty((n, k), np.int64)
    distances = np.empty((n, k), np.float32)
    for begin in range(0, n, _CHUNK):
        rows = np.arange(begin, min(begin + _CHUNK, n))
        far = 1 - unit[rows] @ unit.T
        np.maximum(far, 0, out=far)
        far[np.arange(len(rows)), rows] = -1
        candidates = np.sort(np.argpartition(far, k - 1, axis=1)[:, :k], axis=1)
        values = np.take_along_axis(far, candidates, axis=1)
        order = np.argsort(values, axis=1, kind="stable")
        indices[rows] = np.take_along_axis(candidates, order, axis=1)
        distances[rows] = np.maximum(np.take_along_axis(values, order, axis=1), 0)
    return indices, distances


def _principal(vectors: Float[np.ndarray, "component dim"]) -> Float[np.ndarray, "component 2"]:
    centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    _, axes = np.linalg.eigh(centred.T @ centred)
    axes = axes[:, ::-1][:, :2]
    # An eigenvector's sign is arbitrary: its largest entry is made positive.
    axes = axes * np.where(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])] < 0, -1.0, 1.0)
    coordinates = centred @ axes
    return np.pad(coordinates, ((0, 0), (0, 2 - coordinates.shape[1])))
