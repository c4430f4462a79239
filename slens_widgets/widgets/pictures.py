"""Still pictures of widgets, for papers and for notebooks that are read without a kernel: always light."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slens_widgets.files import place_of, write_whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Drawing = Callable[["Figure"], None]
"""Draws a widget as it is now on an empty figure."""

FORMATS = (".png", ".svg", ".pdf")
SIZE = (7.0, 5.2)
"""Width and height in inches: across the page of a paper."""
DPI = 200
PREVIEW_DPI = 90

# Okabe–Ito as in js/src/palette.ts.
CATEGORIES = ("#0072b2", "#d55e00", "#009e73", "#b85a94", "#e09b00", "#3a9bd6", "#7a5ea8", "#6b6b6b")
SEQUENTIAL = ("#d5dbe3", "#9fb6cd", "#5f92bd", "#2a6aa3", "#0b3d70")
DIVERGING = ("#a64b00", "#d98b3f", "#d3d3d3", "#5b9bd0", "#0a5796")
INK, MUTED, LINE = "#1f2328", "#8a929b", "#d9dde2"

_STYLE = {
    "font.size": 9,
    "text.color": INK,
    "axes.edgecolor": LINE,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
    "pdf.fonttype": 42,
    # A dollar in a label is a dollar.
    "text.parse_math": False,
    # The same picture is the same file.
    "svg.hashsalt": "slens",
}


def save_picture(path: str | os.PathLike[str], draw: Drawing, size: tuple[float, float] = SIZE) -> Path:
    """Write a picture in the format that the name's suffix says, and return where it lies.

    Raises
    ------
    InputError
        Another suffix than .png, .svg or .pdf, or no such folder.
    """
    place = place_of(
        path, "A picture", FORMATS, next_step="export_html writes a page that can be used without Python"
    )
    write_whole(place, picture(draw, place.suffix.lower().lstrip("."), size), "A picture")
    return place


def picture(draw: Drawing, kind: str = "png", size: tuple[float, float] = SIZE, dpi: int = DPI) -> bytes:
    """Return a picture as the bytes of a file."""
    import matplotlib
    from matplotlib.figure import Figure

    # Neither a display nor the settings and figures of whoever calls: pyplot and backends stay out of it.
    defaults = {name: value for name, value in matplotlib.rcParamsDefault.items() if "backend" not in name}
    style: dict[Any, Any] = {**defaults, **_STYLE}
    with matplotlib.rc_context(style):
        figure = Figure(figsize=size, layout="constrained", facecolor="white")
        draw(figure)
        buffer = io.BytesIO()
        # A date in the file would make two equal pictures differ.
        dates = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(kind)
        figure.savefig(buffer, format=kind, dpi=dpi, metadata=dates)
    return buffer.getvalue()
