"""Questions to a database's tables: read-only, and within bounds whoever made the file."""

from __future__ import annotations

import sqlite3
from typing import Any

from slens_widgets.conceptdb.folder import Folder
from slens_widgets.conceptdb.journal import recover
from slens_widgets.conceptdb.schema import SQLITE_NAME, UNREADABLE, check_tables, damaged
from slens_widgets.errors import DatabaseError
from slens_widgets.process import new_lock

_STEP = 20_000
"""Instructions of SQLite's machine between two looks at how many there were."""
_MOST = 50_000_000
_PER_BYTE = 20
"""Instructions per byte of the file that no honest query exceeds: a row takes some ten."""


class Tables:
    """An open table file. Any thread may ask.

    It is opened as a file that nobody changes: no journal or log that lies beside it is looked at, nothing
    is written. That holds, since a finished database's file is only ever replaced as a whole.

    Raises
    ------
    DatabaseError
        There is no regular file, or none that SQLite can read.
    """

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._lock = new_lock()
        self._closed = False
        size = folder.size(SQLITE_NAME)
        if size is None:
            raise damaged(folder.path, f"lacks {SQLITE_NAME}")
        recover(folder)
        self.size = folder.size(SQLITE_NAME) or 0
        """Bytes of the file."""
        self._allowed = _MOST + _PER_BYTE * self.size
        self._done = 0
        self._stopped: BaseException | None = None
        uri = f"{(folder.path / SQLITE_NAME).as_uri()}?mode=ro&immutable=1"
        try:
            self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        except sqlite3.Error as error:
            raise damaged(folder.path, f"can't be read ({error})") from error
        try:
            self._bound()
        except UNREADABLE as error:
            self._connection.close()
            raise damaged(folder.path, f"can't be read ({error})") from error
        except BaseException:
            self._connection.close()
            raise

    def _bound(self) -> None:
        connection = self._connection
        limits = {
            sqlite3.SQLITE_LIMIT_LENGTH: max(1_000_000, min(self.size, 2**31 - 1)),
            sqlite3.SQLITE_LIMIT_SQL_LENGTH: 100_000,
            sqlite3.SQLITE_LIMIT_COLUMN: 100,
            sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 50,
            sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 4,
            sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 8,
            sqlite3.SQLITE_LIMIT_ATTACHED: 0,
            sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 100,
            sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER: 100,
            sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 0,
            sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
        }
        for limit, value in limits.items():
            connection.setlimit(limit, value)
        connection.set_progress_handler(self._look, _STEP)
        for pragma in ("trusted_schema=OFF", "query_only=ON", "cell_size_check=ON", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")

    def all(self, query: str, values: tuple[Any, ...] = ()) -> list[Any]:
        """Return the rows that a query finds: no more than the file can hold."""
        with self._lock:
            if self._closed:
                raise DatabaseError(
                    f"The database {str(self._folder.path)!r} is closed", next_step="Open it again"
                )
            self._begin()
            left = 4 * self.size + 1_000_000
            rows = []
            try:
                for row in self._connection.execute(query, values):
                    left -= 4 + sum(len(cell) for cell in row if isinstance(cell, (bytes, str)))
                    if left < 0:
                        raise damaged(self._folder.path, "says that it holds more than its file can")
                    rows.append(row)
            except UNREADABLE as error:
                if self._stopped is not None:
                    raise self._stopped from None
                raise damaged(self._folder.path, f"can't be read ({error})") from error
            return rows

    def one(self, query: str, values: tuple[Any, ...] = ()) -> Any:
        """Return the first row that a query finds, or None."""
        rows = self.all(query, values)
        return rows[0] if rows else None

    def check(self) -> None:
        """Raise unless the file holds our tables and nothing else."""
        check_tables(self.all, self._folder.path)

    def number(self, pragma: str) -> int:
        """Return what SQLite's header says."""
        found: int = self.all(f"PRAGMA {pragma}")[0][0]
        return found

    def close(self) -> None:
        """Close the file; nothing can be read afterwards."""
        with self._lock:
            self._closed = True
            self._connection.close()

    def _begin(self) -> None:
        self._done, self._stopped = 0, None

    def _look(self) -> int:
        try:
            self._done += _STEP
            if self._done > self._allowed:
                self._stopped = damaged(self._folder.path, "has tables that don't end")
        except BaseException as stop:  # SQLite would swallow the interrupt of someone who waits
            self._stopped = stop
        return int(self._stopped is not None)
