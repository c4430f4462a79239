"""Files that are written: where they may lie, whole or not at all, and images as such."""

from __future__ import annotations

import contextlib
import io
import os
import secrets
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

import PIL.Image
from PIL.Image import Image
from PIL.JpegImagePlugin import JpegImageFile

from slens_widgets.arguments import path_of
from slens_widgets.errors import DatabaseError, InputError

STORED_PIXELS = 1 << 24
"""Pixels of a stored picture above which it is not decoded: a strip of 100 examples has 0.4 million."""


def place_of(path: Any, what: str, endings: Sequence[str] = (), *, next_step: str = "") -> Path:
    """Return where a file is to be written, `~` expanded.

    Parameters
    ----------
    what
        What is to be written, to begin the error: "A report can't be written as …".
    endings
        What its name may end in, whatever the case; empty allows all.
    next_step
        What to do where it ends in something else.

    Raises
    ------
    InputError
        It is no path, ends otherwise, lies in no folder, or is one.
    """
    place = path_of("path", path)
    if endings and place.suffix.lower() not in endings:
        *others, last = endings
        raise InputError(
            f"{what} can't be written as {place.name!r}",
            expected=f"a name that ends in {', '.join(others)}{' or ' if others else ''}{last}",
            next_step=next_step,
        )
    if not place.parent.is_dir():
        raise InputError(f"There is no folder {str(place.parent)!r}", next_step="Make it first")
    if place.is_dir():
        raise InputError(f"{str(place)!r} is a folder", expected="the name of a file")
    return place


def unused(place: Path) -> Path:
    """Return the place, or where something lies there the first of NAME-2, NAME-3, … that is free."""
    found, number = place, 1
    while found.exists() or found.is_symlink():
        number += 1
        found = place.with_stem(f"{place.stem}-{number}")
    return found


@contextmanager
def beside(place: Path) -> Iterator[tuple[IO[bytes], Path]]:
    """Give a new file beside `place`, and its path: whoever renames it has written all of it.

    What is not renamed is removed, also where an interrupt comes. Whoever may read the file is for the
    process's umask to say, as for any other.
    """
    name = place.with_name(f".{place.name[:40]}.{secrets.token_hex(8)}")
    try:
        with open(name, "xb") as file:
            yield file, name
    finally:
        name.unlink(missing_ok=True)


def write_whole(place: Path, content: str | bytes, what: str = "The file") -> None:
    """Write beside and rename, so that the file is there whole or not at all.

    Parameters
    ----------
    what
        What is written, to begin the error.

    Raises
    ------
    InputError
        The disk is full or can only be read, or the folder refuses.
    """
    data = content.encode("utf-8", "replace") if isinstance(content, str) else content
    try:
        with beside(place) as (file, name):
            file.write(data)
            file.flush()
            with contextlib.suppress(OSError):
                # One that is replaced stays as private as it was.
                os.chmod(name, place.stat().st_mode & os.fstat(file.fileno()).st_mode & 0o777)
            os.fsync(file.fileno())
            os.replace(name, place)
    except OSError as error:
        there = "what was there before still is" if place.exists() else "nothing is left there"
        raise InputError(
            f"{what} can't be written to {str(place)!r}: {error.strerror or error}; {there}",
            next_step="Make room, or choose a folder that is writable",
        ) from error


def jpeg(image: Image, quality: int, *, optimize: bool = False) -> bytes:
    """Return an image as the bytes of a JPEG file.

    Parameters
    ----------
    quality
        From 1 to 95.
    optimize
        A second pass makes the file a little smaller.
    """
    buffer = io.BytesIO()
    image = image if image.mode == "RGB" else image.convert("RGB")
    image.save(buffer, "JPEG", quality=quality, optimize=optimize)
    return buffer.getvalue()


def open_image(file: IO[bytes], formats: Sequence[str]) -> Image:
    """Read the header of an image; whoever decodes it looks at its size first.

    `PIL.Image.open` warns of large images, or refuses them, by a limit of its own for the whole process.

    Parameters
    ----------
    formats
        Pillow's names of the formats to try.

    Raises
    ------
    PIL.UnidentifiedImageError
        It is of none of them.
    """
    start = file.read(16)
    PIL.Image.preinit()
    for name in formats:
        if name not in PIL.Image.OPEN:
            PIL.Image.init()
        factory, accept = PIL.Image.OPEN[name]
        # A decoder without a test of its own may be right; one that answers with a text says why it is not.
        likely = accept is None or accept(start)
        if not likely or isinstance(likely, str):
            continue
        file.seek(0)
        with contextlib.suppress(SyntaxError, IndexError, TypeError, struct.error):
            return cast(Image, factory(file, ""))
    raise PIL.UnidentifiedImageError(f"not one of {', '.join(formats)}")


def check_sides(data: bytes, width: int, height: int, *, exactly: bool = True) -> None:
    """Raise unless a stored picture is a JPEG of these sides, or of no larger ones; nothing is decoded.

    Raises
    ------
    ValueError
        It has others, or no header.
    """
    try:
        found = JpegImageFile(io.BytesIO(data)).size
    except Exception as error:  # a parser raises anything on hostile bytes
        raise ValueError(f"can't be read as JPEG ({error})") from error
    if found != (width, height) if exactly else found[0] > width or found[1] > height:
        raise ValueError(f"has {found[0]} × {found[1]} pixels where {width} × {height} are due")


def stored_picture(data: bytes, side: int | None = None) -> Image:
    """Open a picture of a database: a JPEG of sane size, whoever made it, and nothing else.

    Pillow hands PostScript to Ghostscript, and knows some forty other formats, each with a decoder of its
    own: none of them is tried on a stranger's bytes.

    Parameters
    ----------
    side
        A picture at least so large is enough: it may be decoded at a fraction of its size.

    Raises
    ------
    DatabaseError
        It is no JPEG, or has more than `STORED_PIXELS`.
    """
    try:
        image = JpegImageFile(io.BytesIO(data))
        if image.width * image.height > STORED_PIXELS:
            raise ValueError(f"{image.width} × {image.height} pixels")
        image.draft("RGB", image.size if side is None else (side, side))
        image.load()
    except Exception as error:  # a decoder raises anything on hostile bytes
        raise DatabaseError(
            f"A stored picture can't be decoded ({error})",
            expected=f"a JPEG of at most {STORED_PIXELS:,} pixels",
            next_step="Copy the database again from where it came from, or build it again",
        ) from error
    return image
