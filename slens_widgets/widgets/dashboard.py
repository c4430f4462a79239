"""The dashboard: the four widgets over one audit, in a layout that follows the width of the page."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import ipywidgets
import traitlets

from slens_widgets.audit import Audit, Evaluation
from slens_widgets.errors import UnknownNameError
from slens_widgets.files import unused
from slens_widgets.session import Change
from slens_widgets.trails import UNNAMED
from slens_widgets.types import Progress
from slens_widgets.widgets.alignment import AlignmentPlot, controls
from slens_widgets.widgets.base import AuditWidget
from slens_widgets.widgets.export import BUDGET, over_one, save_page
from slens_widgets.widgets.gallery import NeuronGallery
from slens_widgets.widgets.map import ConceptMap
from slens_widgets.widgets.messages import Answer, Request
from slens_widgets.widgets.numbering import Numbering
from slens_widgets.widgets.operations import Later, operation
from slens_widgets.widgets.pruning import PruningPanel
from slens_widgets.widgets.recording import Ask
from slens_widgets.widgets.roles import RolesView
from slens_widgets.widgets.scores import ScoresView
from slens_widgets.widgets.still import show

PANELS: dict[str, Callable[[Audit], Any]] = {
    "map": ConceptMap,
    "gallery": NeuronGallery,
    "alignment": AlignmentPlot,
    "pruning": PruningPanel,
    "roles": RolesView,
    "scores": ScoresView,
}

DEFAULT = ("map", "gallery", "alignment", "pruning")

RECORDED: dict[str, Callable[[Audit], AuditWidget]] = {
    "map": ConceptMap,
    "gallery": NeuronGallery,
    "alignment": controls,
    "pruning": PruningPanel,
    "roles": RolesView,
    "scores": ScoresView,
}
"""What answers for each panel in a saved page."""


class DashboardBar(AuditWidget):
    """The line above the panels: what is audited, selected and pruned. Lays out the panels below it."""

    _widget = traitlets.Unicode("dashboard").tag(sync=True)

    def __init__(self, audit: Audit, **kwargs: Any) -> None:
        super().__init__(audit, **kwargs)
        self._unfollow = audit.follow_trail(self._tell)

    def recorded(self) -> Iterable[Ask]:
        """Return what the line shows."""
        yield Ask("bar")

    def close(self) -> None:
        """Take the line off the page."""
        if "_unfollow" in self.__dict__:
            self._unfollow()
        super().close()

    def _on_change(self, change: Change) -> None:
        super()._on_change(change)
        if change.field == "pruned":
            self._tell()

    def _tell(self) -> None:
        self.tell("bar", self._bar)

    def _bar(self) -> Answer:
        session, name = self.audit.session, self.audit.trail.name
        named = not name.startswith(UNNAMED)
        body = {"undo": session.can_undo, "redo": session.can_redo, "trail": name if named else ""}
        return Answer({**body, "problem": self.audit.trail.problem})

    @operation("bar")
    def _ask_bar(self, request: Request, progress: Progress) -> Later:
        return self._bar

    @operation("undo")
    def _undo(self, request: Request, progress: Progress) -> Later:
        self.audit.session.undo()
        return self._bar

    @operation("redo")
    def _redo(self, request: Request, progress: Progress) -> Later:
        self.audit.session.redo()
        return self._bar

    @operation("save_trail")
    def _save_trail(self, request: Request, progress: Progress) -> Later:
        self.audit.save_trail(request.text("name"))
        return self._bar

    @operation("report", slow=True)
    def _report(self, request: Request, progress: Progress) -> Answer:
        """Write the report into the kernel's folder, which is the notebook's; nothing is replaced."""
        progress(0, 0, "Writing the report")
        place = unused(Path.cwd() / f"{self.audit.db.path.stem}-report.html")
        return Answer({"path": str(self.audit.report(place, progress=progress))})


class Dashboard(ipywidgets.VBox):
    """The map, the gallery, the alignment plot and the pruning panel of one audit, linked.

    Parameters
    ----------
    audit
        The audit to draw; `audit.session` holds what is selected, asked and pruned.
    panels
        Which panels, and in which order: of "map", "gallery", "alignment", "pruning", "roles",
        "scores".
    training
        Labelled images that the pruning panel mends the model with; see `PruningPanel`.

    Raises
    ------
    UnknownNameError
        There is no such panel.
    """

    def __init__(
        self, audit: Audit, *, panels: Sequence[str] = DEFAULT, training: Evaluation | None = None
    ) -> None:
        for name in panels:
            if name not in PANELS:
                raise UnknownNameError.of("panel", name, PANELS)
        self.audit = audit
        self.bar = DashboardBar(audit)
        makers: dict[str, Callable[[Audit], Any]] = {**PANELS}
        makers["pruning"] = functools.partial(PruningPanel, training=training)
        self.panels = {name: makers[name](audit) for name in dict.fromkeys(panels)}
        for name, panel in self.panels.items():
            panel.add_class("slens-panel")
            panel.add_class(f"slens-panel-{name}")
            panel.layout.width = "auto"
        grid = ipywidgets.Box(list(self.panels.values()), layout=ipywidgets.Layout(width="auto"))
        grid.add_class("slens-grid")
        grid.add_class(f"slens-grid-{len(self.panels)}")
        super().__init__([self.bar, grid], layout=ipywidgets.Layout(width="100%"))
        self.add_class("slens-dashboard")

    def export_html(
        self, path: str | os.PathLike[str], *, queries: Sequence[str] = (), budget: int = BUDGET
    ) -> Path:
        """Write the dashboard as one self-contained HTML file; see `AuditWidget.export_html`."""
        recorded = {"bar": DashboardBar, **{name: RECORDED[name] for name in self.panels}}
        makers = {name: over_one(make) for name, make in recorded.items()}
        numbering = Numbering.of(self.audit)
        return save_page(path, numbering, makers, title="Audit", queries=queries, budget=budget)

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any] | None:
        bundle: dict[str, Any] | None = super()._repr_mimebundle_(**kwargs)
        if bundle is not None and "map" in self.panels:
            # A notebook that is read without a kernel shows the map.
            shown = self.panels["map"]._repr_mimebundle_()
            png = shown[0].get("image/png") if shown else None
            if png is not None:
                bundle["image/png"] = png
        return bundle

    def _ipython_display_(self) -> None:
        show(self)

    def close(self) -> None:
        """Take the dashboard and its panels off the page."""
        for panel in self.__dict__.get("panels", {}).values():
            panel.close()
        if "bar" in self.__dict__:
            self.bar.close()
        super().close()
