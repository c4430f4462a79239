"""Are the labels right, and do their certificates know it? Measured against the lab's ground truth.

Which label is right says the renderer, whose factors no foundation model chose. Chosen on the validation
split, over the three shipped classifiers: γ = 0.5 (of 0, 0.25, 0.5, 0.75 and 1 the smallest of those that
label best), and what `analyses.faithfulness` says of certificates and the border of trust.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float
from PIL import Image

from slens_widgets import lab
from slens_widgets.audit import Audit
from slens_widgets.lab import measure
from slens_widgets.lab.clip import random_clip
from slens_widgets.lab.estimate import Estimate, bootstrap, mean, proportion
from slens_widgets.lab.factors import FACTORS

DRAWS = 5
"""Of a CLIP with random weights: the 96 labels of a single one can't tell 2 % from 10 %."""
FEW = 5
"""Labels of either kind, right and wrong, that an AUROC is asked of at least."""
PROMPTS = [factor.prompt for factor in FACTORS]


def label_figures(audit: Audit, area: Float[np.ndarray, "component factor"]) -> dict[str, Estimate]:
    """Measure three methods and the certificates on components whose AUROC for every factor is `area`.

    A component's right label is the factor that it tells best, asked of components that tell some factor with
    an AUROC of at least 0.85. For certificates and trust a label is right if the component tells it with at
    least 0.80, asked of every component.
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
        "labels_certificates_plain": _certificates(audit, plain, area),
        **trust_figures(audit, area),
    }


def trust_figures(audit: Audit, area: Float[np.ndarray, "component factor"]) -> dict[str, Estimate]:
    """Compare the labels that `Audit.labels` trusts with what the components tell.

    Asked of the labels that have a certificate, which ten images or more show. "labels_certificates": AUROC
    of the certificates for labels that are right. "labels_trusted_right" and "labels_trusted_wrong": share of
    the right and of the wrong ones that is trusted.
    """
    table = session_labels(audit)
    known = table["certificate"].notna().to_numpy() & table["label"].notna().to_numpy()
    right, trusted = _tells(table, area)[known], table["trusted"].to_numpy(bool)[known]
    return {
        "labels_certificates": _area(right, table["certificate"].to_numpy()[known]),
        "labels_trusted_right": proportion(trusted[right]),
        "labels_trusted_wrong": proportion(trusted[~right]),
    }


def chance_figure(
    draws: int = DRAWS, seed: int = 0, cache: str | Path | None = None, progress: bool = True
) -> list[Estimate]:
    """Return for each draw of a CLIP with random weights which share of the labels is trusted."""
    shipped = lab.open_audit(seed, cache, progress=progress)
    probe, _, _ = lab.image_set("probe", cache, progress)
    found = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "copy.slens"
        shutil.copytree(shipped.db.path, path)
        for draw in range(draws):
            audit = Audit(path, lab.foundation_model(), templates=shipped.templates)
            random = random_clip(draw)
            audit.db.embed_with(random, views=lambda id: Image.fromarray(probe[id])).close()
            found.append(proportion(session_labels(audit.use(random))["trusted"].to_numpy(bool)))
            audit.db.close()
    return found


def session_labels(audit: Audit) -> pd.DataFrame:
    """Return `Audit.labels` in the vocabulary of all factors, leaving the session as it is."""
    twin = audit.apart()
    twin.session.vocabulary = tuple(PROMPTS)
    return twin.labels()


def _right(
    table: pd.DataFrame, area: Float[np.ndarray, "component factor"]
) -> Bool[np.ndarray, " component"]:
    return table["label"].to_numpy() == np.array(PROMPTS)[area.argmax(axis=1)]


def _certificates(audit: Audit, table: pd.DataFrame, area: Float[np.ndarray, "component factor"]) -> Estimate:
    """Return the AUROC of the certificates for labels that are right, of those that have one."""
    certificate = audit.label_faithfulness(table, vocabulary=lab.vocabulary())["certificate"].to_numpy()
    known = ~np.isnan(certificate)
    return _area(_tells(table, area)[known], certificate[known])


def _tells(
    table: pd.DataFrame, area: Float[np.ndarray, "component factor"]
) -> Bool[np.ndarray, " component"]:
    """Return which components tell what their label says; one without a label does not."""
    place = {prompt: k for k, prompt in enumerate(PROMPTS)}
    factor = table["label"].map(place).fillna(-1).to_numpy(int)
    return (area[np.arange(len(area)), factor] >= measure.HIT) & (factor >= 0)


def _area(right: Bool[np.ndarray, " label"], certificate: Float[np.ndarray, " label"]) -> Estimate:
    if min(right.sum(), (~right).sum()) < FEW:
        return Estimate(float("nan"), len(right))
    return bootstrap(
        lambda drawn: float(measure.auroc(right[drawn, None], certificate[drawn, None])[0, 0]), len(right)
    )
