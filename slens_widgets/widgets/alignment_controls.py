"""The alignment plot's controls: concepts, thresholds and classes; what they ask for is computed here."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import traitlets

from slens_widgets.analyses.alignment import QUADRANTS, WITHHELD
from slens_widgets.audit import Audit, concepts
from slens_widgets.audit.thresholds import IN_SHORT
from slens_widgets.errors import Cancelled, InputError
from slens_widgets.session import Change
from slens_widgets.types import Progress
from slens_widgets.widgets.alignment_figure import NO_FACET, AlignmentFigure, sizes
from slens_widgets.widgets.alignment_picture import draw
from slens_widgets.widgets.messages import Answer, Request
from slens_widgets.widgets.operations import Later, operation
from slens_widgets.widgets.pictures import Drawing
from slens_widgets.widgets.recording import Ask
from slens_widgets.widgets.shown_concepts import ShowsConcepts
from slens_widgets.widgets.worker import Job

COLOUR = re.compile(r"#[0-9a-f]{6}")
MAX_FACETS = 6
"""Classes side by side."""


class AlignmentControls(ShowsConcepts):
    """The concept sets, the thresholds and the classes above the plot."""

    _widget = traitlets.Unicode("alignment").tag(sync=True)
    _title = "Alignment"

    def __init__(
        self, audit: Audit, figure: AlignmentFigure, classes: Sequence[str] | None = None, **kwargs: Any
    ) -> None:
        self._figure = figure
        self._beside = classes is not None
        self._classes = tuple(audit.class_names[:MAX_FACETS] if classes is None else classes)
        self._shown: dict[str, Any] = {"rows": 0}
        self.table: pd.DataFrame | None = None
        self.facets: dict[str, np.ndarray] = {}
        super().__init__(audit, **kwargs)
        self._compute()

    def recorded(self) -> Iterable[Ask]:
        """Return the alignment to the session's concepts, its points, and what each quadrant selects."""
        session = self.audit.session
        asked = {name: getattr(session, name) for name in ("valid", "spurious", "target", "thresholds")}
        yield Ask("look", None)
        yield from self.about_concepts()
        yield Ask("aligned", when=asked, event=True)
        yield Ask("points", when=asked)
        for quadrant in QUADRANTS:
            yield Ask("choose", {"quadrant": quadrant}, asked)

    def drawing(self) -> Drawing | None:
        """Return what draws the plot as it is now."""
        # Not `wait`: a page asks for the picture on the thread that it would wait for.
        self._worker.wait(60)
        if self.table is None:
            return None
        thresholds, selected = self.table.attrs["thresholds"], self._selected()
        return functools.partial(
            draw, table=self.table, facets=self.facets, thresholds=thresholds, selected=selected
        )

    def _on_change(self, change: Change) -> None:
        super()._on_change(change)
        if change.field == "selection":
            self._figure.select(self._selected())
        elif change.field in ("valid", "spurious", "concepts", "target", "thresholds"):
            self._compute()

    def _selected(self) -> list[int]:
        return self.audit.db.positions(self.audit.session.selection).tolist()

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
        members = (*session.valid, *session.spurious)
        complete = session.valid and session.spurious and concepts.answerable(self.audit, members)
        if not complete:
            self.table, self.facets = None, {}
            self._figure.empty()
            self._tell({"rows": 0})
            return
        try:
            progress(0, 0, "Aligning")
            self.table, self.facets = self._align(progress)
        except Cancelled:
            return
        except BaseException as error:
            # Also a SystemExit or CancelledError of the user's own code: the page waits for an end.
            self._tell({"rows": 0, "error": self.explain(error)})
            return
        left_out = self._figure.show(
            self.table, self.facets, self.table.attrs["thresholds"], self._selected()
        )
        self._tell(self._about(self.table, left_out))

    def _align(self, progress: Progress) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
        """Return the alignment, which no class changes, and the relevance for each class that is drawn."""
        session = self.audit.session
        names = self._classes if self._beside and self._classes else (session.target,)
        facets: dict[str, np.ndarray] = {}
        for name in names:
            table = self.audit.align(
                session.valid,
                session.spurious,
                name,
                thresholds=session.thresholds,
                remember=False,
                progress=progress,
            )
            facets[NO_FACET if name is None else name] = table["relevance"].to_numpy(np.float64)
        return table, facets

    def _about(self, table: pd.DataFrame, left_out: int) -> dict[str, Any]:
        attrs = table.attrs
        words = [word for found in attrs["unknown_words"].values() for word in found]
        thresholds = attrs["thresholds"]
        limits = []
        for side, name in enumerate(("valid", "spurious")):
            reach = [
                table[name].min(),
                table[name].max(),
                *([] if thresholds is None else [thresholds[side]]),
            ]
            limits.append([float(min(reach)), float(max(reach))])
        sized = any(np.isfinite(relevance).any() for relevance in self.facets.values())
        return {
            "rows": len(table),
            "left_out": left_out,
            "counts": {
                str(name): int(n) for name, n in table["quadrant"].value_counts().items() if name in QUADRANTS
            },
            "unknown": list(dict.fromkeys(words)),
            "relevance": _of_classes(self.facets) if self._beside else str(attrs["relevance"]),
            "sized": sized,
            "thresholds": None if thresholds is None else list(thresholds),
            "withheld": attrs["withheld"],
            "unit": attrs["unit"],
            "axis": IN_SHORT[attrs["unit"]],
            "threshold_source": attrs["threshold_source"],
            "at_chance": attrs["at_chance"],
            "limits": limits,
            "beside": self._beside,
            "facets": len(self._classes),
        }

    def _tell(self, body: dict[str, Any]) -> None:
        self._shown = body
        self.tell("aligned", self._drawn)

    def _drawn(self) -> Answer:
        return Answer(self._shown)

    @operation("aligned")
    def _aligned(self, request: Request, progress: Progress) -> Later:
        return self._drawn

    @operation("points")
    def _points(self, request: Request, progress: Progress) -> Answer:
        """What a page without plotly draws: alignments, relevance, quadrants, diameters in quarter pixels."""
        # Not `wait`: the page asks on the thread that it would wait for.
        self._worker.wait(60)
        if self.table is None:
            return Answer()
        relevance = next(iter(self.facets.values()))
        columns = [self.table["valid"].to_numpy(), self.table["spurious"].to_numpy(), relevance]
        # What has no quadrant is drawn like what lies in none of the three that say something.
        names = self.table["quadrant"].replace(WITHHELD, QUADRANTS[-1])
        which = pd.Categorical(names, QUADRANTS).codes
        parts = [np.asarray(column, np.float32).tobytes() for column in columns]
        return Answer(
            {}, [*parts, which.astype(np.uint8).tobytes(), (4 * sizes(relevance)).astype(np.uint8).tobytes()]
        )

    @operation("beside")
    def _set_beside(self, request: Request, progress: Progress) -> Answer:
        """Draw all classes side by side, or the target alone."""
        on = request.value("on")
        if not isinstance(on, bool):
            raise InputError(f"'on' is {on!r}", expected="true or false")
        self._beside = on
        self._compute()
        return Answer()

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
            self.audit.session.selection = tuple(self.audit.db.components_at(np.asarray(rows, np.int64)))
        return Answer()


def _of_classes(facets: Iterable[str]) -> str:
    return f"mean relevance for {', '.join(repr(name) for name in facets)}, all on one scale"
