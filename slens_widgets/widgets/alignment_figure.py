"""The plotly figure behind the alignment plot."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from jaxtyping import Float, Int

from slens_widgets.audit.thresholds import EFFECT
from slens_widgets.process import new_lock
from slens_widgets.widgets.alignment_layout import LIGHT, TONES, layout, places

MAX_POINTS = 20_000
"""Points of all facets together; more make plotly slow."""
BINS = 48
"""Cells per side of the density that stands for the other components."""
NO_RELEVANCE_SIZE = 9.0
NO_FACET = ""
"""Name of the one facet where no class is audited."""


class AlignmentFigure:
    """Draws an alignment table, once for each class; calls `choose` with what is clicked or lassoed."""

    def __init__(self, choose: Callable[[list[int]], None]) -> None:
        self._choose = choose
        self._lock = new_lock()
        self._table: pd.DataFrame | None = None
        self._rows = np.empty(0, np.int64)
        self._thresholds: tuple[float, float] | None = None
        self._facets: dict[str, np.ndarray] = {}
        self._look = dict(LIGHT)
        self.widget = go.FigureWidget()
        # Where views are counted, the page tells the kernel of each that goes; of a closed plot it can't.
        self.widget._view_count = None
        self.widget._config = {
            "displaylogo": False,
            "showSendToCloud": False,
            "responsive": True,
            "modeBarButtonsToRemove": ["sendChartToCloud", "autoScale2d", "toggleSpikelines"],
        }
        self._arrange([NO_FACET], density=False)
        self._draw_look()

    def show(
        self,
        table: pd.DataFrame,
        facets: Mapping[str, Float[np.ndarray, " component"]],
        thresholds: tuple[float, float] | None,
        selected: Sequence[int],
    ) -> int:
        """Draw a table; return how many components, the least aligned, are drawn as a density only.

        Parameters
        ----------
        facets
            Relevance by class; every class gets the same axes and the same scale of sizes.
        """
        rows = strongest(table, MAX_POINTS // len(facets))
        with self._lock, self.widget.batch_update():
            rest = np.setdiff1d(np.arange(len(table)), rows)
            old = self._table
            moved = old is None or not _same_places(old, table) or not np.array_equal(rows, self._rows)
            if list(facets) != list(self._facets) or moved:
                self._arrange(list(facets), density=len(rest) > 0)
                moved = True
            self._table, self._rows, self._thresholds = table, rows, thresholds
            self._facets = dict(facets)
            largest = max((float(np.nanmax(np.abs(r), initial=0)) for r in facets.values()), default=0)
            shown = table.iloc[rows]
            for number, relevance in enumerate(facets.values()):
                trace = self.widget.data[number]
                if moved:
                    trace.x, trace.y = shown["valid"].to_numpy(), shown["spurious"].to_numpy()
                trace.text = _hover(shown, relevance[rows])
                trace.marker.size = sizes(relevance[rows], largest)
            if moved and len(rest):
                self._draw_density(table.iloc[rest], len(facets))
            self._draw_look()
            self.select(selected)
        return len(rest)

    def empty(self) -> None:
        """Draw no points."""
        with self._lock, self.widget.batch_update():
            self._table, self._rows, self._facets = None, np.empty(0, np.int64), {}
            self._arrange([NO_FACET], density=False)
            self._draw_look()

    def select(self, selected: Sequence[int]) -> None:
        """Emphasise these components and dim the others; none emphasised is none dimmed."""
        with self._lock:
            if self._table is None:
                return
            found = np.flatnonzero(np.isin(self._rows, np.asarray(selected, np.int64))).tolist()
            with self.widget.batch_update():
                for trace in self._points():
                    trace.selectedpoints = found if len(selected) else None

    def look(self, look: dict[str, str]) -> None:
        """Take on the colours of the page's theme."""
        with self._lock, self.widget.batch_update():
            self._look = dict(look)
            self._draw_look()

    def copy(self) -> go.Figure:
        """Return what is drawn as a plain figure, in the light look."""
        with self._lock:
            figure = go.Figure(self.widget)
            self._dress(figure, LIGHT)
        return figure

    def _points(self) -> list[Any]:
        return [trace for trace in self.widget.data if trace.type == "scattergl"]

    def _arrange(self, names: Sequence[str], density: bool) -> None:
        """Make one trace of points for each facet, and where some are left out one of density."""
        self.widget.data = ()
        kinds: list[Callable[..., Any]] = [_point_trace, *([_density_trace] if density else [])]
        axes = [str(number + 1) if number else "" for number in range(len(names))]
        self.widget.add_traces([kind(axis) for kind in kinds for axis in axes])
        for trace in self._points():
            trace.on_click(lambda _trace, points, _state: self._chosen(points.point_inds))
            trace.on_selection(lambda _trace, points, _selector: self._lassoed(points.point_inds))
            trace.on_deselect(lambda _trace, _points: self._choose([]))

    def _lassoed(self, found: Sequence[int]) -> None:
        self._chosen(found)
        # An outline that stays takes the clicks in it, and has what lies in it selected, whatever is set.
        self.widget.plotly_relayout({"selections": []})

    def _chosen(self, found: Sequence[int]) -> None:
        with self._lock:
            positions = [int(self._rows[place]) for place in found if 0 <= place < len(self._rows)]
        # Of several facets those that hold no point of the lasso report an empty one each.
        if positions:
            self._choose(positions)

    def _draw_density(self, rest: pd.DataFrame, count: int) -> None:
        counts, x, y = np.histogram2d(rest["valid"], rest["spurious"], bins=BINS)
        shown = np.where(counts > 0, np.log10(np.maximum(counts, 1)) + 0.3, np.nan).T
        for trace in self.widget.data[count:]:
            trace.x, trace.y = (x[:-1] + x[1:]) / 2, (y[:-1] + y[1:]) / 2
            trace.z, trace.customdata = shown, counts.T

    def _draw_look(self) -> None:
        self._dress(self.widget, self._look)

    def _dress(self, figure: go.Figure, look: Mapping[str, str]) -> None:
        """Give a figure the colours of a look, and the thresholds and names where they are now."""
        tones, table = TONES[look["theme"]], self._table
        colours = None if table is None else [tones[name] for name in table["quadrant"].iloc[self._rows]]
        for trace in figure.data:
            if trace.type == "heatmap":
                trace.colorscale = [[0, look["background"]], [1, look["muted"]]]
                continue
            if colours is not None:
                trace.marker.color = colours
            trace.marker.opacity = 0.85
            trace.marker.line = {"width": 0.6, "color": look["background"]}
            trace.unselected.marker.opacity = 0.15
        names = [html.escape(name) for name in self._facets] or [NO_FACET]
        counts = None if table is None else table["quadrant"].value_counts().to_dict()
        unit = EFFECT if table is None else table.attrs["unit"]
        figure.layout.update(layout(look, names, self._thresholds, counts, unit), overwrite=True)


def strongest(table: pd.DataFrame, most: int) -> Int[np.ndarray, " component"]:
    """Return the rows of the components with the largest alignment to either set, in order."""
    if len(table) <= most:
        return np.arange(len(table))
    alignment = table[["valid", "spurious"]].max(axis=1).to_numpy()
    return np.sort(np.argpartition(-alignment, most)[:most])


def sizes(
    relevance: Float[np.ndarray, " component"], largest: float | None = None
) -> Float[np.ndarray, " component"]:
    """Return diameters in pixels: area grows with the magnitude of the relevance; unknown is one size."""
    strength = np.abs(relevance)
    if largest is None:
        largest = float(np.nanmax(strength)) if np.isfinite(strength).any() else 0
    if not np.isfinite(strength).any() or largest == 0:
        return np.full(len(relevance), NO_RELEVANCE_SIZE)
    return 5.0 + 17.0 * np.sqrt(np.nan_to_num(strength / largest))


def _point_trace(axis: str) -> go.Scattergl:
    return go.Scattergl(
        x=[], y=[], mode="markers", hoverinfo="text", selected_marker_opacity=1.0, **places(axis)
    )


def _density_trace(axis: str) -> go.Heatmap:
    said = "%{customdata} components hereabouts, not drawn one by one<extra></extra>"
    return go.Heatmap(showscale=False, hoverongaps=False, hovertemplate=said, opacity=0.6, **places(axis))


def _hover(shown: pd.DataFrame, relevance: Float[np.ndarray, " component"]) -> list[str]:
    # plotly reads its own few tags in a text; a layer's name holds none.
    return [
        f"{html.escape(row.layer)}:{row.component}<br>valid {row.valid:.2f}, spurious {row.spurious:.2f}"
        + (f"<br>corrected p {row.p_valid:.2g}, {row.p_spurious:.2g}" if row.p_valid == row.p_valid else "")
        + f"<br>raw cosine {row.cosine_valid:.2f}, {row.cosine_spurious:.2f}"
        + (f"<br>relevance {value:.3g}" if np.isfinite(value) else "")
        for row, value in zip(shown.itertuples(), relevance, strict=True)
    ]


def _same_places(old: pd.DataFrame, new: pd.DataFrame) -> bool:
    return len(old) == len(new) and all(
        np.array_equal(old[name], new[name], equal_nan=True) for name in ("valid", "spurious")
    )
