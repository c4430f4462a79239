"""An open file descriptor that no interrupt can lose."""

from __future__ import annotations

import os
from collections import deque
from functools import partial
from pathlib import Path
from typing import Any


class Descriptor:
    """A file descriptor that is closed with its owner at the latest, once, wherever an interrupt comes.

    Python looks for signals between any two of its instructions, so between `os.open` and the name that is
    given to what it returned: here one call into C opens and notes, and one notes and closes.

    Raises
    ------
    OSError
        It can't be opened.
    """

    def __init__(self, path: str | Path, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> None:
        self._held: list[int] = []
        self._held.extend(map(partial(os.open, flags=flags, mode=mode, dir_fd=dir_fd), (path,)))

    def fileno(self) -> int:
        """Return the descriptor.

        Raises
        ------
        ValueError
            It is closed.
        """
        if not self._held:
            raise ValueError("The descriptor is closed")
        return self._held[0]

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return not self._held

    def close(self) -> None:
        """Close it; nothing happens a second time."""
        if self._held:
            deque(map(os.close, map(self._held.pop, (0,))), 0)

    def __del__(self) -> None:
        self.close()

    def __enter__(self) -> Descriptor:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()
