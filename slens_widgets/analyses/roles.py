"""Which components a class rests on, and what feeds them: choosing the nodes and edges of a concept graph."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int


def strongest(relevance: Float[np.ndarray, " component"], k: int) -> Int[np.ndarray, " chosen"]:
    """Return the up to `k` components that speak for the class, the most relevant first."""
    order = np.argsort(-relevance, kind="stable")[:k]
    return order[relevance[order] > 0]


def feeders(feed: Float[np.ndarray, "upper component"], k: int) -> Int[np.ndarray, " chosen"]:
    """Return the up to `k` components that feed the upper ones most, in sum over these.

    Only relevance of one sign counts, that for the class: what speaks for one upper component and against
    another is not lost by cancelling.
    """
    return strongest(np.maximum(feed, 0).sum(axis=0), k)


def shares(feed: Float[np.ndarray, "upper component"]) -> Float[np.ndarray, "upper component"]:
    """Return which part of an upper component's relevance comes from each component, by absolute value.

    0 where nothing comes from anywhere.
    """
    total = np.abs(feed).sum(axis=1, keepdims=True)
    return np.where(total > 0, feed / np.where(total > 0, total, 1), 0.0)
