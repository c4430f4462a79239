"""What goes wrong in passing is tried again; what says that an entry is bad is not."""

from __future__ import annotations

import errno
import time
from collections.abc import Callable
from types import TracebackType
from typing import TypeVar

from PIL import UnidentifiedImageError

from slens_widgets.errors import ReadingError

T = TypeVar("T")

_PAUSES = (0.05, 0.5)
"""Seconds before the second and the third try."""
_OF_THE_ENTRY = {
    errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EACCES, errno.EPERM, errno.ELOOP, errno.ENAMETOOLONG,
}  # fmt: skip
_KINDS_OF_THE_ENTRY = (
    UnidentifiedImageError,
    FileNotFoundError,
    IsADirectoryError,
    NotADirectoryError,
    PermissionError,
)
_DECODERS = {"PIL", "pillow_heif", "imageio", "tifffile", "skimage", "torchvision"}
_NO_MEMORY = ("out of memory", "can't allocate memory", "cannot allocate memory")


def patiently(read: Callable[[], T], what: str) -> T:
    """Return what `read` returns; where something fails in passing, it is tried three times.

    Parameters
    ----------
    what
        What is read, to begin the error.

    Raises
    ------
    ReadingError
        It fails again and again for a reason that says nothing of what is read: memory, disk, network.
    """
    for pause in (*_PAUSES, None):
        try:
            return read()
        except Exception as error:
            if not is_passing(error):
                raise
            if pause is None:
                raise ReadingError(
                    f"{what} could not be read, three times ({type(error).__name__}: {error})",
                    next_step="Free memory, or bring back the disk or network, and call again; leave out an "
                    "image that fails again and again",
                ) from error
        time.sleep(pause)
    raise AssertionError


def is_passing(error: BaseException) -> bool:
    """Return whether an error says nothing of the entry that was read: it may be another time."""
    said = str(error).lower()
    if isinstance(error, MemoryError):
        return True
    if isinstance(error, RuntimeError):  # torch's own
        return any(text in said for text in _NO_MEMORY)
    if not isinstance(error, OSError) or isinstance(error, _KINDS_OF_THE_ENTRY):
        return False
    if error.errno is not None:
        return error.errno not in _OF_THE_ENTRY
    if any(text in said for text in _NO_MEMORY):
        return True
    # A decoder has no number for what it finds: the image is truncated, or damaged otherwise.
    return "truncated" not in said and _origin(error.__traceback__) not in _DECODERS


def _origin(trace: TracebackType | None) -> str:
    """Return the package in which an error arose."""
    name = ""
    while trace is not None:
        name = str(trace.tb_frame.f_globals.get("__name__", ""))
        trace = trace.tb_next
    return name.partition(".")[0]
