"""Pictures that a page gives: chosen, pasted or dropped files, which a stranger may have made."""

from __future__ import annotations

import io

from PIL import Image

from slens_widgets.errors import InputError, SlensError
from slens_widgets.query import MAX_NAME
from slens_widgets.widgets.messages import MAX_MESSAGE, Request

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
"""Decoders that run inside this process and call no other program."""
PIXELS = 50_000_000


def given_image(request: Request) -> tuple[Image.Image, str]:
    """Return the picture that came with a request, and its name; whatever is wrong with it is said."""
    from slens_widgets.core.decoding import decode

    name = request.text("name")[:MAX_NAME]
    if len(request.buffers) != 1 or not 0 < len(request.buffers[0]) <= MAX_MESSAGE:
        raise InputError(f"The image {name!r} did not arrive", expected=f"1 to {MAX_MESSAGE:,} bytes")
    try:
        return decode(io.BytesIO(bytes(request.buffers[0])), PIXELS, FORMATS), name
    except SlensError as error:
        reason = str(error)
    except Exception as error:
        reason = f"It is damaged ({error})."
    raise InputError(
        f"{name!r} can't be used as an image: {reason}",
        expected="a picture as PNG, JPEG, WebP, GIF, BMP or TIFF",
    )
