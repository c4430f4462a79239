"""Are the verdicts of `Audit.align` right as often as they say? Against the renderer's truth, by test images.

A channel tells a factor where the AUROC of its activation is at least 0.7, and none where all are below 0.6.
The share of images, the effect and the regression of `analyses.evidence` were chosen on the validation split.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float

from slens_widgets import lab
from slens_widgets.analyses import evidence
from slens_widgets.audit import Audit
from slens_widgets.audit.align import leans_to_spurious
from slens_widgets.lab import measure
from slens_widgets.lab.estimate import Estimate, bootstrap, mean, proportion
from slens_widgets.lab.factors import FACTORS

TELLS, TELLS_NONE = 0.7, 0.6
SIZES = (1, 3, 8)
"""Sizes of the sets of texts that say nothing."""
DRAWS = 200
"""Sets of each size: channels go together, so that the rate of one set is .05 ± .05."""
_VALID = np.array([factor.valid for factor in FACTORS])


def alignment_figures(
    seed: int, cache: str | Path | None = None, progress: bool = True, *, split: str = "channel_test"
) -> dict[str, Estimate]:
    """Compare the verdicts on the classifiers of bias 0 and 70 with what their channels tell.

    Returns
    -------
    By side: "false_alarms_SIDE_BIAS" (of channels that tell no factor of that side, the share with a verdict
    of it), "aligned_SIDE_BIAS" (AUROC of the score for "tells a factor of that side"), "power_SIDE_BIAS".
    "named_BIAS" (precision of what is named as spurious, 1 of 0 where nothing is) and "named_recall_BIAS".
    "chance_SIZE": in which share of the channels sets of texts that say nothing have a p of at most 0.05.
    """
    figures: dict[str, Estimate] = {}
    images, _, present = lab.image_set(split, cache, progress, held_out=lab.is_held_out(seed))
    for bias in (0, 70):
        audit = lab.open_audit(seed, cache, progress=progress, bias=bias)
        area = measure.auroc(present, measure.activations(lab.model(seed, bias, cache), images, lab.LAYER))
        table = audit.align(lab.VALID_CONCEPTS, lab.SPURIOUS_CONCEPTS, remember=False)
        for side, factors in (("valid", _VALID), ("spurious", ~_VALID)):
            told, called = area[:, factors].max(axis=1), table["quadrant"].isin([side, "both"]).to_numpy()
            tells, none = told >= TELLS, told < TELLS_NONE
            figures[f"aligned_{side}_{bias}"] = _area(tells, table[side].to_numpy())
            figures[f"power_{side}_{bias}"] = proportion(called[tells])
            figures[f"false_alarms_{side}_{bias}"] = proportion(called[none])
        named = leans_to_spurious(table)
        selective = measure.artefact_selective(area)
        figures[f"named_{bias}"] = proportion(selective[named]) if named.any() else Estimate(1.0, 0)
        figures[f"named_recall_{bias}"] = proportion(named[selective])
        if bias:
            rates = chance_rates(audit, seed)
            figures |= {f"chance_{size}": rate for size, rate in zip(SIZES, rates, strict=True)}
    return figures


def chance_rates(audit: Audit, seed: int) -> list[Estimate]:
    """Return by size in which share of the channels sets of texts that say nothing reach p = 0.05."""
    rng = np.random.default_rng(seed)
    doubled = evidence.ranks(audit.db.probe.activations(lab.LAYER))  # type: ignore[union-attr]
    found = []
    for size in SIZES:
        shares = []
        chance = None
        for draw in range(DRAWS):
            members = evidence.images_of(rng.standard_normal((size, doubled.shape[1])))
            effects = evidence.effects_given_others(members, evidence.rank_sums(members, doubled))
            if chance is None:
                chance, _ = evidence.effects_by_chance(members, (size, 0), doubled, draw)
            shares.append((evidence.p_values(effects.max(axis=0), chance) <= evidence.LEVEL).mean())
        found.append(mean(np.array(shares)))
    return found


def _area(truth: Bool[np.ndarray, " component"], score: Float[np.ndarray, " component"]) -> Estimate:
    return bootstrap(
        lambda drawn: float(measure.auroc(truth[drawn, None], score[drawn, None])[0, 0]), len(truth)
    )
