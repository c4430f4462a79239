"""How much of a class's relevance lies on which kind of component, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int, Shaped

DRAWS = 400
"""Bootstrap draws: an end of an interval then moves by about an eighth of its half-width."""
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


def redrawn(n: int, draws: int, seed: int = 0) -> Int[np.ndarray, "draw unit"]:
    """Return how often each of `n` units is drawn, in so many draws of `n` with replacement."""
    return np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=draws)


def redrawn_shares(
    relevance: Float[np.ndarray, "image component"],
    kinds: Int[np.ndarray, "draw component"],
    count: int,
    seed: int = 1,
) -> Float[np.ndarray, "draw kind"]:
    """Return each kind's share where the images are drawn again and the components' kinds move with them.

    Parameters
    ----------
    relevance
        Of each image; of one image, such as a mean, the kinds alone move the shares.
    kinds
        Number of the kind of each component, in each draw.
    count
        How many kinds there are.
    """
    magnitude = np.abs(relevance).astype(np.float32)
    weights = redrawn(len(magnitude), len(kinds), seed).astype(np.float32) @ magnitude
    sums = np.stack([(weights * (kinds == kind)).sum(axis=1) for kind in range(count)], axis=1)
    return sums / np.maximum(sums.sum(axis=1, keepdims=True), np.finfo(np.float32).tiny)


def interval(
    parts: Float[np.ndarray, "unit kind"],
    drawn: Float[np.ndarray, "draw kind"],
    level: float = LEVEL,
) -> Float[np.ndarray, "kind 3"]:
    """Return each kind's share of the whole, and the lower and upper end of its bootstrap interval.

    The share is a ratio of sums over the units; the ends are percentiles over the draws, and hold the share.
    NaN without any relevance.

    Parameters
    ----------
    drawn
        The shares of each draw, see `redrawn_shares`.

    Source: Efron and Tibshirani (1993), chapter 13.
    """
    sums = parts.astype(np.float64).sum(axis=0)
    if sums.sum() <= 0:
        return np.full((parts.shape[1], 3), np.nan)
    share = sums / sums.sum()
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return np.stack([share, np.minimum(low, share), np.maximum(high, share)], axis=1)
