"""The concept graph of a class: components with their examples, joined by the relevance that they pass on."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from PIL.Image import Image

from slens_widgets.audit.figures import COLOURS, crops, data_uri, page
from slens_widgets.audit.graph_layout import CROPS, HEIGHT, TILE, WIDTH, Curve, GraphLayout, lay_out
from slens_widgets.audit.shown_labels import MARKS, doubt, marked, name_of, shown_table, trust_of
from slens_widgets.files import place_of, write_whole
from slens_widgets.types import Component, RelevanceMethod

if TYPE_CHECKING:
    from slens_widgets.conceptdb import ConceptDB

_FOR, _AGAINST = "#d65400", "#005cb8"
LOOKS = {"doubtful": "text-decoration:underline dashed", "unknown": "font-style:italic"}
"""Of nodes whose labels are not trusted."""


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
    """All components: layer, component, relevance, share (of the layer's), label, margin, certificate,
    images and trusted (see `Audit.labels`), quadrant where known."""
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
    classes: Mapping[Component, str] = field(default_factory=dict, repr=False)
    """What is said of the classes that the nodes fire on, see `Audit.fires_on`."""

    @property
    def nodes(self) -> pd.DataFrame:
        """Return the table's rows of the nodes and their classes, from input to output, by relevance."""
        rows = self.table.set_index(["layer", "component"], drop=False)
        keys = [(layer, index) for layer in self.order for index in self.chosen[layer]]
        classes = [self.classes.get(Component(*key), "") for key in keys]
        return rows.loc[keys].reset_index(drop=True).assign(classes=classes)

    def __repr__(self) -> str:
        columns = ("layer", "component", "label", "certificate", "classes", "quadrant", "relevance", "share")
        nodes = shown_table(self.nodes)
        shown = nodes[[name for name in columns if name in nodes and (name != "classes" or any(nodes[name]))]]
        by = "CRP" if self.method == "crp" else "gradient × activation"
        head = f"ConceptGraph({self.target}, {self.title}; {len(self.edges)} edges; by {by})"
        return f"{head}\n{shown.to_string(index=False, float_format='%.3f')}"

    def _repr_html_(self) -> str:
        return f'<div style="overflow-x:auto">{self.to_svg()}</div>'

    def save(self, path: str | Path) -> Path:
        """Write the picture as .svg or .html, or the graph as .json."""
        place = place_of(path, "A graph", (".svg", ".html", ".json"))
        write = {".svg": self.to_svg, ".html": self._page, ".json": self._json}[place.suffix.lower()]
        write_whole(place, write(), "A concept graph")
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
        place = self.layout()
        parts = [*map(_curve, place.curves), *self._ends(place)]
        for layer, x in zip(self.order, place.columns[1:], strict=False):
            parts.append(_text(layer, x + WIDTH / 2, 16, "middle", "font-weight:600;opacity:.75"))
        parts += [self._node(row, *place.nodes[row["layer"], row["component"]]) for row in self._rows()]
        said = f"The concept graph of {self.target}: {', '.join(self._name(row) for row in self._rows())}"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{html.escape(said)}" '
            f'viewBox="0 0 {place.width} {place.height}" width="{place.width}" height="{place.height}" '
            'style="font:12px system-ui,sans-serif;color:inherit" fill="currentColor">'
            f"{''.join(parts)}</svg>"
        )

    def layout(self) -> GraphLayout:
        """Return where the picture has its nodes, and the curves between them."""
        shares = {(row["layer"], row["component"]): float(row["share"]) for row in self._rows()}
        return lay_out(self.order, self.chosen, shares, self.edges, self.target)

    def _rows(self) -> list[dict[str, Any]]:
        return self.nodes.to_dict("records")

    def _name(self, row: dict[str, Any]) -> str:
        return name_of(row) or marked(row) or str(Component(row["layer"], row["component"]))

    def _node(self, row: dict[str, Any], x: float, y: float) -> str:
        component = Component(row["layer"], row["component"])
        name, share, why = self._name(row), float(row["share"]), doubt(row)
        strip = crops(self.db, component, CROPS)
        shown = min(CROPS, self.db.m) * TILE
        colour = COLOURS.get(str(row.get("quadrant", "")), "currentColor")
        short = shortened(name)
        said = [str(component), name, f"{share:+.1%} of the layer's relevance", row["classes"], why]
        detail = " · ".join(dict.fromkeys(each for each in said if each))
        look = "font-weight:600" if not why else LOOKS[trust_of(row)]
        return (
            f"<g><title>{html.escape(detail)}</title>"
            f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="8" fill="Canvas" '
            f'stroke="{colour}" stroke-width="2"/>'
            f'<image x="{x + 6}" y="{y + 6}" width="{shown}" height="{TILE}" href="{data_uri(strip)}"/>'
            + _text(short, x + 7, y + TILE + 21, "start", look)
            + _text(
                f"{component.index} · {share:+.1%}",
                x + 7,
                y + TILE + 35,
                "start",
                "font-size:10.5px;opacity:.75",
            )
            + "</g>"
        )

    def _ends(self, place: GraphLayout) -> list[str]:
        left, right, middle = place.columns[0], place.columns[-1], place.middle
        side = WIDTH if len(self.pictures) == 1 else WIDTH / 2 - 2
        rows = 1 if len(self.pictures) == 1 else (len(self.pictures) + 1) // 2
        top = middle - (rows * side + (rows - 1) * 4) / 2
        parts = [_text("pixels", left + WIDTH / 2, 16, "middle", "font-weight:600;opacity:.75")]
        for number, picture in enumerate(self.pictures):
            x = left + (number % 2) * (side + 4)
            y = top + (number // 2) * (side + 4)
            parts.append(
                f'<image x="{x}" y="{y}" width="{side}" height="{side}" href="{data_uri(picture)}" '
                'preserveAspectRatio="xMidYMid meet"/>'
            )
        parts.append(_text("class", right + WIDTH / 2, 16, "middle", "font-weight:600;opacity:.75"))
        parts.append(
            f'<rect x="{right}" y="{middle - 30}" width="{WIDTH}" height="60" rx="30" fill="{_FOR}"/>'
            + _text(self.target[:22], right + WIDTH / 2, middle, "middle", "font-weight:700;fill:#fff")
            + _text(self.title[:28], right + WIDTH / 2, middle + 16, "middle", "font-size:10px;fill:#fff")
        )
        return parts


def shortened(name: str, most: int = 20) -> str:
    """Return as much of a name as a node has room for, with the mark behind it."""
    mark = name[-2:] if name.endswith(tuple(mark for mark in MARKS.values() if mark)) else ""
    return name if len(name) <= most else f"{name[: most - 1 - len(mark)]}…{mark}"


def _curve(curve: Curve) -> str:
    return (
        f'<path d="{curve.path}" fill="none" stroke="{_FOR if curve.share >= 0 else _AGAINST}" '
        f'stroke-linecap="round" stroke-width="{curve.thickness:.2f}" opacity="{curve.opacity:.2f}">'
        f"<title>{html.escape(curve.said)}: {curve.share:+.1%}</title></path>"
    )


def _text(text: str, x: float, y: float, anchor: str, style: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" style="{style}">{html.escape(text)}</text>'
