"""Which components tell a concept that is shown by images: the audited model's own evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from jaxtyping import Float, Int

from slens_widgets.analyses import search, shown
from slens_widgets.analyses.alignment import standardised
from slens_widgets.analyses.shown import Evidence
from slens_widgets.arguments import given
from slens_widgets.audit.live import need
from slens_widgets.audit.queries import OWN
from slens_widgets.audit.tables import component_table
from slens_widgets.concept import Concept, ShownImage, texts_and_concepts
from slens_widgets.errors import InputError, UnknownNameError
from slens_widgets.types import Progress
from slens_widgets.vocabularies import Vocabulary

if TYPE_CHECKING:
    from slens_widgets.audit.audit import Audit
    from slens_widgets.conceptdb import ProbeImages

DEVIATIONS: Final = "deviations from the median"
_SLICE: Final = 512
"""Components whose kept activations are in memory at a time."""
_REMEMBERED: Final = 32


@dataclass(frozen=True)
class Agreement:
    """Whether the foundation model sees in a concept's images what the concept's name says."""

    effect: float
    """Whether images that show the concept are more similar to its name than those that don't: 0 by chance,
    and 1 where all of them are."""
    low: float
    """Lower end of its 95 % interval."""
    high: float
    """Its upper end."""
    p: float
    """Probability of that by chance (one-sided)."""
    agrees: bool | None
    """None where nothing is known: too few images, or no foundation model."""
    said: str
    """The same in words."""


def concept(
    audit: Audit, concept: Concept | str, *, layer: str | None = None, progress: Progress | None = None
) -> pd.DataFrame:
    """Measure how strongly every component tells a concept that is shown by images.

    The evidence is the model's own: its activations on the images that show the concept against those on the
    images that don't, or where none are given against the other kept probe images.

    Parameters
    ----------
    concept
        A `sw.Concept`, or the name of one of the session's.
    layer
        Of this layer only; p-values are corrected over all layers nevertheless.

    Returns
    -------
    DataFrame of layer, component, effect, low, high (its 95 % interval), auroc (probability of firing more on
    an image that shows it; within pairs, where there are), p (one-sided), corrected (false discovery rate
    over components) and tells (corrected ≤ .05 and effect ≥ .3), in the order of `db.components`.

    The effect is on the scale of `Audit.align`: how much higher the activation stands among all images on
    those that show the concept, −1 being the lowest place and 1 the highest. Without pairs that is
    2 · AUROC − 1. ``attrs`` holds "units" and "controls" (independent images on either side), "smallest_p"
    (that so few images can give), "test" (what was done, in words) and "text" (an `Agreement`: whether the
    foundation model knows the concept by its name).

    Raises
    ------
    InputError
        There is no live model and images are not the database's own, or there is nothing to compare with.
    UnknownNameError
        The session has no concept of that name, or a probe image is not kept.
    """
    shown_concept = find(audit, concept)
    found = evidence(audit, shown_concept, progress)
    result = component_table(audit.db)
    result["effect"], result["low"], result["high"] = found.effect, found.low, found.high
    result["auroc"] = found.auroc
    result["p"], result["corrected"], result["tells"] = found.p, found.corrected, found.tells
    if layer is not None:
        result = result[result["layer"] == audit.db[layer].name].reset_index(drop=True)
    result.attrs = {
        "concept": shown_concept.name,
        "units": found.units,
        "controls": found.controls,
        "smallest_p": found.smallest,
        "test": test_said(found),
        "text": agreement(audit, shown_concept),
    }
    return result


def find(audit: Audit, value: Concept | str) -> Concept:
    """Return a concept, or the session's one of that name."""
    if isinstance(value, Concept):
        return value
    if not isinstance(value, str):
        raise InputError(f"{given(value)} is no concept", expected="sw.Concept(name, images), or its name")
    found = named(audit, value)
    if isinstance(found, Concept):
        return found
    raise UnknownNameError.of("shown concept", value, [each.name for each in audit.session.concepts])


def named(audit: Audit, query: Any) -> Any:
    """Return the session's concept that a text names, and anything else as it is."""
    if isinstance(query, str):
        for each in audit.session.concepts:
            if each.name.casefold() == query.strip().casefold():
                return each
    return query


def asked(audit: Audit, values: Any) -> tuple[str | Concept, ...]:
    """Return what a set of concepts consists of: texts, and the shown concepts that are given or named."""
    return tuple(named(audit, each) for each in texts_and_concepts(values))


def in_vocabulary(audit: Audit, vocabulary: Any) -> Any:
    """Return a vocabulary with the session's shown concepts in the place of their names."""
    if isinstance(vocabulary, str | Mapping | Vocabulary):
        return vocabulary
    return asked(audit, vocabulary)


def answerable(audit: Audit, values: Any) -> bool:
    """Return whether components can be compared with these: texts need the foundation model."""
    return audit.foundation_model is not None or not any(
        isinstance(each, str) for each in asked(audit, values)
    )


def known_to(audit: Audit, first: Audit, members: Sequence[Any]) -> bool:
    """Return whether an audit can be asked what the session of `first` asks, the two being side by side.

    Another audit lacks what `first` would say that it lacks, and numbers its probe images in its own way.
    """
    if audit is first:
        return True
    shown = [each for each in members if isinstance(each, Concept)]
    if len(shown) < len(members) and audit.foundation_model is None:
        return False
    images = [image for each in shown for image in (*each.images, *each.without)]
    ours, theirs = (each.db.provenance.get("images", {}).get("fingerprint") for each in (audit, first))
    if any(image.png is None for image in images) and (ours is None or ours != theirs):
        return False
    return audit.live is not None or not any(each.needs_model for each in shown)


def evidence(audit: Audit, concept: Concept, progress: Progress | None = None) -> Evidence:
    """Return the evidence of every component for a concept, in the order of `db.components`."""
    key = (concept.digest, getattr(audit.live, "revision", None))
    with audit._lock:
        if key in audit._shown_evidence:
            audit._shown_evidence[key] = audit._shown_evidence.pop(key)
            return audit._shown_evidence[key]
    parts = []
    for layer in audit.db.layers:
        size = len(audit.db[layer])
        values = _given(audit, concept, layer, progress)
        for start in range(0, size, _SLICE):
            if progress is not None:
                progress(start, size, f"Evidence of {layer} for {concept.name}")
            parts.append(_of_slice(audit, concept, layer, slice(start, start + _SLICE), values))
    found = shown.together(parts)
    with audit._lock:
        audit._shown_evidence[key] = found
        while len(audit._shown_evidence) > _REMEMBERED:
            del audit._shown_evidence[next(iter(audit._shown_evidence))]
    return found


def scores(
    audit: Audit, queries: Sequence[Any], templates: Sequence[str] | None = OWN
) -> Float[np.ndarray, "query component"]:
    """Return for each text or image its cosine with every component, for each concept its effect.

    Both are 1 at best and 0 where nothing speaks for a component, but they are different quantities.
    """
    shown_at = [i for i, query in enumerate(queries) if isinstance(query, Concept)]
    others = [i for i in range(len(queries)) if i not in shown_at]
    result = np.empty((len(queries), audit.db.n_components), np.float32)
    if others or not queries:
        result[others] = audit._queries.cosines([queries[i] for i in others], templates)
    for i in shown_at:
        result[i] = evidence(audit, queries[i]).effect
    return result


def comparable(
    queries: Sequence[Any], rows: Float[np.ndarray, "query component"]
) -> Float[np.ndarray, "query component"]:
    """Return the rows of `scores` so that they can be compared with each other.

    Where texts and shown concepts are mixed, each row is measured in robust deviations from its median.
    """
    return standardised(rows) if unit(queries) == DEVIATIONS else rows


def unit(queries: Sequence[Any]) -> str:
    """Return what the numbers of `comparable` are."""
    kinds = {isinstance(query, Concept) for query in queries}
    if len(kinds) > 1:
        return DEVIATIONS
    return "effect" if kinds == {True} else "cosine"


def test_said(found: Evidence) -> str:
    """Return in words what was tested, and that it can't tell anything where that is so."""
    if found.paired:
        said = f"differences of {found.units} independent pairs, signs flipped"
    else:
        said = f"rank sum of {found.units} independent images against {found.controls}"
    if not found.enough:
        said += f"; too few: the smallest possible p is {found.smallest:.2g}"
    return said


def agreement(audit: Audit, concept: Concept) -> Agreement:
    """Return whether the foundation model finds the concept's name in its images; the last ones are kept."""
    key = (concept.name, concept.digest)
    with audit._lock:
        if key in audit._agreements:
            return audit._agreements[key]
    found = _agreement(audit, concept)
    with audit._lock:
        audit._agreements[key] = found
        while len(audit._agreements) > _REMEMBERED:
            del audit._agreements[next(iter(audit._agreements))]
    return found


def _agreement(audit: Audit, concept: Concept) -> Agreement:
    unknown = (float("nan"),) * 4
    model = audit.foundation_model
    if model is None:
        return Agreement(*unknown, None, "not compared with its name: the audit has no foundation model")
    words = audit._queries.unknown_words(concept.name)
    if words:
        listed = ", ".join(map(repr, words))
        said = f"{model.name} cannot know {listed}, so the text says something else, or nothing"
        return Agreement(*unknown, False, said)
    direction = audit._queries.embed([concept.name])
    probe = audit.db.probe
    kept = None if probe is None else probe.embeddings

    def similarities(images: Sequence[ShownImage]) -> Float[np.ndarray, "1 image"]:
        rows = []
        for image in images:
            if image.png is None:
                rows.append(None if kept is None else kept[_places(probe, [image], concept)[0]])
        pictures = [image.picture for image in images if image.png is not None]
        encoded = iter(model.encode_images(pictures)) if pictures else iter(())
        stored = iter(rows)
        vectors = [next(stored) if image.png is None else next(encoded) for image in images]
        if any(vector is None for vector in vectors):
            raise InputError("the database keeps no embeddings of its probe images")
        return search.cosine(direction, np.asarray(vectors, np.float32))

    try:
        a = similarities(concept.images)
        if concept.without:
            b = similarities(concept.without)
        elif kept is None:
            raise InputError("the database keeps no embeddings of its probe images")
        else:
            rest = np.asarray(kept, np.float32)[_rest(probe, concept)]
            b = search.cosine(direction, rest[np.isfinite(rest).all(axis=1)])
    except InputError as error:
        return Agreement(*unknown, None, f"not compared with its name: {error}")
    found = _tested(concept, a, b, None)
    numbers = float(found.effect[0]), float(found.low[0]), float(found.high[0]), float(found.p[0])
    if not found.enough:
        return Agreement(*numbers, None, f"too few images to say whether {model.name} knows {concept.name!r}")
    if found.p[0] <= shown.LEVEL:
        return Agreement(*numbers, True, f"{model.name} finds {concept.name!r} in these images")
    return Agreement(
        *numbers, False, f"{model.name} does not know {concept.name!r}: it finds it no more in the images "
        "that show it than in the others, so the text says something else, or nothing",
    )  # fmt: skip


def _given(
    audit: Audit, concept: Concept, layer: str, progress: Progress | None
) -> dict[str, Float[np.ndarray, " component"]]:
    """Return the activations of a layer in the concept's own pictures, by their digests."""
    pictures = {i.digest: i for i in (*concept.images, *concept.without) if i.png is not None}
    if not pictures:
        return {}
    judge = need(audit._judge, f"The concept {concept.name!r}, with images that are not the database's own,")
    pooling = str(audit.db.provenance.get("pooling", "max"))
    # All layers in one pass; the judge remembers them.
    found = judge.activations(list(pictures.values()), audit.db.layers, pooling, progress)
    return dict(zip(pictures, found[layer], strict=True))


def _of_slice(
    audit: Audit,
    concept: Concept,
    layer: str,
    part: slice,
    values: dict[str, Float[np.ndarray, " component"]],
) -> Evidence:
    probe = audit.db.probe
    if probe is None and (
        not concept.without or any(i.png is None for i in (*concept.images, *concept.without))
    ):
        raise InputError(
            f"The concept {concept.name!r} has nothing to be compared with: the database "
            f"{audit.db.path.name!r} lacks {'; '.join(audit.db.lacks)}",
            next_step="Give images that do not show it as without=[…], or build the database again",
        )
    kept = None if probe is None else probe.activations(layer, part)

    def of(images: Sequence[ShownImage]) -> Float[np.ndarray, "component image"]:
        columns: list[np.ndarray] = []
        for image in images:
            if image.png is not None:
                columns.append(values[image.digest][part])
            else:
                assert kept is not None
                columns.append(kept[:, _places(probe, [image], concept)[0]])
        return np.stack(columns, axis=1)

    if concept.without:
        return _tested(concept, of(concept.images), of(concept.without), kept)
    assert kept is not None
    return _tested(concept, of(concept.images), kept[:, _rest(probe, concept)], kept)


def _tested(
    concept: Concept,
    a: Float[np.ndarray, "component image"],
    b: Float[np.ndarray, "component control"],
    among: Float[np.ndarray, "component other"] | None,
) -> Evidence:
    """Test images that show a concept against the others; `among` are the images that pairs get places of."""
    names, controls = concept.unit_names
    controls = controls or [f"\0-{i}" for i in range(b.shape[1])]
    both = set() if concept.pairs else set(names) & set(controls)
    if not concept.pairs and not both:
        return shown.unpaired(a, b, _numbers(names), _numbers(controls))
    if among is None:
        among = np.concatenate([a, b], axis=1)
    a, b = shown.places(a, among), shown.places(b, among)
    if concept.pairs:
        return shown.paired(a, b, _numbers(names))
    apart = sorted((set(names) | set(controls)) - both)
    if apart:
        raise InputError(
            f"Of the sources of the concept {concept.name!r}, {len(both)} are on both sides and "
            f"{len(apart)} on one only ({apart[0].lstrip(chr(0))!r})",
            expected="every source on both sides (it is then compared with itself), or none",
        )
    order = sorted(both)
    return shown.paired(_by_source(a, names, order), _by_source(b, controls, order), np.arange(len(order)))


def _by_source(values: np.ndarray, names: Sequence[str], order: Sequence[str]) -> np.ndarray:
    listed = np.array(names, dtype=object)
    return np.stack([values[:, listed == name].mean(axis=1) for name in order], axis=1)


def _numbers(names: Sequence[str]) -> Int[np.ndarray, " image"]:
    return pd.factorize(np.array(names, dtype=object))[0].astype(np.int64)


def _places(
    probe: ProbeImages | None, images: Sequence[ShownImage], concept: Concept
) -> Int[np.ndarray, " image"]:
    """Return where probe images of a concept are among the kept ones."""
    if probe is None:
        raise InputError(f"The concept {concept.name!r} has probe images, and the database keeps none")
    ids = np.array([image.probe for image in images], np.int64)
    places = np.searchsorted(probe.ids, ids)
    for id, place in zip(ids, places, strict=True):
        if place == len(probe.ids) or probe.ids[place] != id:
            raise UnknownNameError(
                f"Probe image {id} of the concept {concept.name!r} is not among the {len(probe)} images "
                "whose activations the database keeps",
                expected="an id of audit.db.probe.ids",
            )
    return places


def _rest(probe: ProbeImages | None, concept: Concept) -> Int[np.ndarray, " image"]:
    """Return the places of the kept probe images that are not the concept's own."""
    assert probe is not None
    own = [image.probe for image in concept.images if image.png is None]
    return np.flatnonzero(~np.isin(probe.ids, np.array(own, np.int64)))
