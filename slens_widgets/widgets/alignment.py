"""The alignment plot: what each component encodes of what it should, against what it should not."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import ipywidgets
import numpy as np
import pandas as pd
import traitlets

from slens_widgets.analyses.alignment import QUADRANTS
from slens_widgets.audit import Audit
from slens_widgets.errors import Cancelled, InputError
from slens_widgets.session import Change
from slens_widgets.types import Progress
from slens_widgets.widgets.alignment_figure import AlignmentFigure
from slens_widgets.widgets.base import AuditWidget, operation
from slens_widgets.widgets.export import BUDGET, save_page
from slens_widgets.widgets.messages import Answer, Request
from slens_widgets.widgets.recording import Ask
from slens_widgets.widgets.worker import Job

COLOUR = re.compile(r"#[0-9a-f]{6}")


class AlignmentControls(AuditWidget):
    """The concept sets and the target class above the plot."""

    _widget = traitlets.Unicode("alignment").tag(sync=True)
    _title = "Alignment"

    def recorded(self) -> Iterable[Ask]:
        """Return the alignment to the session's concepts, and what each quadrant selects."""
        session = self.audit.session
        concepts = {"valid": session.valid, "spurious": session.spurious, "target": session.target}
        yield Ask("look", None)
        yield Ask("aligned", when=concepts, event=True)
        for quadrant in QUADRANTS:
            yield Ask("choose", {"quadrant": quadrant}, concepts)

    def __init__(self, audit: Audit, figure: AlignmentFigure, **kwargs: Any) -> None:
        self._figure = figure
        self._unknown: list[str] = []
        self._shown: dict[str, Any] = {"rows": 0}
        self.table: pd.DataFrame | None = None
        super().__init__(audit, **kwargs)
        self._compute()

    def _on_change(self, change: Change) -> None:
        super()._on_change(change)
        if change.field == "selection":
            self._figure.select(self._selected())
        elif change.field in ("valid", "spurious", "target"):
            self._compute()

    def _selected(self) -> list[int]:
        return [self.position(component) for component in self.audit.session.selection]

    def _compute(self) -> None:
        self._worker.submit(
            Job(
                self._run,
                lane="align",
                report=lambda done, total, stage: self.notify(
                    "progress", {"done": done, "total": total, "stage": stage}
                ),
            )
        )

    def _run(self, progress: Progress) -> None:
        session = self.audit.session
        if self.audit.foundation_model is None or not (session.valid and session.spurious):
            self.table = None
            self._figure.empty()
            self._tell({"rows": 0})
            return
        try:
            progress(0, 0, "Aligning")
            table = self.audit.align(
                session.valid, session.spurious, session.target, remember=False, progress=progress
            )
        except Cancelled:
            return
        except Exception as error:
            self._tell({"rows": 0, "error": self.explain(error)})
            return
        self.table = table
        left_out = self._figure.show(table, table.attrs["thresholds"], self._selected())
        unknown = table.attrs["unknown_words"]
        words = [word for found in unknown.values() for word in found]
        counts = {str(name): int(n) for name, n in table["quadrant"].value_counts().items()}
        self._tell(
            {
                "rows": len(table),
                "left_out": left_out,
                "counts": counts,
                "unknown": list(dict.fromkeys(words)),
                "relevance": str(table.attrs["relevance"]),
                "sized": bool(np.isfinite(table["relevance"]).any()),
            }
        )

    def _tell(self, body: dict[str, Any]) -> None:
        self._shown = body
        self.notify("aligned", body)

    @operation("aligned")
    def _aligned(self, request: Request, progress: Progress) -> Answer:
        return Answer(self._shown)

    @operation("look")
    def _look(self, request: Request, progress: Progress) -> Answer:
        names = ("foreground", "muted", "line", "background", "theme")
        look = {name: request.text(name) for name in names}
        for name, value in look.items():
            if name == "theme" and value not in ("light", "dark"):
                raise InputError(f"The theme is {value!r}", expected="'light' or 'dark'")
            if name != "theme" and not COLOUR.fullmatch(value):
                raise InputError(f"The colour {name!r} is {value!r}", expected="like '#1f2328'")
        self._figure.look(look)
        return Answer()

    @operation("choose")
    def _choose(self, request: Request, progress: Progress) -> Answer:
        """Select what a quadrant holds."""
        quadrant = request.text("quadrant")
        if self.table is not None:
            rows = np.flatnonzero(self.table["quadrant"].to_numpy() == quadrant)
            self.audit.session.selection = tuple(self._components[i] for i in rows)
        return Answer()


def controls(audit: Audit) -> AlignmentControls:
    """Return the controls of a plot that is on no page."""
    return AlignmentPlot(audit).controls


class AlignmentPlot(ipywidgets.VBox):
    """Alignment to valid concepts against alignment to spurious ones, sized by relevance for the target.

    Click or lasso selects. The concept sets and the target are those of `audit.session`.
    """

    def __init__(self, audit: Audit, *, layout: ipywidgets.Layout | None = None) -> None:
        self._drawing = AlignmentFigure(self._choose)
        self.controls = AlignmentControls(audit, self._drawing)
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

    def wait(self, timeout: float = 60.0) -> bool:
        """Wait until the plot has nothing left to do; False where that takes longer."""
        return self.controls.wait(timeout)

    def export_html(
        self, path: str | os.PathLike[str], *, queries: Sequence[str] = (), budget: int = BUDGET
    ) -> Path:
        """Write the plot as one self-contained HTML file; see `AuditWidget.export_html`."""
        makers = {"alignment": controls}
        return save_page(path, self.audit, makers, title="Alignment", queries=queries, budget=budget)

    def _choose(self, positions: list[int]) -> None:
        self.audit.session.selection = tuple(self.controls.component(i) for i in positions)

    def close(self) -> None:
        """Take the plot off the page."""
        if "controls" in self.__dict__:
            self.controls.close()
            self._drawing.widget.close()
        super().close()
