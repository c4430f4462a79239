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
from slens_widgets.lab.factors import FACTORS

PROMPTS = [factor.prompt for factor in FACTORS]


def label_figures(audit: Audit, area: Float[np.ndarray, "component factor"]) -> dict[str, float]:
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
    figures = {
        "labels_plain": _right(plain, area, selective),
        "labels_csp": _right(contrastive, area, selective),
        "labels_dissect": _right(audit.label("lab", method="clip_dissect"), area, selective),
        "labels_published": _right(published, area, contrasted) - _right(plain, area, contrasted),
        "labels_contrasted": float(contrasted.sum() / selective.sum()),
        "labels_certificates": _certificates(audit, contrastive, area),
        "labels_certificates_plain": _certificates(audit, plain, area),
    }
    return {**figures, "labels_gain": figures["labels_csp"] - figures["labels_plain"]}


def _right(
    table: pd.DataFrame, area: Float[np.ndarray, "component factor"], asked: Bool[np.ndarray, " component"]
) -> float:
    right = np.array(PROMPTS)[area.argmax(axis=1)]
    return float((table["label"].to_numpy() == right)[asked].mean())


def _certificates(audit: Audit, table: pd.DataFrame, area: Float[np.ndarray, "component factor"]) -> float:
    """Return the AUROC of the certificates for labels that are right."""
    certificate = audit.label_faithfulness(table, vocabulary=lab.vocabulary())["certificate"].to_numpy()
    factor = [PROMPTS.index(name) for name in table["label"]]
    right = area[np.arange(len(area)), factor] >= measure.HIT
    return float(measure.auroc(right[:, None], certificate[:, None])[0, 0])
