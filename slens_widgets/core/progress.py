"""How long work tells where it is: tqdm bars, a callable of the caller's, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tqdm.auto import tqdm

from slens_widgets.process import make_tqdm_lock
from slens_widgets.types import Progress
from slens_widgets.untrusted import shown


class Bar(tqdm):
    """A bar without tqdm's thread, which would outlive it."""

    monitor_interval = 0


def bar_of(total: int, name: str, unit: str, visible: bool) -> Bar:
    """Return a bar that counts to `total`."""
    make_tqdm_lock()
    return Bar(total=total, desc=name, unit=unit, disable=not visible)


class Stages:
    """Reports the stages of some work.

    Parameters
    ----------
    progress
        True: tqdm bars. False or None: nothing. A callable: `progress(done, total, stage)`, which may raise
        `Cancelled` to stop the work.
    """

    def __init__(self, progress: bool | Progress | None) -> None:
        self._progress = progress

    @contextmanager
    def stage(self, name: str, total: int, unit: str = "image") -> Iterator[Callable[[int], None]]:
        """Enter a stage of `total` steps; gives out the function that is called with the steps just done."""
        if callable(self._progress):
            report, done = self._progress, 0

            def advance(n: int) -> None:
                nonlocal done
                done += n
                report(done, total, name)

            report(0, total, name)
            yield advance
            return
        bar: Any = bar_of(total, shown(name), unit, bool(self._progress))
        try:
            yield bar.update
        finally:
            bar.close()
