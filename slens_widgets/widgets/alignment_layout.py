"""Axes, thresholds and names of the alignment plot, as plotly's layout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from slens_widgets.audit.thresholds import EFFECT, IN_SHORT

COLUMNS = 3
VALID_AXIS, SPURIOUS_AXIS = "valid concepts", "spurious concepts"
HEIGHT, ROW_HEIGHT = 330, 270
GAP_X, GAP_Y = 0.04, 0.13
TONES = {
    "light": {
        "valid": "#0072b2",
        "spurious": "#d55e00",
        "both": "#8a5ba6",
        "unexpected": "#6c757e",
        "withheld": "#6c757e",
    },
    "dark": {
        "valid": "#4ea8de",
        "spurious": "#f08a4b",
        "both": "#c09ae0",
        "unexpected": "#98a1aa",
        "withheld": "#98a1aa",
    },
}
LIGHT = {
    "foreground": "#1f2328",
    "muted": "#59636e",
    "line": "#d9dde2",
    "background": "#ffffff",
    "theme": "light",
}
CORNERS = {"spurious": (0, 1), "both": (1, 1), "unexpected": (0, 0), "valid": (1, 0)}


def titled(axis: str, unit: str) -> str:
    """Return an axis with what a score is."""
    return f"{axis}: {IN_SHORT[unit]}"


def places(axis: str) -> dict[str, str]:
    """Return the axes of a facet's traces; the first one's number is empty."""
    return {"xaxis": f"x{axis}", "yaxis": f"y{axis}"}


def layout(
    look: Mapping[str, str],
    facets: Sequence[str],
    thresholds: tuple[float, float] | None,
    counts: Mapping[str, int] | None,
    unit: str = EFFECT,
) -> dict[str, Any]:
    """Return the layout of one plot for each facet, all with the axes of the first.

    Parameters
    ----------
    facets
        Titles, as HTML.
    counts
        Components by quadrant; None where there is nothing to draw.
    thresholds
        None draws neither lines nor quadrants.
    unit
        What a score is.
    """
    drawn = counts is not None
    rows = -(-len(facets) // COLUMNS)
    found: dict[str, Any] = {
        "height": HEIGHT if rows == 1 else ROW_HEIGHT * rows,
        "autosize": True,
        "margin": {"l": 52, "r": 12, "t": 26, "b": 42},
        "dragmode": "lasso",
        "clickmode": "event",
        "hovermode": "closest",
        "showlegend": False,
        "paper_bgcolor": look["background"],
        "plot_bgcolor": look["background"],
        "font": {"color": look["foreground"], "size": 12, "family": "system-ui, sans-serif"},
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": look["muted"], "activecolor": look["foreground"]},
        "hoverlabel": {"bgcolor": look["background"], "font": {"color": look["foreground"]}},
        "newselection": {"line": {"color": look["foreground"], "width": 1, "dash": "dot"}},
        "shapes": [],
        "annotations": [],
    }
    for number, title in enumerate(facets):
        axis = str(number + 1) if number else ""
        x, y = _domain(number, len(facets))
        alone = number % COLUMNS == 0
        last = number + COLUMNS >= len(facets)
        found[f"xaxis{axis}"] = _axis(look, drawn, x, titled(VALID_AXIS, unit) if last else "", axis, "x")
        found[f"yaxis{axis}"] = _axis(look, drawn, y, titled(SPURIOUS_AXIS, unit) if alone else "", axis, "y")
        found[f"xaxis{axis}"]["anchor"], found[f"yaxis{axis}"]["anchor"] = f"y{axis}", f"x{axis}"
        if counts is not None:
            if thresholds is not None:
                found["shapes"] += _threshold_lines(look["muted"], thresholds, axis)
                found["annotations"] += _corners(TONES[look["theme"]], counts, axis, named=number == 0)
            if len(facets) > 1:
                found["annotations"].append(_title(title, axis))
    return found


def _domain(number: int, count: int) -> tuple[list[float], list[float]]:
    columns, rows = min(count, COLUMNS), -(-count // COLUMNS)
    width, height = (1 - GAP_X * (columns - 1)) / columns, (1 - GAP_Y * (rows - 1)) / rows
    left = number % COLUMNS * (width + GAP_X)
    top = 1 - number // COLUMNS * (height + GAP_Y)
    return [left, min(left + width, 1)], [max(top - height, 0), top]


def _axis(
    look: Mapping[str, str], drawn: bool, domain: list[float], title: str, axis: str, kind: str
) -> dict[str, Any]:
    return {
        "domain": domain,
        "matches": kind if axis else None,
        "gridcolor": look["line"],
        "linecolor": look["line"],
        "zeroline": False,
        "title": {"text": title, "standoff": 6, "font": {"size": 12}},
        "showticklabels": kind == "x" or title != "",
        "visible": drawn,
    }


def _threshold_lines(colour: str, thresholds: tuple[float, float], axis: str) -> list[dict[str, Any]]:
    line = {"color": colour, "width": 1.4, "dash": "dot"}
    right, above = thresholds
    across = {"xref": f"x{axis} domain", "x0": 0, "x1": 1, "yref": f"y{axis}", "y0": above, "y1": above}
    up = {"yref": f"y{axis} domain", "y0": 0, "y1": 1, "xref": f"x{axis}", "x0": right, "x1": right}
    return [{"type": "line", "line": line, **ends} for ends in (across, up)]


def _corners(
    tones: Mapping[str, str], counts: Mapping[str, int], axis: str, named: bool
) -> list[dict[str, Any]]:
    return [
        {
            "text": f"<b>{name}</b> {counts.get(name, 0)}",
            "font": {"color": tones[name], "size": 12},
            "showarrow": False,
            "xref": f"x{axis} domain",
            "yref": f"y{axis} domain",
            "x": x,
            "y": y,
            "xanchor": "right" if x else "left",
            "yanchor": "top" if y else "bottom",
            "xshift": -4 if x else 4,
        }
        for name, (x, y) in CORNERS.items()
        if named
    ]


def _title(title: str, axis: str) -> dict[str, Any]:
    return {
        "text": title if len(title) <= 60 else title[:59] + "…",
        "showarrow": False,
        "xref": f"x{axis} domain",
        "yref": f"y{axis} domain",
        "x": 0.5,
        "y": 1,
        "xanchor": "center",
        "yanchor": "bottom",
        "font": {"size": 12},
    }
