"""What a component encodes beyond what its examples share with similar images that leave it cold."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int

from slens_widgets.errors import InputError

GAMMA = 0.5
"""Share of the contrast that is taken away. The paper compares 0.5 and 1; on the lab's validation split both
label best, and 0 and 0.25 worse."""
ALWAYS_ON = 0.8
"""Share of the images from which on a component that fires on them is left without a contrast."""
TEMPLATES = ("{}", "{}-like", "a {}", "an image of a {}", "a closeup of a {}", "an image of a closeup of {}")


def contrastive_theta(
    embeddings: Float[np.ndarray, "component rank dim"],
    weights: Float[np.ndarray, "component rank"],
    image_embeddings: Float[np.ndarray, "image dim"],
    activations: Float[np.ndarray, "component image"],
    mean: Float[np.ndarray, " component"],
    *,
    gamma: float = GAMMA,
) -> tuple[Float[np.ndarray, "component dim"], Int[np.ndarray, "component rank"]]:
    """Return each component's direction of length 1, less what similar images without the component show.

    Of every example p the nearest image n with an activation below the component's mean is taken away:
    r = p − γ·cos(p, n)·n, and θ is the mean of all r weighted by activation. All embeddings count by their
    direction only.

    Parameters
    ----------
    embeddings
        Of the examples.
    weights
        Their activations; negative ones count as 0, and where none is positive all count the same.
    image_embeddings, activations
        Of the images that may serve as contrast.
    mean
        Mean activation of every component over the whole data set.
    gamma
        From 0 (no contrast) to 1 (orthogonal to it).

    Returns
    -------
    θ, and the image that served as contrast for each example. Where no image is below the mean, θ is NaN
    and the images are −1.

    Source: Contrastive Semantic Projection (arXiv 2604.22477).
    """
    if not 0 <= gamma <= 1:
        raise InputError(f"gamma={gamma!r}", expected="a number from 0 to 1")
    n, m, dim = embeddings.shape
    theta = np.full((n, dim), np.nan, np.float32)
    contrast = np.full((n, m), -1)
    images = _unit(np.asarray(image_embeddings, np.float32))
    for k in range(n):
        low = np.flatnonzero(activations[k] < mean[k])
        if not len(low):
            continue
        positive = _unit(np.asarray(embeddings[k], np.float32))
        candidates = images[low]
        cosines = positive @ candidates.T
        nearest = cosines.argmax(axis=1)
        similarity = np.take_along_axis(cosines, nearest[:, None], axis=1)
        rest = positive - gamma * similarity * candidates[nearest]
        weight = np.maximum(weights[k], 0)
        mixed = (weight if weight.any() else np.ones(m)) @ rest
        theta[k] = _unit(mixed)
        contrast[k] = low[nearest]
    return theta, contrast


def _unit(vectors: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.maximum(lengths, np.finfo(np.float32).tiny)
