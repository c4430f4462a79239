"""Small pictures for pages that carry everything in themselves."""

from __future__ import annotations

import base64
import html
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float
from PIL import Image

from slens_widgets.files import jpeg, stored_picture

if TYPE_CHECKING:
    from slens_widgets.conceptdb import ConceptDB
    from slens_widgets.types import Component

FOR, AGAINST = (214, 84, 0), (0, 92, 184)
"""Colours of relevance for and against a class; told apart whatever the eye."""

COLOURS = {"valid": "#0b7285", "spurious": "#b8500b", "both": "#6741a8", "unexpected": "#5c6773"}
"""Of the quadrants of the alignment plot."""


def overlay(view: Image.Image, heatmap: Float[np.ndarray, "height width"], side: int = 192) -> Image.Image:
    """Return the picture with a heatmap over it: orange speaks for the class, blue against it."""
    scale = side / max(view.size)
    size = (max(1, round(view.width * scale)), max(1, round(view.height * scale)))
    picture = np.asarray(view.convert("RGB").resize(size, Image.Resampling.BICUBIC), np.float32)
    heat = Image.fromarray(np.asarray(heatmap, np.float32)).resize(size, Image.Resampling.BILINEAR)
    values = np.asarray(heat)
    top = float(np.quantile(np.abs(values), 0.995)) or 1.0
    strength = np.clip(np.abs(values) / top, 0, 1)[..., None] ** 0.7
    colour = np.where(values[..., None] >= 0, np.array(FOR, np.float32), np.array(AGAINST, np.float32))
    grey = picture.mean(axis=2, keepdims=True)
    under = 0.45 * picture + 0.55 * grey
    mixed = under * (1 - 0.8 * strength) + colour * 0.8 * strength
    return Image.fromarray(np.clip(mixed + 0.5, 0, 255).astype(np.uint8))


def crops(db: ConceptDB, component: Component, n: int) -> Image.Image:
    """Return a component's first `n` example crops side by side."""
    strip = stored_picture(db.strip(component)).convert("RGB")
    return strip.crop((0, 0, min(n, db.m) * db.tile, db.tile))


def data_uri(image: Image.Image) -> str:
    """Return an image as a JPEG that stands in the page itself."""
    return "data:image/jpeg;base64," + base64.b64encode(jpeg(image, 84, optimize=True)).decode()


def page(title: str, body: str) -> str:
    """Return a page that fetches nothing, light or dark as the reader's system is."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">"
        f"<title>{html.escape(title)}</title>"
        "<style>:root{color-scheme:light dark}body{margin:24px;font:14px/1.45 system-ui,sans-serif;"
        "background:Canvas;color:CanvasText}</style>"
        f"</head><body>{body}</body></html>"
    )
