"""Concepts that are shown by example: images that show something, and images that do not."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from slens_widgets.arguments import as_texts, given
from slens_widgets.errors import InputError, UnreadableImageError
from slens_widgets.files import open_image
from slens_widgets.query import MAX_NAME, QueryImage

MAX_PIXELS = 2**20
"""Pixels of a kept image; a larger one is scaled down, because classifiers look at fewer."""
MAX_SHOWN = 500
"""Images of one concept, with those that do not show it."""
_MAX_READ = 50_000_000
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
"""Decoders that run inside this process and call no other program."""


@dataclass(frozen=True)
class ShownImage:
    """One image of a concept: kept as it is, or one of the database's own probe images by its id."""

    png: bytes | None
    """The picture as an RGB PNG; None for a probe image."""
    probe: int | None = None
    """Id of a probe image of the database; None for a given picture."""
    source: str = ""
    """What it was cut from; images of one source are not independent. Empty: it stands for itself."""

    @classmethod
    def of(cls, picture: Image.Image) -> ShownImage:
        """Return a decoded picture, scaled down where it is large."""
        return cls(_png(picture, "The picture"))

    @cached_property
    def digest(self) -> str:
        """Hash of the picture, or the id of a probe image: what tells two images apart."""
        if self.png is None:
            return f"probe-{self.probe}"
        return hashlib.sha256(self.png).hexdigest()[:24]

    @property
    def picture(self) -> Image.Image:
        """The given picture, decoded as the PNG that it has to be.

        Raises
        ------
        InputError
            It is a probe image, which the database holds, or can't be decoded.
        """
        if self.png is None:
            raise InputError(f"Probe image {self.probe} is held by the database, not by the concept")
        try:
            image = open_image(io.BytesIO(self.png), ("PNG",))
            if image.width * image.height > MAX_PIXELS:
                raise InputError(f"An image of a concept has more than {MAX_PIXELS:,} pixels")
            return image.convert("RGB")
        except InputError:
            raise
        except Exception as error:
            raise InputError(f"An image of a concept can't be decoded ({error})") from error


class Concept:
    """A concept that is shown instead of described: images that show it, and images that do not.

    It is accepted wherever a text names a concept. Its evidence is what the audited model itself does:
    whether a component fires more on the images that show the concept than on those that don't; no foundation
    model takes part.
    Two concepts are equal where name and images are.

    Parameters
    ----------
    name
        What to call it. In an audit's session, texts of this name mean this concept.
    images
        Images that show it: paths, PIL images, arrays (height, width, 3), or ids (int) of probe images of the
        database. Its own images are asked with the live model; probe images need none.
    without
        Images that do not show it; none: all other probe images whose activations the database keeps.
        Those are other pictures in every respect, so `without` images of the same kind tell more.
    pairs
        Whether ``without[i]`` is ``images[i]`` without the concept.
    sources
        What each image was cut from (for example a picture's name), because crops of one picture are not
        independent: tests and intervals count sources. None: each image, or pair, stands for itself.
    without_sources
        The same for `without`; None: those of `images` where they are pairs.

    Raises
    ------
    InputError
        There are no images, pairs or sources of another number, or an image can't be read.

    Examples
    --------
    >>> from PIL import Image
    >>> import slens_widgets as sw
    >>> sw.Concept("red", [Image.new("RGB", (8, 8), "red")], without=[Image.new("RGB", (8, 8), "blue")])
    Concept('red', 1 image, 1 without)
    """

    name: str
    images: tuple[ShownImage, ...]
    without: tuple[ShownImage, ...]
    pairs: bool

    def __init__(
        self,
        name: str,
        images: Any,
        without: Any = (),
        pairs: bool = False,
        *,
        sources: Sequence[Any] | None = None,
        without_sources: Sequence[Any] | None = None,
    ) -> None:
        self.name = check_name(name)
        if not isinstance(pairs, bool | np.bool_):
            raise InputError(f"pairs={given(pairs)}", expected="True or False")
        self.pairs = bool(pairs)
        shown = _shown(name, "images", images)
        others = _shown(name, "without", without)
        if not shown:
            raise InputError(
                f"The concept {name!r} has no images", expected="at least one image that shows it"
            )
        if len(shown) + len(others) > MAX_SHOWN:
            raise InputError(
                f"The concept {name!r} has {len(shown) + len(others)} images",
                expected=f"at most {MAX_SHOWN} with those in without=",
            )
        if self.pairs and len(shown) != len(others):
            raise InputError(
                f"The concept {name!r} has {len(shown)} images and {len(others)} without it",
                expected="as many of both, because pairs=True",
                next_step="Give the missing ones, or pairs=False",
            )
        if self.pairs and without_sources is None:
            without_sources = sources
        self.images = _with_sources(name, "sources", shown, sources)
        self.without = _with_sources(name, "without_sources", others, without_sources)
        if self.pairs:
            for a, b in zip(self.images, self.without, strict=True):
                if a.source != b.source:
                    raise InputError(
                        f"A pair of the concept {name!r} is of the sources {a.source!r} and {b.source!r}",
                        expected="both images of a pair from one source",
                    )
        both = {image.digest for image in self.images} & {image.digest for image in self.without}
        if both:
            raise InputError(
                f"{len(both)} of the images of the concept {name!r} are also among those without it"
            )

    @cached_property
    def unit_names(self) -> tuple[list[str], list[str]]:
        """What each image, and each of those without, counts as in a test: its source, or else itself."""
        shown = [image.source or f"\0{i}" for i, image in enumerate(self.images)]
        if self.pairs:
            return shown, shown
        return shown, [image.source or f"\0-{i}" for i, image in enumerate(self.without)]

    @cached_property
    def halves(self) -> tuple[Concept, Concept] | None:
        """The concept by every second of its units, and by the others; None where there is a single one.

        What does not show it is divided in the same way; a single unit of it is in both halves.
        """
        shown, without = self.unit_names
        order = list(dict.fromkeys(shown))
        apart = list(dict.fromkeys(each for each in without if each not in set(order)))
        if len(order) < 2:
            return None
        place = {each: i % 2 for each_kind in (order, apart) for i, each in enumerate(each_kind)}

        def half(number: int) -> Concept:
            kept = [image for image, unit in zip(self.images, shown, strict=True) if place[unit] == number]
            others = [
                image
                for image, unit in zip(self.without, without, strict=True)
                if place[unit] == number or apart == [unit]
            ]
            return Concept.of(self.name, kept, others, self.pairs)

        return half(0), half(1)

    @property
    def units(self) -> int:
        """Number of independent images, or pairs, that show it: sources where those are known."""
        return len(set(self.unit_names[0]))

    @cached_property
    def digest(self) -> str:
        """Hash of all that the concept's evidence depends on, the name left out."""
        parts = [
            f"{kind} {image.digest} {image.source}"
            for kind, images in (("with", self.images), ("without", self.without))
            for image in images
        ]
        return hashlib.sha256("\n".join([str(self.pairs), *parts]).encode()).hexdigest()[:24]

    @property
    def needs_model(self) -> bool:
        """Whether some of its images are not the database's own, so that only a live model can see them."""
        return any(image.png is not None for image in (*self.images, *self.without))

    def plus(self, images: Any = (), without: Any = ()) -> Concept:
        """Return the concept with further images; those that it has already are left as they are."""
        if self.pairs:
            raise InputError(
                f"The concept {self.name!r} consists of pairs", next_step="Make a new one with all pairs"
            )
        held = {image.digest for image in (*self.images, *self.without)}
        more = [image for image in _shown(self.name, "images", images) if image.digest not in held]
        other = [image for image in _shown(self.name, "without", without) if image.digest not in held]
        return Concept.of(self.name, (*self.images, *more), (*self.without, *other), False)

    @classmethod
    def of(
        cls, name: str, images: Sequence[ShownImage], without: Sequence[ShownImage], pairs: bool
    ) -> Concept:
        """Return a concept of images that are kept already, with their sources."""
        return cls(
            name,
            images,
            without,
            pairs,
            sources=[image.source for image in images],
            without_sources=[image.source for image in without],
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Concept) and (self.name, self.digest) == (other.name, other.digest)

    def __hash__(self) -> int:
        return hash((self.name, self.digest))

    def __repr__(self) -> str:
        kind = "pair" if self.pairs else "image"
        said = f"{len(self.images)} {kind}{'s' * (len(self.images) != 1)}"
        if self.without and not self.pairs:
            said += f", {len(self.without)} without"
        if self.units != len(self.images):
            said += f", {self.units} sources"
        return f"Concept({self.name!r}, {said})"


def check_name(name: Any) -> str:
    """Return the name of a concept, or say what a name is."""
    if not isinstance(name, str) or not name.strip() or name != name.strip() or len(name) > MAX_NAME:
        raise InputError(
            f"{given(name)} can't be the name of a concept", expected=f"a text of up to {MAX_NAME} characters"
        )
    if "," in name or name[0] in "-−":
        raise InputError(
            f"{name!r} can't be the name of a concept",
            expected="no commas and no minus in front: they part queries in the search box",
        )
    return name


def as_concepts(values: Any) -> tuple[Concept, ...]:
    """Return concepts, one for each name (the last one given); one concept counts as a list of one."""
    if isinstance(values, Concept) or not isinstance(values, Iterable):
        values = (values,)
    found = {}
    for value in values:
        if not isinstance(value, Concept):
            raise InputError(f"{given(value)} is no concept", expected="sw.Concept(name, images)")
        found[value.name.casefold()] = value
    return tuple(found.values())


def texts_and_concepts(values: Any) -> tuple[str | Concept, ...]:
    """Return texts (stripped, none empty) and shown concepts, each once by its name; one is a list of one."""
    if isinstance(values, str | Concept):
        values = (values,)
    if not isinstance(values, Iterable):
        raise InputError(f"{given(values)} is not a list of texts", expected="['ruler', …]")
    found: dict[str, str | Concept] = {}
    for value in values:
        for each in (value,) if isinstance(value, Concept) else as_texts(value):
            found.setdefault(named(each), each)
    return tuple(found.values())


def named(value: str | Concept) -> str:
    """Return a text, or the name of a shown concept."""
    return value.name if isinstance(value, Concept) else value


def _shown(name: str, argument: str, images: Any) -> list[ShownImage]:
    one = isinstance(images, str | os.PathLike | Image.Image | QueryImage | ShownImage | int | np.integer)
    if one or (isinstance(images, np.ndarray) and images.ndim in (2, 3)):
        images = [images]
    if not isinstance(images, Iterable):
        raise InputError(f"{argument}={given(images)}", expected="a list of images")
    return [_one(image, f"{argument}[{i}] of the concept {name!r}") for i, image in enumerate(images)]


def _one(image: Any, where: str) -> ShownImage:
    if isinstance(image, ShownImage):
        return image
    if isinstance(image, QueryImage):
        return ShownImage(image.png)
    if isinstance(image, int | np.integer) and not isinstance(image, bool):
        return ShownImage(None, int(image))
    if isinstance(image, str | os.PathLike):
        picture = _read(Path(image).expanduser(), where)
    elif isinstance(image, np.ndarray):
        picture = _from_array(image, where)
    elif isinstance(image, Image.Image):
        picture = image
    else:
        raise InputError(
            f"{where} is a {type(image).__name__}",
            expected="a path, a PIL image, an array (height, width, 3), or the id of a probe image",
        )
    return ShownImage(_png(picture, where))


def _read(path: Path, where: str) -> Image.Image:
    try:
        with path.open("rb") as file:
            picture = open_image(file, _FORMATS)
            if picture.width * picture.height <= _MAX_READ:
                picture.load()
                return picture
        reason = f"it has {picture.width} × {picture.height} pixels, more than {_MAX_READ:,}"
    except Exception as error:
        reason = str(error)
    raise UnreadableImageError(f"{where} can't be read: {str(path)!r}: {reason}", expected="an image file")


def _from_array(array: np.ndarray, where: str) -> Image.Image:
    if array.ndim == 3 and array.shape[2] in (3, 4) and array.dtype == np.uint8 and array.size:
        return Image.fromarray(np.ascontiguousarray(array))
    raise InputError(
        f"{where} is an array of shape {array.shape} and type {array.dtype}",
        expected="(height, width, 3) of uint8",
    )


def _png(picture: Image.Image, where: str) -> bytes:
    try:
        with contextlib.suppress(Exception):  # a damaged EXIF block says nothing about the orientation
            picture = ImageOps.exif_transpose(picture) or picture
        if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
            over = picture.convert("RGBA")
            picture = Image.alpha_composite(Image.new("RGBA", over.size, (255, 255, 255, 255)), over)
        picture = picture.convert("RGB")
        scale = (MAX_PIXELS / max(1, picture.width * picture.height)) ** 0.5
        if scale < 1:
            size = (max(1, int(picture.width * scale)), max(1, int(picture.height * scale)))
            picture = picture.resize(size, Image.Resampling.LANCZOS)
        buffer = io.BytesIO()
        picture.save(buffer, "PNG")
    except Exception as error:
        raise UnreadableImageError(f"{where} can't be used: {error}", expected="an image") from error
    return buffer.getvalue()


def _with_sources(
    name: str, argument: str, images: Sequence[ShownImage], sources: Sequence[Any] | None
) -> tuple[ShownImage, ...]:
    if sources is None:
        return tuple(ShownImage(image.png, image.probe, image.source) for image in images)
    if isinstance(sources, str) or not isinstance(sources, Iterable):
        raise InputError(f"{argument}={given(sources)}", expected="a list, one for each image")
    listed = ["" if each is None else str(each) for each in sources]
    if len(listed) != len(images):
        raise InputError(
            f"The concept {name!r} has {len(images)} images and {len(listed)} {argument}",
            expected="one for each image",
        )
    return tuple(ShownImage(image.png, image.probe, each) for image, each in zip(images, listed, strict=True))
