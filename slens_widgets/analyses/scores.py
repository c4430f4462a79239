"""How interpretable each component is: clarity, polysemanticity, redundancy."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float

from slens_widgets.analyses.two_means import two_means

_CHUNK = 256
_FALLBACK_SAMPLES = 10


def clarity(embeddings: Float[np.ndarray, "component rank dim"]) -> Float[np.ndarray, " component"]:
    """Return how much a component's examples resemble each other: 1 when they all point one way.

    (‖mean of unit vectors‖² − 1/n) · n/(n−1), the mean cosine over all pairs; in [−1/(n−1), 1]. NaN where
    there is one example only.

    Source: SemanticLens (arXiv 2501.05398), clarity.
    """
    n, m, _ = embeddings.shape
    result = np.full(n, np.nan)
    if m < 2:
        return result
    for start in range(0, n, _CHUNK):
        part = np.asarray(embeddings[start : start + _CHUNK], np.float64)
        norms = np.linalg.norm(part, axis=2, keepdims=True)
        mean = (part / np.maximum(norms, np.finfo(np.float64).tiny)).mean(axis=1)
        result[start : start + _CHUNK] = ((mean**2).sum(axis=1) - 1 / m) * m / (m - 1)
    return result


def polysemanticity(embeddings: Float[np.ndarray, "component rank dim"]) -> Float[np.ndarray, " component"]:
    """Return how far a component's examples fall into two directions: 1 − clarity of two centroids.

    The centroids are those of 2-means on the raw embeddings. Where a cluster holds fewer than 2 members:
    1 − mean over the first 10 examples of clarity(mean, example). In [0, 2]: values exceed 1 where the
    centroids point away from each other. NaN where there is one example only.

    Source: SemanticLens (arXiv 2501.05398), polysemanticity.
    """
    n, m, dim = embeddings.shape
    result = np.full(n, np.nan)
    if m < 2:
        return result
    for start in range(0, n, _CHUNK):
        part = np.asarray(embeddings[start : start + _CHUNK], np.float64)
        gram = part @ part.swapaxes(1, 2)
        clusters = two_means(gram, dim)
        second = _weights(clusters.members)
        first = _weights(~clusters.members)
        products = gram @ np.stack([first, second], axis=2)
        split = _cosine(
            (first * products[:, :, 1]).sum(axis=1),
            (first * products[:, :, 0]).sum(axis=1),
            (second * products[:, :, 1]).sum(axis=1),
        )
        norms = np.einsum("nii->ni", gram)[:, :_FALLBACK_SAMPLES]
        to_mean = gram.mean(axis=1)[:, :_FALLBACK_SAMPLES]
        whole = _cosine(to_mean, gram.mean(axis=(1, 2))[:, None], norms).mean(axis=1)
        in_second = clusters.labels.sum(axis=1)
        small = np.minimum(in_second, m - in_second) < 2
        result[start : start + _CHUNK] = 1 - np.where(small, whole, split)
    return result


def redundancy(theta: Float[np.ndarray, "component dim"]) -> Float[np.ndarray, " component"]:
    """Return each component's cosine with the most similar other one of its layer.

    The redundancy of a layer is their mean (`layer_redundancy`). NaN where there is no other component.

    Source: SemanticLens (arXiv 2501.05398), redundancy.
    """
    theta = np.asarray(theta, np.float32)
    n = len(theta)
    if n < 2:
        return np.full(n, np.nan)
    norms = np.linalg.norm(theta, axis=1, keepdims=True)
    unit = theta / np.maximum(norms, np.finfo(np.float32).tiny)
    result = np.empty(n)
    for start in range(0, n, 4 * _CHUNK):
        similarity = unit[start : start + 4 * _CHUNK] @ unit.T
        rows = np.arange(len(similarity))
        similarity[rows, start + rows] = -np.inf
        result[start : start + 4 * _CHUNK] = similarity.max(axis=1)
    return result


def layer_redundancy(theta: Float[np.ndarray, "component dim"]) -> float:
    """Return the mean over a layer's components of `redundancy`.

    Source: SemanticLens (arXiv 2501.05398), redundancy.
    """
    return float(redundancy(theta).mean())


def _weights(members: Bool[np.ndarray, "component rank"]) -> Float[np.ndarray, "component rank"]:
    return members / np.maximum(members.sum(axis=1, keepdims=True), 1)


def _cosine(inner: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return inner / np.sqrt(np.maximum(first * second, np.finfo(np.float64).tiny))
