"""Still pictures of a concept graph: from the pixels on the left to the class on the right."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import numpy as np

from slens_widgets.audit.concept_graph import ConceptGraph, shortened
from slens_widgets.audit.figures import COLOURS, crops
from slens_widgets.audit.graph_layout import CROPS, HEIGHT, TILE, WIDTH
from slens_widgets.audit.shown_labels import doubt, marked, name_of, trust_of
from slens_widgets.types import Component
from slens_widgets.widgets.pictures import INK, LINE, MUTED

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from matplotlib.figure import Figure

FOR, AGAINST = "#d65400", "#005cb8"
"""Relevance for and against the class, as in every picture of relevance."""


def method(graph: ConceptGraph) -> str:
    """Return how relevance was found."""
    return "CRP" if graph.method == "crp" else "gradient × activation"


def draw(figure: Figure, graph: ConceptGraph) -> None:
    """Draw the graph in its own layout, y downwards."""
    from matplotlib.patches import FancyBboxPatch, PathPatch
    from matplotlib.path import Path

    place = graph.layout()
    axes = figure.add_subplot()
    axes.set_axis_off()
    axes.set_xlim(0, place.width)
    axes.set_ylim(place.height, 0)
    axes.set_aspect("equal")
    # Texts grow with the picture: what fits into a node on the page fits here.
    unit = 72 * figure.get_figwidth() / place.width
    for curve in place.curves:
        path = Path(np.array(curve.bends), [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4])
        axes.add_patch(
            PathPatch(
                path,
                facecolor="none",
                edgecolor=FOR if curve.share >= 0 else AGAINST,
                alpha=curve.opacity,
                linewidth=curve.thickness * unit,
            )
        )
    for x, text in zip(place.columns, ["pixels", *graph.order, "class"], strict=True):
        axes.text(x + WIDTH / 2, 16, text, ha="center", fontsize=12 * unit, color=MUTED, fontweight="bold")
    for row in graph.nodes.to_dict("records"):
        component = Component(row["layer"], row["component"])
        x, y = place.nodes[component]
        trust = trust_of(row) if doubt(row) else "trusted"
        edge = COLOURS.get(str(row.get("quadrant", "")), LINE)
        axes.add_patch(
            FancyBboxPatch(
                (x, y),
                WIDTH,
                HEIGHT,
                boxstyle="round,pad=0,rounding_size=8",
                facecolor="white",
                edgecolor=edge,
            )
        )
        strip = crops(graph.db, component, CROPS)
        shown = min(CROPS, graph.db.m) * TILE
        axes.imshow(np.asarray(strip), zorder=3, extent=(x + 6, x + 6 + shown, y + 6 + TILE, y + 6))
        axes.text(
            *(x + 7, y + TILE + 21, shortened(name_of(row) or marked(row) or str(component))),
            fontsize=11 * unit,
            fontweight="bold" if trust == "trusted" else "normal",
            fontstyle="italic" if trust == "unknown" else "normal",
            color=INK if trust == "trusted" else MUTED,
        )
        said = f"{component.index} · {row['share']:+.1%}"
        axes.text(x + 7, y + TILE + 35, said, fontsize=10 * unit, color=MUTED)
    across = 1 if len(graph.pictures) == 1 else 2
    side = WIDTH / across - 2 * (across - 1)
    top = place.middle - -(-len(graph.pictures) // across) * (side + 4) / 2 + 2
    for number, picture in enumerate(graph.pictures):
        x = place.columns[0] + (number % across) * (side + 4)
        y = top + (number // across) * (side + 4)
        axes.imshow(np.asarray(picture), zorder=3, extent=(x, x + side, y + side, y))
    axes.set_xlim(0, place.width)
    axes.set_ylim(place.height, 0)
    right = place.columns[-1] + WIDTH / 2
    axes.text(
        right, place.middle, graph.target[:22], ha="center", fontsize=13 * unit, fontweight="bold", color=FOR
    )
    axes.text(right, place.middle + 18, graph.title[:32], ha="center", fontsize=9 * unit, color=MUTED)


def to_plotly(graph: ConceptGraph) -> go.Figure:
    """Return the graph as flows; their widths are shares of relevance, by absolute value."""
    import plotly.graph_objects as go

    rows = graph.nodes.to_dict("records")
    numbers = {(row["layer"], row["component"]): i for i, row in enumerate(rows)}
    names = [str(Component(row["layer"], row["component"])) for row in rows]
    for i, row in enumerate(rows):
        names[i] = f"{names[i]} {name_of(row) or marked(row)}".rstrip()
    flows = [
        (
            numbers[edge["from_layer"], edge["from_component"]],
            numbers[edge["layer"], edge["component"]],
            edge["share"],
        )
        for edge in graph.edges.to_dict("records")
    ]
    flows += [
        (numbers[graph.order[-1], row["component"]], len(rows), row["share"])
        for row in rows
        if row["layer"] == graph.order[-1]
    ]
    sources, targets, shares = zip(*flows, strict=True)
    figure = go.Figure(
        go.Sankey(
            node={"label": [html.escape(name) for name in [*names, graph.target]], "color": MUTED},
            link={
                "source": sources,
                "target": targets,
                "value": np.abs(shares).tolist(),
                "label": [f"{share:+.1%}" for share in shares],
                "color": [f"rgba({'214,84,0' if share >= 0 else '0,92,184'},0.4)" for share in shares],
            },
        )
    )
    title = f"Roles for {graph.target}: {graph.title}, by {method(graph)}"
    figure.update_layout(template="plotly_white", title={"text": html.escape(title)})
    return figure
