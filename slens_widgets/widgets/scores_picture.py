"""Still pictures of interpretability scores: a violin for each layer of each model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from slens_widgets.audit.leaderboard import SCORES
from slens_widgets.widgets.pictures import CATEGORIES, INK

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw(figure: Figure, tables: Mapping[str, pd.DataFrame]) -> None:
    """Draw a panel for each score, in it the layers below each other, the first model first."""
    groups = [
        (number, name, layer, part)
        for number, (name, table) in enumerate(tables.items())
        for layer, part in table.groupby("layer", sort=False)
    ]
    places = range(len(groups), 0, -1)
    panels: Any = figure.subplots(1, len(SCORES), sharey=True)
    for axes, score in zip(panels, SCORES, strict=True):
        for place, (number, _, _, part) in zip(places, groups, strict=True):
            values = part[score].dropna().to_numpy()
            colour = CATEGORIES[number % len(CATEGORIES)]
            if len(set(values)) > 1:
                [body] = axes.violinplot([values], [place], orientation="horizontal", showextrema=False)[
                    "bodies"
                ]
                body.set(facecolor=colour, edgecolor=colour, alpha=0.45)
            if len(values):
                axes.boxplot(
                    [values], positions=[place], orientation="horizontal", widths=0.12, showfliers=False,
                    medianprops={"color": INK},
                )  # fmt: skip
        axes.set_title(score)
        axes.set_ylim(0.3, len(groups) + 0.7)
    several = len(tables) > 1
    panels[0].set_yticks(
        places, [f"{name}\n{layer}" if several else str(layer) for _, name, layer, _ in groups]
    )
