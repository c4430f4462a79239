"""Interrupts and kills at every line of some code: what a stop or an end does, wherever it falls."""

from __future__ import annotations

import linecache
import os
import sys
import traceback
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


def killed(number: int, call: Callable[[], Any], *files: str) -> bool:
    """Call in a forked process that ends at its n-th line of some code as by kill -9; return whether it did.

    What a process does on its way out, closing and removing, doesn't happen.
    """
    child = os.fork()
    if child == 0:
        seen = 0

        def trace(frame: FrameType, event: str, arg: Any) -> Any:
            nonlocal seen
            if not frame.f_code.co_filename.endswith(files):
                return None
            seen += event == "line"
            if seen == number:
                os._exit(9)
            return trace

        code = 1
        try:
            sys.settrace(trace)
            call()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert ended in (0, 9), "the call failed by itself"
    return ended == 9
