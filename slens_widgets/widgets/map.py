"""The concept map: every component a point, near those that look alike."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np
import pandas as pd
import traitlets
from jaxtyping import Float

from slens_widgets.audit import Audit, concepts
from slens_widgets.audit.layout import has_coordinates
from slens_widgets.audit.match import matched
from slens_widgets.errors import InputError, UnknownNameError
from slens_widgets.query import Query
from slens_widgets.types import Progress
from slens_widgets.widgets.base import AuditWidget, check_audit
from slens_widgets.widgets.labels import NO_LABEL, labels_answer
from slens_widgets.widgets.map_picture import MOST_KEYS, Points, draw, to_plotly
from slens_widgets.widgets.messages import Answer, Request
from slens_widgets.widgets.numbering import Numbering
from slens_widgets.widgets.operations import operation
from slens_widgets.widgets.pair import Pair
from slens_widgets.widgets.pictures import Drawing
from slens_widgets.widgets.recording import Ask

if TYPE_CHECKING:
    import plotly.graph_objects as go

MOST_PREVIEWED = 20_000
COLOURINGS = ("clarity", "polysemanticity", "alignment", "relevance", "score", "similarity")


class ConceptMap(AuditWidget):
    """Scatter of all components by the similarity of their examples: pan, zoom, click, lasso.

    Coloured by `audit.session.color_by`: "layer", "label" (in the session's vocabulary), "clarity",
    "polysemanticity", "alignment" (by how it leans to the valid concepts, see `Audit.align`), "relevance"
    (for the session's target class), "score" (of the session's query) or "pruned"; beside another audit also
    "model" and "similarity" (to the most similar component of the other one, see `sw.compare`).

    Parameters
    ----------
    audit
        The audit to draw.
    other
        A second audit in the same foundation model's space: its components stand on the same map as diamonds,
        and are selected in its own session. Query, concepts, target and colouring are the first one's. It may
        be the same audit, with another layer.
    layer_a, layer_b
        Show only this layer of the audit, and of the other; None shows all.
    names
        What to call the two; by default their models' names.
    layout
        An `ipywidgets.Layout`, for the size.

    Raises
    ------
    FingerprintMismatchError
        The two were embedded with different foundation models.
    """

    _widget = traitlets.Unicode("map").tag(sync=True)
    _title = "Concept map"

    def __init__(
        self,
        audit: Audit,
        *,
        other: Audit | None = None,
        layer_a: str | None = None,
        layer_b: str | None = None,
        names: Sequence[str] | None = None,
        layout: ipywidgets.Layout | None = None,
    ) -> None:
        for each in (audit, *([] if other is None else [other])):
            check_audit(each)
        self._how: dict[str, Any] = {"layer_a": layer_a, "layer_b": layer_b, "names": names}
        given = [name for name, value in self._how.items() if value is not None]
        if other is None and given:
            raise InputError(f"{' and '.join(given)} without a second audit", expected="other=…")
        self.pair = None if other is None else Pair.of(audit, other, **self._how)
        super().__init__(audit, layout=layout)

    def _numbered(self) -> Numbering:
        return super()._numbered() if self.pair is None else self.pair.numbering

    def _apart(self, numbering: Numbering) -> AuditWidget:
        if self.pair is None:
            return super()._apart(numbering)
        first, second = (side.audit for side in numbering.sides)
        twin = type(self)(first, other=second, **self._how)
        # Nothing is compared or laid out again.
        twin.pair = replace(self.pair, numbering=twin.numbering)
        return twin

    def recorded(self) -> Iterable[Ask]:
        """Return the layout and every colouring that the session's state gives."""
        session = self.audit.session
        yield Ask("points")
        for by in ("clarity", "polysemanticity", *(["similarity"] if self.pair else [])):
            yield Ask("colour", {"by": by})
        sets = {"valid": session.valid, "spurious": session.spurious}
        if concepts.answerable(self.audit, (*session.valid, *session.spurious)):
            yield Ask("colour", {"by": "alignment"}, sets)
        for query in ("", *self.answerable_queries()):
            yield Ask("colour", {"by": "score"}, {"query": query})

    def drawing(self) -> Drawing:
        """Return what draws the map, coloured and selected as it is now."""
        return functools.partial(draw, points=self._picture(self.audit.session.color_by))

    def preview(self) -> Drawing | None:
        """Return what draws the map where its layout is known and its points are few enough to be quick."""
        known = self.pair.comparison.is_laid_out if self.pair else has_coordinates(self.audit.db)
        if not known or self.numbering.total > MOST_PREVIEWED:
            return None
        by = self.audit.session.color_by
        return functools.partial(draw, points=self._picture(by if by in ("pruned", "model") else "layer"))

    def to_plotly(self) -> go.Figure:
        """Return the map as a plotly figure, coloured and selected as it is now."""
        return to_plotly(self._picture(self.audit.session.color_by))

    def _places(self) -> Float[np.ndarray, "component 2"]:
        if self.pair is not None:
            return self.pair.places
        return self.audit.project()[["x", "y"]].to_numpy(np.float32)

    def _picture(self, by: str) -> Points:
        session, layers, sides = self.audit.session, self.numbering.layers(), self.numbering.sides
        common: dict[str, Any] = {
            "xy": self._places(),
            "names": [f"{layer['name']}:{i}" for layer in layers for i in range(layer["count"])],
            "selected": self.numbering.marked("selection"),
        }
        if self.pair is not None:
            common |= {"sides": np.repeat([0, 1], [side.count for side in sides]), "models": self.pair.names}
        if by in COLOURINGS:
            values = self._values(by, _quietly)
            if values is not None:
                meaning = {
                    "score": f"match with {session.query!r}, σ above the median component",
                    "relevance": f"relevance for {session.target}",
                }
                diverging = by == "alignment"
                return Points(**common, meaning=meaning.get(by, by), values=values, diverging=diverging)
        if by == "label":
            answer = labels_answer(self.numbering, _quietly)
            if answer.body["available"]:
                return Points(**common, meaning="label", **_label_groups(answer))
        if by == "pruned":
            groups = np.zeros(self.numbering.total, np.int64)
            groups[self.numbering.marked("pruned")] = 1
            return Points(**common, meaning="pruned", groups=groups, group_names=["kept", "pruned"])
        if by == "model" and self.pair is not None:
            return Points(**common, meaning="model", groups=common["sides"], group_names=self.pair.names)
        groups = np.repeat(np.arange(len(layers)), [layer["count"] for layer in layers])
        names = [layer["name"] for layer in layers]
        return Points(**common, meaning="layer", groups=groups, group_names=names)

    @operation("points", slow=True)
    def _points(self, request: Request, progress: Progress) -> Answer:
        progress(0, 0, "Laying out the map")
        return Answer({}, [self._places().tobytes()])

    @operation("colour", slow=True)
    def _colour(self, request: Request, progress: Progress) -> Answer:
        by = request.text("by")
        if by not in COLOURINGS:
            raise UnknownNameError.of("colouring", by, COLOURINGS)
        progress(0, 0, f"Computing {by}")
        values = self._values(by, progress)
        if values is None:
            return Answer({"available": False})
        # Coloured by deviations, which can be read; what they are deviations of is told beside them.
        raw = (
            self._over_sides(lambda audit: _of(_match_of(audit, self.audit), "match"))
            if by == "score"
            else None
        )
        buffers = [values] if raw is None else [values, raw]
        return Answer({"available": True}, [np.asarray(each, np.float32).tobytes() for each in buffers])

    def _values(self, by: str, progress: Progress) -> Float[Any, " component"] | None:
        if by == "similarity":
            return None if self.pair is None else self.pair.similarity
        return self._over_sides(lambda audit: _values_of(audit, self.audit, by, progress))

    def _over_sides(
        self, of: Callable[[Audit], Float[Any, " component"] | None]
    ) -> Float[Any, " component"] | None:
        """Return the values of all audits' components, NaN where one has none; None where none has."""
        found = [of(side.audit) for side in self.numbering.sides]
        if all(values is None for values in found):
            return None
        return np.concatenate(
            [
                np.full(side.count, np.nan) if values is None else np.asarray(values)[side.rows()]
                for side, values in zip(self.numbering.sides, found, strict=True)
            ]
        )


def _values_of(audit: Audit, first: Audit, by: str, progress: Progress) -> Float[Any, " component"] | None:
    """Return the values of an audit's components for what the session of the first one asks."""
    session = first.session
    if by in ("clarity", "polysemanticity"):
        return audit.scores()[by].to_numpy()
    if by == "relevance":
        if audit.live is None or session.target is None:
            return None
        if audit is not first and session.target not in audit.class_names:
            return None
        return audit.relevance(session.target, progress=progress)["relevance"].to_numpy()
    if by == "score":
        return _of(_match_of(audit, first), "z")
    valid, spurious = (concepts.asked(first, texts) for texts in (session.valid, session.spurious))
    members = (*valid, *spurious)
    if not members or not concepts.known_to(audit, first, members):
        return None
    table = audit.align(valid, spurious, remember=False)
    # An empty set has no score: what is left is that of the other.
    return (table["valid"].fillna(0) - table["spurious"].fillna(0)).to_numpy()


def _match_of(audit: Audit, first: Audit) -> pd.DataFrame | None:
    """Return how an audit's components match the query of the first one's session."""
    query = Query.of(first.session.query, first.session.images)
    wanted, unwanted = (
        [concepts.named(first, part) for part in side] for side in (query.wanted, query.unwanted)
    )
    if not query or not concepts.known_to(audit, first, [*wanted, *unwanted]):
        return None
    return matched(audit, wanted, unwanted)


def _of(table: pd.DataFrame | None, column: str) -> Float[Any, " component"] | None:
    return None if table is None else table[column].to_numpy()


def _label_groups(answer: Answer) -> dict[str, Any]:
    """Return the groups of the commonest labels, −1 for what has none of these."""
    names = answer.body["names"]
    index = np.frombuffer(answer.buffers[0], np.uint32)
    labelled = index[index != NO_LABEL]
    commonest = np.argsort(-np.bincount(labelled, minlength=len(names)), kind="stable")[:MOST_KEYS]
    place = np.full(len(names) + 1, -1)
    place[commonest] = np.arange(len(commonest))
    groups = place[np.where(index == NO_LABEL, len(names), index)]
    return {"groups": groups, "group_names": [names[i] for i in commonest]}


def _quietly(done: int, total: int, stage: str) -> None:
    """Say nothing of the progress."""
