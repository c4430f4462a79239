"""Still pictures of the pruning panel: accuracies before and after."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from slens_widgets.audit import PruningResult
from slens_widgets.widgets.pictures import CATEGORIES, INK, LINE

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from matplotlib.figure import Figure

MOST = 30
"""Rows of a picture; of more classes and groups those that change most."""


def rows(result: PruningResult) -> list[tuple[str, float, float]]:
    """Return (what, before, after) in percent, the accuracy and the worst group first."""
    table = result.table
    found = [
        (str(name), 100 * float(before), 100 * float(after))
        for name, before, after in zip(table["of"], table["before"], table["after"], strict=True)
    ]
    if len(found) <= MOST:
        return found
    first = [row for row in found if row[0] in ("accuracy", "worst group")]
    rest = sorted(found[len(first) :], key=lambda row: -abs(row[2] - row[1]))
    return [*first, *rest[: MOST - len(first)]]


def title(result: PruningResult) -> str:
    """Return what was pruned and judged."""
    what = "decisions on labels change" if result.several else "get another class"
    return (
        f"{len(result.components):,} components pruned, replaced by {result.mode}; "
        f"{result.before.n:,} images, {len(result.flips):,} {what}"
    )


def draw(figure: Figure, result: PruningResult) -> None:
    """Draw a bar for each accuracy after pruning, with a mark where it was."""
    shown = rows(result)
    places = range(len(shown), 0, -1)
    axes = figure.add_subplot()
    axes.barh(places, [after for _, _, after in shown], height=0.62, color=CATEGORIES[0], label="pruned")
    axes.plot(
        [before for _, before, _ in shown],
        places,
        linestyle="none",
        marker="|",
        markersize=13,
        markeredgewidth=2.2,
        color=INK,
        label="as it is",
    )
    for place, (_, before, after) in zip(places, shown, strict=True):
        axes.text(102, place, f"{after:.1f} ({after - before:+.1f})", va="center", fontsize=8)
    axes.set_yticks(places, [name for name, _, _ in shown])
    axes.set_xlim(0, 100)
    axes.set_xlabel("accuracy in % (change in points)")
    axes.grid(axis="x", color=LINE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_title(title(result), fontsize=9, loc="left")
    figure.legend(loc="outside lower right", ncols=2)


def to_plotly(result: PruningResult) -> go.Figure:
    """Return the same as a plotly figure, to be changed and exported by plotly's means."""
    import plotly.graph_objects as go

    shown = rows(result)
    names = [html.escape(name) for name, _, _ in shown]
    figure = go.Figure()
    for name, place, colour in (("as it is", 1, "#8a929b"), ("pruned", 2, CATEGORIES[0])):
        figure.add_bar(
            y=names,
            x=[row[place] for row in shown],
            name=name,
            orientation="h",
            marker_color=colour,
            hovertemplate="%{y}: %{x:.1f} %<extra>" + name + "</extra>",
        )
    figure.update_layout(
        template="plotly_white",
        title={"text": html.escape(title(result)), "font": {"size": 14}},
        xaxis={"range": [0, 100], "title": {"text": "accuracy in %"}},
        yaxis={"autorange": "reversed"},
        barmode="group",
        height=160 + 44 * len(shown),
    )
    return figure
