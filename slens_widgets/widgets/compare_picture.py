"""Still pictures of a comparison: what either model lacks, over the map of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from slens_widgets.widgets import gallery_picture, map_picture
from slens_widgets.widgets.gallery_picture import Sheet
from slens_widgets.widgets.map_picture import Points
from slens_widgets.widgets.pair import Pair

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ROWS = 4
MAP_SHARE = 1.3
"""Height of the map for one of the sheets."""


def sheets(pair: Pair) -> list[Sheet]:
    """Return a contact sheet for each model of what the other one lacks most."""
    similarity, means = pair.similarity, pair.comparison.similarity.values()
    found = []
    for side, other, mean in zip(pair.numbering.sides, reversed(pair.names), means, strict=True):
        own = similarity[side.start : side.start + side.count]
        rows = []
        for index in np.argsort(own, kind="stable")[:ROWS]:
            _, component = pair.numbering.owner(side.start + int(index))
            rows.append((str(component), f"{own[index]:.2f}", side.audit.db.strip(component)))
        title = f"{side.name}: what {other} lacks ({mean:.3f} in all)"
        found.append(Sheet(title, rows, side.audit.db.tile))
    return found


def draw(figure: Figure, sheets: list[Sheet], points: Points | None = None) -> None:
    """Draw the sheets side by side, and below them the map where there is one."""
    upper = figure
    if points is not None:
        halves: Any = figure.subfigures(2, 1, height_ratios=[1, MAP_SHARE])
        upper = halves[0]
        map_picture.draw(halves[1], points)
    columns: Any = upper.subfigures(1, len(sheets))
    for part, sheet in zip(columns, sheets, strict=True):
        gallery_picture.draw(part, sheet)
