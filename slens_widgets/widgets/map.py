"""The concept map: every component a point, near those that look alike."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import traitlets
from jaxtyping import Float

from slens_widgets.analyses.alignment import set_alignment
from slens_widgets.audit.layout import has_coordinates
from slens_widgets.errors import UnknownNameError
from slens_widgets.query import Query
from slens_widgets.types import Progress
from slens_widgets.widgets.base import AuditWidget, operation
from slens_widgets.widgets.map_picture import MOST_KEYS, Points, draw, to_plotly
from slens_widgets.widgets.messages import Answer, Request
from slens_widgets.widgets.pictures import Drawing
from slens_widgets.widgets.recording import Ask

if TYPE_CHECKING:
    import plotly.graph_objects as go

MOST_PREVIEWED = 20_000
COLOURINGS = ("clarity", "polysemanticity", "alignment", "relevance", "score")


class ConceptMap(AuditWidget):
    """Scatter of all components by the similarity of their examples: pan, zoom, click, lasso.

    Coloured by `audit.session.color_by`: "layer", "label" (in the session's vocabulary), "clarity",
    "polysemanticity", "alignment" (by how it leans to the valid concepts, see `Audit.align`), "relevance"
    (for the session's target class), "score" (of the session's query) or "pruned".
    """

    _widget = traitlets.Unicode("map").tag(sync=True)
    _title = "Concept map"

    def recorded(self) -> Iterable[Ask]:
        """Return the layout and every colouring that the session's state gives."""
        session = self.audit.session
        yield Ask("points")
        for by in ("clarity", "polysemanticity"):
            yield Ask("colour", {"by": by})
        if self.audit.foundation_model is None:
            return
        concepts = {"valid": session.valid, "spurious": session.spurious}
        yield Ask("colour", {"by": "alignment"}, concepts)
        for query in ("", *self.queries()):
            yield Ask("colour", {"by": "score"}, {"query": query})

    def drawing(self) -> Drawing:
        """Return what draws the map, coloured and selected as it is now."""
        return functools.partial(draw, points=self._picture(self.audit.session.color_by))

    def preview(self) -> Drawing | None:
        """Return what draws the map where its layout is known and its points are few enough to be quick."""
        known = has_coordinates(self.audit.db)
        if not known or self.audit.db.n_components > MOST_PREVIEWED:
            return None
        by = self.audit.session.color_by
        return functools.partial(draw, points=self._picture(by if by == "pruned" else "layer"))

    def to_plotly(self) -> go.Figure:
        """Return the map as a plotly figure, coloured and selected as it is now."""
        return to_plotly(self._picture(self.audit.session.color_by))

    def _picture(self, by: str) -> Points:
        session, db = self.audit.session, self.audit.db
        table = self.audit.project()
        layers, which = table["layer"].to_numpy(), table["component"].to_numpy()
        common: dict[str, Any] = {
            "xy": table[["x", "y"]].to_numpy(np.float32),
            "names": [f"{layer}:{index}" for layer, index in zip(layers, which, strict=True)],
            "selected": db.positions(session.selection),
        }
        if by in COLOURINGS:
            values = self._values(by, lambda done, total, stage: None)
            if values is not None:
                meaning = {
                    "score": f"score of {session.query!r}",
                    "relevance": f"relevance for {session.target}",
                }
                diverging = by == "alignment"
                return Points(**common, meaning=meaning.get(by, by), values=values, diverging=diverging)
        if by == "label" and session.vocabulary:
            groups, names = pd.factorize(self.audit.labels()["label"])
            commonest = np.argsort(-np.bincount(groups[groups >= 0], minlength=len(names)), kind="stable")
            place = np.full(len(names) + 1, -1)
            place[commonest[:MOST_KEYS]] = np.arange(min(MOST_KEYS, len(names)))
            shown = [str(names[i]) for i in commonest[:MOST_KEYS]]
            return Points(**common, meaning="label", groups=place[groups], group_names=shown)
        if by == "pruned":
            groups = np.zeros(db.n_components, np.int64)
            groups[db.positions(session.pruned)] = 1
            return Points(**common, meaning="pruned", groups=groups, group_names=["kept", "pruned"])
        groups = np.repeat(np.arange(len(db.layers)), [len(db[layer]) for layer in db.layers])
        return Points(**common, meaning="layer", groups=groups, group_names=db.layers)

    @operation("points", slow=True)
    def _points(self, request: Request, progress: Progress) -> Answer:
        progress(0, 0, "Laying out the map")
        table = self.audit.project()
        return Answer({}, [table[["x", "y"]].to_numpy(np.float32).tobytes()])

    @operation("colour", slow=True)
    def _colour(self, request: Request, progress: Progress) -> Answer:
        by = request.text("by")
        if by not in COLOURINGS:
            raise UnknownNameError.of("colouring", by, COLOURINGS)
        progress(0, 0, f"Computing {by}")
        values = self._values(by, progress)
        if values is None:
            return Answer({"available": False})
        return Answer({"available": True}, [np.asarray(values, np.float32).tobytes()])

    def _values(self, by: str, progress: Progress) -> Float[Any, " component"] | None:
        session = self.audit.session
        if by in ("clarity", "polysemanticity"):
            return self.audit.scores()[by].to_numpy()
        if by == "relevance":
            if self.audit.live is None or session.target is None:
                return None
            return self.audit.relevance(session.target, progress=progress)["relevance"].to_numpy()
        if by == "score":
            asked = Query.of(session.query, session.images)
            return self.audit.match(asked)["match"].to_numpy() if asked else None
        if session.valid and session.spurious:
            table = self.audit.align(session.valid, session.spurious, remember=False)
            return -table["lean"].to_numpy()
        texts, sign = (session.valid, 1) if session.valid else (session.spurious, -1)
        if not texts:
            return None
        return sign * set_alignment(np.stack([self.audit.search_scores(text) for text in texts]))
