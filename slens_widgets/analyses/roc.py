"""How well a score tells images that show something from the others, and what a change of that is worth."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float

_Z = 1.959963984540054
_FEWEST = 10
UNKNOWN = "needs images that show it and images that do not"
"""Why there is no area."""


def auroc(scores: Float[np.ndarray, " image"], shows: Bool[np.ndarray, " image"]) -> float:
    """Return the area under the ROC curve, ties counted half; NaN where images of one kind are lacking."""
    ours, theirs = _placements(np.asarray(scores, np.float64), np.asarray(shows, bool))
    return float(ours.mean()) if len(ours) and len(theirs) else float("nan")


def auroc_change(
    before: Float[np.ndarray, " image"],
    after: Float[np.ndarray, " image"],
    shows: Bool[np.ndarray, " image"],
) -> Float[np.ndarray, " 2"]:
    """Return the ends of the 95 % interval of the area's change on the same images.

    NaN for fewer than 10 images of either kind.

    Source: DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988), by placements.
    """
    shows = np.asarray(shows, bool)
    if min(shows.sum(), (~shows).sum()) < _FEWEST:
        return np.full(2, np.nan)
    was, now = (_placements(np.asarray(each, np.float64), shows) for each in (before, after))
    gains = [new - old for new, old in zip(now, was, strict=True)]
    change = gains[0].mean()
    half = _Z * np.sqrt(sum(gain.var(ddof=1) / len(gain) for gain in gains))
    return np.array([change - half, change + half])


def _placements(
    scores: Float[np.ndarray, " image"], shows: Bool[np.ndarray, " image"]
) -> tuple[Float[np.ndarray, " positive"], Float[np.ndarray, " negative"]]:
    """Return for each image the share of the other kind's images that are on the right side of it."""
    ours, theirs = np.sort(scores[shows]), np.sort(scores[~shows])
    below = np.searchsorted(theirs, scores[shows], "left") + np.searchsorted(theirs, scores[shows], "right")
    under = np.searchsorted(ours, scores[~shows], "left") + np.searchsorted(ours, scores[~shows], "right")
    return below / (2 * max(len(theirs), 1)), 1 - under / (2 * max(len(ours), 1))
