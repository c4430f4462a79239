"""The map as a still picture and as a plotly figure: the colours of the session, without the gestures."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Bool, Float, Int

from slens_widgets.widgets.pictures import CATEGORIES, DIVERGING, INK, MUTED, SEQUENTIAL

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from matplotlib.figure import Figure

FEW = 3_000
"""Points that are drawn as shapes; more are one image inside the picture."""
MOST_KEYS = 8
OTHERS = "#c4c9cf"
"""Paler than the grey among the categories."""
MARKERS: Sequence[Any] = ("o", (4, 0, 0))
SYMBOLS = ("circle", "diamond")
"""Shapes of the first audit's components and of the other's."""


@dataclass(frozen=True)
class Points:
    """What the map shows: places, and either groups or values of all components."""

    xy: Float[np.ndarray, "component 2"]
    """Places of the components."""
    names: Sequence[str]
    """What each is called."""
    meaning: str
    """What the colours mean."""
    selected: Int[np.ndarray, " selected"]
    """Rows of the selected components."""
    groups: Int[np.ndarray, " component"] | None = None
    """Group of each component, −1 for none; None where values colour the points."""
    group_names: Sequence[str] = ()
    """Names of the groups."""
    values: Float[np.ndarray, " component"] | None = None
    """Value of each component; NaN where there is none."""
    diverging: bool = False
    """Whether the values have a middle, at zero."""
    sides: Int[np.ndarray, " component"] | None = None
    """0 for a component of the first audit, 1 for one of the other; None where there is no other."""
    models: Sequence[str] = ()
    """Names of the two audits."""

    @property
    def limits(self) -> tuple[float, float]:
        """The least and the largest value; symmetric about zero where they diverge."""
        found = self.values[np.isfinite(self.values)] if self.values is not None else np.empty(0)
        if not len(found):
            return 0.0, 1.0
        if self.diverging:
            reach = float(np.abs(found).max()) or 1.0
            return -reach, reach
        return float(found.min()), float(max(found.max(), found.min() + 1e-9))

    def shapes(self) -> list[tuple[Bool[np.ndarray, " component"], str, int]]:
        """Return the components that are drawn alike: which, whose they are, and the number of the shape."""
        if self.sides is None:
            return [(np.ones(len(self.xy), bool), "", 0)]
        return [(self.sides == side, name, side) for side, name in enumerate(self.models)]

    @property
    def size(self) -> float:
        """Diameter of a point in pixels, smaller the more there are."""
        return float(np.clip(260 / np.sqrt(max(len(self.xy), 1)), 1.2, 9))


def tones(n: int) -> list[str]:
    """Return a colour for each of `n` groups: beyond eight they run along the ramp, in their order."""
    if n <= MOST_KEYS:
        return list(CATEGORIES[:n])
    from matplotlib.colors import to_hex

    ramp = _ramp(SEQUENTIAL)
    return [to_hex(ramp(i / (n - 1))) for i in range(n)]


def draw(figure: Figure, points: Points) -> None:
    """Draw the map with its legend."""
    axes = figure.add_subplot()
    axes.set_aspect("equal", adjustable="datalim")
    axes.set_axis_off()
    style: dict[str, Any] = {
        "s": (0.75 * points.size) ** 2,
        "linewidths": 0,
        "alpha": 0.9,
        "rasterized": len(points.xy) > FEW,
    }
    if points.sides is not None:
        grey: dict[str, Any] = {**style, "s": 40, "color": MUTED}
        keys = [axes.scatter([], [], marker=MARKERS[shape], **grey) for _, _, shape in points.shapes()]
        shapes = axes.legend(keys, points.models, loc="upper left", ncols=2, borderpad=0, handletextpad=0.2)
        axes.add_artist(shapes)  # beside the legend of the colours
    if points.values is not None:
        known = np.isfinite(points.values)
        low, high = points.limits
        ramp: dict[str, Any] = {**style, "vmin": low, "vmax": high, "cmap": _ramp(_stops(points))}
        for which, _, shape in points.shapes():
            unknown, shown = which & ~known, which & known
            axes.scatter(*points.xy[unknown].T, marker=MARKERS[shape], color=MUTED, **style)
            x, y = points.xy[shown].T
            drawn = axes.scatter(x, y, marker=MARKERS[shape], c=points.values[shown], **ramp)
        figure.colorbar(drawn, ax=axes, label=points.meaning, shrink=0.6, pad=0.02)
    elif points.groups is not None:
        for group, name, tone in _layers(points):
            said = f"{name} ({(points.groups == group).sum():,})"
            for which, _, shape in points.shapes():
                where = which & (points.groups == group)
                if where.any():
                    axes.scatter(*points.xy[where].T, marker=MARKERS[shape], color=tone, label=said, **style)
                    said = "_"  # matplotlib leaves out of the legend what begins so
        place: dict[str, Any] = {"loc": "center left", "bbox_to_anchor": (1, 0.5)}
        axes.legend(title=points.meaning, markerscale=7 / points.size, **place)
    if len(points.selected):
        ring = {**style, "s": (0.75 * points.size + 4) ** 2, "linewidths": 1.0, "alpha": 1.0}
        for which, _, shape in points.shapes():
            chosen = points.selected[which[points.selected]]
            axes.scatter(
                *points.xy[chosen].T, marker=MARKERS[shape], facecolors="none", edgecolors=INK, **ring
            )


def to_plotly(points: Points) -> go.Figure:
    """Return the map as a plotly figure, to be changed and exported by plotly's means."""
    import plotly.graph_objects as go

    names = np.array([html.escape(name) for name in points.names], dtype=object)
    figure = go.Figure()

    def add(where: np.ndarray, name: str, **more: Any) -> None:
        for which, model, shape in points.shapes():
            here = where & which
            if not here.any():
                continue
            x, y = points.xy[here].T
            marker = {"size": points.size, "opacity": 0.9, "symbol": SYMBOLS[shape], **more}
            if isinstance(more.get("color"), np.ndarray):
                # All values are on the one scale beside the plot.
                marker |= {"color": more["color"][here], "showscale": "showscale" not in shown}
                shown.add("showscale")
            said = name if not model or model in name else f"{name}, {html.escape(model)}"
            figure.add_scattergl(
                x=x, y=y, mode="markers", name=said, text=names[here], marker=marker,
                hovertemplate="%{text}<extra></extra>",
            )  # fmt: skip

    shown: set[str] = set()
    if points.values is not None:
        known = np.isfinite(points.values)
        add(~known, "no value", color=MUTED)
        low, high = points.limits
        scale = [[i / 4, tone] for i, tone in enumerate(_stops(points))]
        bar = {"title": {"text": html.escape(points.meaning)}}
        ramp = {"colorscale": scale, "cmin": low, "cmax": high, "colorbar": bar}
        add(known, html.escape(points.meaning), color=points.values, **ramp)
    elif points.groups is not None:
        for group, name, tone in _layers(points):
            add(points.groups == group, html.escape(name), color=tone)
    if len(points.selected):
        ring = {"color": "rgba(0,0,0,0)", "size": points.size + 4, "line": {"color": INK, "width": 1.5}}
        where = np.zeros(len(points.xy), bool)
        where[points.selected] = True
        add(where, "selected", **ring)
    axis = {"visible": False}
    figure.update_layout(
        template="plotly_white", xaxis=axis, yaxis={**axis, "scaleanchor": "x"},
        legend={"title": {"text": html.escape(points.meaning)}, "itemsizing": "constant"},
        showlegend=points.values is None, margin={"l": 10, "r": 10, "t": 20, "b": 10},
    )  # fmt: skip
    return figure


def _layers(points: Points) -> list[tuple[int, str, str]]:
    """The groups to draw, what is in none of them last."""
    colours = tones(len(points.group_names))
    found = [(i, name, colours[i]) for i, name in enumerate(points.group_names)]
    others = points.groups is not None and bool((points.groups < 0).any())
    return [*found, (-1, "others", OTHERS)] if others else found


def _stops(points: Points) -> Sequence[str]:
    return DIVERGING if points.diverging else SEQUENTIAL


def _ramp(stops: Sequence[str]) -> Any:
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("slens", list(stops))
