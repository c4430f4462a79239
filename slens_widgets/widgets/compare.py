"""Two models side by side: what only one of them knows, what both know, and all of it on one map."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence

import ipywidgets
import numpy as np
import traitlets

from slens_widgets.audit import Audit
from slens_widgets.types import Progress
from slens_widgets.widgets import compare_picture
from slens_widgets.widgets.base import check_audit
from slens_widgets.widgets.map import ConceptMap
from slens_widgets.widgets.messages import Answer, Request
from slens_widgets.widgets.operations import operation
from slens_widgets.widgets.pair import Pair
from slens_widgets.widgets.pictures import Drawing
from slens_widgets.widgets.recording import Ask

HEIGHT = "720px"
MOST_PREVIEWED = 4_000
"""Components of both that are compared in a moment, before a notebook shows the still picture."""


class CompareView(ConceptMap):
    """What two models share and what only one of them knows; see `sw.compare` for the measures.

    First the components that the other model lacks most, with their examples, labels and largest cosine with
    any of its components; then the pairs in which each is the other's most similar one; both on one map. A
    click selects in the session of the audit that the component is of, a pair in both.

    Parameters
    ----------
    audit, other
        Audits of two models, of one before and after training, or the same one twice with two layers. Their
        foundation model must be the same.
    layer_a, layer_b
        Compare only this layer of the audit, and of the other; None compares all.
    names
        What to call the two; by default their models' names.
    layout
        An `ipywidgets.Layout`, for the size.

    Raises
    ------
    FingerprintMismatchError
        The two were embedded with different foundation models.

    Source: SemanticLens (arXiv 2501.05398), compare.
    """

    _widget = traitlets.Unicode("compare").tag(sync=True)
    _title = "Comparison"
    pair: Pair

    def __init__(
        self,
        audit: Audit,
        other: Audit,
        *,
        layer_a: str | None = None,
        layer_b: str | None = None,
        names: Sequence[str] | None = None,
        layout: ipywidgets.Layout | None = None,
    ) -> None:
        check_audit(other)
        layout = layout or ipywidgets.Layout(width="100%", height=HEIGHT)
        super().__init__(audit, other=other, layer_a=layer_a, layer_b=layer_b, names=names, layout=layout)

    def recorded(self) -> Iterable[Ask]:
        """Return the comparison and what the map asks for."""
        yield Ask("compared")
        yield from super().recorded()

    def _foremost(self) -> Iterable[int]:
        return np.argsort(self.pair.similarity).tolist()

    def drawing(self) -> Drawing:
        """Return what draws what either lacks, over the map of both."""
        points = self._picture(self.audit.session.color_by)
        return functools.partial(
            compare_picture.draw, sheets=compare_picture.sheets(self.pair), points=points
        )

    def preview(self) -> Drawing | None:
        """Return the same without a map that is not laid out yet, where that takes but a moment."""
        if self.pair.comparison.is_laid_out:
            return self.drawing()
        if self.numbering.total > MOST_PREVIEWED:
            return None
        return functools.partial(compare_picture.draw, sheets=compare_picture.sheets(self.pair))

    @operation("compared", slow=True)
    def _compared(self, request: Request, progress: Progress) -> Answer:
        progress(0, 0, "Comparing")
        body = {"similarity": list(self.pair.comparison.similarity.values())}
        numbers = [self.pair.similarity, self.pair.matches.astype(np.uint32), self.pair.mutual]
        return Answer(body, [each.tobytes() for each in numbers])
