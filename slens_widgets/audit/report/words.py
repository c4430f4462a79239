"""How figures and pictures are written in a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PIL.Image import Image

from slens_widgets.audit.figures import data_uri
from slens_widgets.audit.report.markup import Markup, element

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
    if row["label"] is None:
        return None
    certificate = row["certificate"]
    doubtful = certificate is not None and not row["trusted"]
    said = "not certified" if certificate is None else f"certificate {certificate:.2f}"
    return element(
        "span",
        f"{row['label']}\N{NO-BREAK SPACE}?" if doubtful else row["label"],
        element("small", f" {said}"),
        class_="label trusted" if row["trusted"] else "label",
        title="A label not to rely on" if doubtful else None,
    )
