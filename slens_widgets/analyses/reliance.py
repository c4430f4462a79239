"""How much of a class's relevance lies on which kind of component, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Shaped

DRAWS = 2000
LEVEL = 0.95


def strength(relevance: Float[np.ndarray, "image component"]) -> Float[np.ndarray, " component"]:
    """Return each component's share of a layer's relevance: mean magnitude over the images, summing to 1.

    Magnitudes, because relevance against a class decides as much as relevance for it, and what cancels
    between images still decided each of them. All zero where there is no relevance at all.
    """
    mean = np.abs(relevance).mean(axis=0, dtype=np.float64)
    total = mean.sum()
    return mean / total if total > 0 else mean


def parts_of(
    relevance: Float[np.ndarray, "image component"],
    kinds: Shaped[np.ndarray, " component"],
    names: Sequence[str],
) -> Float[np.ndarray, "image kind"]:
    """Return for each image the magnitude of relevance on the components of each kind."""
    member = (kinds[:, None] == np.asarray(names)[None]).astype(np.float64)
    return np.abs(relevance).astype(np.float64) @ member


def shares(
    parts: Float[np.ndarray, "unit kind"], *, draws: int = DRAWS, level: float = LEVEL, seed: int = 0
) -> Float[np.ndarray, "kind 3"]:
    """Return each kind's share of the whole, and the lower and upper end of its bootstrap interval.

    The share is a ratio of sums over the units (images, or components where images can't be told apart).
    The units are drawn again with replacement and the ends are percentiles over the draws. That says how
    much the share depends on these units; where the borders between the kinds lie is taken as given.
    NaN without any relevance.
    """
    parts = parts.astype(np.float64)
    total = parts.sum()
    if total <= 0:
        return np.full((parts.shape[1], 3), np.nan)
    n = len(parts)
    counts = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=draws)
    sums = counts @ parts
    drawn = sums / np.maximum(sums.sum(axis=1, keepdims=True), np.finfo(np.float64).tiny)
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return np.stack([parts.sum(axis=0) / total, low, high], axis=1)
