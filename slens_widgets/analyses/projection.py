"""A map of the components: UMAP of θ, the same on every run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Int

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

KEY = "umap-cosine-neighbors15-dist0.1-seed0-v1"
"""Names the method and its parameters in the database's cache; raised with any change of result."""

_NEIGHBORS = 15
_MIN_DIST = 0.1
_SEED = 0
_CHUNK = 1024
_BISECTIONS = 64


def project(theta: Float[np.ndarray, "component dim"]) -> Float[np.ndarray, "component 2"]:
    """Return 2-d coordinates of all components in which similar ones are near.

    UMAP with exact nearest neighbours (by matrix product), a PCA start, a fixed seed and one thread, so
    that two runs agree; up to 15 components are placed by PCA.

    Source: McInnes et al., UMAP (arXiv 1802.03426).
    """
    theta = np.asarray(theta, np.float32)
    n = len(theta)
    unit = theta / np.maximum(np.linalg.norm(theta, axis=1, keepdims=True), np.finfo(np.float32).tiny)
    start = _principal(unit)
    if n <= _NEIGHBORS:
        return start.astype(np.float32)
    # Only the layout is taken from umap-learn: its other stages compile for longer than they would run.
    from umap.umap_ import find_ab_params, simplicial_set_embedding

    random = np.random.RandomState(_SEED)
    start = 10 * start / (np.abs(start).max() or 1.0) + random.normal(scale=1e-4, size=start.shape)
    a, b = find_ab_params(1.0, _MIN_DIST)
    coordinates, _ = simplicial_set_embedding(
        unit,
        neighbor_graph(*nearest(unit, _NEIGHBORS)),
        n_components=2,
        initial_alpha=1.0,
        a=a,
        b=b,
        gamma=1.0,
        negative_sample_rate=5,
        n_epochs=200 if n <= 10_000 else 100,
        init=start.astype(np.float32),
        random_state=random,
        metric="cosine",
        metric_kwds={},
        densmap=False,
        densmap_kwds={},
        output_dens=False,
        parallel=False,
        tqdm_kwds={"disable": True},
    )
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


def neighbor_graph(
    indices: Int[np.ndarray, "component k"], distances: Float[np.ndarray, "component k"]
) -> csr_matrix:
    """Return UMAP's fuzzy graph: how surely two components are neighbours, for either of them.

    Source: McInnes et al. (arXiv 1802.03426), algorithms 2 and 3.
    """
    from scipy.sparse import csr_matrix

    n, k = indices.shape
    positive = np.where(distances > 0, distances, np.inf)
    nearest_other = positive.min(axis=1)
    nearest_other[~np.isfinite(nearest_other)] = 0
    beyond = np.maximum(distances - nearest_other[:, None], 0).astype(np.float64)
    low, high, width = np.zeros(n), np.full(n, np.inf), np.ones(n)
    for _ in range(_BISECTIONS):
        above = np.exp(-beyond[:, 1:] / width[:, None]).sum(axis=1) > np.log2(k)
        high, low = np.where(above, width, high), np.where(above, low, width)
        width = np.where(np.isinf(high), 2 * width, (low + np.minimum(high, np.finfo(np.float64).max)) / 2)
    floor = np.where(nearest_other > 0, distances.mean(axis=1), distances.mean())
    width = np.maximum(width, 1e-3 * floor)
    exponent = np.divide(beyond, width[:, None], out=np.zeros_like(beyond), where=width[:, None] > 0)
    sure = np.where(indices == np.arange(n)[:, None], 0, np.exp(-exponent)).astype(np.float32)
    graph = csr_matrix((sure.ravel(), (np.repeat(np.arange(n), k), indices.ravel())), shape=(n, n))
    product = graph.multiply(graph.T)
    graph = (graph + graph.T - product).tocsr()
    graph.eliminate_zeros()
    return graph


def _principal(vectors: Float[np.ndarray, "component dim"]) -> Float[np.ndarray, "component 2"]:
    centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    _, axes = np.linalg.eigh(centred.T @ centred)
    axes = axes[:, ::-1][:, :2]
    # An eigenvector's sign is arbitrary: its largest entry is made positive.
    axes = axes * np.where(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])] < 0, -1.0, 1.0)
    coordinates = centred @ axes
    return np.pad(coordinates, ((0, 0), (0, 2 - coordinates.shape[1])))
