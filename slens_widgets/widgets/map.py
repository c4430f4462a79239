"""The concept map: every component a point, near those that look alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import traitlets
from jaxtyping import Float

from slens_widgets.analyses.alignment import set_alignment
from slens_widgets.errors import UnknownNameError
from slens_widgets.query import Query
from slens_widgets.types import Progress
from slens_widgets.widgets.base import AuditWidget, operation
from slens_widgets.widgets.messages import Answer, Request
from slens_widgets.widgets.recording import Ask

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
        yield Ask("colour", {"by": "clarity"})
        if self.audit.foundation_model is None:
            return
        concepts = {"valid": session.valid, "spurious": session.spurious}
        yield Ask("colour", {"by": "alignment"}, concepts)
        for query in ("", *self.queries()):
            yield Ask("colour", {"by": "score"}, {"query": query})

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
