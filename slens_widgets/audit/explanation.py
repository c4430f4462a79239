"""Why a model decided as it did on one image, as one value."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float
from PIL.Image import Image

from slens_widgets.audit.figures import COLOURS, data_uri, overlay, page
from slens_widgets.audit.shown_labels import UNKNOWN, doubt, has_label, marked, name_of, shown_table, trust_of
from slens_widgets.files import place_of, write_whole
from slens_widgets.types import Component, RelevanceMethod

LOOKS = {
    "doubtful": "opacity:.75;text-decoration:underline dashed 1px;text-underline-offset:3px",
    "unknown": "opacity:.75;font-style:italic",
}
"""Of labels that are not trusted."""


@dataclass(frozen=True)
class Explanation:
    """The components that a decision rests on, the most relevant first; see `Audit.explain`."""

    table: pd.DataFrame = field(repr=False)
    """layer, component, relevance, share (of all the layer's relevance, by absolute value), activation,
    label, score, margin, certificate, images and trusted (see `Audit.labels`), where concept sets are known
    valid, spurious, lean, quadrant, and classes (what is said of `Audit.fires_on`). A label that is not
    trusted is shown as unknown, with the classes in its place."""
    heatmaps: Float[np.ndarray, "component height width"] = field(repr=False)
    """Where each component's relevance comes from, over the model's view; signed."""
    view: Image = field(repr=False)
    """The part of the image that the model sees."""
    crops: tuple[Image, ...] = field(repr=False)
    """The first example crops of each component, side by side."""
    target: str
    """The class that is explained."""
    prediction: str
    """The class that the model gives; where each label is decided on its own, all that it gives."""
    probability: float
    """Softmax of the target's logit; its sigmoid where logits stand alone."""
    label: str | None
    """The image's own class or labels, where they are known."""
    method: RelevanceMethod
    """"crp", or "gradient" for gradient × activation."""
    quadrants: dict[str, float]
    """Share of the relevance for the class on valid, spurious, both and unexpected components, over all
    components of the layers; empty without concept sets."""
    name: str = ""
    """What the image is called."""

    def __len__(self) -> int:
        return len(self.table)

    @property
    def components(self) -> tuple[Component, ...]:
        """Return the components, the most relevant first."""
        pairs = zip(self.table["layer"], self.table["component"], strict=True)
        return tuple(Component(layer, int(index)) for layer, index in pairs)

    def overlays(self, side: int = 192) -> list[Image]:
        """Return the view once per component with its heatmap over it."""
        return [overlay(self.view, heatmap, side) for heatmap in self.heatmaps]

    def __repr__(self) -> str:
        columns = ["layer", "component", "label", "certificate", "classes", "quadrant", "relevance", "share"]
        shown = shown_table(self.table)[[column for column in columns if column in self.table]]
        shown = shown.replace({"classes": {"": None}}).dropna(axis=1, how="all")
        return f"{self._headline()}\n{shown.to_string(index=False, float_format='%.3f')}"

    def _headline(self) -> str:
        name = f"{self.name}: " if self.name else ""
        truth = "" if self.label in (None, self.prediction) else f", but it is {self.label}"
        line = f"Explanation({name}predicted {self.prediction}{truth}; why {self.target}"
        line += f" ({self.probability:.0%})?"
        if self.quadrants:
            line += " " + ", ".join(f"{share:.0%} {name}" for name, share in self.quadrants.items() if share)
        return line + f"; by {'CRP' if self.method == 'crp' else 'gradient × activation'})"

    def to_html(self) -> str:
        """Return the explanation as markup with its pictures inside; every text is escaped."""
        side = 160
        largest = max(float(self.table["share"].abs().max()), 1e-9) if len(self) else 1.0
        cards = [
            self._card(row, heat, crop, largest)
            for row, heat, crop in zip(
                self.table.to_dict("records"), self.overlays(side), self.crops, strict=True
            )
        ]
        truth = f" · is {html.escape(self.label)}" if self.label else ""
        picture = self.view.resize((side, max(1, round(side * self.view.height / self.view.width))))
        return (
            '<div style="display:flex;flex-wrap:wrap;gap:14px;align-items:flex-start;'
            'font:13px/1.4 system-ui,sans-serif">'
            f'<figure style="margin:0;width:{side}px"><img alt="" src="{data_uri(picture)}" '
            f'style="width:{side}px;border-radius:6px;display:block">'
            f'<figcaption style="margin-top:6px"><strong>{html.escape(self.prediction)}</strong>{truth}<br>'
            f"why {html.escape(self.target)} ({self.probability:.0%})?{self._bar()}</figcaption></figure>"
            f"{''.join(cards)}</div>"
        )

    def _card(self, row: dict[str, Any], heat: Image, crop: Image, largest: float) -> str:
        place = str(Component(row["layer"], row["component"]))
        labelled = has_label(row)
        name = name_of(row) or (UNKNOWN if labelled else place)
        trust = trust_of(row) if labelled else "trusted"
        untrusted = (
            f'<div style="{LOOKS[trust]}" title="{html.escape(doubt(row))}">{html.escape(marked(row))}</div>'
            if trust != "trusted"
            else ""
        )
        quadrant = str(row.get("quadrant", ""))
        chip = (
            f'<span style="background:{COLOURS[quadrant]};color:#fff;border-radius:9px;padding:0 7px;'
            f'font-size:11px;white-space:nowrap">{quadrant}</span>'
            if quadrant in COLOURS
            else ""
        )
        width, share = heat.width, float(row["share"])
        colour = "#d65400" if share >= 0 else "#005cb8"
        return (
            f'<figure style="margin:0;width:{width}px"><img src="{data_uri(heat)}" '
            f'alt="where the relevance of {html.escape(place)} comes from" '
            f'style="width:{width}px;border-radius:6px;display:block">'
            '<figcaption style="margin-top:6px">'
            f'<div style="display:flex;justify-content:space-between;gap:6px;align-items:baseline">'
            f'<strong style="overflow-wrap:anywhere;{"" if trust == "trusted" else "font-weight:500"}">'
            f"{html.escape(name)}</strong>{chip}</div>{untrusted}"
            f'<div style="height:6px;border-radius:3px;background:{colour};margin:4px 0;'
            f'width:{max(2, round(abs(share) / largest * width))}px"></div>'
            f'<div style="opacity:.75">{share:+.1%} · {html.escape(place)}</div>'
            f'<img alt="its examples" src="{data_uri(crop)}" style="width:{width}px;border-radius:4px;'
            'margin-top:4px;display:block"></figcaption></figure>'
        )

    def _bar(self) -> str:
        if not self.quadrants:
            return ""
        parts = "".join(
            f'<span style="background:{COLOURS[name]};width:{share:.1%}" title="{name} {share:.0%}"></span>'
            for name, share in self.quadrants.items()
            if share > 0
        )
        said = ", ".join(f"{share:.0%} {name}" for name, share in self.quadrants.items() if share >= 0.005)
        return (
            '<div style="display:flex;height:10px;border-radius:5px;overflow:hidden;margin:6px 0 3px">'
            f'{parts}</div><div style="opacity:.75">relevance: {said}</div>'
        )

    def _repr_html_(self) -> str:
        return self.to_html()

    def save(self, path: str | Path) -> Path:
        """Write the explanation: NAME.html with its pictures inside, or the numbers as .json or .csv."""
        place = place_of(path, "An explanation", (".html", ".json", ".csv"))
        write = {".html": self._page, ".json": self._json, ".csv": self._csv}[place.suffix.lower()]
        write_whole(place, write(), "An explanation")
        return place

    def _page(self) -> str:
        return page(self.name or "Explanation", self.to_html())

    def _csv(self) -> str:
        return self.table.to_csv(index=False)

    def _json(self) -> str:
        said = {
            "image": self.name,
            "prediction": self.prediction,
            "target": self.target,
            "probability": self.probability,
            "label": self.label,
            "method": self.method,
            "shares": self.quadrants,
            "components": json.loads(self.table.to_json(orient="records")),
        }
        return json.dumps(said, indent=2, ensure_ascii=False) + "\n"
