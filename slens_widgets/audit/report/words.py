"""How figures and pictures are written in a report."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from slens_widgets.audit.report.markup import Markup, element

Crops = Callable[[tuple[str, int], int], bytes]
"""Gives the first so many example crops of a component, as one JPEG."""


def percent(value: float | None) -> str:
    """Return a share as per cent, one decimal."""
    return "–" if value is None else f"{100 * value:.1f} %"


def cosine(value: float | None) -> str:
    """Return a cosine with two decimals."""
    return "–" if value is None else f"{value:.2f}".replace("-", "−")


def listed(names: Any) -> str:
    """Return names as part of a sentence."""
    shown = [str(name) for name in names]
    return ", ".join(shown[:-1]) + " and " + shown[-1] if len(shown) > 1 else "".join(shown)


def strip_image(jpeg: bytes, alt: str, names: str) -> Markup:
    """Return example crops as a picture that is part of the page."""
    source = "data:image/jpeg;base64," + base64.b64encode(jpeg).decode()
    return element("img", src=source, alt=alt, title=names)
