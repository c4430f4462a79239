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
_CHUNK = 32
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
    for start in range(0, n, _CHUNK):
        part = slice(start, start + _CHUNK)
        low = activations[part] < mean[part, None]
        has = np.asarray(low.any(axis=1))
        positive = _unit(np.asarray(embeddings[part], np.float32))
        cosines = (positive.reshape(-1, dim) @ images.T).reshape(*positive.shape[:2], -1)
        np.copyto(cosines, -np.inf, where=~low[:, None])
        nearest = cosines.argmax(axis=2)
        similarity = np.take_along_axis(cosines, nearest[:, :, None], axis=2)
        similarity[~has] = 0
        rest = positive - gamma * similarity * images[nearest]
        weight = np.maximum(weights[part], 0)
        weight = np.where(weight.any(axis=1, keepdims=True), weight, 1)
        theta[part] = np.where(has[:, None], _unit(np.einsum("km,kmd->kd", weight, rest)), np.nan)
        contrast[part] = np.where(has[:, None], nearest, -1)
    return theta, contrast


def _unit(vectors: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.maximum(lengths, np.finfo(np.float32).tiny)
