"""Which texts of a vocabulary describe a component best."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from jaxtyping import Float, Int


def two_best(
    parts: Iterable[Float[np.ndarray, "label component"]],
) -> tuple[Int[np.ndarray, "component 2"], Float[np.ndarray, "component 2"]]:
    """Return the two labels of highest score of every component, and the scores.

    The first is the component's label; how far the second lies behind says how sure it is. Ties go to the
    earlier label; where the vocabulary has one, the second is −1 with score NaN.

    Parameters
    ----------
    parts
        Scores in the order of the vocabulary, as many labels at a time as suit the memory.

    Source: SemanticLens (arXiv 2501.05398), describe: argmax over the vocabulary of cos(q, θ_k).
    """
    labels: np.ndarray | None = None
    scores = np.empty((0, 2), np.float32)
    start = 0
    for part in parts:
        if labels is None:
            labels = np.full((part.shape[1], 2), -1)
            scores = np.full((part.shape[1], 2), -np.inf, np.float32)
        numbers = np.broadcast_to(np.arange(start, start + len(part)), (part.shape[1], len(part)))
        all_labels = np.concatenate([labels, numbers], axis=1)
        all_scores = np.concatenate([scores, part.T], axis=1)
        order = np.argsort(-all_scores, axis=1, kind="stable")[:, :2]
        labels = np.take_along_axis(all_labels, order, axis=1)
        scores = np.take_along_axis(all_scores, order, axis=1)
        start += len(part)
    if labels is None:
        return np.empty((0, 2), np.int64), scores
    return labels, np.where(labels < 0, np.float32(np.nan), scores)
