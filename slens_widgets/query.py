"""What is asked of the components: texts and images to match, and others not to match."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from PIL import Image

from slens_widgets.errors import InputError
from slens_widgets.files import open_image
from slens_widgets.untrusted import shown

QUERY_SIDE = 384
"""Longest side of a stored query image in pixels, as large as usual foundation models look at."""
MAX_IMAGES = 12
"""Images in one query."""
MAX_NAME = 120
_MINUS = "-−"


@dataclass(frozen=True)
class QueryImage:
    """A picture that components are compared with, small and self-contained, so that it can be saved."""

    png: bytes
    """The picture as an RGB PNG, its longest side at most `QUERY_SIDE`."""
    name: str = "image"
    """What to call it; text, never markup."""
    unwanted: bool = False
    """Whether components should not match it."""

    @classmethod
    def of(cls, picture: Image.Image, name: str = "image", unwanted: bool = False) -> QueryImage:
        """Return a decoded picture as a query, scaled down where it is large."""
        if not isinstance(picture, Image.Image):
            raise InputError(f"A {type(picture).__name__} is no query image", expected="a PIL image")
        small = picture.convert("RGB")
        small.thumbnail((QUERY_SIDE, QUERY_SIDE))
        buffer = io.BytesIO()
        small.save(buffer, "PNG")
        return cls(buffer.getvalue(), shown(name.strip())[:MAX_NAME] or "image", unwanted)

    @cached_property
    def digest(self) -> str:
        """Hash of the picture: what tells two query images apart."""
        return hashlib.sha256(self.png).hexdigest()[:24]

    @property
    def picture(self) -> Image.Image:
        """The picture, decoded as the PNG that it has to be."""
        try:
            image = open_image(io.BytesIO(self.png), ("PNG",))
            if max(image.size) > QUERY_SIDE:
                raise InputError(f"The query image {self.name!r} is larger than {QUERY_SIDE} pixels")
            return image.convert("RGB")
        except InputError:
            raise
        except Exception as error:
            raise InputError(
                f"The query image {self.name!r} can't be decoded ({error})",
                next_step="Remove it and add it again",
            ) from error

    def turned(self) -> QueryImage:
        """Return the same picture, unwanted where it was wanted and the other way round."""
        return replace(self, unwanted=not self.unwanted)

    def __repr__(self) -> str:
        return f"QueryImage({self.name!r}, {self.digest[:8]}{', unwanted' if self.unwanted else ''})"


@dataclass(frozen=True)
class Query:
    """Texts and images of which a component should match any, and others of which it should match none."""

    wanted: tuple[str | QueryImage, ...] = ()
    """What components should match; the best of them counts."""
    unwanted: tuple[str | QueryImage, ...] = ()
    """What they should not match; the worst of them counts."""

    @classmethod
    def of(cls, text: str, images: Sequence[QueryImage] = ()) -> Query:
        """Read what a search box holds.

        Commas part several queries, of which any may match. A part that begins with a minus is unwanted:
        ``ruler, band-aid, -hair`` asks for what encodes a ruler or a band-aid, and not hair.
        """
        parts = [part.strip() for part in text.split(",")]
        wanted = [part for part in parts if part and part[0] not in _MINUS]
        unwanted = [part[1:].strip() for part in parts if part and part[0] in _MINUS]
        return cls(
            (*_each_once(wanted), *(image for image in images if not image.unwanted)),
            (*_each_once(unwanted), *(image for image in images if image.unwanted)),
        )

    def __bool__(self) -> bool:
        return bool(self.wanted or self.unwanted)

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text, wanted or not."""
        return tuple(part for part in (*self.wanted, *self.unwanted) if isinstance(part, str))


def as_query_images(values: Any) -> tuple[QueryImage, ...]:
    """Return pictures as queries, each once; one picture counts as a list of one."""
    if isinstance(values, QueryImage) or not isinstance(values, Iterable):
        values = (values,)
    images = [value if isinstance(value, QueryImage) else QueryImage.of(value) for value in values]
    if len(images) > MAX_IMAGES:
        raise InputError(f"{len(images)} images in one query", expected=f"at most {MAX_IMAGES}")
    return tuple({image.digest: image for image in images}.values())


def _each_once(texts: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(text for text in texts if text))
