"""Anything that is a picture, made an 8-bit RGB image, or refused with a reason."""

from __future__ import annotations

import contextlib
import io
from functools import cache
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageOps, UnidentifiedImageError

from slens_widgets.errors import InputError
from slens_widgets.files import open_image

_BY_OTHERS = {"EPS", "WMF", "BUFR", "GRIB", "HDF5", "IPTC"}
"""Ghostscript draws the first, and what the last may hold; for the others a program may be registered."""
MAX_PIXELS = 89_478_485
"""Pillow's own limit for a decompression bomb: a quarter of a gigabyte as RGB."""


def decode(
    file: io.BytesIO, max_pixels: int = MAX_PIXELS, formats: tuple[str, ...] | None = None
) -> Image.Image:
    """Decode one image file; its size is checked before any pixel is.

    Parameters
    ----------
    formats
        Pillow's names of the formats to try; None tries all that it reads by itself.

    Raises
    ------
    InputError
        If the image has no pixels or more than `max_pixels`. Decoders raise errors of their own besides.
    """
    if not file.read(1):
        raise InputError("The file is empty")
    file.seek(0)
    try:
        image = open_image(file, formats or _own_formats())
    except UnidentifiedImageError:
        raise InputError("The file is not an image of a known format") from None
    return to_rgb(image, max_pixels)


@cache
def _own_formats() -> tuple[str, ...]:
    """Return the formats that Pillow reads without starting another program or someone else's handler."""
    Image.init()
    return tuple(name for name in Image.ID if name not in _BY_OTHERS)


def to_rgb(picture: Any, max_pixels: int = MAX_PIXELS) -> Image.Image:
    """Convert a PIL image, an array (height, width[, channel]) or a tensor (channel, height, width) to RGB.

    Raises
    ------
    InputError
        If it is none of them, or its shape, size or values are not those of a picture.
    """
    if isinstance(picture, torch.Tensor):
        picture = _channels_last(picture.detach().cpu().numpy(), prefer_first=True)
    if isinstance(picture, np.ndarray):
        return _from_array(_channels_last(picture, prefer_first=False), max_pixels)
    if not isinstance(picture, Image.Image):
        raise InputError(
            f"A {type(picture).__name__} is not a picture", expected="a PIL image, array or tensor"
        )
    width, height = picture.size
    _check_size(height, width, max_pixels)
    picture.load()
    # A damaged EXIF block says nothing about the orientation; the pixels are sound.
    with contextlib.suppress(Exception):
        picture = ImageOps.exif_transpose(picture) or picture
    if picture.mode == "RGB":
        return picture
    if picture.mode.startswith("I;16"):
        return _from_array(np.asarray(picture).astype(np.uint16), max_pixels)
    if picture.mode in ("I", "F"):
        return _from_array(_wide_to_uint8(np.asarray(picture)), max_pixels)
    if picture.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in picture.info:
        over = picture.convert("RGBA")
        white = Image.new("RGBA", over.size, (255, 255, 255, 255))
        return Image.alpha_composite(white, over).convert("RGB")
    return picture.convert("RGB")


def _check_size(height: int, width: int, max_pixels: int) -> None:
    if height < 1 or width < 1:
        raise InputError(f"The image has {width}×{height} pixels")
    if height * width > max_pixels:
        raise InputError(f"The image has {width}×{height} pixels, above the limit of {max_pixels:,}")


def _channels_last(array: np.ndarray, *, prefer_first: bool) -> np.ndarray:
    if array.ndim == 2:
        return array
    if array.ndim != 3:
        raise InputError(f"An array of shape {array.shape} is not one picture", expected="2 or 3 axes")
    first, last = array.shape[0] in (1, 3, 4), array.shape[2] in (1, 3, 4)
    if not (first or last):
        raise InputError(f"An array of shape {array.shape} is not a picture", expected="1, 3 or 4 channels")
    return np.moveaxis(array, 0, 2) if first and (prefer_first or not last) else array


def _from_array(array: np.ndarray, max_pixels: int) -> Image.Image:
    _check_size(array.shape[0], array.shape[1], max_pixels)
    if array.dtype == np.bool_:
        array = array.astype(np.uint8) * 255
    elif array.dtype == np.uint16:
        array = np.round(array / 257).astype(np.uint8)
    elif np.issubdtype(array.dtype, np.floating):
        if not np.isfinite(array).all():
            raise InputError("The image holds values that are not finite")
        low, high = float(array.min()), float(array.max())
        if low < -1e-6 or high > 1 + 1e-6:
            raise InputError(
                f"The image holds floating-point values from {low:.3g} to {high:.3g}", expected="[0, 1]",
                next_step="Give images as they are before normalisation",
            )  # fmt: skip
        array = np.round(np.clip(array, 0, 1) * 255).astype(np.uint8)
    elif array.dtype != np.uint8:
        if array.min() < 0 or array.max() > 255:
            raise InputError(
                f"The image holds {array.dtype} values outside 0 to 255", expected="uint8, uint16 or floats"
            )
        array = array.astype(np.uint8)
    if array.ndim == 3 and array.shape[2] == 4 and (array[:, :, 3] != 255).any():
        raise InputError(
            "The array has four channels, and nothing says that the fourth is its opacity",
            expected="three channels, or a fourth that is opaque all over",
            next_step='Choose three of them, or give a PIL image: Image.fromarray(array, "RGBA")',
        )
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    image = Image.fromarray(np.ascontiguousarray(array))
    return image if image.mode == "RGB" else to_rgb(image, max_pixels)


def _wide_to_uint8(array: np.ndarray) -> np.ndarray:
    """Scale a 32-bit picture by the smallest usual range that holds it (1, 255, 65535, else its own)."""
    values = array.astype(np.float64)
    if not np.isfinite(values).all():
        raise InputError("The image holds values that are not finite")
    low, high = values.min(), values.max()
    if low < 0 or high > 65535:
        values, high = values - low, high - low
        top = high or 1.0
    elif array.dtype.kind == "f" and high <= 1:
        top = 1.0
    else:
        top = 255.0 if high <= 255 else 65535.0
    return np.round(values / top * 255).astype(np.uint8)
