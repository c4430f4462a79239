"""A map of the components: UMAP of θ, the same on every run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Int

from slens_widgets.process import importing, make_tqdm_lock

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_EXACT = "umap-cosine-neighbors15-dist0.1-seed0-v1"
_LANDMARKS_OF_MANY = "umap-landmarks10000-cosine-neighbors15-dist0.1-seed0-v1"
LARGE = 50_000
"""Components above which a layout is that of landmarks; exact neighbours of a million would take hours."""

_NEIGHBORS = 15
_MIN_DIST = 0.1
_SEED = 0
_CHUNK = 1024
_LANDMARKS = 10_000
_ANCHORS = 5
_PLACING_DIMS = 64
_BISECTIONS = 64


def key(n: int) -> str:
    """Return what names the method and its parameters for `n` components, in the database's cache."""
    return _EXACT if n <= LARGE else _LANDMARKS_OF_MANY


def project(theta: Float[np.ndarray, "component dim"]) -> Float[np.ndarray, "component 2"]:
    """Return 2-d coordinates of all components in which similar ones are near.

    UMAP with exact nearest neighbours (by matrix product), a PCA start, a fixed seed and one thread, so
    that two runs agree; up to 15 components are placed by PCA. Above `LARGE` components, 10,000 of them are
    laid out so and the others stand among the landmarks that they are most similar to.

    Source: McInnes et al., UMAP (arXiv 1802.03426).
    """
    if len(theta) > LARGE:
        return by_landmarks(theta, _LANDMARKS)
    return _umap(_unit(theta))


def by_landmarks(
    theta: Float[np.ndarray, "component dim"], landmarks: int
) -> Float[np.ndarray, "component 2"]:
    """Lay out `landmarks` of the components by UMAP and place every other one among its 5 nearest of them.

    A component stands at the mean of its landmarks' places, the nearer ones counting more, and a little
    beside it, so that alike ones don't hide each other. Nearness is the cosine in the 64 principal
    dimensions of the landmarks; the cost is linear in the number of components.
    """
    random = np.random.default_rng(_SEED)
    chosen = np.sort(random.choice(len(theta), min(landmarks, len(theta)), replace=False))
    anchors = _unit(theta[chosen])
    places = _umap(anchors)
    axes = np.linalg.eigh(anchors.T.astype(np.float64) @ anchors)[1][:, ::-1][:, :_PLACING_DIMS]
    axes = axes.astype(np.float32)
    near = _unit(anchors @ axes).T
    result = np.empty((len(theta), 2), np.float32)
    k = min(_ANCHORS, len(chosen))
    for begin in range(0, len(theta), _CHUNK):
        rows = slice(begin, begin + _CHUNK)
        cosines = _unit(_unit(theta[rows]) @ axes) @ near
        best = np.argpartition(-cosines, k - 1, axis=1)[:, :k]
        closeness = np.take_along_axis(cosines, best, axis=1)
        weights = np.maximum(closeness - closeness.min(axis=1, keepdims=True), 0) + 1e-3
        weights /= weights.sum(axis=1, keepdims=True)
        around = places[best]
        middle = (weights[:, :, None] * around).sum(axis=1)
        spread = np.median(np.linalg.norm(around - middle[:, None], axis=2), axis=1)
        result[rows] = middle + 0.3 * spread[:, None] * random.standard_normal((len(best), 2))
    result[chosen] = places
    return result


def _unit(vectors: Float[np.ndarray, "component dim"]) -> Float[np.ndarray, "component dim"]:
    vectors = np.asarray(vectors, np.float32)
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.finfo(np.float32).tiny)


def _umap(unit: Float[np.ndarray, "component dim"]) -> Float[np.ndarray, "component 2"]:
    n = len(unit)
    start = _principal(unit)
    if n <= _NEIGHBORS:
        return start.astype(np.float32)
    # Only the layout is taken from umap-learn: its other stages compile for longer than they would run.
    with importing():
        from umap.umap_ import find_ab_params, simplicial_set_embedding

    make_tqdm_lock()
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
