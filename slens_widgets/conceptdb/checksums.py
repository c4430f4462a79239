"""Checksums of what a database holds: looked at when a part is read, so that opening one reads nothing.

They tell what was damaged on a disk or on its way, and by whom was not careful; whoever changes a database on
purpose can write new ones. Cached analyses have none: they can be computed again.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from slens_widgets.conceptdb.folder import Folder
from slens_widgets.conceptdb.schema import damaged
from slens_widgets.errors import DatabaseError

if TYPE_CHECKING:
    from slens_widgets.conceptdb.reader import ConceptDB

BLOCK = 1 << 20
"""Bytes of a file behind one checksum: reading a row checks this much, once."""

_INSERT = "INSERT OR REPLACE INTO checksums VALUES (?, ?, ?, ?)"


def note_blobs(connection: sqlite3.Connection, blobs: Iterable[tuple[str, int, int, bytes]]) -> None:
    """Write the checksums of blobs: (kind, its two numbers, content)."""
    connection.executemany(_INSERT, ((kind, a, b, zlib.crc32(data)) for kind, a, b, data in blobs))


def note_file(connection: sqlite3.Connection, path: Path) -> None:
    """Write the checksums of a file, where the database has a table for them."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'checksums'").fetchone():
        return  # it was written by a version that had none
    with open(path, "rb") as file:
        blocks = iter(lambda: file.read(BLOCK), b"")
        rows = [(path.name, number, 0, zlib.crc32(block)) for number, block in enumerate(blocks)]
    connection.executemany(_INSERT, rows)


_BLOBS = (
    "SELECT 'picture', image_id, 0, jpeg FROM pictures",
    "SELECT 'column ' || name, layer, 0, data FROM columns",
    "SELECT 'heatmaps', layer, component, data FROM heatmaps",
    "SELECT 'strip', layer, component, jpeg FROM strips",
)


def files_named(connection: sqlite3.Connection) -> list[str]:
    """Return the files that the tables name; tables that an older version lacks name none."""
    found = []
    for table in ("embeddings", "probe_activations", "probe_embeddings"):
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone():
            found += [name for (name,) in connection.execute(f"SELECT file FROM {table}")]
    return found


def first_damage(connection: sqlite3.Connection, folder: Folder) -> str:
    """Read an unfinished database, all of it, and return what is damaged first, in words, or nothing."""
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        return f"has damaged tables ({found})"
    due: dict[tuple[str, int, int], int] = {
        (kind, a, b): crc for kind, a, b, crc in connection.execute("SELECT kind, a, b, crc FROM checksums")
    }
    for query in _BLOBS:
        for kind, a, b, data in connection.execute(query):
            if due.get((kind, a, b)) != zlib.crc32(data):
                return f"has another {kind} ({a}, {b}) than was written"
    for name in files_named(connection):
        blocks = [due[key] for key in sorted(key for key in due if key[0] == name)]
        try:
            with folder.open(name) as file:
                there = [zlib.crc32(block) for block in iter(lambda: file.read(BLOCK), b"")]
        except OSError:
            return f"lacks its file {name}"
        if there != blocks:
            return f"has another file {name} than was written"
    return ""


class Checksums:
    """The checksums of an open database.

    Parameters
    ----------
    path
        The database's folder.
    query
        Runs a query and returns all rows.
    """

    def __init__(self, path: Path, query: Callable[..., list[Any]]) -> None:
        self._path, self._query = path, query
        self._kept = bool(query("SELECT 1 FROM sqlite_master WHERE name = 'checksums'"))

    def check(self, kind: str, numbers: tuple[int, int], data: bytes, what: str) -> None:
        """Raise unless a blob is as it was written; `what` names it."""
        if not self._kept:
            return
        rows = self._query("SELECT crc FROM checksums WHERE kind = ? AND a = ? AND b = ?", (kind, *numbers))
        if not isinstance(data, bytes) or not rows or rows[0][0] != zlib.crc32(data):
            raise damaged(self._path, f"holds {what} with another checksum than was written")

    def of_file(self, name: str) -> list[int] | None:
        """Return the checksums of a file's blocks; None where the database has none."""
        if not self._kept:
            return None
        return [row[0] for row in self._query("SELECT crc FROM checksums WHERE kind = ? ORDER BY a", (name,))]


class CheckedArray:
    """An array in a memory-mapped file, of which the blocks that are read are checked first, each once."""

    def __init__(self, array: np.memmap, begin: int, blocks: BlockCheck) -> None:
        self._array, self._begin, self._blocks = array, begin, blocks
        self.shape, self.dtype = array.shape, array.dtype

    def __getitem__(self, rows: Any) -> np.ndarray:
        places = np.atleast_1d(np.arange(self.shape[0])[rows]).reshape(-1)
        row = self._array[:1].nbytes
        begin = self._begin + places * row
        self._blocks.check(np.stack([begin, begin + row], axis=1))
        return self._array[rows]

    def whole(self) -> np.ndarray:
        """Return the memory map itself, all of it checked."""
        self._blocks.check(np.array([[self._begin, self._begin + self._array.nbytes]]))
        return self._array


class BlockCheck:
    """Which blocks of a file have been compared with their checksums."""

    def __init__(self, folder: Folder, name: str, checksums: Sequence[int] | None) -> None:
        self._folder, self._name, self._due = folder, name, checksums
        self._checked = np.zeros(0 if checksums is None else len(checksums), bool)

    def check(self, ranges: np.ndarray) -> None:
        """Raise unless every block that these ranges of bytes (begin, end) touch is as it was written."""
        if self._due is None or not len(ranges):
            return
        first, last = ranges[:, 0] // BLOCK, (ranges[:, 1] - 1) // BLOCK
        touched = np.unique(
            np.concatenate([np.arange(a, b + 1) for a, b in {*zip(first, last, strict=True)}])
        )
        if touched[-1] >= len(self._due):
            raise damaged(self._folder.path, f"lacks checksums of {self._name}")
        with self._opened() as file:
            for number in touched[~self._checked[touched]].tolist():
                file.seek(number * BLOCK)
                if zlib.crc32(file.read(BLOCK)) != self._due[number]:
                    raise damaged(
                        self._folder.path,
                        f"has a file {self._name} with another checksum than was written (near byte "
                        f"{number * BLOCK:,})",
                    )
                self._checked[number] = True

    def _opened(self) -> BinaryIO:
        try:
            return self._folder.open(self._name)
        except OSError as error:
            raise self._folder.without(self._name) from error


def damages(db: ConceptDB) -> list[str]:
    """Read everything that has a checksum, and return what is damaged, in words."""
    found = []

    def attempt(read: Callable[[], Any]) -> None:
        try:
            read()
        except DatabaseError as error:
            found.append(error.given)

    probe = db.probe
    for layer in db.layers:
        attempt(db[layer].check)
        if probe is not None:
            attempt(lambda layer=layer: probe.activations(layer))  # type: ignore[misc]
    if probe is not None:
        attempt(lambda: probe.embeddings)
    for component in db.components:
        attempt(lambda component=component: db.strip(component))  # type: ignore[misc]
        attempt(lambda component=component: db.heatmaps(component))  # type: ignore[misc]
    for record in db.images():
        attempt(lambda record=record: db.picture(record.id))  # type: ignore[misc]
    return found
