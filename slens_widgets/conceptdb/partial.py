"""Where a database is written: a locked folder beside its place, kept when a build is killed."""

from __future__ import annotations

import contextlib
import errno
import json
import logging
import os
import platform
import shutil
import sqlite3
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from slens_widgets.conceptdb.folder import Folder
from slens_widgets.conceptdb.journal import refuse_foreign_journals
from slens_widgets.conceptdb.place import publish, refuse_occupied
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

try:
    import fcntl
except ImportError:  # Windows has other locks; two builds of one path are not told apart there
    fcntl = None  # type: ignore[assignment]

logger = logging.getLogger(__name__)

WORK = "work"
"""The folder inside for what a build has computed and not yet written; it is not published."""
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

    def __init__(self, path: Path, overwrite: bool, plan: Mapping[str, Any] | None) -> None:
        self.path, self._overwrite, self._resumable = path, overwrite, plan is not None
        self.folder = path.with_name(f"{path.name}.partial")
        self.work = self.folder / WORK
        refuse_occupied(path, overwrite)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._handle = self._locked()
        except OSError as error:
            raise DatabaseError(
                f"Nothing can be written beside {str(path)!r}: {error.strerror or error}",
                next_step="Choose a folder that exists, is writable and has space",
            ) from error
        try:
            refuse_occupied(path, overwrite)
            self.connection = self._resumed(plan) or self._begun(plan)
            with contextlib.suppress(OSError):
                (self.work / "writer").write_text(_me(), "utf-8")
        except (OSError, sqlite3.Error) as error:
            if getattr(self, "commits", 1) == 0:
                shutil.rmtree(self.folder, ignore_errors=True)
            self._release()
            raise self.explained(error) from error
        except BaseException:
            self._release()
            raise

    def _locked(self) -> int | None:
        while True:
            self.folder.mkdir(exist_ok=True)
            if fcntl is None:
                return None
            try:
                handle = os.open(self.folder, os.O_RDONLY)
            except FileNotFoundError:
                continue
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(handle)
                who = "another process"
                with contextlib.suppress(OSError):
                    who = (self.work / "writer").read_text("utf-8")[:200] or who
                raise DatabaseError(
                    f"{str(self.path)!r} is being built by {who}",
                    next_step="Wait until it is done, stop it, or choose another path",
                ) from None
            except OSError as error:
                logger.info("%s can't be locked (%s)", self.folder, error)
                return handle
            # Meanwhile its writer may have published or removed the folder that this is the lock of.
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(handle), os.stat(self.folder)):
                    return handle
            os.close(handle)

    def _release(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _resumed(self, plan: Mapping[str, Any] | None) -> sqlite3.Connection | None:
        """Return a connection to what a killed writer left, if there is any use in it."""
        try:
            before = json.loads((self.work / "plan.json").read_text("utf-8"))
            with Folder(self.folder) as folder:
                refuse_foreign_journals(folder)
            connection = writable(self.folder / SQLITE_NAME)
        except (OSError, ValueError, sqlite3.Error):
            return None
        except DatabaseError as error:
            logger.warning("%s can't be resumed (%s): it begins anew", self.folder, error)
            return None
        try:
            ours = connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
            version = connection.execute("PRAGMA user_version").fetchone()[0] if ours else 0
        except sqlite3.Error as error:
            logger.warning("%s can't be resumed (%s): it begins anew", self.folder, error)
            version = 0
        if version < 0 or version == FORMAT_VERSION:
            now = None if plan is None else json.loads(as_json(plan))
            if before == now:
                self.commits, self.complete = max(0, -version), version > 0
                connection.isolation_level = None
                connection.execute("BEGIN EXCLUSIVE")
                return connection
            if not self._overwrite:
                connection.close()
                raise DatabaseError(
                    f"An unfinished build of {str(self.path)!r} lies at {str(self.folder)!r}"
                    + _differences(before, now),
                    next_step="Build with the same settings to go on from there; with overwrite=True to begin"
                    " anew",
                )
        connection.close()
        return None

    def _begun(self, plan: Mapping[str, Any] | None) -> sqlite3.Connection:
        self.commits, self.complete = 0, False
        for entry in self.folder.iterdir():
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
        self.work.mkdir()
        if plan is not None:
            (self.work / "plan.json").write_text(as_json(plan), "utf-8")
        connection = sqlite3.connect(self.folder / SQLITE_NAME, check_same_thread=False, isolation_level=None)
        for pragma in (f"page_size={PAGE_SIZE}", "synchronous=NORMAL", f"application_id={APPLICATION_ID}"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN EXCLUSIVE")
        for statement in SCHEMA.split(";"):
            connection.execute(statement)
        return connection

    def commit(self) -> int:
        """End a step, and return its number."""
        self.connection.execute(f"PRAGMA user_version={-(self.commits + 1)}")
        self.connection.execute("COMMIT")
        self.connection.execute("BEGIN EXCLUSIVE")
        self.commits += 1
        return self.commits

    def close_complete(self) -> None:
        """End the last step: from here on the folder is a database that can be opened."""
        if not self.complete:
            self.connection.execute(f"PRAGMA user_version={FORMAT_VERSION}")
        self.connection.execute("COMMIT")
        self.connection.close()
        self.complete = True

    def publish(self) -> None:
        """Make the complete database visible at its place."""
        shutil.rmtree(self.work, ignore_errors=True)
        with open(self.folder / SQLITE_NAME, "r+b") as file:
            # SQLite counts transactions here. How often a build was stopped is no part of its result.
            for place in (24, 92):
                file.seek(place)
                file.write((1).to_bytes(4, "big"))
            file.flush()
            os.fsync(file.fileno())
        publish(self.folder, self.path, self._overwrite)
        self._release()

    def leave(self) -> None:
        """Stop writing: what was committed stays for the next writer; where nothing was, nothing stays."""
        self.connection.close()
        if not self._resumable or not (self.commits or self.complete):
            shutil.rmtree(self.folder, ignore_errors=True)
        self._release()

    def discard(self) -> None:
        """Remove everything that was written."""
        self.connection.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        self._release()

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
        kept = "What was done is kept" if getattr(self, "commits", 0) else "Nothing is left there"
        return DatabaseError(
            f"{str(self.path)!r} can't be written: {reason}", next_step=f"{kept}: {remedy}, then build again"
        )


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
