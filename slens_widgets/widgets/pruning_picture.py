"""Still pictures of the pruning panel: accuracies before and after."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, NamedTuple

from slens_widgets.audit import PruningResult
from slens_widgets.audit.pruning import said
from slens_widgets.widgets.pictures import CATEGORIES, INK, LINE, MUTED

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from matplotlib.figure import Figure

MOST = 30
"""Rows of a picture; of more classes and groups those that change most."""


class Row(NamedTuple):
    """One accuracy, in percent."""

    of: str
    before: float
    after: float
    said: str
    """The change with its interval."""
    noise: bool
    """Whether the interval holds 0, or is unknown."""


def rows(result: PruningResult) -> list[Row]:
    """Return the accuracies that are known, the one of all images and the worst group's first."""
    found = [
        Row(str(row.of), 100 * row.before, 100 * row.after, said(row), bool(row.within_noise))
        for row in result.table.itertuples()
        if row.before == row.before
    ]
    if len(found) <= MOST:
        return found
    first = [row for row in found if row.of in ("accuracy", "worst group")]
    rest = sorted(found[len(first) :], key=lambda row: -abs(row.after - row.before))
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
    axes.barh(places, [row.after for row in shown], height=0.62, color=CATEGORIES[0], label="pruned")
    axes.plot(
        [row.before for row in shown],
        places,
        linestyle="none",
        marker="|",
        markersize=13,
        markeredgewidth=2.2,
        color=INK,
        label="as it is",
    )
    for place, row in zip(places, shown, strict=True):
        tone = MUTED if row.noise else INK
        change = row.said.removesuffix(", within noise")  # which the tone and the axis say
        axes.text(102, place, f"{row.after:.1f} ({change})", va="center", fontsize=8, color=tone)
    axes.set_yticks(places, [row.of for row in shown])
    axes.set_xlim(0, 100)
    axes.set_xlabel("accuracy in % (change in points, 95 % interval; grey: within noise)")
    axes.grid(axis="x", color=LINE, linewidth=0.6)
    axes.set_axisbelow(True)
    figure.suptitle(title(result), x=0.01, ha="left", fontsize=9)
    figure.legend(loc="outside lower right", ncols=2)


def to_plotly(result: PruningResult) -> go.Figure:
    """Return the same as a plotly figure, to be changed and exported by plotly's means."""
    import plotly.graph_objects as go

    shown = rows(result)
    names = [html.escape(row.of) for row in shown]
    figure = go.Figure()
    for name, place, colour in (("as it is", 1, "#8a929b"), ("pruned", 2, CATEGORIES[0])):
        figure.add_bar(
            y=names,
            x=[row[place] for row in shown],
            name=name,
            orientation="h",
            marker_color=colour,
            customdata=[row.said for row in shown],
            hovertemplate="%{y}: %{x:.1f} %<br>change %{customdata}<extra>" + name + "</extra>",
            text=[row.said for row in shown] if place == 2 else None,
            textfont={"color": [MUTED if row.noise else INK for row in shown]},
            textposition="outside",
            cliponaxis=False,
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
