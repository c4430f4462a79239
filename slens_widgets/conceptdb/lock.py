"""The lock of a database that is being built: one builder at a time, on any file system."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import secrets
import threading
import time
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from slens_widgets.conceptdb.descriptor import Descriptor
from slens_widgets.errors import DatabaseError
from slens_widgets.untrusted import logger_of

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

logger = logger_of(__name__)

BEAT = 10.0
"""Seconds between two signs of life in a lock file."""
DEAD = 60.0
"""Seconds without one after which its owner counts as dead."""
_PAUSE = 0.05


class Busy(Exception):
    """Somebody else holds the lock; says who, as far as that is known."""


class FolderLock:
    """Holds a folder, once it is taken, until it is released or forgotten, or the process ends.

    The system's lock of the folder itself follows it through renames. A file system without such locks gets
    a lock file beside the folder, with its owner and a sign of life every few seconds.

    Parameters
    ----------
    make
        Make the folder where there is none.

    """

    def __init__(self, folder: Path, *, make: bool = True) -> None:
        self._folder, self._make = folder, make
        self._handle: Descriptor | None = None
        self._file: LockFile | None = None

    def take(self) -> None:
        """Take the lock. Whoever is interrupted here releases it.

        Raises
        ------
        Busy
            Somebody else holds it.
        OSError
            The folder can't be made or opened.
        """
        while True:
            if self._make:
                self._folder.mkdir(exist_ok=True)
            try:
                self._handle = None if fcntl is None else Descriptor(self._folder, os.O_RDONLY)
            except FileNotFoundError:
                if self._make:
                    continue
                raise
            if self._handle is None or not _flock(self._handle):
                self._file = LockFile(self._folder.with_name(f"{self._folder.name}.lock"))
            # Meanwhile its writer may have published or removed the folder that this is the lock of.
            if self.owns_folder():
                return
            self.release()

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder meanwhile, after whoever holds it now.

        Raises
        ------
        OSError
            There is no folder.
        """
        try:
            while True:
                try:
                    self.take()
                    break
                except Busy:
                    self.release()
                    time.sleep(_PAUSE)
            yield
        finally:
            self.release()

    def owns_folder(self) -> bool:
        """Return whether the folder is still the one that was locked, and the lock still ours."""
        if self._file is not None and not self._file.ours():
            return False
        if self._handle is None:
            return self._file is not None and self._folder.is_dir()
        if self._handle.closed:
            return False
        try:
            return os.path.samestat(os.fstat(self._handle.fileno()), os.stat(self._folder))
        except FileNotFoundError:
            return False

    def check(self) -> None:
        """Raise unless the lock is still held.

        Raises
        ------
        DatabaseError
            Somebody took it, who saw no sign of life for long.
        """
        if self._file is not None and not self._file.ours():
            raise DatabaseError(
                f"{str(self._folder)!r} was taken over by another process: this one gave no sign of life for "
                f"{DEAD:.0f} seconds",
                next_step="Let one of them build, and stop the other",
            )

    def release(self) -> None:
        """Let go of the folder."""
        if self._file is not None:
            self._file.release()
        if self._handle is not None:
            self._handle.close()


def _flock(handle: Descriptor) -> bool:
    """Take the system's lock, and return whether there is any."""
    try:
        fcntl.flock(handle.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Busy from None
    except OSError as error:
        logger.info("there are no locks of folders here (%s): a lock file serves", error)
        return False
    return True


class LockFile:
    """A file that says who works there, and whose date says that he still does.

    Dates are compared with the file system's own, so that no two clocks need agree.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._token = secrets.token_hex(8)
        self._ended = threading.Event()
        while not self._claimed():
            self._take_from_the_dead()
        threading.Thread(
            target=_live, args=(weakref.ref(self), self._ended), name="slens-lock", daemon=True
        ).start()

    def __del__(self) -> None:
        self.release()

    def _claimed(self) -> bool:
        try:
            with Descriptor(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666) as handle:
                body = {"token": self._token, "process": os.getpid(), "host": platform.node()}
                os.write(handle.fileno(), json.dumps(body).encode())
        except FileExistsError:
            return False
        return True

    def _take_from_the_dead(self) -> None:
        """Move the lock of a dead owner out of the way.

        Raises
        ------
        Busy
            The owner lives.
        """
        body, age = self._owner(self._path), self._age()
        if age is None:
            return  # it was released just now
        host, process = body.get("host"), body.get("process")
        gone = host == platform.node() and type(process) is int and not _lives(process)
        if not gone and age < DEAD:
            raise Busy(f"process {process} on {host}" if body else "another process")
        moved = self._path.with_name(f"{self._path.name}.{self._token}")
        with contextlib.suppress(FileNotFoundError):
            os.rename(self._path, moved)
            if self._owner(moved).get("token") != body.get("token") and not self._path.exists():
                os.rename(moved, self._path)  # another process had taken it in between
            moved.unlink(missing_ok=True)

    def _age(self) -> float | None:
        """Return how old the sign of life is, by the clock of the file system."""
        probe = self._path.with_name(f"{self._path.name}.{self._token}")
        try:
            probe.touch()
            return probe.stat().st_mtime - self._path.stat().st_mtime
        except FileNotFoundError:
            return None
        finally:
            probe.unlink(missing_ok=True)

    @staticmethod
    def _owner(path: Path) -> dict[str, Any]:
        try:
            found = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def beat(self) -> None:
        """Give a sign of life."""
        with contextlib.suppress(OSError):
            if self.ours():
                os.utime(self._path)

    def ours(self) -> bool:
        """Return whether nobody took the lock."""
        return self._owner(self._path).get("token") == self._token

    def release(self) -> None:
        """Remove the file, if it is ours."""
        self._ended.set()
        with contextlib.suppress(OSError):
            if self.ours():
                self._path.unlink()


def _live(lock: weakref.ref[LockFile], ended: threading.Event) -> None:
    """Give signs of life as long as anybody holds the lock."""
    while not ended.wait(BEAT):
        held = lock()
        if held is None:
            return
        held.beat()
        del held


def _lives(process: int) -> bool:
    if os.name == "nt":
        return True  # asking there would end it
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
