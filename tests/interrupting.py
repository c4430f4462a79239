"""Interrupts at every line of some code: what a person's stop does, wherever it falls."""

from __future__ import annotations

import linecache
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


class Interrupts:
    """Raises KeyboardInterrupt at the n-th line that is run in files whose names end in one of `files`.

    The end of a `with` is left out: there Python calls `__exit__` without looking for signals before, though
    it reports the line of the `with` once more.
    """

    def __init__(self, number: int, *files: str, times: int = 1) -> None:
        self.seen = 0
        self._entered: set[tuple[FrameType, int]] = set()
        self._due, self._files = {number + i for i in range(times)}, files

    def _trace(self, frame: FrameType, event: str, arg: Any) -> Any:
        if not frame.f_code.co_filename.endswith(self._files):
            return None
        if event == "line" and not self._leaves_with(frame):
            self.seen += 1
            if self.seen in self._due:
                raise KeyboardInterrupt
        return self._trace

    def _leaves_with(self, frame: FrameType) -> bool:
        text = linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip()
        if not text.startswith(("with ", "with(")):
            return False
        place = (frame, frame.f_lineno)
        again = place in self._entered
        self._entered ^= {place}
        return again

    def run(self, call: Callable[[], Any]) -> bool:
        """Call, and return whether the interrupt came out of it."""
        before = sys.gettrace()
        sys.settrace(self._trace)
        try:
            call()
        except KeyboardInterrupt:
            return True
        finally:
            sys.settrace(before)
        return False


def lines_of(call: Callable[[], Any], *files: str) -> int:
    """Return how many lines of those files a call runs."""
    counting = Interrupts(-10, *files)
    counting.run(call)
    return counting.seen
