"""2-means of many small sets at once, on their Gram matrices: no vector is touched after them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

_N_INIT = 10
_SEED = 123
_MAX_ITERATIONS = 300
_TOLERANCE = 1e-4
_LOCAL_TRIALS = 2


@dataclass(frozen=True)
class TwoMeans:
    """The best of ten 2-means runs of every set."""

    members: Bool[np.ndarray, "set sample"]
    """Whose mean the second centroid is; the first is that of the others."""
    labels: Bool[np.ndarray, "set sample"]
    """Whether a sample is closer to the second centroid; `members`, unless the run stopped early."""
    inertia: Float[np.ndarray, " set"]
    """Sum of squared distances to the closest centroid."""


def two_means(gram: Float[np.ndarray, "set sample sample"], dim: int) -> TwoMeans:
    """Cluster every set into two by k-means, given the inner products of its samples.

    The same algorithm as scikit-learn's ``KMeans(2, n_init=10, random_state=123)``, down to its random
    numbers: they depend on the seed only, so all sets share them, and all sets and starts run side by side.
    What is found is what scikit-learn finds, local optima included.

    Parameters
    ----------
    gram
        Inner products, in float64.
    dim
        Dimension of the samples, on which scikit-learn's stopping tolerance depends.

    Source: Arthur and Vassilvitskii, k-means++ (2007), with greedy seeding; Lloyd (1982).
    """
    mean = gram.mean(axis=1)
    gram = gram - mean[:, :, None] - mean[:, None, :] + mean.mean(axis=1)[:, None, None]
    norms = np.einsum("nii->ni", gram)
    distances = np.maximum(norms[:, :, None] + norms[:, None, :] - 2 * gram, 0)
    first, second = _seeds(distances)
    members, labels, inertia = _lloyd(gram, distances, first, second, dim)
    chosen = _best_start(labels, inertia)
    rows = np.arange(len(gram))
    return TwoMeans(members[rows, :, chosen], labels[rows, :, chosen], inertia[rows, chosen])


def _seeds(
    distances: Float[np.ndarray, "set sample sample"],
) -> tuple[Int[np.ndarray, " start"], Int[np.ndarray, "set start"]]:
    """Draw the first seed uniformly; of two drawn in proportion to the distance from it, keep the better."""
    n, m, _ = distances.shape
    rows = np.arange(n)
    generator = np.random.RandomState(_SEED)
    firsts, seconds = [], []
    for _ in range(_N_INIT):
        first = int(generator.choice(m, p=np.full(m, 1 / m)))
        closest = distances[:, first]
        thresholds = closest.sum(axis=1)[:, None] * generator.uniform(size=_LOCAL_TRIALS)
        cumulated = np.cumsum(closest, axis=1)
        drawn = (cumulated[:, None, :] < thresholds[:, :, None]).sum(axis=2).clip(max=m - 1)
        left = [np.minimum(closest, distances[rows, trial]).sum(axis=1) for trial in drawn.T]
        firsts.append(first)
        seconds.append(drawn[rows, np.argmin(left, axis=0)])
    return np.array(firsts), np.stack(seconds, axis=1)


def _lloyd(
    gram: Float[np.ndarray, "set sample sample"],
    distances: Float[np.ndarray, "set sample sample"],
    first: Int[np.ndarray, " start"],
    second: Int[np.ndarray, "set start"],
    dim: int,
) -> tuple[
    Bool[np.ndarray, "set sample start"],
    Bool[np.ndarray, "set sample start"],
    Float[np.ndarray, "set start"],
]:
    """Iterate until no label changes; return the members of the second centroid, the labels, the inertia.

    The samples are centred, so the sum over one cluster is minus the sum over the other, and one product
    of the Gram matrix with the second cluster's indicator says everything about both centroids.
    """
    norms = np.einsum("nii->ni", gram)
    tolerance = _TOLERANCE * norms.mean(axis=1) / dim
    labels = np.take_along_axis(distances, second[:, None, :], axis=2) < distances[:, :, first]
    members = labels.copy()
    products = gram @ members.astype(np.float64)
    active = np.ones((len(gram), len(first)), bool)
    # The first step's shift leads from seeds to centroids: below the tolerance only where all samples agree.
    for _ in range(1, _MAX_ITERATIONS):
        rows = np.flatnonzero(active.any(axis=1))
        if not rows.size:
            break
        running = active[rows][:, None, :]
        before, product = members[rows], products[rows]
        nearer = _nearer(before, product)
        after = np.where(running, nearer, before)
        new_product = gram[rows] @ after.astype(np.float64)
        settled = (after == before).all(axis=1)
        close = ~settled & (_shift(before, product, after, new_product) <= tolerance[rows][:, None])
        members[rows], products[rows] = after, new_product
        labels[rows] = np.where(running, nearer, labels[rows])
        active[rows] &= ~settled & ~close
        late = np.where((close & running[:, 0])[:, None, :], _nearer(after, new_product), labels[rows])
        labels[rows] = late
    size, other, squared = _sizes(members, products)
    to_second = norms[:, :, None] - 2 * products / size + squared / size**2
    to_first = norms[:, :, None] + 2 * products / other + squared / other**2
    return members, labels, np.where(labels, to_second, to_first).sum(axis=1)


def _sizes(
    members: Bool[np.ndarray, "set sample start"], products: Float[np.ndarray, "set sample start"]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return both cluster sizes (an empty one counts as 1) and the squared norm of the second one's sum."""
    size = members.sum(axis=1, keepdims=True)
    squared = (products * members).sum(axis=1, keepdims=True)
    return np.maximum(size, 1), np.maximum(members.shape[1] - size, 1), squared


def _nearer(
    members: Bool[np.ndarray, "set sample start"], products: Float[np.ndarray, "set sample start"]
) -> Bool[np.ndarray, "set sample start"]:
    """Return which samples are closer to the second centroid."""
    size, other, squared = _sizes(members, products)
    return 2 * products * (1 / size + 1 / other) > squared * (1 / size**2 - 1 / other**2)


def _shift(
    before: Bool[np.ndarray, "set sample start"],
    product_before: Float[np.ndarray, "set sample start"],
    after: Bool[np.ndarray, "set sample start"],
    product_after: Float[np.ndarray, "set sample start"],
) -> Float[np.ndarray, "set start"]:
    """Return the sum over both centroids of their squared shift."""
    size, other, squared = _sizes(before, product_before)
    new_size, new_other, new_squared = _sizes(after, product_after)
    cross = (before * product_after).sum(axis=1, keepdims=True)
    second = squared / size**2 - 2 * cross / (size * new_size) + new_squared / new_size**2
    first = squared / other**2 - 2 * cross / (other * new_other) + new_squared / new_other**2
    return (first + second)[:, 0]


def _best_start(
    labels: Bool[np.ndarray, "set sample start"], inertia: Float[np.ndarray, "set start"]
) -> Int[np.ndarray, " set"]:
    """Return the start of lowest inertia; of equal clusterings (rounding differs) the first."""
    rows = np.arange(len(labels))
    chosen = np.zeros(len(labels), np.int64)
    for start in range(1, labels.shape[2]):
        best, run = labels[rows, :, chosen], labels[:, :, start]
        equal = (best == run).all(axis=1) | (best != run).all(axis=1)
        lower = inertia[:, start] < inertia[rows, chosen]
        chosen = np.where(lower & ~equal, start, chosen)
    return chosen
