"""Arrays that are written row by row: in memory, or in files that survive the process."""

from __future__ import annotations

import os
import zlib
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from jaxtyping import Int

from slens_widgets.process import new_lock


class Rows(Protocol):
    """What a stage needs of an array that may lie on disk: rows go in, rows come out."""

    @property
    def shape(self) -> tuple[int, ...]: ...
    def __setitem__(self, rows: Any, values: Any, /) -> None: ...
    def __getitem__(self, rows: Any, /) -> Any: ...


def rows_in_memory(name: str, shape: tuple[int, ...], dtype: Any) -> Rows:
    """Return an array of zeros that goes with the process."""
    return np.zeros(shape, dtype)


class RowFile:
    """An array of zeros in a file, or what is in the file already.

    Rows are written by system calls: where the disk is full they raise OSError, and a memory map would kill
    the process. They are read by memory map. Any thread may write. Each row that is written has a checksum.

    Parameters
    ----------
    sums
        What `sums` returned of an array that goes on.
    """

    def __init__(
        self,
        path: Path,
        shape: tuple[int, ...],
        dtype: Any,
        sums: tuple[np.ndarray, np.ndarray] | None = None,
    ) -> None:
        self.shape, self.dtype = tuple(shape), np.dtype(dtype)
        self._row = row_bytes(self.shape, self.dtype)
        self._path, self._lock = path, new_lock()
        known = (np.zeros(self.shape[0], np.uint32), np.zeros(self.shape[0], bool)) if sums is None else sums
        self._sums, self._written = (each.copy() for each in known)
        path.touch()
        self._file = open(path, "r+b", buffering=0)  # noqa: SIM115
        if path.stat().st_size != self._row * self.shape[0]:
            self._file.truncate(self._row * self.shape[0])

    def __setitem__(self, rows: Any, values: Any) -> None:
        places = np.atleast_1d(np.arange(self.shape[0])[rows])
        whole = np.broadcast_to(np.asarray(values, self.dtype), (*places.shape, *self.shape[1:]))
        flat = np.ascontiguousarray(whole).reshape(-1).view(np.uint8)
        # Rows that follow each other go in one write.
        starts = np.flatnonzero(np.diff(places, prepend=-2) != 1).tolist()
        for start, end in pairwise([*starts, len(places)]):
            self._write(flat[start * self._row : end * self._row].data, int(places[start]) * self._row)
        for number, place in enumerate(places.tolist()):
            self._sums[place] = zlib.crc32(flat[number * self._row : (number + 1) * self._row].data)
        self._written[places] = True

    def _write(self, data: memoryview, place: int) -> None:
        with self._lock:
            self._file.seek(place)
            while data:
                data = data[self._file.write(data) :]

    def __getitem__(self, rows: Any) -> Any:
        if not self._row * self.shape[0]:
            return np.zeros(self.shape, self.dtype)[rows]
        return np.memmap(self._path, self.dtype, "r", shape=self.shape)[rows]

    def sums(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the checksum of every row, and whether it was written: as it is now."""
        written = self._written.copy()  # a row that is written meanwhile may have its checksum and not count
        return self._sums.copy(), written

    def flush(self) -> None:
        """Have the rows on the disk: they outlast the machine, too."""
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def row_bytes(shape: tuple[int, ...], dtype: Any) -> int:
    """Return how many bytes a row of an array has."""
    return int(np.prod(shape[1:])) * np.dtype(dtype).itemsize


def damaged_rows(path: Path, size: int, sums: np.ndarray, written: np.ndarray) -> Int[np.ndarray, " row"]:
    """Return which of the rows that were written to a file, of `size` bytes each, are not as they were."""
    places = np.flatnonzero(written)
    if not size or not len(places):
        return places[:0]
    found: list[int] = []
    step = max(1, (1 << 20) // size)
    try:
        with open(path, "rb") as file:
            for some in np.split(places, np.flatnonzero(np.diff(places // step)) + 1):
                first = int(some[0])
                file.seek(first * size)
                data = memoryview(file.read((int(some[-1]) - first + 1) * size))
                for place in some.tolist():
                    row = data[(place - first) * size : (place - first + 1) * size]
                    if len(row) < size or zlib.crc32(row) != sums[place]:
                        found.append(place)
    except OSError:
        return places
    return np.array(found, np.int64)


class Chosen:
    """Rows of an array, in any order and shape, that are read when they are asked for."""

    def __init__(self, rows: Rows, index: Int[np.ndarray, ...]) -> None:
        self._rows, self._index = rows, index
        self.shape = (*index.shape, *rows.shape[1:])

    def __len__(self) -> int:
        return len(self._index)

    def __getitem__(self, some: Any) -> np.ndarray:
        return np.asarray(self._rows[self._index[some]])
