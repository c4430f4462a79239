"""The verdict of an alignment: scores of two sets of concepts, what chance makes of them, and the borders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Float, Int64

from slens_widgets.analyses import alignment, evidence
from slens_widgets.audit import concepts
from slens_widgets.audit.tables import rows_of
from slens_widgets.audit.unrelated_words import UNRELATED_WORDS
from slens_widgets.concept import Concept
from slens_widgets.types import ClosedVocabulary, Progress

if TYPE_CHECKING:
    from slens_widgets.audit.audit import Audit

EFFECT = "effect on images of the concept: 0 by chance, 1 where the component fires on them above all others"
STANDARDISED = "match in robust deviations from the median component"

ConceptSet = Sequence[str | Concept]
"""What a class should rest on, or should not: texts, and concepts that are shown by images."""


@dataclass(frozen=True)
class Verdict:
    """Two sets of concepts against every component: scores, chance, and where the borders are."""

    scores: Float[np.ndarray, "side component"]
    """To the valid and to the spurious concepts; NaN for an empty set."""
    closest: Int64[np.ndarray, " component"]
    """Place of the concept that gives the larger score, the valid ones first."""
    corrected: Float[np.ndarray, "side component"]
    """p-values of the scores, corrected for the number of components; NaN where they are unknown."""
    aligned: Bool[np.ndarray, "side component"] | None
    """Which components are aligned to a side; None where the verdict is withheld."""
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
    sets: tuple[ConceptSet, ConceptSet],
    cosines: Float[np.ndarray, "text component"],
    layer: str | None,
    templates: Sequence[str] | None,
    given: tuple[float, float] | None,
    progress: Progress | None,
) -> Verdict:
    """Score two sets of concepts by images, and say which scores are more than chance.

    Texts are judged by the kept probe images; without such images their scores are standardised cosines,
    whose chance is not known: the verdict is withheld, unless thresholds are given. A shown concept is judged
    by its own images.

    Parameters
    ----------
    cosines
        Of the texts alone, those of the first set before those of the second.
    """
    where = rows_of(audit.db, layer)
    members = [*sets[0], *sets[1]]
    shown = {
        row: concepts.evidence(audit, each, progress)
        for row, each in enumerate(members)
        if isinstance(each, Concept)
    }
    worded = np.array([row not in shown for row in range(len(members))])
    lacking = audit._evidence.lacking() if worded.any() else None
    found = np.empty((len(members), audit.db.n_components), np.float32)
    for row, each in shown.items():
        found[row] = each.effect
    if worded.any():
        texts = [each for each in members if isinstance(each, str)]
        found[worded] = cosines if lacking else audit._evidence.effects(texts, templates, progress)
    halves = np.split(np.arange(len(members)), [len(sets[0])])
    if lacking is not None:
        rows = _standardised(audit, found)[:, where]
        scores = np.stack([alignment.set_alignment(rows[half]) for half in halves])
        unknown = np.full(scores.shape, np.nan)
        closest = rows.argmax(axis=0)
        if given is None:
            said = f"none: {lacking}"
            return Verdict(scores, closest, unknown, None, None, said, STANDARDISED, lacking)
        return Verdict(scores, closest, unknown, _above(scores, given), given, "given", STANDARDISED, None)
    found = found[:, where]
    texts_of = [half[worded[half]] for half in halves]
    chance, said = _chance(audit, sets, [found[half] for half in texts_of], templates, progress)
    sides = [
        _side(found, half, texts, p, {row: shown[row].p[where] for row in half if row in shown})
        for half, texts, p in zip(halves, texts_of, chance, strict=True)
    ]
    scores, plain = (np.stack([side[i] for side in sides]) for i in (1, 2))
    corrected = np.stack([evidence.adjusted(each) for each in plain])
    first = np.nan_to_num(scores[0], nan=-np.inf) >= np.nan_to_num(scores[1], nan=-np.inf)
    closest = np.where(first, sides[0][0], sides[1][0])
    if given is not None:
        return Verdict(scores, closest, corrected, _above(scores, given), given, "given", EFFECT, None)
    valid, spurious = map(evidence.border, scores, corrected)
    source = (
        f"an effect of at least {evidence.MIN_EFFECT:g}, and at most {evidence.LEVEL:.0%} of the aligned "
        f"so by chance ({said})"
    )
    aligned = (scores >= evidence.MIN_EFFECT) & (corrected <= evidence.LEVEL)
    return Verdict(scores, closest, corrected, aligned, (valid, spurious), source, EFFECT, None)


def _side(
    found: Float[np.ndarray, "concept component"],
    rows: Int64[np.ndarray, " concept"],
    texts: Int64[np.ndarray, " text"],
    chance: Float[np.ndarray, " component"],
    shown: Mapping[int, Float[np.ndarray, " component"]],
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the closest concept of one set, its effect, and the p-value of the set, by component.

    All the texts of a set are one member of it, whose `chance` knows how many they are; every shown concept
    is one with a p-value of its own.
    """
    n = found.shape[1]
    if not len(rows):
        return np.zeros(n, np.int64), np.full(n, np.nan, np.float32), np.full(n, np.nan)
    places = [np.full(n, row) for row in shown]
    p = list(shown.values())
    if len(texts):
        places.append(texts[found[texts].argmax(axis=0)])
        p.append(chance)
    candidates, columns = np.stack(places), np.arange(n)
    member, effect, together = evidence.best_of(found[candidates, columns], np.stack(p))
    return candidates[member, columns], effect, together


def _above(
    scores: Float[np.ndarray, "side component"], thresholds: tuple[float, float]
) -> Bool[np.ndarray, "side component"]:
    return np.nan_to_num(scores, nan=-np.inf) >= np.array(thresholds)[:, None]


def _chance(
    audit: Audit,
    sets: tuple[ConceptSet, ConceptSet],
    found: Sequence[Float[np.ndarray, "text component"]],
    templates: Sequence[str] | None,
    progress: Progress | None,
) -> tuple[list[Float[np.ndarray, " component"]], str]:
    """Return the p-values of the texts of both sides before their correction, and in words what chance is."""
    sides = [[each for each in side if isinstance(each, str)] for side in sets]
    scores = [alignment.set_alignment(each) for each in found]
    own = (
        ["its own images for a shown concept"] if any(map(len, sets)) and sides != [*map(list, sets)] else []
    )
    if not any(sides):
        return scores, own[0]
    if isinstance(audit.foundation_model, ClosedVocabulary):
        # What such a model knows are synonyms of what it is asked: no text is unrelated.
        drawn = audit._evidence.by_chance((sides[0], sides[1]), templates)
        p = [
            evidence.p_values(*pair) if len(pair[1]) else pair[0] for pair in zip(scores, drawn, strict=True)
        ]
        return p, "; ".join(["the same images permuted", *own])
    known = {text.casefold() for side in sides for text in side}
    others = audit._evidence.unrelated(UNRELATED_WORDS, templates, progress)
    rows = [row for row, word in enumerate(UNRELATED_WORDS) if word not in known]
    chance = others[rows].ravel()
    sizes = [max(len(side), 1) for side in sides]
    p = [evidence.p_values(each, chance, size) for each, size in zip(scores, sizes, strict=True)]
    said = f"as many of {len(rows)} unrelated texts: {sizes[0]} and {sizes[1]}"
    return p, "; ".join([said, *own])


def _standardised(
    audit: Audit, scores: Float[np.ndarray, "concept component"]
) -> Float[np.ndarray, "concept component"]:
    parts = [alignment.standardised(scores[:, rows_of(audit.db, name)]) for name in audit.db.layers]
    return np.concatenate(parts, axis=1)
