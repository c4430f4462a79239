"""Where a database is written: a locked folder beside its place, kept when a build is killed."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import platform
import shutil
import sqlite3
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from slens_widgets.conceptdb.checksums import first_damage
from slens_widgets.conceptdb.folder import Folder
from slens_widgets.conceptdb.journal import refuse_foreign_journals
from slens_widgets.conceptdb.lock import Busy, FolderLock
from slens_widgets.conceptdb.publishing import (
    PLAN,
    WORK,
    clear,
    is_work,
    partial_of,
    publish,
    refuse_occupied,
    remove,
    settle,
    sync_folder,
)
from slens_widgets.conceptdb.schema import (
    APPLICATION_ID,
    FORMAT_VERSION,
    PAGE_SIZE,
    SCHEMA,
    SQLITE_NAME,
    as_json,
    writable,
)
from slens_widgets.errors import DatabaseError
from slens_widgets.untrusted import logger_of

logger = logger_of(__name__)

_DURABLE = "PRAGMA synchronous=EXTRA"
"""A commit is on the disk when it returns: what it replaces may go."""
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO}


class Partial:
    """The folder `NAME.partial`: the unfinished database, and how far it is.

    `commit` ends a step: killed later on, the next `Partial` with the same plan finds all of it and nothing
    of what came after. The number of commits is SQLite's user_version, negated, so that it changes with the
    tables at once, and no reader takes the file for a finished one.

    Parameters
    ----------
    path
        Where the database shall be.
    overwrite
        Replace a database that is there, and throw away an unfinished one of another plan.
    plan
        Everything that the content depends on. None: what an earlier writer left is no use.

    Raises
    ------
    DatabaseError
        Another process is building the same path; the place is taken; nothing can be written.
    """

    commits: int
    """Number of the last commit; 0 for a new database."""
    complete: bool
    """Whether everything was written already, and publishing is all that is left."""
    damaged: bool
    """Whether what a killed writer had put into the tables can't be used; its work may be of use."""

    def __init__(self, path: Path, overwrite: bool, plan: Mapping[str, Any] | None) -> None:
        self.path = path.resolve() if path.is_symlink() else path
        self._overwrite, self._plan = overwrite, plan
        self.commits, self.complete, self.damaged = 0, False, False
        self.folder = partial_of(self.path)
        self.work = self.folder / WORK
        self._lock = FolderLock(self.folder)
        # Once more outside, since stop may be pressed twice.
        try:
            try:
                self._open()
            except BaseException:
                self._let_go()
                raise
        except (OSError, sqlite3.Error) as error:
            self._let_go()
            raise self.explained(error) from error
        except BaseException:
            self._let_go()
            raise

    def _let_go(self) -> None:
        try:
            # Open, it would undo its transaction later on, in the files of the next writer.
            if hasattr(self, "connection"):
                self.connection.close()
        finally:
            self._lock.release()

    def _open(self) -> None:
        settle(self.path)
        _clear_finished(self.path)
        refuse_occupied(self.path, self._overwrite)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.take()
        except Busy as who:
            raise DatabaseError(
                f"{str(self.path)!r} is being built by {self._builder(str(who))}",
                next_step="Wait until it is done, stop it, or choose another path",
            ) from None
        except OSError as error:
            raise DatabaseError(
                f"Nothing can be written beside {str(self.path)!r}: {error.strerror or error}",
                next_step="Choose a folder that exists, is writable and has space",
            ) from error
        refuse_occupied(self.path, self._overwrite)
        with Folder(self.folder) as folder:
            folder.remove_unfinished()
        found = self._resumed()
        try:
            self.connection = found or self._begun()
        except (OSError, sqlite3.Error):
            if not found:
                self._remove()
            raise
        with contextlib.suppress(OSError):
            (self.work / "writer").write_text(_me(), "utf-8")

    def _builder(self, known: str) -> str:
        with contextlib.suppress(OSError):
            known = known or (self.work / "writer").read_text("utf-8")[:200]
        return known or "another process"

    def _resumed(self) -> sqlite3.Connection | None:
        """Return a connection to what a killed writer left, if there is any use in it."""
        worked = any(self.work.glob("*.safetensors"))
        if not worked and not (self.folder / SQLITE_NAME).exists():
            return None
        connection, version, problem = self._tables()
        try:
            if not version and not problem and not worked:
                return None  # nothing was committed
            before = self._plan_before()
            now = None if self._plan is None else json.loads(as_json(self._plan))
            if before is None or (before != now and self._overwrite):
                return None
            if before != now:
                raise DatabaseError(
                    f"An unfinished build of {str(self.path)!r} lies at {str(self.folder)!r}"
                    + _differences(before, now),
                    next_step="Build with the same settings to go on from there; with overwrite=True to begin"
                    " anew",
                )
            if connection is None or not version:
                if problem:
                    logger.warning("%s %s: its tables are written anew", self.folder, problem)
                self.damaged = True
                return self._new_tables()
            self.commits, self.complete = max(0, -version), version > 0
            self.connection = connection
            connection.isolation_level = None
            connection.execute(_DURABLE)
            connection.execute("BEGIN EXCLUSIVE")
            found, connection = connection, None
            return found
        finally:
            if connection is not None:
                connection.close()

    def _tables(self) -> tuple[sqlite3.Connection | None, int, str]:
        """Return a connection to a killed writer's tables, their version, and what is wrong with them."""
        connection, version, problem = None, 0, ""
        try:
            with Folder(self.folder) as folder:
                refuse_foreign_journals(folder)
                connection = writable(self.folder / SQLITE_NAME)
                ours = connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
                version = connection.execute("PRAGMA user_version").fetchone()[0] if ours else 0
                if not ours or (version > 0 and version != FORMAT_VERSION):
                    problem = f"has tables of {f'format {version}' if ours else 'another program'}"
                elif version:
                    problem = first_damage(connection, folder)
        except (OSError, sqlite3.Error) as error:
            problem = f"has tables that can't be read ({error})"
        except DatabaseError as error:
            # One page holds no tables yet: they are committed together.
            if (self.folder / SQLITE_NAME).stat().st_size > PAGE_SIZE:
                problem = f"has tables that can't be used ({error.given})"
        if problem and connection is not None:
            connection.close()
            connection = None
        return connection, version, problem

    def _plan_before(self) -> Any:
        """Return the plan of a killed writer; None where it had none, or where it doesn't matter any more.

        Raises
        ------
        DatabaseError
            It is lost: whether what was done is of use can't be known, and it is not thrown away for that.
        """
        path = self.work / PLAN
        try:
            return json.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            lost = f"An unfinished build lies at {str(self.folder)!r}, and what it is a build of is lost"
            if self._overwrite:
                logger.warning("%s (%s): it begins anew", lost, error)
                return None
            raise DatabaseError(
                f"{lost}: {str(path)!r} can't be read ({error})",
                next_step="Bring that file back, or begin anew with overwrite=True: what was done goes then",
            ) from error

    def _begun(self) -> sqlite3.Connection:
        for entry in self.folder.iterdir():
            remove(entry)
        self.work.mkdir()
        plan = as_json(self._plan)
        with Folder(self.work) as work:
            work.write_whole(PLAN, lambda file: file.write(plan.encode("utf-8")))
        sync_folder(self.folder)
        sync_folder(self.path.parent)
        return self._new_tables()

    def _new_tables(self) -> sqlite3.Connection:
        self.commits, self.complete = 0, False
        for entry in self.folder.iterdir():
            if entry.name != WORK:
                remove(entry)
        self.connection = sqlite3.connect(
            self.folder / SQLITE_NAME, check_same_thread=False, isolation_level=None
        )
        for pragma in (f"PRAGMA page_size={PAGE_SIZE}", _DURABLE, f"PRAGMA application_id={APPLICATION_ID}"):
            self.connection.execute(pragma)
        self.connection.execute("BEGIN EXCLUSIVE")
        for statement in SCHEMA.split(";"):
            self.connection.execute(statement)
        return self.connection

    def restart(self) -> sqlite3.Connection:
        """Throw away what is in the tables, but not the work; return the connection to new ones."""
        self.damaged = True
        self.connection.close()
        return self._new_tables()

    def commit(self) -> int:
        """End a step, and return its number."""
        self._lock.check()
        self.connection.execute(f"PRAGMA user_version={-(self.commits + 1)}")
        self.connection.execute("COMMIT")
        self.connection.execute("BEGIN EXCLUSIVE")
        self.commits += 1
        return self.commits

    def close_complete(self) -> None:
        """End the last step: from here on the folder is a database that can be opened."""
        self._lock.check()
        if not self.complete:
            self.connection.execute(f"PRAGMA user_version={FORMAT_VERSION}")
        self.connection.execute("COMMIT")
        self.connection.close()
        self.complete = True

    def publish(self) -> None:
        """Make the complete database visible at its place."""
        self._lock.check()
        with open(self.folder / SQLITE_NAME, "r+b") as file:
            # SQLite counts transactions here. How often a build was stopped is no part of its result.
            for place in (24, 92):
                file.seek(place)
                file.write((1).to_bytes(4, "big"))
        publish(self.folder, self.path, self._overwrite)
        self._lock.release()

    def leave(self) -> None:
        """Stop writing: what was committed stays for the next writer; where nothing was, nothing stays.

        What is complete stays in any case, until it is moved to its place or another writer begins.
        """
        try:
            self.connection.close()
            if not self.kept:
                self._remove()
        finally:
            self._lock.release()

    def discard(self) -> None:
        """Remove everything that was written."""
        try:
            self.connection.close()
            self._remove()
        finally:
            self._lock.release()

    @property
    def kept(self) -> bool:
        """Whether there is anything that the next writer can use."""
        return self.complete or (self._plan is not None and bool(self.commits or self.damaged))

    def _remove(self) -> None:
        # Once it is published, another writer's folder may lie at the same path.
        if self._lock.owns_folder():
            shutil.rmtree(self.folder, ignore_errors=True)

    def explained(self, error: OSError | sqlite3.Error) -> Exception:
        """Return the error to raise for one that the disk or SQLite raised; others come back as they are."""
        if isinstance(error, OSError) and error.errno not in _NO_SPACE:
            return error
        if isinstance(error, sqlite3.Error) and not isinstance(error, sqlite3.OperationalError):
            return error
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        remedy = "make room or lift the limit"
        if "read-only" in reason.lower() or "readonly" in reason.lower():
            remedy = "make the folder writable"
        else:
            with contextlib.suppress(OSError):
                free = shutil.disk_usage(self.path.parent).free / 2**20
                reason += f" ({free:,.0f} MiB are free there)"
        kept = "What was done is kept" if self.kept else "Nothing is left there"
        return DatabaseError(
            f"{str(self.path)!r} can't be written: {reason}", next_step=f"{kept}: {remedy}, then build again"
        )


def _clear_finished(path: Path) -> None:
    """Remove what a process that was killed at the end of publishing left, unless it is still at it."""
    if not is_work(path / WORK):
        return
    with contextlib.suppress(OSError, Busy):
        lock = FolderLock(path, make=False)
        try:
            lock.take()
            clear(path)
        finally:
            lock.release()


def _me() -> str:
    return f"process {os.getpid()} on {platform.node()}, since {time.strftime('%Y-%m-%d %H:%M:%S')}"


def _differences(before: Any, now: Any) -> str:
    if not isinstance(before, dict) or not isinstance(now, dict):
        return ", of another writer"
    changed = [key for key in sorted({*before, *now}) if before.get(key) != now.get(key)]
    shown = [f"{key}: {_short(before.get(key))} then, {_short(now.get(key))} now" for key in changed[:3]]
    return f" with other settings ({'; '.join(shown)}{'; …' if len(changed) > 3 else ''})"


def _short(value: Any) -> str:
    shown = json.dumps(value, ensure_ascii=False)
    return shown if len(shown) <= 40 else f"{shown[:39]}…"
