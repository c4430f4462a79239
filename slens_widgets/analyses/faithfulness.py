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


STANDS_OUT = 2.0
"""Deviations above the median from which on a similarity stands out from chance."""
NEAREST = 0.7
"""Share of the deviations of an image's nearest text that another text needs to count as shown, too. Both
were chosen on the lab's validation split: AUROC of right against wrong labels .990 (.971 without rivals)."""
ROTATED, OTHER = 0.95, 0.975
"""Share of the labels drawn at random, by each way of drawing, that stays below the trusted border."""
CHANCE = 0.5
"""Share of the trusted labels that may be expected of labels drawn at random: with a foundation model that
knows nothing as many would be trusted as are expected. All three were chosen on the lab's validation split
and on the classes of one half of the tests' photographs."""


def standardised(similarities: Float[np.ndarray, "label image"]) -> Float[np.ndarray, "label image"]:
    """Return each label's similarities in robust deviations from its median.

    The deviation comes from what lies below the median: images of the label lie above it.
    """
    found = np.empty(similarities.shape, np.float32)
    for row, values in zip(found, similarities, strict=True):
        median = np.median(values)
        below = median - values[values < median]
        deviation = 1.4826 * float(np.median(below)) if len(below) else 0.0
        row[:] = (values - median) / deviation if deviation > 0 else 0
    return found


def showing(
    z: Float[np.ndarray, "label image"], nearest: Float[np.ndarray, " image"]
) -> Bool[np.ndarray, "label image"]:
    """Return which images show a label: it stands out there, nearly as much as the image's nearest text."""
    return (z > STANDS_OUT) & (z >= NEAREST * nearest)


def trusted_border(
    certificates: Float[np.ndarray, " label"],
    rotated: Float[np.ndarray, " draw"],
    others: Float[np.ndarray, " draw"],
) -> float:
    """Return the certificate from which on labels are trusted, at least 0.5; NaN where none can be.

    Nearly all labels drawn at random stay below it, and so many labels reach it that chance explains half of
    them at most.

    Parameters
    ----------
    certificates
        Of all labels that have one; 0 where the label can't be trusted for another reason.
    rotated, others
        Certificates of labels drawn at random in two ways; a label has to be beyond both.

    Source: Benjamini and Hochberg (1995), J. R. Stat. Soc. B 57.
    """
    chance = [(level, np.sort(each)) for level, each in ((ROTATED, rotated), (OTHER, others)) if len(each)]
    if not len(certificates) or not chance:
        return float("nan")
    p = np.zeros(len(certificates))
    for _, null in chance:
        reached = len(null) - np.searchsorted(null, certificates, "left")
        p = np.maximum(p, (1 + reached) / (1 + len(null)))
    order = np.argsort(p, kind="stable")
    passed = np.flatnonzero(p[order] <= CHANCE * np.arange(1, len(p) + 1) / len(p))
    if not len(passed):
        return float("nan")
    least = float(certificates[order[: passed[-1] + 1]].min())
    return max(least, 0.5, *(float(np.quantile(null, level)) for level, null in chance))
