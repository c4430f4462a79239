"""Into how many meanings a component's examples fall: a test of one against more, then k-means."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from slens_widgets.analyses.unimodality import dip, dip_p

_SEED = 123
_STARTS = 5
_ITERATIONS = 25
_FOLDS = 10
LEVEL = 0.05
"""p from which on examples are one meaning, or share of the components split that are so by chance."""
_KEPT = 0.99
"""Share of the spread in the principal axes that are looked at: the rest costs time and decides nothing."""
_SMALLEST = 0.05
"""Share of the examples that a meaning has at least; fewer are outliers."""
K_MAX = 6


@dataclass(frozen=True)
class Clustering:
    """How one component's examples fall apart."""

    labels: Int[np.ndarray, " sample"]
    """Cluster of each example; 0 is the largest."""
    silhouette: dict[int, float]
    """Mean silhouette of the best clustering for each number of clusters that was tried."""
    p: float
    """The probability of examples so far apart where there is one meaning, see `one_meaning`."""

    @property
    def k(self) -> int:
        """Number of clusters."""
        return int(self.labels.max()) + 1


def one_meaning(embeddings: Float[np.ndarray, "sample dim"]) -> float:
    """Return the probability that examples with one meaning are as far from one heap as these.

    The unit vectors are projected on a direction along which they may part, and the dip test says whether the
    projections have more than one heap. Any cloud parts along the direction that parts it best, so the
    direction is found without the examples that are projected, tenth by tenth. Two directions are tried:
    between the two centroids of k-means, and of the largest spread; p is twice the smaller one.

    No shape of the cloud is assumed but that its projections have one heap: heavy tails, skewness and
    a continuum are no gap. What it costs: a second meaning of a fifth of the examples is often missed.

    Source: Hartigan and Hartigan (1985); cross-fitting, Chernozhukov et al. (2018).
    """
    points = _principal(np.asarray(embeddings, np.float64))
    if not _apart(points):
        return 1.0
    return min(1.0, 2 * min(dip_p(dip(each), len(points)) for each in _crossfitted(points)))


def cluster(
    embeddings: Float[np.ndarray, "sample dim"],
    k: int | None = None,
    *,
    k_max: int = K_MAX,
    p: float | None = None,
) -> Clustering:
    """Cluster one component's examples by direction; a single cluster where nothing speaks for more.

    k-means on the unit vectors; k is that of the highest mean silhouette among 2 to `k_max` where `p` is at
    most 0.05, else 1: k-means cuts any cloud in two, and only a test says whether there was a gap.
    Clusterings with a cluster of less than 5 % of the examples (or of one) don't count.

    Parameters
    ----------
    k
        A number of clusters to take in any case.
    p
        The p-value of `one_meaning`, corrected where several components are looked at; None computes it.

    Source: silhouette, Rousseeuw (1987).
    """
    points = _principal(np.asarray(embeddings, np.float64))
    n = len(points)
    one = np.zeros(n, np.int64)
    if k is not None:
        if k == 1 or not _apart(points):
            return Clustering(one, {}, np.nan)
        labels = k_means(points[None], k)[0]
        return Clustering(_by_size(labels), {k: float(silhouette(points[None], labels[None])[0])}, np.nan)
    p = one_meaning(embeddings) if p is None else p
    smallest = max(2, int(np.ceil(_SMALLEST * n)))
    choices = [each for each in range(2, k_max + 1) if each * smallest <= n]
    if p > LEVEL or not choices:
        return Clustering(one, {}, p)
    sets = points[None].astype(np.float32)
    found = {each: k_means(sets, each) for each in choices}
    scores = {each: float(_admissible(sets, found[each], each, smallest)[0]) for each in choices}
    known = {each: score for each, score in scores.items() if score > -1}
    if not known:
        return Clustering(one, {}, p)
    return Clustering(_by_size(found[max(known, key=known.__getitem__)][0]), known, p)


def _crossfitted(points: Float[np.ndarray, "sample axis"]) -> list[Float[np.ndarray, " sample"]]:
    """Return the points' places along both directions, each found without the points of the same fold."""
    n = len(points)
    order = np.random.default_rng(_SEED).permutation(n)
    folds = np.array_split(order, min(_FOLDS, n))
    # As many points in each: one too many is left out.
    others = [np.setdiff1d(order, fold)[: n - len(folds[0])] for fold in folds]
    sets = points[np.stack(others)].astype(np.float32)
    means = sets.mean(axis=1)
    members = k_means(sets, 2)[:, :, None] == 1
    first, second = ((own * sets).sum(axis=1) / np.maximum(own.sum(axis=1), 1) for own in (members, ~members))
    between = _unit(first - second)
    # Power iteration: any direction of a large spread will do, so twenty steps are enough.
    widest, centred = between[:, :, None], sets - means[:, None]
    for _ in range(20):
        widest = _unit(centred.swapaxes(1, 2) @ (centred @ widest))
    found = []
    for unit in (between, widest[:, :, 0]):
        # A direction has no sign of its own: each takes that of the first.
        signs = np.where(unit @ unit[0] < 0, -1, 1)[:, None]
        places = np.empty(n)
        for fold, direction, mean in zip(folds, signs * unit, means, strict=True):
            places[fold] = (points[fold] - mean) @ direction
        found.append(places)
    return found


def _unit(vectors: Float[np.ndarray, "set axis *one"]) -> Float[np.ndarray, "set axis *one"]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.maximum(lengths, np.finfo(np.float32).tiny)


def _apart(points: Float[np.ndarray, "sample axis"]) -> bool:
    """Return whether the points differ, beyond rounding."""
    return bool(points.shape[1]) and float((points**2).sum()) > 1e-9 * len(points)


def k_means(points: Float[np.ndarray, "set sample dim"], k: int) -> Int[np.ndarray, "set sample"]:
    """Cluster several sets at once, each by the best of five k-means++ starts.

    Source: Arthur and Vassilvitskii, k-means++ (2007); Lloyd (1982).
    """
    sets, n, _ = points.shape
    rng = np.random.default_rng(_SEED)
    rows = np.arange(sets)[:, None]
    chosen = np.repeat(rng.integers(0, n, (1, _STARTS)), sets, axis=0)
    centres = points[rows, chosen][:, :, None]
    squares = (points**2).sum(axis=2)[:, None]
    for _ in range(k - 1):
        closest = np.cumsum(np.maximum(squares + _beyond(points, centres).min(axis=3), 0), axis=2)
        threshold = rng.random((1, _STARTS, 1)) * closest[:, :, -1:]
        chosen = (closest < threshold).sum(axis=2).clip(max=n - 1)
        centres = np.concatenate([centres, points[rows, chosen][:, :, None]], axis=2)
    labels = np.full((sets, _STARTS, n), -1)
    for _ in range(_ITERATIONS):
        new = _beyond(points, centres).argmin(axis=3)
        if (new == labels).all():
            break
        labels = new
        members = _members(labels, k)
        sizes = members.sum(axis=3)[..., None]
        means = members.astype(points.dtype) @ points[:, None] / np.maximum(sizes, 1)
        centres = np.where(sizes > 0, means, centres)
    inertia = _beyond(points, centres).min(axis=3).sum(axis=2)
    return labels[np.arange(sets), inertia.argmin(axis=1)]


def silhouette(
    points: Float[np.ndarray, "set sample dim"], labels: Int[np.ndarray, "set sample"]
) -> Float[np.ndarray, " set"]:
    """Return the mean silhouette of each set's clustering by Euclidean distance; NaN for one cluster.

    (b − a) / max(a, b): a is an example's mean distance to its own cluster, b that to the nearest other one;
    0 for an example that is alone.

    Source: Rousseeuw (1987).
    """
    k = int(labels.max()) + 1
    members = _members(labels, k)
    squares = (points**2).sum(axis=2)
    gram = points @ points.swapaxes(1, 2)
    distances = np.sqrt(np.maximum(squares[:, :, None] + squares[:, None] - 2 * gram, 0))
    diagonal = np.arange(points.shape[1])
    distances[:, diagonal, diagonal] = 0
    sums = distances @ members.swapaxes(1, 2).astype(points.dtype)
    sizes = members.sum(axis=2)[:, None]
    own = members.swapaxes(1, 2)
    alone = (sizes * own).sum(axis=2) < 2
    inner = (sums * own).sum(axis=2) / np.maximum((sizes * own).sum(axis=2) - 1, 1)
    other = np.where(own | (sizes == 0), np.inf, sums / np.maximum(sizes, 1)).min(axis=2)
    several = np.isfinite(other)
    other = np.where(several, other, 0)
    each = np.where(alone, 0, (other - inner) / np.maximum(np.maximum(inner, other), 1e-300))
    return np.where(several.all(axis=1), each.mean(axis=1), np.nan)


def _admissible(
    points: Float[np.ndarray, "set sample dim"], labels: Int[np.ndarray, "set sample"], k: int, smallest: int
) -> Float[np.ndarray, " set"]:
    sizes = _members(labels, k).sum(axis=2)
    return np.where((sizes >= smallest).all(axis=1), silhouette(points, labels), -1.0)


def _principal(embeddings: Float[np.ndarray, "sample dim"]) -> Float[np.ndarray, "sample axis"]:
    """Return the unit vectors in the few principal axes that hold nearly all of their spread."""
    lengths = np.linalg.norm(embeddings, axis=1, keepdims=True)
    unit = embeddings / np.maximum(lengths, np.finfo(np.float64).tiny)
    centred = unit - unit.mean(axis=0)
    # By the Gram matrix: on several threads a small SVD is slow, and the examples are few.
    spreads, axes = np.linalg.eigh(centred @ centred.T)
    spreads, axes = np.maximum(spreads[::-1], 0), axes[:, ::-1]
    share = np.cumsum(spreads) / max(float(spreads.sum()), np.finfo(np.float64).tiny)
    return (axes * np.sqrt(spreads))[:, : int((share < _KEPT).sum()) + 1]


def _beyond(
    points: Float[np.ndarray, "set sample dim"], centres: Float[np.ndarray, "set start k dim"]
) -> Float[np.ndarray, "set start sample k"]:
    """Return the squared distances to the centres, less the points' own squared norms."""
    sets, starts, k, dim = centres.shape
    products = points @ centres.reshape(sets, starts * k, dim).swapaxes(1, 2)  # one product for all starts
    products = products.reshape(sets, -1, starts, k).swapaxes(1, 2)
    return (centres**2).sum(axis=3)[:, :, None] - 2 * products


def _members(labels: Int[np.ndarray, "*sets sample"], k: int) -> Bool[np.ndarray, "*sets k sample"]:
    return labels[..., None, :] == np.arange(k)[:, None]


def _by_size(labels: Int[np.ndarray, " sample"]) -> Int[np.ndarray, " sample"]:
    order = np.argsort(-np.bincount(labels), kind="stable")
    return np.argsort(order)[labels]
