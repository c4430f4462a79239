"""The plotly figure behind the alignment plot."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from jaxtyping import Float

MAX_POINTS = 20_000
HEIGHT = 330
NO_RELEVANCE_SIZE = 9.0
TONES = {
    "light": {"valid": "#0072b2", "spurious": "#d55e00", "both": "#8a5ba6", "unexpected": "#8c939b"},
    "dark": {"valid": "#4ea8de", "spurious": "#f08a4b", "both": "#c09ae0", "unexpected": "#808890"},
}
LIGHT = {
    "foreground": "#1f2328",
    "muted": "#59636e",
    "line": "#d9dde2",
    "background": "#ffffff",
    "theme": "light",
}


class AlignmentFigure:
    """Draws one alignment table; calls `choose` with the positions of the points clicked or lassoed."""

    def __init__(self, choose: Callable[[list[int]], None]) -> None:
        self._choose = choose
        self._lock = threading.RLock()
        self._table: pd.DataFrame | None = None
        self._rows = np.empty(0, np.int64)
        self._thresholds = (0.0, 0.0)
        self._look = dict(LIGHT)
        self.widget = go.FigureWidget(
            [go.Scattergl(x=[], y=[], mode="markers", hoverinfo="text", selected_marker_opacity=1.0)]
        )
        self.widget._config = {
            "displaylogo": False,
            "showSendToCloud": False,
            "responsive": True,
            "modeBarButtonsToRemove": ["sendChartToCloud", "autoScale2d", "toggleSpikelines"],
        }
        trace = self.widget.data[0]
        trace.on_click(lambda _trace, points, _state: self._chosen(points.point_inds))
        trace.on_selection(lambda _trace, points, _selector: self._chosen(points.point_inds))
        trace.on_deselect(lambda _trace, _points: self._choose([]))
        self._draw_look()

    def show(self, table: pd.DataFrame, thresholds: tuple[float, float], selected: Sequence[int]) -> int:
        """Draw a table; return how many components were left out for lack of room, least aligned first."""
        strongest = table[["valid", "spurious"]].max(axis=1).to_numpy()
        rows = np.arange(len(table))
        if len(table) > MAX_POINTS:
            rows = np.sort(np.argpartition(-strongest, MAX_POINTS)[:MAX_POINTS])
        with self._lock:
            self._table, self._rows, self._thresholds = table, rows, thresholds
            shown = table.iloc[rows]
            with self.widget.batch_update():
                trace = self.widget.data[0]
                trace.x, trace.y = shown["valid"].to_numpy(), shown["spurious"].to_numpy()
                trace.text = [
                    f"{row.layer}:{row.component}<br>valid {row.valid:.2f}, spurious {row.spurious:.2f}"
                    + (f"<br>relevance {row.relevance:.3g}" if np.isfinite(row.relevance) else "")
                    for row in shown.itertuples()
                ]
                trace.marker.size = sizes(shown["relevance"].to_numpy())
                self._draw_look()
            self.select(selected)
        return len(table) - len(rows)

    def empty(self) -> None:
        """Draw no points."""
        with self._lock, self.widget.batch_update():
            self._table, self._rows = None, np.empty(0, np.int64)
            trace = self.widget.data[0]
            trace.x, trace.y, trace.text, trace.selectedpoints = [], [], [], None
            self._draw_look()

    def select(self, selected: Sequence[int]) -> None:
        """Emphasise these components and dim the others; none emphasised is none dimmed."""
        with self._lock:
            if self._table is None:
                return
            places = np.flatnonzero(np.isin(self._rows, np.asarray(selected, np.int64)))
            self.widget.data[0].selectedpoints = places.tolist() if len(selected) else None

    def look(self, look: dict[str, str]) -> None:
        """Take on the colours of the page's theme."""
        with self._lock, self.widget.batch_update():
            self._look = dict(look)
            self._draw_look()

    def _chosen(self, places: Sequence[int]) -> None:
        with self._lock:
            positions = [int(self._rows[place]) for place in places if 0 <= place < len(self._rows)]
        self._choose(positions)

    def _draw_look(self) -> None:
        look, tones = self._look, TONES[self._look["theme"]]
        trace = self.widget.data[0]
        if self._table is not None:
            trace.marker.color = [tones[name] for name in self._table["quadrant"].iloc[self._rows]]
        trace.marker.opacity = 0.85
        trace.marker.line = {"width": 0.6, "color": look["background"]}
        trace.unselected.marker.opacity = 0.15
        axis = {
            "gridcolor": look["line"],
            "linecolor": look["line"],
            "zeroline": False,
            "title_standoff": 6,
            "title_font_size": 12,
        }
        drawn = self._table is not None
        self.widget.update_layout(
            height=HEIGHT,
            autosize=True,
            margin={"l": 52, "r": 12, "t": 26, "b": 42},
            dragmode="lasso",
            clickmode="event",
            hovermode="closest",
            showlegend=False,
            paper_bgcolor=look["background"],
            plot_bgcolor=look["background"],
            font={"color": look["foreground"], "size": 12, "family": "system-ui, sans-serif"},
            xaxis={**axis, "title_text": "alignment to valid concepts", "visible": drawn},
            yaxis={**axis, "title_text": "alignment to spurious concepts", "visible": drawn},
            modebar={"bgcolor": "rgba(0,0,0,0)", "color": look["muted"], "activecolor": look["foreground"]},
            hoverlabel={"bgcolor": look["background"], "font_color": look["foreground"]},
            shapes=self._threshold_lines(look["muted"]) if drawn else [],
            annotations=_corners(tones) if drawn else [],
        )

    def _threshold_lines(self, colour: str) -> list[dict[str, Any]]:
        line = {"color": colour, "width": 1, "dash": "dot"}
        right, above = self._thresholds
        across = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": above, "y1": above, "line": line}
        up = {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": right, "x1": right, "line": line}
        return [across, up]


def sizes(relevance: Float[np.ndarray, " component"]) -> Float[np.ndarray, " component"]:
    """Return diameters in pixels: area grows with the magnitude of the relevance; unknown is one size."""
    strength = np.abs(relevance)
    if not np.isfinite(strength).any() or np.nanmax(strength) == 0:
        return np.full(len(relevance), NO_RELEVANCE_SIZE)
    share = np.nan_to_num(strength / np.nanmax(strength))
    return 5.0 + 17.0 * np.sqrt(share)


def _corners(tones: dict[str, str]) -> list[dict[str, Any]]:
    places = {"spurious": (0, 1), "both": (1, 1), "unexpected": (0, 0), "valid": (1, 0)}
    return [
        {
            "text": f"<b>{name}</b>",
            "font": {"color": tones[name], "size": 12},
            "showarrow": False,
            "xref": "paper",
            "yref": "paper",
            "x": x,
            "y": y,
            "xanchor": "right" if x else "left",
            "yanchor": "top" if y else "bottom",
        }
        for name, (x, y) in places.items()
    ]
