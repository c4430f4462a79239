"""The session's fields as a page is told of them, and as it sets them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from slens_widgets.errors import InputError, UnknownNameError
from slens_widgets.query import QueryImage
from slens_widgets.session import Session
from slens_widgets.widgets.messages import Request, encode_set
from slens_widgets.widgets.numbering import Numbering

SETS = ("selection", "pruned")
TEXTS = ("valid", "spurious", "vocabulary")
FIELDS = (*SETS, "hovered", "query", "images", "concepts", *TEXTS, "target", "thresholds", "mode", "color_by")
JOINED = (*SETS, "hovered", "vocabulary")
"""Fields that a page over two audits takes from both sessions; the others are those of the first."""


class Fields:
    """What a page knows of a session, components by their numbers on the page."""

    def __init__(self, session: Session, numbering: Numbering) -> None:
        self._session = session
        self._numbering = numbering

    def told(self, field: str) -> tuple[dict[str, Any], bytes]:
        """Return what the page is told of a field: a small body, and the bytes of a set."""
        if field in SETS:
            encoding, data = encode_set(self._numbering.marked(field), self._numbering.total)
            return {"state": field, "encoding": encoding}, data
        value = getattr(self._session, field)
        if field == "hovered":
            value = self._numbering.hovered()
        elif field == "vocabulary":
            value = self._numbering.vocabulary()
        elif field == "images":
            value = [f"{'-' * image.unwanted}{image.digest}" for image in value]
        elif field == "concepts":
            value = [
                {
                    "name": each.name,
                    "images": len(each.images),
                    "without": len(each.without),
                    "pairs": each.pairs,
                    "digest": each.digest,
                }
                for each in value
            ]
        return {"state": field, "value": list(value) if isinstance(value, tuple) else value}, b""

    def set(self, request: Request) -> str:
        """Set the field that the page asks for, and return its name."""
        field, total = request.text("field"), self._numbering.total
        if field in SETS:
            self._numbering.mark(field, request.members(total))
        elif field == "hovered":
            hovered = request.value("value")
            self._numbering.hover(None if hovered is None else request.number("value", total))
        else:
            setattr(self._session, field, self._wanted(request, field))
        return field

    def images(self, digests: Sequence[str]) -> list[QueryImage]:
        """Return the session's query images that the page names; a minus before one makes it unwanted."""
        held = {image.digest: image for image in self._session.images}
        found = []
        for digest in digests:
            image = held.get(digest.removeprefix("-"))
            if image is None:
                raise InputError(
                    "An image of the query is no longer there", next_step="Paste, drop or choose it again"
                )
            found.append(image.turned() if image.unwanted != digest.startswith("-") else image)
        return found

    def _wanted(self, request: Request, field: str) -> Any:
        """Return the value that the page wants a field of the first session to have."""
        if field in TEXTS:
            return request.texts("value")
        if field == "images":
            return self.images(request.texts("value"))
        if field == "thresholds":
            return request.value("value")
        if field == "target":
            return None if request.value("value") is None else request.text("value")
        settable = [name for name in FIELDS if name != "concepts"]
        if field in settable:
            return request.text("value")
        raise UnknownNameError.of("session field", field, settable)
