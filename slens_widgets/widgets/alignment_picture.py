"""The alignment plot as a still picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from jaxtyping import Float

from slens_widgets.widgets.alignment_figure import sizes
from slens_widgets.widgets.alignment_layout import COLUMNS, CORNERS, SPURIOUS_AXIS, TONES, VALID_AXIS, titled
from slens_widgets.widgets.pictures import INK, MUTED

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FEW = 3000
"""Points up to which every one of them is a shape of its own in an SVG or a PDF."""


def draw(
    figure: Figure,
    table: pd.DataFrame,
    facets: Mapping[str, Float[np.ndarray, " component"]],
    thresholds: tuple[float, float] | None,
    selected: Sequence[int],
) -> None:
    """Draw one plot for each class, all with the same axes and the same scale of sizes."""
    columns = min(len(facets), COLUMNS)
    rows = -(-len(facets) // columns)
    grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    largest = max(float(np.nanmax(np.abs(relevance), initial=0)) for relevance in facets.values())
    tones = np.array([TONES["light"][name] for name in table["quadrant"]])
    counts = table["quadrant"].value_counts()
    for axes, (name, relevance) in zip(grid.flat, facets.items(), strict=False):
        diameters = sizes(relevance, largest)
        order = np.argsort(-diameters, kind="stable")
        style: dict[str, Any] = {"linewidths": 0.3, "alpha": 0.8, "rasterized": len(table) > FEW}
        axes.scatter(
            table["valid"].to_numpy()[order],
            table["spurious"].to_numpy()[order],
            s=(0.6 * diameters[order]) ** 2,
            c=tones[order],
            edgecolors="white",
            **style,
        )
        if len(selected):
            chosen = table.iloc[list(selected)]
            ring = (0.6 * diameters[list(selected)] + 3) ** 2
            axes.scatter(chosen["valid"], chosen["spurious"], s=ring, facecolors="none", edgecolors=INK)
        if thresholds is not None:
            axes.axvline(thresholds[0], color=MUTED, linestyle=":", linewidth=1)
            axes.axhline(thresholds[1], color=MUTED, linestyle=":", linewidth=1)
        for quadrant, (right, top) in CORNERS.items() if thresholds is not None else ():
            axes.annotate(
                f"{quadrant} {counts.get(quadrant, 0)}",
                (right, top),
                xycoords="axes fraction",
                xytext=(-4 if right else 4, -4 if top else 4),
                textcoords="offset points",
                ha="right" if right else "left",
                va="top" if top else "bottom",
                color=TONES["light"][quadrant],
            )
        axes.set_title(name, fontsize=9)
    for empty in list(grid.flat)[len(facets) :]:
        empty.set_axis_off()
    figure.supxlabel(titled(VALID_AXIS, table.attrs["unit"]), fontsize=9)
    figure.supylabel(titled(SPURIOUS_AXIS, table.attrs["unit"]), fontsize=9)
