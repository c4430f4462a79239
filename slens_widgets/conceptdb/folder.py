"""The folder of a database: its files are reached from it alone, and never through a link."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import stat
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from slens_widgets.conceptdb.descriptor import Descriptor
from slens_widgets.conceptdb.schema import damaged, replaced
from slens_widgets.errors import DatabaseError

_BY_HANDLE = os.open in os.supports_dir_fd and os.rename in os.supports_dir_fd
"""Whether the system reaches files from an open folder; elsewhere their paths are put together."""
_SAFE = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_FOLDER = getattr(os, "O_DIRECTORY", 0)
_UNFINISHED = re.compile(r"\.[0-9a-f]{16}\.writing(-journal)?")


class Folder:
    """An open folder. A folder that is renamed stays the same one; a link inside it leads nowhere.

    The path to the folder may itself go through links: that is its user's choice, not its content.

    Parameters
    ----------
    path
        Where it lies; made absolute, so that a later change of the working directory means nothing.

    Raises
    ------
    OSError
        There is no folder.
    """

    def __init__(self, path: Path, *, within: Folder | None = None) -> None:
        self.path = Path(os.path.abspath(path))
        self._held: Descriptor | None = None
        if _BY_HANDLE:
            if within is None:
                self._held = Descriptor(self.path, os.O_RDONLY | _FOLDER | (_SAFE & ~os.O_NOFOLLOW))
            else:
                self._held = Descriptor(path.name, os.O_RDONLY | _FOLDER | _SAFE, dir_fd=within._handle)
        elif not stat.S_ISDIR((os.lstat if within else os.stat)(self.path).st_mode):
            raise NotADirectoryError(f"{self.path} is not a folder")

    def close(self) -> None:
        """Let go of the folder."""
        if self._held is not None:
            self._held.close()

    @property
    def _handle(self) -> int | None:
        return None if self._held is None or self._held.closed else self._held.fileno()

    def __enter__(self) -> Folder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def within(self, name: str, *, create: bool = False) -> Folder:
        """Return a folder inside this one; a link is none.

        Raises
        ------
        OSError
            There is none, and none was made.
        """
        if create:
            with contextlib.suppress(FileExistsError):
                os.mkdir(self._place(name), dir_fd=self._at)
        return Folder(self.path / name, within=self)

    def size(self, name: str) -> int | None:
        """Return the bytes of a regular file; None where there is none (a link, a pipe, nothing)."""
        try:
            found = os.stat(self._place(name), dir_fd=self._at, follow_symlinks=False)
        except (OSError, ValueError):
            return None
        return found.st_size if stat.S_ISREG(found.st_mode) else None

    def holds(self, name: str) -> bool:
        """Return whether there is anything of that name, whatever it is."""
        try:
            os.stat(self._place(name), dir_fd=self._at, follow_symlinks=False)
        except FileNotFoundError:
            return False
        except (OSError, ValueError):
            return True
        return True

    def names(self) -> list[str]:
        """Return the names of what lies inside."""
        return sorted(os.listdir(self.path if self._handle is None else self._handle))

    def open(self, name: str) -> BinaryIO:
        """Open a regular file for reading; nothing else is opened, nor waited for.

        Raises
        ------
        OSError
            There is no such file.
        """
        flags = os.O_RDONLY | _SAFE | getattr(os, "O_NONBLOCK", 0)
        handle = os.open(self._place(name), flags, dir_fd=self._at)
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise FileNotFoundError(f"{name} is not a regular file")
            return os.fdopen(handle, "rb")
        except BaseException:
            with contextlib.suppress(OSError):
                os.close(handle)
            raise

    def write_whole(self, name: str, write: Callable[[BinaryIO], object], *, durable: bool = True) -> None:
        """Write a file beside and rename it, so that it is seen whole or not at all.

        What lies at its place is replaced, a link as such.
        """
        beside = self.unused()
        handle = os.open(
            self._place(beside), os.O_WRONLY | os.O_CREAT | os.O_EXCL | _SAFE, 0o666, dir_fd=self._at
        )
        try:
            with os.fdopen(handle, "wb") as file:
                write(file)
                file.flush()
                if durable:
                    os.fsync(file.fileno())
            self.replace(beside, name)
        except BaseException:
            self.remove(beside)
            raise
        if durable:
            self.sync()

    def unused(self) -> str:
        """Return a name that nobody can foresee, for a file that is renamed when it is whole."""
        return f".{secrets.token_hex(8)}.writing"

    def remove_unfinished(self) -> None:
        """Remove what writers that were killed left under such names; called by who alone may write."""
        for name in filter(_UNFINISHED.fullmatch, self.names()):
            with contextlib.suppress(OSError):  # a folder of that name
                self.remove(name)

    def replace(self, name: str, new: str) -> None:
        """Rename a file over another."""
        os.replace(self._place(name), self._place(new), src_dir_fd=self._at, dst_dir_fd=self._at)

    def remove(self, name: str) -> None:
        """Remove a file, or a link as such; nothing happens where there is none."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._place(name), dir_fd=self._at)

    def sync(self) -> None:
        """Make renames last through a power cut, where the system can."""
        if self._handle is not None:
            with contextlib.suppress(OSError):
                os.fsync(self._handle)

    def without(self, name: str) -> DatabaseError:
        """Return the error for a file of the database that is not there any more."""
        if not self.lies_at(self.path):
            return replaced(self.path)
        return damaged(self.path, f"has lost its file {name}")

    def lies_at(self, path: Path) -> bool:
        """Return whether this very folder lies at a path, and not another that took its place."""
        try:
            there = os.stat(path)
        except OSError:
            return False
        return self._handle is None or os.path.samestat(os.fstat(self._handle), there)

    @property
    def closed(self) -> bool:
        """Whether nothing can be reached any more."""
        return _BY_HANDLE and self._handle is None

    @property
    def _at(self) -> int | None:
        if self.closed:
            raise DatabaseError(f"The database {str(self.path)!r} is closed", next_step="Open it again")
        return self._handle

    def _place(self, name: str) -> str:
        if not name or name in (".", "..") or "/" in name or os.sep in name or "\0" in name:
            raise FileNotFoundError(f"{name!r} is not the name of a file in a database")
        return name if _BY_HANDLE else str(self.path / name)
