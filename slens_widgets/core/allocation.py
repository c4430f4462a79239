"""Memory of a batch stays with the process for the next one, instead of going back to the system."""

from __future__ import annotations

import ctypes
import platform
from collections.abc import Iterator
from contextlib import contextmanager

from slens_widgets.process import new_lock

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Numbers of glibc's parameters (malloc.h)."""
_KEPT = 1 << 30
_USUAL = {_TRIM_THRESHOLD: 64 << 20, _MMAP_THRESHOLD: 32 << 20}
"""What glibc's own thresholds grow to in a process that frees large blocks."""

_lock = new_lock()
_users: set[object] = set()


@contextmanager
def keeping_pages() -> Iterator[None]:
    """Keep freed blocks of up to 1 GiB; at the end what is free goes back to the system.

    Otherwise the maps of every batch are mapped, cleared and unmapped anew by the kernel: a quarter of an
    efficientnet-lite0's time in batches of 8. Does nothing where the C library is not glibc.
    """
    user = object()
    # Ended twice: where an interrupt falls into the one, there is the other.
    try:
        try:
            _let(user, keep=True)
            yield
        finally:
            _let(user, keep=False)
    finally:
        _let(user, keep=False)


def _let(user: object, keep: bool) -> None:
    """Keep freed blocks while there is any user."""
    libc = ctypes.CDLL(None) if platform.libc_ver()[0] == "glibc" else None
    with _lock:
        (_users.add if keep else _users.discard)(user)
        if libc is None:
            return
        for parameter, usual in _USUAL.items():
            libc.mallopt(parameter, _KEPT if _users else usual)
        if not _users:
            libc.malloc_trim(0)
