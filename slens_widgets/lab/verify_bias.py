"""Does the audit see how biased the training was? Measured on classifiers that differ in nothing else.

Chosen on the validation split, on the classifiers of seed 0: a spurious concept is one whose component falls
into the quadrant "spurious" or "both" (channels of a shortcut tell valid signs, too), and the similarity of a
concept is the mean over the components that have its label. Labels are those of CSP, see `verify_labels`.

Chosen, too: which pair has a gate. By the renderer's truth no channel tells ruler or band-aid at bias 0
(AUROC ≤ 0.67), at 70 some 25 channels do. At 35 several tell the band-aid, but hardly one the ruler (0 to 3
with an AUROC ≥ 0.85): it need not come first, or not even be a label. The pairs with 35 have no gate.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pandas as pd

from slens_widgets import lab
from slens_widgets.audit import Audit, compare
from slens_widgets.lab.estimate import Estimate, difference, pooled, total
from slens_widgets.lab.factors import FACTORS, INDEX
from slens_widgets.lab.world import BIASES, SHORTCUTS

_PROMPTS = [FACTORS[INDEX[name]].prompt for name in SHORTCUTS]


def bias_figures(
    seed: int, cache: str | Path | None = None, progress: bool = True, *, split: str = "test_unbiased"
) -> dict[str, Estimate]:
    """Audit the classifiers trained at each bias on the same images, and compare them with each other.

    Returns
    -------
    "report_B": `spurious_share` at bias B. "report_A_B": its rise from bias A to B. "compare_A_B":
    `last_shortcut` of the classifier of bias A against that of bias B. "shortcuts_A_B": how many of the ten
    components of A that are least like any of B are labelled with a shortcut.
    """
    audits = {bias: lab.open_audit(seed, cache, progress=progress, split=split, bias=bias) for bias in BIASES}
    share = {bias: spurious_share(audit) for bias, audit in audits.items()}
    figures = {f"report_{bias}": value for bias, value in share.items()}
    figures |= {f"report_{low}_{high}": difference(share[high], share[low]) for low, high in pairwise(BIASES)}
    for more, less in ((70, 0), (35, 0), (70, 35)):
        table = unmatched(audits[more], audits[less])
        figures[f"compare_{more}_{less}"] = Estimate(float(last_shortcut(table)), 1)
        shown = table.nsmallest(10, "similarity")["label"]
        figures[f"shortcuts_{more}_{less}"] = Estimate(float(shown.isin(_PROMPTS).sum()), len(shown))
    return figures


def spurious_share(audit: Audit) -> Estimate:
    """Return the share of relevance on spurious concepts, alone or with valid ones, mean over the classes."""
    shares = audit.findings(lab.VALID_CONCEPTS, lab.SPURIOUS_CONCEPTS, list(lab.CLASS_NAMES)).shares
    spurious = shares[shares["quadrant"].isin(["spurious", "both"])]
    n = audit.prune([]).before.n // spurious["class"].nunique()
    return pooled(
        [
            total([Estimate(row.share, n, row.low, row.high) for row in rows.itertuples()])
            for _, rows in spurious.groupby("class")
        ]
    )


def unmatched(more: Audit, less: Audit) -> pd.DataFrame:
    """Return one model's components with their labels, and their similarity to the other's most similar."""
    labels = more.label("lab", method="csp", always_on=None)[["layer", "component", "label"]]
    return compare(more, less).matches("a").merge(labels, on=["layer", "component"])


def last_shortcut(table: pd.DataFrame) -> int:
    """Return the place of the later shortcut among a model's concepts, the least matched first.

    2 is the best: the ruler and the band-aid come first, in either order. A shortcut that labels no component
    comes after all the others.
    """
    order = table.groupby("label")["similarity"].mean().sort_values(kind="stable").index.tolist()
    return max(order.index(name) + 1 if name in order else len(FACTORS) for name in _PROMPTS)
