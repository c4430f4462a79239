"""The verdict of an alignment: scores of two sets of concepts, what chance makes of them, and the borders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Int64

from slens_widgets.analyses import alignment, evidence
from slens_widgets.audit.tables import rows_of
from slens_widgets.audit.unrelated_words import UNRELATED_WORDS
from slens_widgets.types import ClosedVocabulary, Progress

if TYPE_CHECKING:
    from slens_widgets.audit.audit import Audit

EFFECT = "effect on images of the concept: 0 by chance, 1 where the component fires on them above all others"
STANDARDISED = "cosine in robust deviations from the median component"


@dataclass(frozen=True)
class Verdict:
    """Two sets of concepts against every component: scores, chance, and where the borders are."""

    scores: Float[np.ndarray, "side component"]
    """To the valid and to the spurious concepts; NaN for an empty set."""
    closest: Int64[np.ndarray, " component"]
    """Place of the concept with the largest score, the valid ones first."""
    corrected: Float[np.ndarray, "side component"]
    """p-values of the scores, corrected for the number of components; NaN where they are unknown."""
    thresholds: tuple[float, float] | None
    """Scores from which on a component is aligned; None where the verdict is withheld."""
    source: str
    """Where the thresholds come from."""
    unit: str
    """What a score is."""
    withheld: str | None
    """Why there is no verdict."""


def verdict(
    audit: Audit,
    sets: tuple[Sequence[str], Sequence[str]],
    cosines: Float[np.ndarray, "concept component"],
    layer: str | None,
    templates: Sequence[str] | None,
    given: tuple[float, float] | None,
    progress: Progress | None,
) -> Verdict:
    """Score two sets of concepts by the kept probe images, and say which scores are more than chance.

    Without such images the scores are standardised cosines, whose chance is not known: the verdict is
    withheld, unless thresholds are given.
    """
    where = rows_of(audit.db, layer)
    lacking = audit._evidence.lacking()
    texts = [*sets[0], *sets[1]]
    if lacking is None:
        found, unit = audit._evidence.effects(texts, templates, progress), EFFECT
    else:
        found, unit = _standardised(audit, cosines), STANDARDISED
    split = len(sets[0])
    scores = np.stack([alignment.set_alignment(part) for part in (found[:split], found[split:])])[:, where]
    closest = found.argmax(axis=0)[where]
    corrected = np.full(scores.shape, np.nan)
    if lacking is not None:
        if given is None:
            return Verdict(scores, closest, corrected, None, f"none: {lacking}", unit, lacking)
        return Verdict(scores, closest, corrected, given, "given", unit, None)
    plain, chance = _chance(audit, sets, scores, templates, progress)
    corrected = np.stack([evidence.adjusted(each) for each in plain])
    if given is not None:
        return Verdict(scores, closest, corrected, given, "given", unit, None)
    valid, spurious = map(evidence.border, scores, corrected)
    source = (
        f"an effect of at least {evidence.MIN_EFFECT:g}, and at most {evidence.LEVEL:.0%} of the aligned "
        f"so by chance ({chance})"
    )
    return Verdict(scores, closest, corrected, (valid, spurious), source, unit, None)


def _chance(
    audit: Audit,
    sets: tuple[Sequence[str], Sequence[str]],
    scores: Float[np.ndarray, "side component"],
    templates: Sequence[str] | None,
    progress: Progress | None,
) -> tuple[list[Float[np.ndarray, " component"]], str]:
    """Return the p-values of both sides before their correction, and in words what chance is."""
    if isinstance(audit.foundation_model, ClosedVocabulary):
        # What such a model knows are synonyms of what it is asked: no text is unrelated.
        drawn = audit._evidence.by_chance(sets, templates)
        found = [
            evidence.p_values(*pair) if len(pair[1]) else pair[0] for pair in zip(scores, drawn, strict=True)
        ]
        return found, "the same images permuted"
    concepts = {text.casefold() for concepts in sets for text in concepts}
    others = audit._evidence.unrelated(UNRELATED_WORDS, templates, progress)
    rows = [row for row, word in enumerate(UNRELATED_WORDS) if word not in concepts]
    chance = others[rows].ravel()
    sizes = [max(len(each), 1) for each in sets]
    found = [evidence.p_values(each, chance, size) for each, size in zip(scores, sizes, strict=True)]
    return found, f"as many of {len(rows)} unrelated texts: {sizes[0]} and {sizes[1]}"


def _standardised(
    audit: Audit, cosines: Float[np.ndarray, "concept component"]
) -> Float[np.ndarray, "concept component"]:
    parts = [alignment.standardised(cosines[:, rows_of(audit.db, name)]) for name in audit.db.layers]
    return np.concatenate(parts, axis=1)
