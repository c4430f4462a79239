"""What the page shows of an explanation: its components, and where in the image each of them looks."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image

from slens_widgets.audit.explanation import Explanation
from slens_widgets.audit.shown_labels import UNKNOWN, doubt, has_label, name_of, trust_of
from slens_widgets.files import jpeg
from slens_widgets.types import Component
from slens_widgets.widgets.messages import Answer

THUMBNAIL = 96
"""Side of a small picture, in pixels."""


def explained(found: Explanation, place: Callable[[Component], int]) -> Answer:
    """Return the components that a decision rests on, the most relevant first.

    The buffers are the heatmaps over the image, in the same order, and then the image as the model sees it.
    """
    rows = []
    for component, row in zip(found.components, found.table.to_dict("records"), strict=True):
        labelled = has_label(row)
        rows.append(
            {
                "component": place(component),
                "share": float(row["share"]),
                "name": name_of(row) or (UNKNOWN if labelled else ""),
                "label": str(row["label"]) if labelled else "",
                "trust": trust_of(row) if labelled else "",
                "doubt": doubt(row),
                "classes": row["classes"],
                "quadrant": str(row.get("quadrant", "")),
            }
        )
    body = {
        "target": found.target,
        "prediction": found.prediction,
        "probability": found.probability,
        "label": found.label,
        "shares": found.quadrants,
        "rows": rows,
    }
    return Answer(body, [*map(small_jpeg, found.overlays(2 * THUMBNAIL)), thumbnail(found.view)])


def thumbnail(picture: Image.Image) -> bytes:
    """Return a picture, made smaller, as the page shows it."""
    small = picture.copy()
    small.thumbnail((2 * THUMBNAIL, 2 * THUMBNAIL))
    return small_jpeg(small)


def small_jpeg(picture: Image.Image) -> bytes:
    """Return a picture of a thumbnail's size as the page shows it."""
    return jpeg(picture, 88)
