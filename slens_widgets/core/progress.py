"""How long work tells where it is: tqdm bars, a callable of the caller's, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tqdm.auto import tqdm

from slens_widgets.types import Progress
from slens_widgets.untrusted import shown


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
        bar: Any = tqdm(total=total, desc=shown(name), unit=unit, disable=not self._progress)
        try:
            yield bar.update
        finally:
            bar.close()
