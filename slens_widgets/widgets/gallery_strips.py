"""Strips of whole examples, drawn when they are asked for: the crops are in the database, these are not."""

from __future__ import annotations

from collections import OrderedDict
from typing import Literal, get_args

import numpy as np
from jaxtyping import Float, UInt8
from PIL import Image, ImageDraw

from slens_widgets.conceptdb import ConceptDB
from slens_widgets.errors import UnknownNameError
from slens_widgets.files import jpeg, stored_picture
from slens_widgets.process import new_lock
from slens_widgets.types import Component

StripMode = Literal["whole", "heatmap"]
"""The image with the crop framed, or darkened where it does not matter to the component."""

MAX_THUMBNAILS = 3_000
"""Images kept small in memory: 37 MB at 64 pixels. Components share their images."""
DARKEST = 0.16
FRAME = (255, 209, 102)


class ExampleStrips:
    """Draws a component's examples side by side, as whole images."""

    def __init__(self, db: ConceptDB) -> None:
        self._db = db
        self._thumbnails: OrderedDict[int, tuple[np.ndarray, tuple[int, int, int, int]]] = OrderedDict()
        self._lock = new_lock()

    def draw(self, component: Component, mode: str, tiles: int) -> bytes:
        """Return the first `tiles` examples of a component as one JPEG, `db.tile` pixels high."""
        if mode not in get_args(StripMode):
            raise UnknownNameError.of("way to show examples", mode, ["crop", *get_args(StripMode)])
        view = self._db[component.layer]
        side, count = self._db.tile, min(tiles, view.m)
        heatmaps = self._db.heatmaps(component) if mode == "heatmap" else None
        strip = np.empty((side, side * count, 3), np.uint8)
        for rank in range(count):
            pixels, frame = self._thumbnail(int(view.image_ids[component.index, rank]))
            if heatmaps is not None:
                pixels = _veiled(pixels, frame, heatmaps[rank])
            else:
                pixels = _framed(pixels, frame, view.boxes[component.index, rank])
            strip[:, side * rank : side * (rank + 1)] = pixels
        return jpeg(Image.fromarray(strip), 82)

    def _thumbnail(
        self, image_id: int
    ) -> tuple[UInt8[np.ndarray, "height width channel"], tuple[int, int, int, int]]:
        """Return an image as a square tile, and where in it the image lies."""
        with self._lock:
            found = self._thumbnails.get(image_id)
            if found is not None:
                self._thumbnails.move_to_end(image_id)
                return found
        side = self._db.tile
        image = stored_picture(self._db.picture(image_id), side)
        scale = side / max(image.size)
        width, height = (max(1, round(edge * scale)) for edge in image.size)
        left, top = (side - width) // 2, (side - height) // 2
        tile = Image.new("RGB", (side, side), (128, 128, 128))
        tile.paste(image.convert("RGB").resize((width, height)), (left, top))
        made = np.asarray(tile), (left, top, width, height)
        with self._lock:
            self._thumbnails[image_id] = made
            while len(self._thumbnails) > MAX_THUMBNAILS:
                self._thumbnails.popitem(last=False)
        return made


def _veiled(
    pixels: UInt8[np.ndarray, "height width channel"],
    frame: tuple[int, int, int, int],
    heatmap: UInt8[np.ndarray, "row column"],
) -> UInt8[np.ndarray, "height width channel"]:
    left, top, width, height = frame
    heat = np.asarray(Image.fromarray(heatmap).resize((width, height), Image.Resampling.BILINEAR))
    light = DARKEST + (1 - DARKEST) * np.sqrt(heat.astype(np.float32) / 255)
    veiled = pixels.copy()
    part = (slice(top, top + height), slice(left, left + width))
    veiled[part] = (pixels[part] * light[..., None]).astype(np.uint8)
    return veiled


def _framed(
    pixels: UInt8[np.ndarray, "height width channel"],
    frame: tuple[int, int, int, int],
    box: Float[np.ndarray, " 4"],
) -> UInt8[np.ndarray, "height width channel"]:
    left, top, width, height = frame
    x0, y0, x1, y1 = (float(edge) for edge in box)
    tile = Image.fromarray(pixels)
    ImageDraw.Draw(tile).rectangle(
        (
            left + round(x0 * (width - 1)),
            top + round(y0 * (height - 1)),
            left + round(x1 * (width - 1)),
            top + round(y1 * (height - 1)),
        ),
        outline=FRAME,
    )
    return np.asarray(tile)
