"""What an open database shows: strips, heatmaps, pictures, each read when it is asked for, by any thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import UInt8

from slens_widgets.arguments import given
from slens_widgets.conceptdb.schema import (
    HEATMAP_SIDE,
    MAX_LABEL,
    MAX_NAME,
    MAX_SIDE,
    ImageRecord,
    check_rows,
    damaged,
    unpack_heatmaps,
)
from slens_widgets.errors import UnknownNameError
from slens_widgets.files import check_sides
from slens_widgets.types import Component
from slens_widgets.untrusted import shown

if TYPE_CHECKING:
    from slens_widgets.conceptdb.reader import ConceptDB

_RECORD = (int, str, int, int, (int, type(None)), str)


def strip(self: ConceptDB, component: Component | tuple[str, int]) -> bytes:
    """Return a component's example crops as one JPEG: m tiles of `tile` pixels, side by side."""
    layer, index = self.component(component)
    place = self[layer]._position, index
    row = self._one("SELECT jpeg FROM strips WHERE layer = ? AND component = ?", place)
    if row is None:
        raise damaged(self.path, f"lacks the strip of {layer}:{index}")
    check_rows([row], (bytes,), self.path)
    self._checksums.check("strip", place, row[0], f"the strip of {layer}:{index}")
    return _of_size(self, row[0], f"the strip of {layer}:{index}", self.m * self.tile, self.tile)


def heatmap(self: ConceptDB, component: Component | tuple[str, int], rank: int) -> UInt8[np.ndarray, "28 28"]:
    """Return the heatmap over the view of one example; all zero where no relevance was computed."""
    if not 0 <= rank < self.m:
        raise UnknownNameError(f"There is no rank {rank!r}", expected=f"0 to {self.m - 1}")
    return self.heatmaps(component)[rank]


def heatmaps(self: ConceptDB, component: Component | tuple[str, int]) -> UInt8[np.ndarray, "rank 28 28"]:
    """Return the heatmaps of all examples of a component: they are unpacked together."""
    layer, index = self.component(component)
    place = self[layer]._position, index
    row = self._one("SELECT data FROM heatmaps WHERE layer = ? AND component = ?", place)
    if row is None:
        return np.zeros((self.m, HEATMAP_SIDE, HEATMAP_SIDE), np.uint8)
    check_rows([row], (bytes,), self.path)
    self._checksums.check("heatmaps", place, row[0], f"heatmaps of {layer}:{index}")
    return unpack_heatmaps(row[0], self.m, str(self.path))


def picture(self: ConceptDB, image_id: int) -> bytes:
    """Return the model's view of an image as JPEG, longest side at most 256 pixels."""
    row = self._one("SELECT jpeg FROM pictures WHERE image_id = ?", (int(image_id),))
    if row is None:
        raise _no_image(image_id)
    check_rows([row], (bytes,), self.path)
    self._checksums.check("picture", (int(image_id), 0), row[0], f"the picture of image {image_id}")
    return _of_size(self, row[0], f"the picture of image {image_id}", MAX_SIDE, MAX_SIDE, exactly=False)


def _of_size(self: ConceptDB, data: bytes, what: str, width: int, height: int, exactly: bool = True) -> bytes:
    """Return a picture that a browser or Pillow may decode: of the size that it is due to have."""
    try:
        check_sides(data, width, height, exactly=exactly)
    except ValueError as error:
        raise damaged(self.path, f"holds {what}, which {error}") from error
    return data


def image(self: ConceptDB, image_id: int) -> ImageRecord:
    """Return what is known of an image: name, size, label, digest."""
    row = self._one(
        "SELECT id, name, width, height, label, digest FROM images WHERE id = ?", (int(image_id),)
    )
    if row is None:
        raise _no_image(image_id)
    return _record(self, row)


def images(self: ConceptDB) -> list[ImageRecord]:
    """Return all stored images (those that are an example of some component), by id."""
    rows = self._all("SELECT id, name, width, height, label, digest FROM images ORDER BY id")
    return [_record(self, row) for row in rows]


def _record(self: ConceptDB, row: tuple[Any, ...]) -> ImageRecord:
    check_rows([row], _RECORD, self.path)
    id, name, width, height, label, digest = row
    possible = 0 <= id < 2**53 and 0 <= (label or 0) <= MAX_LABEL and len(name) <= MAX_NAME
    if not possible or not (0 <= width < 2**31 and 0 <= height < 2**31) or len(digest) > MAX_NAME:
        raise damaged(self.path, f"holds an image that can't be one: {given(row)}")
    return ImageRecord(id, shown(name), width, height, label, shown(digest))


def _no_image(image_id: object) -> UnknownNameError:
    return UnknownNameError(
        f"The database has no image {image_id!r}",
        expected="the id of an image that is an example of some component",
    )
