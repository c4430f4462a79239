"""How far components encode what they should (valid concepts) or should not (spurious ones)."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Shaped

QUADRANTS = ("valid", "spurious", "both", "unexpected")


def set_alignment(scores: Float[np.ndarray, "query component"]) -> Float[np.ndarray, " component"]:
    """Return each component's alignment to a set of concepts: the largest cosine with any of them.

    NaN where the set is empty.

    Source: SemanticLens (arXiv 2501.05398), audit: max over the set of cos(q, θ_k).
    """
    if len(scores) == 0:
        return np.full(scores.shape[1], np.nan, np.float32)
    return scores.max(axis=0)


def lean(
    valid: Float[np.ndarray, "valid component"], spurious: Float[np.ndarray, "spurious component"]
) -> Float[np.ndarray, " component"]:
    """Return by how much each component leans to the spurious concepts (negative: to the valid ones).

    Every concept's cosines are measured from their median over the components: some texts are close to every
    image, and what they are close to says nothing about a component. NaN where a set is empty.
    """
    if len(valid) == 0 or len(spurious) == 0:
        return np.full(valid.shape[1], np.nan, np.float32)
    to_valid, to_spurious = (
        (scores - np.median(scores, axis=1, keepdims=True)).max(axis=0) for scores in (valid, spurious)
    )
    return to_spurious - to_valid


def default_threshold(scores: Float[np.ndarray, "query component"]) -> float:
    """Return the cosine above which a component counts as aligned, where no null can be had.

    Two robust deviations above the median over all pairs of concept and component: most pairs have nothing
    to do with each other, so their spread is a stand-in for a null distribution (see `analyses.null`).
    """
    if scores.size == 0:
        return 0.0
    median = np.median(scores)
    return float(median + 2 * 1.4826 * np.median(np.abs(scores - median)))


def quadrants(
    valid: Float[np.ndarray, " component"],
    spurious: Float[np.ndarray, " component"],
    thresholds: tuple[float, float],
) -> Shaped[np.ndarray, " component"]:
    """Name each component: "valid", "spurious", "both", or "unexpected" where neither reaches its threshold.

    Parameters
    ----------
    thresholds
        From which alignment on a component is valid, and spurious.

    Source: SemanticLens (arXiv 2501.05398), audit: alignment below a threshold on both axes is unexpected.
    """
    is_valid = np.nan_to_num(valid, nan=-np.inf) >= thresholds[0]
    is_spurious = np.nan_to_num(spurious, nan=-np.inf) >= thresholds[1]
    return np.select(
        [is_valid & is_spurious, is_valid, is_spurious], ["both", "valid", "spurious"], "unexpected"
    )
