"""The concept graph of a class: components with their examples, joined by the relevance that they pass on."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
from PIL.Image import Image

from slens_widgets.audit.figures import COLOURS, crops, data_uri, label_and_doubt, page
from slens_widgets.files import place_of, write_whole
from slens_widgets.types import Component, RelevanceMethod

if TYPE_CHECKING:
    from slens_widgets.conceptdb import ConceptDB

_WIDTH: Final = 156
_CROPS: Final = 4
_TILE: Final = (_WIDTH - 12) // _CROPS
_HEIGHT: Final = _TILE + 40
_GAP_X, _GAP_Y, _MARGIN, _HEAD = 92, 14, 12, 30
_FOR, _AGAINST = "#d65400", "#005cb8"
_THICKEST: Final = 16.0


@dataclass(frozen=True)
class ConceptGraph:
    """Which components a class rests on, layer by layer, and what feeds them; see `Audit.roles`."""

    db: ConceptDB = field(repr=False)
    """Where the examples come from."""
    target: str
    """The class."""
    title: str
    """The image that is explained, or over how many images relevance is a mean."""
    table: pd.DataFrame = field(repr=False)
    """All components: layer, component, relevance, share (of the layer's), label, certificate and
    trusted (see `Audit.labels`), quadrant where known."""
    order: tuple[str, ...]
    """The layers from input to output."""
    chosen: dict[str, tuple[int, ...]] = field(repr=False)
    """The components of each layer that are nodes, the most relevant first."""
    edges: pd.DataFrame = field(repr=False)
    """layer, component, from_layer, from_component, relevance, share (of all that feeds the component)."""
    pictures: tuple[Image, ...] = field(repr=False)
    """Views of the image, or of the first images of the class."""
    method: RelevanceMethod
    """"crp", or "gradient" for gradient × activation."""

    @property
    def nodes(self) -> pd.DataFrame:
        """Return the table's rows of the nodes, from input to output, the most relevant first."""
        rows = self.table.set_index(["layer", "component"], drop=False)
        keys = [(layer, index) for layer in self.order for index in self.chosen[layer]]
        return rows.loc[keys].reset_index(drop=True)

    def __repr__(self) -> str:
        columns = ("layer", "component", "label", "certificate", "quadrant", "relevance", "share")
        shown = self.nodes[[name for name in columns if name in self.table]]
        by = "CRP" if self.method == "crp" else "gradient × activation"
        head = f"ConceptGraph({self.target}, {self.title}; {len(self.edges)} edges; by {by})"
        return f"{head}\n{shown.to_string(index=False, float_format='%.3f')}"

    def _repr_html_(self) -> str:
        return f'<div style="overflow-x:auto">{self.to_svg()}</div>'

    def save(self, path: str | Path) -> Path:
        """Write the picture as .svg or .html, or the graph as .json."""
        place = place_of(path, "A graph", (".svg", ".html", ".json"))
        write = {".svg": self.to_svg, ".html": self._page, ".json": self._json}[place.suffix.lower()]
        write_whole(place, write())
        return place

    def _page(self) -> str:
        return page(f"Roles: {self.target}", self._repr_html_())

    def _json(self) -> str:
        said = {
            "target": self.target,
            "title": self.title,
            "method": self.method,
            "layers": list(self.order),
            "nodes": json.loads(self.nodes.to_json(orient="records")),
            "edges": json.loads(self.edges.to_json(orient="records")),
        }
        return json.dumps(said, indent=2, ensure_ascii=False) + "\n"

    def to_svg(self) -> str:
        """Return the picture, from the pixels on the left to the class on the right; texts are escaped."""
        tallest = max(len(each) for each in self.chosen.values())
        height = _HEAD + tallest * (_HEIGHT + _GAP_Y) - _GAP_Y + _MARGIN
        columns = len(self.order) + 2
        width = 2 * _MARGIN + columns * _WIDTH + (columns - 1) * _GAP_X
        places = self._places(height)
        parts = [*self._edges(places, height), *self._ends(height)]
        for column, layer in enumerate(self.order, 1):
            x = _MARGIN + column * (_WIDTH + _GAP_X) + _WIDTH / 2
            parts.append(_text(layer, x, 16, "middle", "font-weight:600;opacity:.75"))
        parts += [self._node(row, *places[row["layer"], row["component"]]) for row in self._rows()]
        said = f"The concept graph of {self.target}: {', '.join(self._name(row) for row in self._rows())}"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{html.escape(said)}" '
            f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
            'style="font:12px system-ui,sans-serif;color:inherit" fill="currentColor">'
            f"{''.join(parts)}</svg>"
        )

    def _rows(self) -> list[dict[str, Any]]:
        return self.nodes.to_dict("records")

    def _name(self, row: dict[str, Any]) -> str:
        label = row.get("label")
        return label if isinstance(label, str) else str(Component(row["layer"], row["component"]))

    def _places(self, height: float) -> dict[tuple[str, int], tuple[float, float]]:
        places: dict[tuple[str, int], tuple[float, float]] = {}
        for column, layer in enumerate(self.order, 1):
            nodes = self.chosen[layer]
            tall = len(nodes) * (_HEIGHT + _GAP_Y) - _GAP_Y
            top = _HEAD + (height - _HEAD - _MARGIN - tall) / 2
            x = _MARGIN + column * (_WIDTH + _GAP_X)
            for row, index in enumerate(nodes):
                places[layer, index] = (x, top + row * (_HEIGHT + _GAP_Y))
        return places

    def _node(self, row: dict[str, Any], x: float, y: float) -> str:
        component = Component(row["layer"], row["component"])
        name, share = self._name(row), float(row["share"])
        shown_name, doubt = label_and_doubt(row) if isinstance(row.get("label"), str) else (name, "")
        strip = crops(self.db, component, _CROPS)
        shown = min(_CROPS, self.db.m) * _TILE
        colour = COLOURS.get(str(row.get("quadrant", "")), "currentColor")
        short = shown_name if len(shown_name) <= 20 else f"{name[:17]}…{shown_name[len(name) :]}"
        detail = f"{component} · {name} · {share:+.1%} of the layer's relevance"
        detail += f" · {doubt}" if doubt else ""
        underline = ";text-decoration:underline dashed" if doubt else ""
        return (
            f"<g><title>{html.escape(detail)}</title>"
            f'<rect x="{x}" y="{y}" width="{_WIDTH}" height="{_HEIGHT}" rx="8" fill="Canvas" '
            f'stroke="{colour}" stroke-width="2"/>'
            f'<image x="{x + 6}" y="{y + 6}" width="{shown}" height="{_TILE}" href="{data_uri(strip)}"/>'
            + _text(short, x + 7, y + _TILE + 21, "start", f"font-weight:600{underline}")
            + _text(
                f"{component.index} · {share:+.1%}",
                x + 7,
                y + _TILE + 35,
                "start",
                "font-size:10.5px;opacity:.75",
            )
            + "</g>"
        )

    def _ends(self, height: float) -> list[str]:
        middle = _HEAD + (height - _HEAD - _MARGIN) / 2
        side = _WIDTH if len(self.pictures) == 1 else _WIDTH / 2 - 2
        rows = 1 if len(self.pictures) == 1 else (len(self.pictures) + 1) // 2
        top = middle - (rows * side + (rows - 1) * 4) / 2
        parts = [_text("pixels", _MARGIN + _WIDTH / 2, 16, "middle", "font-weight:600;opacity:.75")]
        for number, picture in enumerate(self.pictures):
            x = _MARGIN + (number % 2) * (side + 4)
            y = top + (number // 2) * (side + 4)
            parts.append(
                f'<image x="{x}" y="{y}" width="{side}" height="{side}" href="{data_uri(picture)}" '
                'preserveAspectRatio="xMidYMid meet"/>'
            )
        right = _MARGIN + (len(self.order) + 1) * (_WIDTH + _GAP_X)
        parts.append(_text("class", right + _WIDTH / 2, 16, "middle", "font-weight:600;opacity:.75"))
        parts.append(
            f'<rect x="{right}" y="{middle - 30}" width="{_WIDTH}" height="60" rx="30" fill="{_FOR}"/>'
            + _text(self.target[:22], right + _WIDTH / 2, middle, "middle", "font-weight:700;fill:#fff")
            + _text(self.title[:28], right + _WIDTH / 2, middle + 16, "middle", "font-size:10px;fill:#fff")
        )
        return parts

    def _edges(self, places: dict[tuple[str, int], tuple[float, float]], height: float) -> list[str]:
        middle = _HEAD + (height - _HEAD - _MARGIN) / 2
        right = _MARGIN + (len(self.order) + 1) * (_WIDTH + _GAP_X)
        lines: list[tuple[float, float, float, float, float, str]] = []
        rows = {(row["layer"], row["component"]): row for row in self._rows()}

        def centre(key: tuple[str, int]) -> tuple[float, float]:
            return places[key][0], places[key][1] + _HEIGHT / 2

        for index in self.chosen[self.order[0]]:
            x, y = centre((self.order[0], index))
            share = float(rows[self.order[0], index]["share"])
            lines.append((_MARGIN + _WIDTH, middle, x, y, share, "from the pixels"))
        for index in self.chosen[self.order[-1]]:
            x, y = centre((self.order[-1], index))
            share = float(rows[self.order[-1], index]["share"])
            lines.append((x + _WIDTH, y, right, middle, share, f"for {self.target}"))
        for lower, upper in pairwise(self.order):
            part = self.edges[(self.edges["layer"] == upper) & (self.edges["from_layer"] == lower)]
            for edge in part.to_dict("records"):
                x0, y0 = centre((lower, edge["from_component"]))
                x1, y1 = centre((upper, edge["component"]))
                said = f"{lower}:{edge['from_component']} feeds {upper}:{edge['component']}"
                lines.append((x0 + _WIDTH, y0, x1, y1, float(edge["share"]), said))
        # Thickness compares edges between the same two columns: shares of few and of many don't compare.
        largest: dict[float, float] = {}
        for line in lines:
            largest[line[0]] = max(largest.get(line[0], 1e-12), abs(line[4]))
        thinnest_first = sorted(lines, key=lambda line: abs(line[4]))
        return [_curve(*line[:4], line[4], largest[line[0]], line[5]) for line in thinnest_first]


def _curve(x0: float, y0: float, x1: float, y1: float, share: float, largest: float, said: str) -> str:
    bend = (x1 - x0) / 2
    strength = abs(share) / largest
    return (
        f'<path d="M{x0:.1f} {y0:.1f}C{x0 + bend:.1f} {y0:.1f} {x1 - bend:.1f} {y1:.1f} {x1:.1f} {y1:.1f}" '
        f'fill="none" stroke="{_FOR if share >= 0 else _AGAINST}" stroke-linecap="round" '
        f'stroke-width="{max(0.75, _THICKEST * strength):.2f}" opacity="{0.2 + 0.45 * strength:.2f}">'
        f"<title>{html.escape(said)}: {share:+.1%}</title></path>"
    )


def _text(text: str, x: float, y: float, anchor: str, style: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" style="{style}">{html.escape(text)}</text>'
