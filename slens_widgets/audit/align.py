"""Does a class rest on what it should?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float

from slens_widgets.analyses import alignment
from slens_widgets.arguments import as_thresholds
from slens_widgets.audit import concepts
from slens_widgets.audit.at_chance import at_chance
from slens_widgets.audit.queries import OWN
from slens_widgets.audit.tables import component_table, rows_of
from slens_widgets.audit.thresholds import ConceptSet, verdict
from slens_widgets.concept import Concept, named
from slens_widgets.errors import InputError
from slens_widgets.types import Progress

if TYPE_CHECKING:
    from slens_widgets.audit.audit import Audit


def align(
    audit: Audit,
    valid: str | Concept | ConceptSet,
    spurious: str | Concept | ConceptSet,
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
        Concepts as texts, or shown by images: a `sw.Concept`, or the name of one of the session's. Alignment
        to a set is the largest score of any of it; NaN for an empty set.
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

    A shown concept has an effect on the same scale by its own images (see `Audit.concept`): what goes
    together with it is told apart by the images that don't show it, not by the other concepts. Its p-value is
    that of its own test. A set with shown concepts counts each of them, and its texts together, as one
    member; of the members with an effect of 0.3 or more the surest speaks for the set, and its p is corrected
    for how many they are.

    "quadrant" is "valid", "spurious", "both" or "unexpected"; "withheld" where chance isn't known (a database
    that keeps fewer than 200 probe images): the scores are then cosines in robust deviations from the
    median component. ``attrs`` holds "thresholds" (valid, spurious; None where withheld), "threshold_source",
    "withheld" (why, or None), "unit" (what a score is), "shown" (of every shown concept how it was tested),
    "unknown_words", under "relevance" what relevance is or why it is missing, and "at_chance", which says
    that the model decides no better than chance (None: it is better, or that is unknown).

    Source: the sets and quadrants are those of SemanticLens (arXiv 2501.05398), audit; the scores are others.
    """
    where = rows_of(audit.db, layer)
    target_index = audit._judge.class_index(target) if audit._judge and target is not None else None
    name = audit.class_names[target_index] if target_index is not None else target
    valid, spurious = concepts.asked(audit, valid), concepts.asked(audit, spurious)
    members = (*valid, *spurious)
    if not members:
        raise InputError("Neither valid nor spurious concepts are given", expected="at least one text")
    if remember:
        audit.session.update(valid=valid, spurious=spurious, target=None if name is None else str(name))
    texts = [[each for each in side if isinstance(each, str)] for side in (valid, spurious)]
    cosines = np.empty((0, audit.db.n_components), np.float32)
    if any(texts):
        cosines = audit._queries.cosines([*texts[0], *texts[1]], templates)
    given = None if thresholds is None else as_thresholds(thresholds)
    found = verdict(audit, (valid, spurious), cosines, layer, templates, given, progress)
    relevance, said = _relevance(audit, target_index, layer, progress)
    result = component_table(audit.db, where)
    result["valid"], result["spurious"] = found.scores
    result["lean"] = found.scores[1] - found.scores[0]
    result["closest"] = np.array([named(each) for each in members], object)[found.closest]
    result["p_valid"], result["p_spurious"] = found.corrected
    result["cosine_valid"] = alignment.set_alignment(cosines[: len(texts[0])])[where]
    result["cosine_spurious"] = alignment.set_alignment(cosines[len(texts[0]) :])[where]
    result["relevance"] = relevance
    result["quadrant"] = alignment.WITHHELD if found.aligned is None else alignment.quadrants(*found.aligned)
    result.attrs = {
        "thresholds": found.thresholds,
        "threshold_source": found.source,
        "withheld": found.withheld,
        "unit": found.unit,
        "shown": {
            each.name: concepts.test_said(concepts.evidence(audit, each))
            for each in members
            if isinstance(each, Concept)
        },
        "unknown_words": audit._queries.unknown([*texts[0], *texts[1]]),
        "relevance": said,
        "at_chance": None if target_index is None else at_chance(audit, progress),
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
