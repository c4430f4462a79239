"""How figures and pictures are written in a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PIL.Image import Image

from slens_widgets.audit.figures import data_uri
from slens_widgets.audit.report.markup import Markup, element
from slens_widgets.audit.shown_labels import doubt, has_label, marked, trust_of

Crops = Callable[[tuple[str, int], int], Image]
"""Gives the first so many example crops of a component, side by side."""


def percent(value: float | None) -> str:
    """Return a share as per cent, one decimal."""
    return "–" if value is None else f"{100 * value:.1f} %"


def decimal(value: float | None) -> str:
    """Return a score with two decimals."""
    return "–" if value is None else f"{value:.2f}".replace("-", "−")


def significance(p: float | None) -> str:
    """Return a corrected p-value."""
    return "unknown" if p is None else "< 0.001" if p < 0.001 else f"{p:.3f}"


def listed(names: Any) -> str:
    """Return names as part of a sentence."""
    shown = [str(name) for name in names]
    return ", ".join(shown[:-1]) + " and " + shown[-1] if len(shown) > 1 else "".join(shown)


def strip_image(strip: Image, alt: str, names: str) -> Markup:
    """Return example crops as a picture that is part of the page."""
    return element("img", src=data_uri(strip), alt=alt, title=names)


def label(row: Mapping[str, Any]) -> Markup | None:
    """Return a component's label with its certificate, which says whether to rely on it."""
    if not has_label(row):
        return None
    trust = trust_of(row)
    said = f"certificate {row['certificate']:.2f}" if row["certificate"] is not None else "not certified"
    if trust == "unknown" and row["margin"] is not None:
        said += f", {row['margin']:.2f} ahead of the next"
    return element(
        "span", marked(row), element("small", f" {said}"), class_=f"label {trust}", title=doubt(row) or None
    )
