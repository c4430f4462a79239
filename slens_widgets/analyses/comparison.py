"""What two sets of components have in common, and what only one of them knows."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float, Int

from slens_widgets.analyses.search import cosine, norms
from slens_widgets.errors import InputError

_CHUNK = 1024


def best_matches(
    theta: Float[np.ndarray, "component dim"], other: Float[np.ndarray, "counterpart dim"]
) -> tuple[Int[np.ndarray, " component"], Float[np.ndarray, " component"]]:
    """Return each component's most similar counterpart and their cosine, in [−1, 1].

    Ties go to the lower counterpart; the cosine with a null vector is 0. The mean of the cosines is the
    similarity of the first set to the second; it is not symmetric.

    Raises
    ------
    InputError
        The two have embeddings of different size.

    Source: SemanticLens (arXiv 2501.05398), compare: max over j of cos(θ_k, θ_j).
    """
    if theta.ndim != 2 or other.ndim != 2 or theta.shape[1] != other.shape[1] or not len(other):
        raise InputError(
            f"θ of shape {theta.shape} can't be compared with θ of shape {other.shape}",
            expected="(component, dim) and (component, dim), with at least one component each",
        )
    lengths = norms(np.asarray(other, np.float32))
    matches = np.empty(len(theta), np.int64)
    similarity = np.empty(len(theta), np.float32)
    for start in range(0, len(theta), _CHUNK):
        part = slice(start, start + _CHUNK)
        cosines = cosine(theta[part], other, lengths)
        matches[part] = cosines.argmax(axis=1)
        similarity[part] = np.take_along_axis(cosines, matches[part, None], axis=1)[:, 0]
    return matches, np.clip(similarity, -1, 1)


def mutual(
    matches: Int[np.ndarray, " component"], back: Int[np.ndarray, " counterpart"]
) -> Bool[np.ndarray, " component"]:
    """Return which components are the best match of their own best match."""
    return back[matches] == np.arange(len(matches))
