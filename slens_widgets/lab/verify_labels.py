"""Are the labels right, and do their certificates know it? Measured against the lab's ground truth.

Chosen on the validation split, over the three classifiers: γ = 0.5 (of 0, 0.25, 0.5, 0.75 and 1 the smallest
of those that label best), 50 images by text for a certificate (of 20, 50, 100 and 200), and 0.75 as the
certificate from which on a label is trusted (93 % of the right labels reach it, 18 % of the wrong ones).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float

from slens_widgets import lab
from slens_widgets.audit import Audit
from slens_widgets.lab import measure
from slens_widgets.lab.estimate import Estimate, bootstrap, mean, proportion
from slens_widgets.lab.factors import FACTORS

FEW = 5
"""Labels of either kind, right and wrong, that an AUROC is asked of at least."""
PROMPTS = [factor.prompt for factor in FACTORS]


def label_figures(audit: Audit, area: Float[np.ndarray, "component factor"]) -> dict[str, Estimate]:
    """Measure three methods and the certificates on components whose AUROC for every factor is `area`.

    A component's right label is the factor that it tells best, asked of components that tell some factor with
    an AUROC of at least 0.85. For a certificate a label is right if the component tells it with at least
    0.80, asked of every component.
    """
    selective = area.max(axis=1) >= measure.REPRESENTED
    plain = audit.label("lab")
    contrastive = audit.label("lab", method="csp", always_on=None)
    published = audit.label("lab", method="csp")
    contrasted = selective & published["label"].notna().to_numpy()
    right = {
        name: _right(table, area)
        for name, table in (("plain", plain), ("csp", contrastive), ("published", published))
    }
    dissected = _right(audit.label("lab", method="clip_dissect"), area)
    gained = right["csp"].astype(float) - right["plain"]
    return {
        "labels_plain": proportion(right["plain"][selective]),
        "labels_csp": proportion(right["csp"][selective]),
        "labels_gain": mean(gained[selective]),
        "labels_dissect": proportion(dissected[selective]),
        "labels_published": mean((right["published"].astype(float) - right["plain"])[contrasted]),
        "labels_contrasted": proportion(contrasted[selective]),
        "labels_certificates": _certificates(audit, contrastive, area),
        "labels_certificates_plain": _certificates(audit, plain, area),
    }


def _right(
    table: pd.DataFrame, area: Float[np.ndarray, "component factor"]
) -> Bool[np.ndarray, " component"]:
    return table["label"].to_numpy() == np.array(PROMPTS)[area.argmax(axis=1)]


def _certificates(audit: Audit, table: pd.DataFrame, area: Float[np.ndarray, "component factor"]) -> Estimate:
    """Return the AUROC of the certificates for labels that are right."""
    certificate = audit.label_faithfulness(table, vocabulary=lab.vocabulary())["certificate"].to_numpy()
    factor = [PROMPTS.index(name) for name in table["label"]]
    right = area[np.arange(len(area)), factor] >= measure.HIT
    if min(right.sum(), (~right).sum()) < FEW:
        return Estimate(float("nan"), len(right))
    return bootstrap(
        lambda drawn: float(measure.auroc(right[drawn, None], certificate[drawn, None])[0, 0]), len(right)
    )
