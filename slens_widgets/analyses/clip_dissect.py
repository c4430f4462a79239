"""Which texts the images that excite a component have in common, by pointwise mutual information."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from jaxtyping import Float, Int

from slens_widgets.analyses.search import cosine

SHARPNESS = 10.0
LAMBDA = 1.0
TOP = 100
P_FIRST, P_LAST = 0.998, 0.97
_LEAST = 1e-7
_TEXTS = 256
"""Labels that are compared with all images at a time."""


def soft_wpmi(
    images: Float[np.ndarray, "image dim"],
    labels: Float[np.ndarray, "label dim"],
    top: Int[np.ndarray, "component rank"],
    *,
    sharpness: float = SHARPNESS,
    weight: float = LAMBDA,
) -> Iterator[Float[np.ndarray, "label component"]]:
    """Yield soft WPMI of every label with every component of a layer, some labels at a time.

    log p(t | B) − λ log p(t), where p(t | B) is the product over the most exciting images x of
    1 + p(x ∈ B)·(p(t | x) − 1), p(t | x) the softmax of a · cos over the labels, p(x ∈ B) falls from 0.998 to
    0.97 with the rank, and p(t) is the mean of p(t | B) over the components of the layer.

    Parameters
    ----------
    images, labels
        Their embeddings; only directions count.
    top
        The most exciting images of every component, the first first; the paper takes 100.
    sharpness, weight
        a and λ.

    Source: CLIP-Dissect (arXiv 2204.10965), soft WPMI.
    """
    k = top.shape[1]
    membership = (P_FIRST - np.arange(k) / k * (P_FIRST - P_LAST))[:, None]
    parts = [slice(start, start + _TEXTS) for start in range(0, len(labels), _TEXTS)]
    total = np.full((len(images), 1), -np.inf)
    for part in parts:
        scaled = sharpness * cosine(images, labels[part]).astype(np.float64)
        total = np.logaddexp(total, np.logaddexp.reduce(scaled, axis=1, keepdims=True))
    for part in parts:
        of_image = np.exp(sharpness * cosine(images, labels[part]).astype(np.float64) - total)
        of_component = np.stack(
            [np.log1p(membership * (of_image[rows] - 1) + _LEAST).sum(axis=0) for rows in top]
        )
        prior = np.logaddexp.reduce(of_component, axis=0) - np.log(len(top))
        yield (of_component - weight * prior).T.astype(np.float32)
