"""The alignment plot: what each component encodes of what it should, against what it should not."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets

from slens_widgets.audit import Audit
from slens_widgets.errors import InputError, UnknownNameError
from slens_widgets.widgets.alignment_controls import MAX_FACETS, AlignmentControls
from slens_widgets.widgets.alignment_figure import AlignmentFigure
from slens_widgets.widgets.base import check_audit
from slens_widgets.widgets.export import BUDGET, over_one, save_page
from slens_widgets.widgets.numbering import Numbering

if TYPE_CHECKING:
    import plotly.graph_objects as go


def controls(audit: Audit) -> AlignmentControls:
    """Return the controls of a plot that is on no page."""
    return AlignmentPlot(audit).controls


class AlignmentPlot(ipywidgets.VBox):
    """Alignment to valid concepts against alignment to spurious ones, sized by relevance for the target.

    Click or lasso selects. The concept sets, the target and the thresholds are those of `audit.session`.

    Parameters
    ----------
    audit
        The audit to draw.
    classes
        Classes to draw side by side, at most six. None draws the target alone; the first six can then be had
        by a button.

    Raises
    ------
    InputError
        More than six classes; `UnknownNameError` where there is no such class.
    """

    def __init__(
        self,
        audit: Audit,
        *,
        classes: Sequence[str] | None = None,
        layout: ipywidgets.Layout | None = None,
    ) -> None:
        check_audit(audit)
        self._drawing = AlignmentFigure(self._choose)
        checked = None if classes is None else check_classes(audit, classes)
        self.controls = AlignmentControls(audit, self._drawing, checked)
        self.audit = audit
        self.controls.layout.width = "auto"
        super().__init__(
            [self.controls, self._drawing.widget], layout=layout or ipywidgets.Layout(width="100%")
        )
        self.add_class("slens-alignment-box")

    @property
    def figure(self) -> Any:
        """The plotly FigureWidget."""
        return self._drawing.widget

    def to_plotly(self) -> go.Figure:
        """Return the plot, as it is now, as a plotly figure, to be changed and exported by plotly's means."""
        self.wait()
        return self._drawing.copy()

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the plot, as it is now, as a PNG, an SVG or a PDF; see `AuditWidget.save`."""
        if self.controls.drawing() is None:
            raise InputError(
                "There is nothing to draw yet",
                next_step="Set audit.session.valid = [...] and audit.session.spurious = [...]",
            )
        return self.controls.save(path)

    def wait(self, timeout: float = 60.0) -> bool:
        """Wait until the plot has nothing left to do; False where that takes longer."""
        return self.controls.wait(timeout)

    def export_html(
        self, path: str | os.PathLike[str], *, queries: Sequence[str] = (), budget: int = BUDGET
    ) -> Path:
        """Write the plot as one self-contained HTML file; see `AuditWidget.export_html`."""
        makers = {"alignment": over_one(controls)}
        numbering = Numbering.of(self.audit)
        return save_page(path, numbering, makers, title="Alignment", queries=queries, budget=budget)

    def _choose(self, positions: list[int]) -> None:
        self.audit.session.selection = tuple(self.controls.component(i) for i in positions)

    def close(self) -> None:
        """Take the plot off the page."""
        if "controls" in self.__dict__:
            self.controls.close()
            self._drawing.widget.close()
        super().close()


def check_classes(audit: Audit, classes: Sequence[str]) -> tuple[str, ...]:
    """Return classes to be drawn side by side, or say what is wrong with them."""
    names = tuple(dict.fromkeys([classes] if isinstance(classes, str) else classes))
    for name in names:
        if name not in audit.class_names:
            raise UnknownNameError.of("class", name, audit.class_names)
    if not 1 <= len(names) <= MAX_FACETS:
        raise InputError(f"{len(names)} classes side by side", expected=f"1 to {MAX_FACETS}")
    return names
