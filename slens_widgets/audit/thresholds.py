"""The verdict of an alignment: scores of two sets of concepts, what chance makes of them, and the borders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Float, Int64

from slens_widgets.analyses import alignment, evidence
from slens_widgets.analyses.shown import Evidence
from slens_widgets.audit import concepts
from slens_widgets.audit.tables import rows_of
from slens_widgets.audit.unrelated_words import UNRELATED_WORDS
from slens_widgets.concept import Concept
from slens_widgets.types import ClosedVocabulary, Progress

if TYPE_CHECKING:
    from slens_widgets.audit.audit import Audit

_QUADRANTS = np.array(alignment.QUADRANTS, object)
_SLICE = 512
"""Components whose examples are in memory at a time."""
EFFECT = "effect on images of the concept: 0 by chance, 1 where the component fires on them above all others"
STANDARDISED = "match in robust deviations from the median component"
IN_SHORT = {EFFECT: "effect, 0 by chance", STANDARDISED: "match, σ above the median"}
"""What axes say of a score."""

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
    asked = _Asked.of(audit, sets, progress)
    lacking = audit._evidence.lacking() if asked.texts else None
    found = asked.effects(audit.db.n_components)
    if asked.texts:
        found[asked.worded] = (
            cosines if lacking else audit._evidence.effects(asked.texts, templates, progress)
        )
    if lacking is not None:
        rows = _standardised(audit, found)[:, where]
        scores = np.stack([alignment.set_alignment(rows[half]) for half in asked.halves])
        unknown = np.full(scores.shape, np.nan)
        closest = rows.argmax(axis=0)
        if given is None:
            said = f"none: {lacking}"
            return Verdict(scores, closest, unknown, None, None, said, STANDARDISED, lacking)
        return Verdict(scores, closest, unknown, _above(scores, given), given, "given", STANDARDISED, None)
    chance = _chance(audit, sets, templates, progress)
    scores, plain, closest = _judged(found[:, where], asked, chance, asked.p(where))
    corrected = np.stack([evidence.adjusted(each) for each in plain])
    if given is not None:
        return Verdict(scores, closest, corrected, _above(scores, given), given, "given", EFFECT, None)
    valid, spurious = map(evidence.border, scores, corrected)
    source = (
        f"an effect of at least {evidence.MIN_EFFECT:g}, and at most {evidence.LEVEL:.0%} of the aligned "
        f"so by chance ({chance.said})"
    )
    aligned = _more_than_chance(scores, corrected)
    return Verdict(scores, closest, corrected, aligned, (valid, spurious), source, EFFECT, None)


def redrawn_quadrants(
    audit: Audit,
    sets: tuple[ConceptSet, ConceptSet],
    layer: str | None,
    templates: Sequence[str] | None,
    given: tuple[float, float] | None,
    draws: int,
    progress: Progress | None,
) -> tuple[Int64[np.ndarray, "draw component"], str]:
    """Return each component's quadrant, as a place in `QUADRANTS`, where what `verdict` uses is drawn again.

    The scores of texts, their p-values and the quadrants move with the kept probe images, or where the scores
    are cosines with the examples behind θ. What chance makes of the scores and the effects of shown concepts
    are taken as they are.

    Returns
    -------
    The quadrants, and what was drawn again; nothing ("") where all concepts are shown by images.
    """
    where = rows_of(audit.db, layer)
    asked = _Asked.of(audit, sets, progress)
    by_images = audit._evidence.lacking() is None
    if not asked.texts:
        parts, drawn = iter([np.empty((draws, 0, audit.db.n_components), np.float32)]), ""
    elif by_images:
        parts, drawn = (
            audit._evidence.redrawn_effects(asked.texts, templates, draws, progress),
            "probe images",
        )
    else:
        parts, drawn = iter([_redrawn_examples(audit, asked.texts, templates, draws, progress)]), "examples"
    chance = _chance(audit, sets, templates, progress) if by_images or not asked.texts else None
    found = []
    for part in parts:
        effects = np.repeat(asked.effects(audit.db.n_components)[None], len(part), axis=0)
        effects[:, asked.worded] = part
        if chance is None:
            effects = np.stack([_standardised(audit, each) for each in effects])
            scores = np.stack(
                [[alignment.set_alignment(each[half]) for half in asked.halves] for each in effects]
            )[:, :, where]
            aligned = [_above(each, given) for each in scores if given is not None]
        else:
            # All draws in one row: each column is judged by itself, up to the correction.
            row = effects[:, :, where].swapaxes(0, 1).reshape(len(asked.members), -1)
            p = {place: np.tile(each, len(part)) for place, each in asked.p(where).items()}
            in_row = [
                each.reshape(2, len(part), -1).swapaxes(0, 1) for each in _judged(row, asked, chance, p)[:2]
            ]
            aligned = [
                _above(scores, given)
                if given is not None
                else _more_than_chance(scores, np.stack([evidence.adjusted(each) for each in plain]))
                for scores, plain in zip(*in_row, strict=True)
            ]
        found += [(alignment.quadrants(*each)[:, None] == _QUADRANTS).argmax(axis=1) for each in aligned]
    return np.stack(found), drawn


def _redrawn_examples(
    audit: Audit,
    texts: Sequence[str],
    templates: Sequence[str] | None,
    draws: int,
    progress: Progress | None,
) -> Float[np.ndarray, "draw text component"]:
    """Return the cosines of texts with θ where each component's examples are drawn again."""
    directions = audit._queries.embed(texts, templates)
    found = np.empty((draws, len(texts), audit.db.n_components), np.float32)
    for name in audit.db.layers:
        view, first = audit.db[name], audit.db.position((name, 0))
        for start in range(0, len(view), _SLICE):
            if progress is not None:
                progress(start, len(view), f"Drawing the examples of {name} again")
            embeddings = view.embeddings_of(slice(start, start + _SLICE))
            place = first + start
            found[:, :, place : place + len(embeddings)] = alignment.redrawn_cosines(
                directions, embeddings, draws, seed=place
            )
    return found


@dataclass(frozen=True)
class _Asked:
    """Two sets of concepts, and what the shown ones among them have by their own images."""

    members: tuple[str | Concept, ...]
    halves: tuple[Int64[np.ndarray, " concept"], Int64[np.ndarray, " concept"]]
    """Places of the members of either set."""
    shown: Mapping[int, Evidence]
    """By place, of every component."""

    @classmethod
    def of(cls, audit: Audit, sets: tuple[ConceptSet, ConceptSet], progress: Progress | None) -> _Asked:
        members = (*sets[0], *sets[1])
        first, second = np.split(np.arange(len(members)), [len(sets[0])])
        shown = {
            place: concepts.evidence(audit, each, progress)
            for place, each in enumerate(members)
            if isinstance(each, Concept)
        }
        return cls(members, (first, second), shown)

    @property
    def texts(self) -> list[str]:
        return [each for each in self.members if isinstance(each, str)]

    @property
    def worded(self) -> Bool[np.ndarray, " concept"]:
        return np.array([isinstance(each, str) for each in self.members])

    def effects(self, components: int) -> Float[np.ndarray, "concept component"]:
        """Return the effects of the shown concepts, and places for those of the texts."""
        found = np.empty((len(self.members), components), np.float32)
        for place, each in self.shown.items():
            found[place] = each.effect
        return found

    def p(self, where: Int64[np.ndarray, " component"]) -> dict[int, Float[np.ndarray, " component"]]:
        return {place: each.p[where] for place, each in self.shown.items()}


def _judged(
    found: Float[np.ndarray, "concept component"],
    asked: _Asked,
    chance: _Chance,
    shown: Mapping[int, Float[np.ndarray, " component"]],
) -> tuple[
    Float[np.ndarray, "side component"], Float[np.ndarray, "side component"], Int64[np.ndarray, " component"]
]:
    """Return the scores of both sides, their p-values, and the place of the closest concept."""
    sides = []
    for half, draws, size in zip(asked.halves, chance.draws, chance.sizes, strict=True):
        texts = half[asked.worded[half]] if len(half) else half
        best = alignment.set_alignment(found[texts])
        p = evidence.p_values(best, draws, size) if len(draws) else best
        sides.append(_side(found, half, texts, p, {row: shown[row] for row in half if row in shown}))
    scores, plain = (np.stack([side[i] for side in sides]) for i in (1, 2))
    first = np.nan_to_num(scores[0], nan=-np.inf) >= np.nan_to_num(scores[1], nan=-np.inf)
    return scores, plain, np.where(first, sides[0][0], sides[1][0])


def _more_than_chance(
    scores: Float[np.ndarray, "side component"], corrected: Float[np.ndarray, "side component"]
) -> Bool[np.ndarray, "side component"]:
    return (scores >= evidence.MIN_EFFECT) & (corrected <= evidence.LEVEL)


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


@dataclass(frozen=True)
class _Chance:
    draws: tuple[Float[np.ndarray, " draw"], Float[np.ndarray, " draw"]]
    """What texts about nothing reach, for either side."""
    sizes: tuple[int, int]
    """Of how many draws a side's score is the largest."""
    said: str


def _chance(
    audit: Audit,
    sets: tuple[ConceptSet, ConceptSet],
    templates: Sequence[str] | None,
    progress: Progress | None,
) -> _Chance:
    """Return what chance makes of the texts of both sides."""
    sides = [[each for each in side if isinstance(each, str)] for side in sets]
    own = (
        ["its own images for a shown concept"] if any(map(len, sets)) and sides != [*map(list, sets)] else []
    )
    if not any(sides):
        return _Chance((np.empty(0), np.empty(0)), (1, 1), own[0])
    if isinstance(audit.foundation_model, ClosedVocabulary):
        # What such a model knows are synonyms of what it is asked: no text is unrelated.
        drawn = audit._evidence.by_chance((sides[0], sides[1]), templates)
        return _Chance(drawn, (1, 1), "; ".join(["the same images permuted", *own]))
    known = {text.casefold() for side in sides for text in side}
    others = audit._evidence.unrelated(UNRELATED_WORDS, templates, progress)
    rows = [row for row, word in enumerate(UNRELATED_WORDS) if word not in known]
    sizes = max(len(sides[0]), 1), max(len(sides[1]), 1)
    said = f"as many of {len(rows)} unrelated texts: {sizes[0]} and {sizes[1]}"
    return _Chance((others[rows].ravel(),) * 2, sizes, "; ".join([said, *own]))


def _standardised(
    audit: Audit, scores: Float[np.ndarray, "concept component"]
) -> Float[np.ndarray, "concept component"]:
    parts = [alignment.standardised(scores[:, rows_of(audit.db, name)]) for name in audit.db.layers]
    return np.concatenate(parts, axis=1)
