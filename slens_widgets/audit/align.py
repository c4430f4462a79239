"""Does a class rest on what it should?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from jaxtyping import Float

from slens_widgets.analyses import alignment
from slens_widgets.arguments import as_texts, as_thresholds
from slens_widgets.audit.queries import OWN
from slens_widgets.audit.tables import component_table, rows_of
from slens_widgets.audit.thresholds import calibrated
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
        Concepts as texts. Alignment to a set is the largest cosine with any of it; NaN for an empty set.
    target
        Class whose images give the relevance; None leaves it NaN.
    thresholds
        Alignments from which on a component counts as valid, as spurious (one number: both). None takes what
        sets of as many random texts stay below in 95 % of the components. Where a closed vocabulary can't
        say which texts it knows: two robust deviations above the median cosine with all given concepts.
    remember
        Set `session.valid`, `session.spurious` and `session.target` too, so that every view follows.

    Returns
    -------
    DataFrame of layer, component, valid, spurious, lean, relevance, quadrant ("valid", "spurious",
    "both", "unexpected"), in the order of `db.components`. A component leans to the spurious concepts
    where `lean` is above 0: the difference of both alignments, each concept measured from its median
    over the layer. ``attrs`` holds "thresholds" (valid, spurious), "threshold_source" (where they come
    from), "unknown_words", and under "relevance" what relevance is or why it is missing.
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
    if thresholds is None:
        pair, source = calibrated(audit, (valid, spurious), cosines, templates, progress)
    else:
        pair, source = as_thresholds(thresholds), "given"
    to_valid = alignment.set_alignment(cosines[: len(valid)])[where]
    to_spurious = alignment.set_alignment(cosines[len(valid) :])[where]
    relevance, said = _relevance(audit, target_index, layer, progress)
    result = component_table(audit.db, where)
    result["valid"], result["spurious"] = to_valid, to_spurious
    result["lean"] = _lean(audit, cosines[: len(valid)], cosines[len(valid) :])[where]
    result["relevance"] = relevance
    result["quadrant"] = alignment.quadrants(to_valid, to_spurious, pair)
    result.attrs = {
        "thresholds": pair,
        "threshold_source": source,
        "unknown_words": audit._queries.unknown(concepts),
        "relevance": said,
    }
    return result


def _lean(
    audit: Audit,
    valid: Float[np.ndarray, "valid component"],
    spurious: Float[np.ndarray, "spurious component"],
) -> Float[np.ndarray, " component"]:
    places = [rows_of(audit.db, name) for name in audit.db.layers]
    return np.concatenate([alignment.lean(valid[:, place], spurious[:, place]) for place in places])


def _relevance(
    audit: Audit, target: int | None, layer: str | None, progress: Progress | None
) -> tuple[Float[np.ndarray, " component"], str]:
    layers = audit.db.layers if layer is None else [layer]
    sizes = {name: len(audit.db[name]) for name in layers}
    if audit._judge is None or target is None:
        why = "no live model" if audit._judge is None else "no target class"
        return np.full(sum(sizes.values()), np.nan, np.float32), f"not computed: {why}"
    return audit._judge.relevance_of(sizes, target, progress)
