"""Keeps the current trail: every change of the session and every evaluation becomes a line on disk."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from slens_widgets.session import Change, Session
from slens_widgets.trails.files import append, list_trails, now, trail_path, write_new
from slens_widgets.trails.steps import FIELDS, Result, Step, encode

logger = logging.getLogger(__name__)

UNNAMED = "unnamed "
KEPT = 20
"""Unnamed trails that stay; older ones make room."""


class Keeper:
    """Follows one session. The file appears with the first step; where none can be written, memory serves.

    Parameters
    ----------
    database
        The database's folder; None keeps the trail in memory only.
    about
        What the first line of a trail says of its database.
    """

    def __init__(self, session: Session, database: Path | None, about: dict[str, Any]) -> None:
        self.name = ""
        """Name of the current trail; empty before its first step."""
        self.steps: list[Step] = []
        self.path: Path | None = None
        """Where it is written; None before the first step, and where it can't be written."""
        self._database, self._about = database, about
        self._lock = threading.RLock()
        self._paused = 0
        self._listeners: list[Callable[[], None]] = []
        session.observe(self._changed, *FIELDS)

    def observe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback()` when the name of the trail changes; return what ends that."""
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback) if callback in self._listeners else None

    def note(self, result: Result) -> None:
        """Keep what an evaluation gave."""
        with self._lock:
            if not self.steps and not result.pruned:
                return  # A view that opens evaluates the whole model; nobody did anything yet.
            last = next((step.result for step in reversed(self.steps) if step.result), None)
            if last != result:
                self._add(Step(now(), {}, result))

    def carry_on(self, name: str, path: Path | None, steps: list[Step]) -> None:
        """Make another trail the current one: what happens from now on is added to it."""
        with self._lock:
            self.name, self.path, self.steps = name, path, list(steps)
        self._tell()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Keep nothing meanwhile."""
        with self._lock:
            self._paused += 1
        try:
            yield
        finally:
            with self._lock:
                self._paused -= 1

    def _changed(self, change: Change) -> None:
        with self._lock:
            self._add(Step(now(), {change.field: change.new}))

    def _add(self, step: Step) -> None:
        if self._paused:
            return
        begins = not self.name
        self.steps.append(step)
        try:
            if begins:
                self._begin()
            elif self.path is not None:
                append(self.path, encode(step))
        except OSError as error:
            logger.warning("the trail %r is kept in memory only: %s", self.name, error)
            self.path = None
        if begins:
            self._tell()

    def _begin(self) -> None:
        stamp = datetime.now().strftime("%Y-%m-%d %H.%M.%S")
        if self._database is None:
            self.name = f"{UNNAMED}{stamp}"
            return
        for extra in ("", *(f" {n}" for n in range(2, 100))):
            self.name = f"{UNNAMED}{stamp}{extra}"
            path = trail_path(self._database, self.name)
            try:
                write_new(path, self._about, self.steps)
            except FileExistsError:
                continue
            self.path = path
            break
        unnamed = [path for name, path in list_trails(self._database) if name.startswith(UNNAMED)]
        for path in unnamed[KEPT:]:
            path.unlink(missing_ok=True)

    def _tell(self) -> None:
        for callback in list(self._listeners):
            callback()
