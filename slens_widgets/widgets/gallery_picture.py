"""The gallery as a contact sheet: the first components with their examples, for papers."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from slens_widgets.audit import Audit, concepts
from slens_widgets.files import stored_picture
from slens_widgets.query import Query
from slens_widgets.types import Component
from slens_widgets.widgets.pictures import INK, MUTED

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from matplotlib.figure import Figure

ROWS = 8
TILES = 16


@dataclass(frozen=True)
class Sheet:
    """What a contact sheet shows, best first."""

    title: str
    """How the rows were chosen."""
    rows: Sequence[tuple[str, str, bytes]]
    """Name, what is said of it, and the strip of its examples as a JPEG."""
    tile: int
    """Side of an example in the strip, in pixels."""

    def strips(self) -> list[np.ndarray]:
        """Return the decoded strips, cut to the examples that fit."""
        found = []
        for _, _, jpeg in self.rows:
            strip = stored_picture(jpeg).convert("RGB")
            found.append(np.asarray(strip.crop((0, 0, min(strip.width, TILES * self.tile), strip.height))))
        return found


def sheet(audit: Audit, rows: int = ROWS) -> Sheet:
    """Return the best matches of the session's query; without one the selected, else the clearest."""
    session, db = audit.session, audit.db
    scores = audit.scores()
    asked = Query.of(session.query, session.images)
    match = None
    if (
        asked
        and not (audit.foundation_model is None and session.images)
        and concepts.answerable(audit, asked.texts)
    ):
        match = audit.match(asked)["z"].to_numpy()
        order = np.argsort(-match, kind="stable")[:rows]
        parts = [session.query, *(image.name for image in session.images)]
        title = f"Best matches of {', '.join(part for part in parts if part)}"
    elif session.selection:
        order = np.array([db.position(component) for component in session.selection[:rows]])
        title = "Selected components"
    else:
        order = np.argsort(-scores["clarity"].to_numpy(), kind="stable")[:rows]
        title = "The clearest components"
    names = db.components
    said = [
        " · ".join(
            [
                *([f"match {match[i]:+.1f} σ"] if match is not None else []),
                f"clarity {scores['clarity'].iloc[i]:.2f}",
            ]
        )
        for i in order
    ]
    return _sheet(audit, title, [names[i] for i in order], said)


def plain_sheet(audit: Audit) -> Sheet:
    """Return a sheet that needs no computing: the selected components, or the first ones."""
    chosen = audit.session.selection[:ROWS]
    title = "Selected components" if chosen else "Components"
    shown = chosen or audit.db.components[:ROWS]
    return _sheet(audit, title, shown, ["" for _ in shown])


def draw(figure: Figure, sheet: Sheet) -> None:
    """Draw the sheet, one row a component."""
    figure.suptitle(sheet.title, x=0.01, ha="left", fontsize=10, color=INK)
    axes = figure.subplots(max(len(sheet.rows), 1), 1, squeeze=False)[:, 0]
    for place in axes:
        place.set_axis_off()
    for place, (name, said, _), strip in zip(axes, sheet.rows, sheet.strips(), strict=True):
        place.imshow(strip, interpolation="none")
        place.set_anchor("W")
        place.set_title(name, loc="left", fontsize=8, fontweight="bold", pad=2)
        place.set_title(said, loc="right", fontsize=8, color=MUTED, pad=2)


def to_plotly(sheet: Sheet) -> go.Figure:
    """Return the sheet as a plotly figure, its strips as images."""
    import plotly.graph_objects as go

    figure = go.Figure()
    width = max((strip.shape[1] for strip in sheet.strips()), default=1)
    step = sheet.tile + 26
    for row, ((name, said, _), strip) in enumerate(zip(sheet.rows, sheet.strips(), strict=True)):
        buffer = io.BytesIO()
        Image.fromarray(strip).save(buffer, "PNG")
        source = "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
        figure.add_layout_image(
            source=source, xref="x", yref="y", x=0, y=-row * step,
            sizex=strip.shape[1], sizey=sheet.tile, sizing="stretch", layer="below",
        )  # fmt: skip
        text = f"<b>{html.escape(name)}</b>  {html.escape(said)}"
        figure.add_annotation(
            x=0, y=-row * step, text=text, showarrow=False, xanchor="left", yanchor="bottom"
        )
    axis = {"visible": False, "fixedrange": True}
    figure.update_layout(
        template="plotly_white", title={"text": html.escape(sheet.title)},
        xaxis={**axis, "range": [0, width]}, yaxis={**axis, "range": [-len(sheet.rows) * step, 24]},
        width=width + 40, height=len(sheet.rows) * step + 110, margin={"l": 20, "r": 20, "t": 60, "b": 10},
    )  # fmt: skip
    return figure


def _sheet(audit: Audit, title: str, shown: Sequence[Component], said: Sequence[str]) -> Sheet:
    rows = [(str(each), text, audit.db.strip(each)) for each, text in zip(shown, said, strict=True)]
    return Sheet(title, rows, audit.db.tile)
