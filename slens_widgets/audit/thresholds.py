"""From which alignment on does a component count as aligned?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from slens_widgets.analyses import alignment, null
from slens_widgets.audit.queries import OWN, check_templates
from slens_widgets.audit.unrelated_words import UNRELATED_WORDS
from slens_widgets.types import ClosedVocabulary, FoundationModel, KnownTexts, Progress

if TYPE_CHECKING:
    from slens_widgets.audit.audit import Audit

_COMPONENTS = 4096
"""Components, evenly spread over the database, that the null distribution is taken from."""
_TEXTS = 64
"""Texts of the null that are embedded at a time."""


def calibrated(
    audit: Audit,
    sets: tuple[Sequence[str], Sequence[str]],
    cosines: Float[np.ndarray, "concept component"],
    templates: Sequence[str] | None,
    progress: Progress | None,
) -> tuple[tuple[float, float], str]:
    """Return the thresholds of two sets of concepts, and in words where they come from.

    Where the foundation model's vocabulary allows, they are what sets of as many unrelated texts stay below
    (see `analyses.null`); else two robust deviations above the median of `cosines`.
    """
    found = _null(audit, templates, progress)
    if found is not None:
        texts, null_cosines = found
        concepts = {text.casefold() for concepts in sets for text in concepts}
        others = [row for row, text in enumerate(texts) if text.casefold() not in concepts]
        if len(others) >= null.MIN_TEXTS:
            sizes = [max(len(concepts), 1) for concepts in sets]
            valid, spurious = (null.chance_level(null_cosines[others], size) for size in sizes)
            return (valid, spurious), (
                f"null: {null.LEVEL:.0%} of the components stay below with as many unrelated texts "
                f"({sizes[0]} and {sizes[1]}, of {len(others)})"
            )
    spread = alignment.default_threshold(cosines)
    return (spread, spread), "spread: two robust deviations above the median cosine with the concepts"


def null_texts(foundation_model: FoundationModel | None) -> tuple[str, ...]:
    """Return texts that were not chosen for any component; none where what is known can't be listed."""
    if isinstance(foundation_model, KnownTexts):
        return tuple(dict.fromkeys(foundation_model.known_texts()))
    return () if isinstance(foundation_model, ClosedVocabulary) else UNRELATED_WORDS


def _null(
    audit: Audit, templates: Sequence[str] | None, progress: Progress | None
) -> tuple[tuple[str, ...], Float[np.ndarray, "text component"]] | None:
    texts = null_texts(audit.foundation_model)
    if len(texts) < null.MIN_TEXTS:
        return None
    key = audit.templates if templates is OWN else check_templates(templates)
    if key not in audit._nulls:
        step = max(1, -(-audit.db.n_components // _COMPONENTS))
        parts = []
        for start in range(0, len(texts), _TEXTS):
            if progress is not None:
                progress(start, len(texts), "Calibrating the thresholds")
            part = audit._queries.cosines(texts[start : start + _TEXTS], templates)
            parts.append(part[:, ::step].copy())
        audit._nulls[key] = np.concatenate(parts)
    return texts, audit._nulls[key]
