"""Keeps the current trail: every change of the session and every evaluation becomes a line on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from slens_widgets.errors import InputError
from slens_widgets.process import new_lock
from slens_widgets.session import Change, Session
from slens_widgets.trails.files import (
    CarriedOnElsewhere,
    TooLarge,
    append,
    line,
    list_trails,
    now,
    own_folder,
    trail_path,
    write_new,
)
from slens_widgets.trails.steps import FIELDS, Result, Step, check_step, encode
from slens_widgets.untrusted import logger_of

logger = logger_of(__name__)

UNNAMED = "unnamed "
KEPT = 20
"""Unnamed trails that stay; older ones make room."""


class Keeper:
    """Follows one session. The file appears with the first step.

    It lies beside the database; where that can't be written, in the user's own folder; else memory serves.
    `problem` says so.

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
        self.problem = ""
        """What a person has to know of where the trail is kept; empty where all is as always."""
        self._session, self._about = session, about
        self._folders: tuple[Path, ...] = ()
        if database is not None:
            identity = (about.get("database") or {}).get("id") or str(database)
            self._folders = (database, own_folder(identity))
        self._size: int | None = None
        self._interrupted = False
        self._lock = new_lock()
        self._pauses: set[object] = set()
        self._listeners: list[Callable[[], None]] = []
        session.observe(self._changed, *FIELDS)

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where trails of this database may lie, the usual place first."""
        return self._folders

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

    def carry_on(
        self, name: str, path: Path | None, steps: list[Step], size: int | None, problem: str = ""
    ) -> None:
        """Make another trail the current one: what happens from now on is added to it.

        Parameters
        ----------
        size
            Of its file, as it was read or written: if it has another one later, somebody else adds to it.
        problem
            What a person has to know of it.
        """
        with self._lock:
            self.name, self.path, self.steps = name, path, list(steps)
            self._size, self.problem = size, problem
            if (
                not problem
                and path is not None
                and len(self._folders) > 1
                and self._folders[1] in path.parents
            ):
                self.problem = f"The trail is kept in {path.parent}: the database's folder can't be written"
        self._tell()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Keep nothing meanwhile."""
        pause = object()
        # Ended twice: where an interrupt falls into the one, there is the other.
        try:
            try:
                with self._lock:
                    self._pauses.add(pause)
                yield
            finally:
                with self._lock:
                    self._pauses.discard(pause)
        finally:
            with self._lock:
                self._pauses.discard(pause)

    def _changed(self, change: Change) -> None:
        with self._lock:
            self._add(Step(now(), {change.field: change.new}))

    def _add(self, step: Step) -> None:
        if self._pauses:
            return
        known = self.name, self.problem
        self.steps.append(step)
        try:
            check_step(step)
        except InputError as error:
            self._report(f"This step is kept in memory only: {error}")
        else:
            try:
                self._write(step)
            except BaseException:
                self._interrupted = True  # how much of the step is in the file is not known
                raise
        if (self.name, self.problem) != known:
            self._tell()

    def _write(self, step: Step) -> None:
        """Add a step to the file, or begin another file where that one can't take it."""
        if not self._folders:
            self.name = self.name or _unnamed()
            return
        if not self.name:
            self._begin(_unnamed(), KEPT)
            return
        if self.path is None:
            return
        try:
            if self._interrupted and self.path.is_file():
                added = len(line(encode(self.steps[-2]))) if len(self.steps) > 1 else 0
                if self._size in (None, size := self.path.stat().st_size, size - added):
                    self._size = write_new(self.path, self._about, self.steps, replace=True)
                    self._interrupted = False
                    return
            self._size = append(self.path, encode(step), self._size)
        except CarriedOnElsewhere:
            old = self.name
            self._begin(old)
            self._report(
                f"The trail {old!r} was carried on elsewhere, too: this one goes on as {self.name!r}"
            )
        except TooLarge:
            old = self.name
            state = Step(now(), {name: getattr(self._session, name) for name in FIELDS})
            self.steps = [state]
            self._begin(old)
            self._report(f"The trail {old!r} is full: it goes on as {self.name!r}, from the present state")
        except OSError as error:
            self._begin(self.name, why=error)

    def _begin(self, name: str, keep: int | None = None, why: OSError | None = None) -> None:
        """Write all steps into a new file: `name`, or `name 2`, …, in the first folder that takes it."""
        for folder in self._folders:
            for extra in ("", *(f" {n}" for n in range(2, 1000))):
                path = trail_path(folder, f"{name[: 80 - len(extra)]}{extra}")
                try:
                    self._size = write_new(path, self._about, self.steps)
                except FileExistsError:
                    continue
                except OSError as error:
                    why = why or error
                    break
                self.name, self.path = path.stem, path
                if folder != self._folders[0]:
                    self._report(
                        f"The trail is kept in {path.parent}: the database's folder can't be written "
                        f"({why.strerror or why if why else 'it refuses'})"
                    )
                elif keep is not None:
                    unnamed = [found for name, found in list_trails(folder) if name.startswith(UNNAMED)]
                    for old in unnamed[keep:]:
                        old.unlink(missing_ok=True)
                return
        self.name, self.path = self.name or name, None
        self._report(f"The trail is kept in memory only, and goes with the kernel ({why})")

    def _report(self, problem: str) -> None:
        logger.warning("%s", problem)
        self.problem = problem

    def _tell(self) -> None:
        for callback in list(self._listeners):
            callback()


def _unnamed() -> str:
    return f"{UNNAMED}{datetime.now().strftime('%Y-%m-%d %H.%M.%S')}"
