"""Whether the live model decides at all, so that it means something what its decisions rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from slens_widgets.analyses import intervals
from slens_widgets.types import Progress

if TYPE_CHECKING:
    from slens_widgets.audit.audit import Audit


def at_chance(audit: Audit, progress: Progress | None = None) -> str | None:
    """Say that the live model is no better than chance on its evaluation images; None if it is, or unknown.

    Chance is a guess that knows nothing of the image: whatever it prefers, the mean over the classes of the
    share that gets its own class is 1 / classes. Unknown without a live model, for several labels of an
    image, for one class, and for fewer images than intervals are had of.
    """
    if audit._judge is None:
        return None
    judge = audit._judge
    labels = np.asarray(judge.live.labels)
    if labels.ndim != 1 or len(labels) < intervals.FEWEST:
        return None
    classes, count = np.unique(labels, return_counts=True)
    if len(classes) < 2:
        return None
    per_class = judge.prune((), "mean", progress).before.per_class
    right = np.array([per_class[judge.class_names[c]] for c in classes])
    # Agresti and Coull's two successes and two failures: of one image, a share of 0 or 1 is not certain.
    shrunk = (right * count + 2) / (count + 4)
    half = 1.96 * float(np.sqrt((shrunk * (1 - shrunk) / count).sum())) / len(classes)
    mean, chance = float(right.mean()), 1 / len(classes)
    if mean - half > chance:
        return None
    return (
        f"the model is no better than chance on its {len(labels):,} evaluation images (mean over the classes "
        f"{mean:.1%}, chance {chance:.1%}): untrained weights, another transform, or another order of the "
        "classes. What its components detect is measured all the same, random ones detect brightness and "
        "colour; what its decisions rest on means nothing"
    )
