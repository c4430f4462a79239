"""How far components encode what they should (valid concepts) or should not (spurious ones)."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float, Shaped

QUADRANTS = ("valid", "spurious", "both", "unexpected")
WITHHELD = "withheld"
"""Stands for the quadrant where chance isn't known, so that no verdict would have an error rate."""


def set_alignment(scores: Float[np.ndarray, "query component"]) -> Float[np.ndarray, " component"]:
    """Return each component's alignment to a set of concepts: the largest score of any of them.

    NaN where the set is empty.

    Source: SemanticLens (arXiv 2501.05398), audit: the maximum over the set.
    """
    if len(scores) == 0:
        return np.full(scores.shape[1], np.nan, np.float32)
    return scores.max(axis=0)


def standardised(cosines: Float[np.ndarray, "query component"]) -> Float[np.ndarray, "query component"]:
    """Return how many robust deviations each cosine is above the query's median over the components.

    Some texts are close to every image, which says nothing about a component: raw cosines of two texts can't
    be compared. The deviation is 1.4826 times the median absolute one; 0 where that is 0. Components without
    a cosine (NaN) don't count.
    """
    known = cosines[:, ~np.isnan(cosines).any(axis=0)]
    if not known.shape[1]:
        return np.full_like(cosines, np.nan)
    middle = np.median(known, axis=1, keepdims=True)
    spread = 1.4826 * np.median(np.abs(known - middle), axis=1, keepdims=True)
    return np.divide(cosines - middle, spread, out=np.zeros_like(cosines), where=spread > 0)


def redrawn_cosines(
    directions: Float[np.ndarray, "query dim"],
    embeddings: Float[np.ndarray, "component rank dim"],
    draws: int,
    seed: int = 0,
) -> Float[np.ndarray, "draw query component"]:
    """Return the cosines of queries with θ where each component's examples are drawn again."""
    count, m, _ = embeddings.shape
    lengths = np.linalg.norm(directions, axis=1, keepdims=True)
    unit = directions / np.maximum(lengths, np.finfo(np.float32).tiny)
    counts = np.random.default_rng(seed).multinomial(m, np.full(m, 1 / m), size=(count, draws))
    drawn = counts.astype(np.float32)
    dots = drawn @ (embeddings @ unit.T.astype(np.float32))
    squares = ((drawn @ (embeddings @ embeddings.swapaxes(1, 2))) * drawn).sum(axis=2, keepdims=True)
    found = np.divide(dots, np.sqrt(np.maximum(squares, 0)), out=np.zeros_like(dots), where=squares > 0)
    return found.transpose(1, 2, 0)


def quadrants(
    valid: Bool[np.ndarray, " component"], spurious: Bool[np.ndarray, " component"]
) -> Shaped[np.ndarray, " component"]:
    """Name each component by what it is aligned to: "valid", "spurious", "both", or "unexpected" for neither.

    Source: SemanticLens (arXiv 2501.05398), audit: alignment below a threshold on both axes is unexpected.
    """
    return np.select([valid & spurious, valid, spurious], ["both", "valid", "spurious"], "unexpected")
