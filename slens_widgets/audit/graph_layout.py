"""Where the picture of a concept graph has its nodes and edges: columns from the pixels to the class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import pandas as pd

WIDTH: Final = 156
"""Of a node, in pixels."""
CROPS: Final = 4
"""Examples that a node shows."""
TILE: Final = (WIDTH - 12) // CROPS
HEIGHT: Final = TILE + 40
_GAP_X, _GAP_Y, _MARGIN, _HEAD = 92, 14, 12, 30
_THICKEST: Final = 16.0


@dataclass(frozen=True)
class Curve:
    """An edge as it is drawn."""

    ends: tuple[float, float, float, float]
    """x and y of where it begins, and of where it ends."""
    share: float
    """Which part of the relevance it carries; negative: against the class."""
    strength: float
    """Its size against that of the largest between the same two columns, 0 to 1."""
    said: str
    """What it joins."""

    @property
    def bends(self) -> tuple[tuple[float, float], ...]:
        """Return the points of the cubic Bézier curve."""
        x0, y0, x1, y1 = self.ends
        half = (x0 + x1) / 2
        return (x0, y0), (half, y0), (half, y1), (x1, y1)

    @property
    def path(self) -> str:
        """Return the curve as an SVG path."""
        begin, *bends = (f"{x:.1f} {y:.1f}" for x, y in self.bends)
        return f"M{begin}C{' '.join(bends)}"

    @property
    def thickness(self) -> float:
        """Return how many pixels thick it is."""
        return max(0.75, _THICKEST * self.strength)

    @property
    def opacity(self) -> float:
        """Return how opaque it is, 0 to 1."""
        return 0.2 + 0.45 * self.strength


@dataclass(frozen=True)
class GraphLayout:
    """Places in pixels, from the upper left."""

    width: float
    height: float
    middle: float
    """Height at which the pixels and the class stand."""
    columns: tuple[float, ...]
    """Left edges: the pixels, the layers in their order, the class."""
    nodes: Mapping[tuple[str, int], tuple[float, float]]
    """Upper left corner of each component."""
    curves: tuple[Curve, ...]
    """The thinnest first."""


def lay_out(
    order: Sequence[str],
    chosen: Mapping[str, Sequence[int]],
    shares: Mapping[tuple[str, int], float],
    edges: pd.DataFrame,
    target: str,
) -> GraphLayout:
    """Place the chosen components of each layer, and the edges between them, the pixels and the class."""
    tallest = max(len(each) for each in chosen.values())
    height = _HEAD + tallest * (HEIGHT + _GAP_Y) - _GAP_Y + _MARGIN
    middle = _HEAD + (height - _HEAD - _MARGIN) / 2
    columns = tuple(float(_MARGIN + i * (WIDTH + _GAP_X)) for i in range(len(order) + 2))
    nodes: dict[tuple[str, int], tuple[float, float]] = {}
    for x, layer in zip(columns[1:], order, strict=False):
        tall = len(chosen[layer]) * (HEIGHT + _GAP_Y) - _GAP_Y
        top = _HEAD + (height - _HEAD - _MARGIN - tall) / 2
        for row, index in enumerate(chosen[layer]):
            nodes[layer, index] = (x, top + row * (HEIGHT + _GAP_Y))

    def left(key: tuple[str, int]) -> tuple[float, float]:
        return nodes[key][0], nodes[key][1] + HEIGHT / 2

    def right(key: tuple[str, int]) -> tuple[float, float]:
        return nodes[key][0] + WIDTH, nodes[key][1] + HEIGHT / 2

    lines = []
    for index in chosen[order[0]]:
        key = (order[0], index)
        lines.append((columns[0] + WIDTH, middle, *left(key), shares[key], "from the pixels"))
    for index in chosen[order[-1]]:
        key = (order[-1], index)
        lines.append((*right(key), columns[-1], middle, shares[key], f"for {target}"))
    for lower, upper in pairwise(order):
        part = edges[(edges["layer"] == upper) & (edges["from_layer"] == lower)]
        for edge in part.to_dict("records"):
            below, above = (lower, edge["from_component"]), (upper, edge["component"])
            said = f"{lower}:{below[1]} feeds {upper}:{above[1]}"
            lines.append((*right(below), *left(above), float(edge["share"]), said))
    # Thickness compares edges between the same two columns: shares of few and of many don't compare.
    largest: dict[float, float] = {}
    for line in lines:
        largest[line[0]] = max(largest.get(line[0], 1e-12), abs(line[4]))
    thinnest_first = sorted(lines, key=lambda line: abs(line[4]))
    curves = tuple(
        Curve(line[:4], line[4], abs(line[4]) / largest[line[0]], line[5]) for line in thinnest_first
    )
    return GraphLayout(columns[-1] + WIDTH + _MARGIN, height, middle, columns, nodes, curves)
