"""Does a class rest on what it should?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float

from slens_widgets.analyses import alignment
from slens_widgets.arguments import as_texts, as_thresholds
from slens_widgets.audit.queries import OWN
from slens_widgets.audit.tables import component_table, rows_of
from slens_widgets.audit.thresholds import verdict
from slens_widgets.errors import InputError
from slens_widgets.types import Progress

if TYPE_CHECKING:
    from slens_widgets.audit.audit import Audit


def align(
    audit: Audit,
    valid: str | Sequence[str],
    spurious: str | Sequence[str],
    target: str | int | None = None,
    *,
    layer: str | None = None,
    thresholds: float | tuple[float, float] | None = None,
    templates: Sequence[str] | None = OWN,
    remember: bool = True,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Place every component between what a class should rest on and what it should not.

    Parameters
    ----------
    valid, spurious
        Concepts as texts. Alignment to a set is the largest score of any of it; NaN for an empty set.
    target
        Class whose images give the relevance; None leaves it NaN.
    thresholds
        Scores from which on a component counts as valid, as spurious (one number: both). None takes an effect
        of 0.3 or more that is also more than chance: of the components called aligned to a side at most 5 %
        are so by chance (Benjamini and Hochberg).
    remember
        Set `session.valid`, `session.spurious` and `session.target` too, so that every view follows.

    Returns
    -------
    DataFrame of layer, component, valid, spurious, lean, closest, p_valid, p_spurious, cosine_valid,
    cosine_spurious, relevance, quadrant, in the order of `db.components`.

    "valid" and "spurious" are effects, given the other concepts: how much more a component fires on the tenth
    of the kept probe images that is most similar to the concept than on the others. 0 is chance, 1 the most;
    0.3 is a probability of 0.65 that it fires more on one of them. "lean" is their difference, above 0 where
    a component leans to the spurious concepts; "closest" is the concept with the largest score. The p-values
    are corrected for the number of components. The raw cosines of text and θ can't be compared between texts;
    they are there to look at.

    "quadrant" is "valid", "spurious", "both" or "unexpected"; "withheld" where chance isn't known (a database
    that keeps fewer than 200 probe images): the scores are then cosines in robust deviations from the
    median component. ``attrs`` holds "thresholds" (valid, spurious; None where withheld), "threshold_source",
    "withheld" (why, or None), "unit" (what a score is), "unknown_words", and under "relevance" what relevance
    is or why it is missing.

    Source: the sets and quadrants are those of SemanticLens (arXiv 2501.05398), audit; the scores are others.
    """
    where = rows_of(audit.db, layer)
    target_index = audit._judge.class_index(target) if audit._judge and target is not None else None
    name = audit.class_names[target_index] if target_index is not None else target
    valid, spurious = as_texts(valid), as_texts(spurious)
    concepts = (*valid, *spurious)
    if not concepts:
        raise InputError("Neither valid nor spurious concepts are given", expected="at least one text")
    if remember:
        audit.session.update(valid=valid, spurious=spurious, target=None if name is None else str(name))
    cosines = audit._queries.cosines(concepts, templates)
    given = None if thresholds is None else as_thresholds(thresholds)
    found = verdict(audit, (valid, spurious), cosines, layer, templates, given, progress)
    relevance, said = _relevance(audit, target_index, layer, progress)
    result = component_table(audit.db, where)
    result["valid"], result["spurious"] = found.scores
    result["lean"] = found.scores[1] - found.scores[0]
    result["closest"] = np.array(concepts, object)[found.closest]
    result["p_valid"], result["p_spurious"] = found.corrected
    result["cosine_valid"] = alignment.set_alignment(cosines[: len(valid)])[where]
    result["cosine_spurious"] = alignment.set_alignment(cosines[len(valid) :])[where]
    result["relevance"] = relevance
    result["quadrant"] = alignment.quadrants(found.scores[0], found.scores[1], found.thresholds)
    result.attrs = {
        "thresholds": found.thresholds,
        "threshold_source": found.source,
        "withheld": found.withheld,
        "unit": found.unit,
        "unknown_words": audit._queries.unknown(concepts),
        "relevance": said,
    }
    return result


def leans_to_spurious(aligned: pd.DataFrame) -> Bool[np.ndarray, " component"]:
    """Return which components of an alignment are named as spurious.

    Those aligned to a spurious concept, and more to it than to any valid one. None without a verdict.
    """
    lean = aligned["lean"].fillna(1) if aligned["valid"].isna().all() else aligned["lean"]
    return (aligned["quadrant"].isin(["spurious", "both"]) & (lean > 0)).to_numpy()


def _relevance(
    audit: Audit, target: int | None, layer: str | None, progress: Progress | None
) -> tuple[Float[np.ndarray, " component"], str]:
    layers = audit.db.layers if layer is None else [layer]
    sizes = {name: len(audit.db[name]) for name in layers}
    if audit._judge is None or target is None:
        why = "no live model" if audit._judge is None else "no target class"
        return np.full(sum(sizes.values()), np.nan, np.float32), f"not computed: {why}"
    return audit._judge.relevance_of(sizes, target, progress)
