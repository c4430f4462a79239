"""Scores: how clear, polysemantic and redundant components are, as distributions and as a leaderboard."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import traitlets

from slens_widgets.analyses.distributions import BINS, density, span
from slens_widgets.audit import Audit
from slens_widgets.audit.databases import check_comparable
from slens_widgets.audit.leaderboard import SCORES, leaderboard, named_databases
from slens_widgets.errors import InputError, UnknownNameError
from slens_widgets.types import Progress
from slens_widgets.widgets import scores_picture
from slens_widgets.widgets.base import AuditWidget, check_audit
from slens_widgets.widgets.messages import Answer, Request
from slens_widgets.widgets.numbering import Numbering
from slens_widgets.widgets.operations import operation
from slens_widgets.widgets.pictures import Drawing
from slens_widgets.widgets.recording import Ask
from slens_widgets.widgets.scores_figure import plot_scores

if TYPE_CHECKING:
    import plotly.graph_objects as go

GROUPINGS: Final = ("layer", "model")
WIDE, HIGH = 100, 30
"""Of the page's small pictures of a distribution."""


class ScoresView(AuditWidget):
    """Clarity, polysemanticity and redundancy of layers or models: distributions in a table to sort.

    Each row is a layer, or a model: the mean of each score with its standard error, the distribution over the
    components with its quartiles, and where the selected components of the first audit stand in it. With
    several audits it is the leaderboard; those with a live model have their accuracy besides.

    Parameters
    ----------
    audits
        One audit or several, or one mapping that gives them names. The session is that of the first.

    Raises
    ------
    InputError
        There is no audit, or something else.
    FingerprintMismatchError
        They were embedded with different foundation models: their scores don't compare.

    Source: SemanticLens (arXiv 2501.05398), evaluate.
    """

    _widget = traitlets.Unicode("scores").tag(sync=True)
    _title = "Scores"

    def __init__(self, *audits: Audit | Mapping[str, Audit], **kwargs: Any) -> None:
        [first, *rest] = audits or [None]
        given: Any = first if isinstance(first, Mapping) and not rest else list(audits)
        if not given:
            raise InputError("ScoresView was given nothing", expected="an sw.Audit, or several")
        for each in given.values() if isinstance(given, Mapping) else given:
            check_audit(each)
        named = named_databases(given)
        check_comparable([db for _, db, _ in named])
        self.audits: dict[str, Audit] = {name: audit for name, _, audit in named if audit is not None}
        super().__init__(next(iter(self.audits.values())), **kwargs)

    def recorded(self) -> Iterable[Ask]:
        """Return the tables of layers and models, and the accuracies."""
        for by in GROUPINGS:
            yield Ask("ranked", {"by": by})
        yield Ask("judged")

    def drawing(self) -> Drawing:
        """Return what draws the distributions by layer and model."""
        return functools.partial(scores_picture.draw, tables=self._tables())

    def preview(self) -> Drawing | None:
        """Return the same where the scores are known."""
        known = all(audit._scores is not None for audit in self.audits.values())
        return self.drawing() if known else None

    def to_plotly(self) -> go.Figure:
        """Return the distributions as `sw.plot_scores` draws them."""
        return plot_scores(self.audits)

    def _apart(self, numbering: Numbering) -> ScoresView:
        first, *others = self.audits
        return type(self)({first: numbering.sides[0].audit, **{name: self.audits[name] for name in others}})

    def _tables(self) -> dict[str, Any]:
        return {name: audit.scores() for name, audit in self.audits.items()}

    @operation("ranked", slow=True)
    def _ranked(self, request: Request, progress: Progress) -> Answer:
        """Rows with the densities of each score; then the scores of the first audit's components."""
        by: Any = request.text("by")
        if by not in GROUPINGS:
            raise UnknownNameError.of("grouping", by, GROUPINGS)
        progress(0, 0, "Computing scores")
        # Databases, not audits: accuracies take an evaluation and come apart.
        ranked = leaderboard({name: audit.db for name, audit in self.audits.items()}, by=by)
        tables = self._tables()
        limits = {score: span([table[score].to_numpy() for table in tables.values()]) for score in SCORES}
        first, starts = next(iter(self.audits)), self.numbering.sides[0].starts
        rows = []
        for row in ranked.to_dict("records"):
            table = tables[row["model"]]
            part = table[table["layer"] == row["layer"]] if by == "layer" else table
            own = row["model"] == first
            rows.append(
                {
                    "model": row["model"],
                    "layer": row.get("layer", ""),
                    "components": row["components"],
                    "start": (starts[row["layer"]] if by == "layer" else 0) if own else None,
                    "scores": {
                        score: {
                            "mean": row[score],
                            "error": row[f"{score}_se"],
                            "quartiles": [row[f"{score}_q{quartile}"] for quartile in (25, 50, 75)],
                            "path": _path(density(part[score].to_numpy(), limits[score])),
                        }
                        for score in SCORES
                    },
                }
            )
        body = {
            "rows": rows,
            "limits": limits,
            "note": ranked.attrs.get("note", ""),
        }
        values = [tables[first][score].to_numpy(np.float32).tobytes() for score in SCORES]
        return Answer(body, values)

    @operation("judged", slow=True)
    def _judged(self, request: Request, progress: Progress) -> Answer:
        """Accuracy and worst group of the models that are there to be asked."""
        found = {}
        for name, audit in self.audits.items():
            if audit.live is not None:
                metrics = audit.prune([], progress=progress).before
                found[name] = {"accuracy": metrics.accuracy, "worst group": metrics.worst_group}
        return Answer({"models": found})


def _path(shares: np.ndarray) -> str:
    """Return a distribution as the outline of an area, as high as the picture where it is largest."""
    tall = HIGH * shares / max(float(shares.max()), 1e-12)
    points = [f"{WIDE * (i + 0.5) / BINS:.1f} {HIGH - y:.1f}" for i, y in enumerate(tall)]
    return f"M0 {HIGH}L{'L'.join(points)}L{WIDE} {HIGH}Z"
