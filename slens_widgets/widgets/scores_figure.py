"""The distributions of interpretability scores, layer by layer and model by model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from slens_widgets.audit.leaderboard import SCORES, named_databases
from slens_widgets.audit.tables import score_table

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
"""Okabe and Ito's, told apart whatever the eye."""


def plot_scores(audits: Any) -> Figure:
    """Draw the distribution of every score, a violin for each layer, side by side for several models.

    Parameters
    ----------
    audits
        An audit or a database, or several in a list or by name, as for `sw.leaderboard`.
    """
    from plotly.graph_objects import Violin
    from plotly.subplots import make_subplots

    several = isinstance(audits, Mapping) or (isinstance(audits, Sequence) and not isinstance(audits, str))
    models = named_databases(audits if several else [audits])
    figure: Figure = make_subplots(rows=1, cols=len(SCORES), subplot_titles=list(SCORES))
    for number, (name, db, _) in enumerate(models):
        table = score_table(db)
        shown = name.replace("<", "‹").replace(">", "›")  # plotly reads tags in names
        for column, score in enumerate(SCORES, 1):
            values = table.dropna(subset=[score])
            figure.add_trace(
                Violin(
                    x=values["layer"],
                    y=values[score],
                    name=shown,
                    legendgroup=shown,
                    showlegend=column == 1 and len(models) > 1,
                    line_color=_COLOURS[number % len(_COLOURS)],
                    meanline_visible=True,
                    points="all" if len(values) <= 300 else False,
                    marker={"size": 3, "opacity": 0.5},
                    box_visible=True,
                    hovertemplate="%{x}: %{y:.3f}<extra></extra>",
                ),
                row=1,
                col=column,
            )
    figure.update_layout(
        template="plotly_white",
        violinmode="group",
        height=380,
        margin={"l": 48, "r": 16, "t": 40, "b": 48},
        legend={"orientation": "h", "y": -0.2},
    )
    figure.update_xaxes(type="category")
    return figure
