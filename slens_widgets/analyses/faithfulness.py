"""Does a component fire more on images of its label than on others?"""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float

MIN_IMAGES = 10
"""With fewer images of a label, or fewer controls, nothing is said."""


def auc_and_mad(
    activations: Float[np.ndarray, " image"], shows: Bool[np.ndarray, " image"]
) -> tuple[float, float]:
    """Return the activation AUC of images that show a label against controls, and their mean difference.

    The AUC is the probability that the component fires more on an image that shows the label than on a
    control, ties counted half: 0.5 says that the label has nothing to do with it. MAD is the difference of
    the means in standard deviations of the controls; NaN where those are all equal. Both are NaN with fewer
    than 10 images of either kind.

    Source: CoSy (arXiv 2405.20331), with images that are retrieved instead of generated.
    """
    positive, control = activations[shows].astype(np.float64), activations[~shows].astype(np.float64)
    if min(len(positive), len(control)) < MIN_IMAGES:
        return float("nan"), float("nan")
    ordered = np.sort(control)
    below = np.searchsorted(ordered, positive, "left") + np.searchsorted(ordered, positive, "right")
    deviation = control.std()
    difference = positive.mean() - control.mean()
    return float(below.mean() / 2 / len(control)), float(difference / deviation) if deviation else float(
        "nan"
    )


def retrieved(
    similarities: Float[np.ndarray, " image"], eligible: Bool[np.ndarray, " image"], n: int
) -> Bool[np.ndarray, " image"]:
    """Return the `n` eligible images that are most similar to a label, ties by position."""
    rows = np.flatnonzero(eligible)
    order = np.argsort(-similarities[rows], kind="stable")[:n]
    found = np.zeros(len(similarities), bool)
    found[rows[order]] = True
    return found
