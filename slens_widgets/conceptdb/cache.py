"""Analyses that were computed once, kept with the database; in memory where it can't be written."""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

import numpy as np

from slens_widgets.conceptdb.folder import Folder
from slens_widgets.conceptdb.schema import pack_array, unpack_array
from slens_widgets.errors import DatabaseError
from slens_widgets.process import new_lock
from slens_widgets.untrusted import logger_of, parse_json

logger = logger_of(__name__)

CACHE = "cache"
"""The folder inside for what is cached: the database's own files never change once they are finished."""
_MAX_HEADER = 4096
_MAX_BYTES = 1 << 30


class Cache:
    """Arrays by kind, key and layer, each a small file of its own that is written beside and renamed.

    So any number of processes may read and write at once: what is seen is whole, and nobody waits. A file
    that is cut, changed or too large counts as none: it is computed again.

    Parameters
    ----------
    folder
        The database's folder.
    one
        Runs a query and returns its first row or None: older databases keep what they cached in a table.
    prefix
        Begins every key: what one foundation model gave is no answer for another.
    """

    def __init__(self, folder: Folder, one: Callable[[str, tuple[Any, ...]], Any], prefix: str) -> None:
        self._folder = folder
        self._one = one
        self._prefix = prefix
        self._lock = new_lock()
        self._unsaved: dict[tuple[str, str, str], np.ndarray] = {}

    def get(self, kind: str, key: str, layer: str) -> np.ndarray | None:
        """Return an array, read-only, or None where there is none."""
        place = kind, self._prefix + key, layer
        with self._lock:
            if place in self._unsaved:
                return self._unsaved[place]
        found = self._read(place)
        if found is not None:
            return found
        query = "SELECT dtype, shape, data FROM cache WHERE kind = ? AND key = ? AND layer = ?"
        row = self._one(query, place)
        return None if row is None else unpack_array(*row, what=str(self._folder.path))

    def put(self, kind: str, key: str, arrays: Mapping[str, np.ndarray]) -> None:
        """Keep arrays by layer."""
        places = {layer: (kind, self._prefix + key, layer) for layer in arrays}
        packed = {layer: pack_array(values) for layer, values in arrays.items()}
        try:
            with self._folder.within(CACHE, create=True) as folder:
                for layer, (dtype, shape, data) in packed.items():
                    _write(folder, places[layer], dtype, shape, data)
        except OSError as error:
            logger.warning(
                "%s is kept in memory only: %s can't be written (%s)", kind, self._folder.path, error
            )
            with self._lock:
                self._unsaved.update({places[layer]: np.asarray(v) for layer, v in arrays.items()})

    def _read(self, place: tuple[str, str, str]) -> np.ndarray | None:
        try:
            with self._folder.within(CACHE) as folder, folder.open(_name(place)) as file:
                return _array(file, place, str(self._folder.path))
        except (OSError, ValueError, KeyError, TypeError) as error:
            if not isinstance(error, FileNotFoundError):
                logger.info("what is cached in %s as %s can't be used (%s)", self._folder.path, place, error)
        except DatabaseError as error:
            if self._folder.closed:
                raise
            logger.info("what is cached in %s as %s can't be used (%s)", self._folder.path, place, error)
        return None


def _name(place: tuple[str, str, str]) -> str:
    return f"{hashlib.sha256(json.dumps(place).encode()).hexdigest()[:40]}.array"


def _write(folder: Folder, place: tuple[str, str, str], dtype: str, shape: str, data: bytes) -> None:
    about = {"place": place, "dtype": dtype, "shape": shape, "crc": zlib.crc32(data)}
    header = json.dumps(about).encode() + b"\n"
    if len(header) > _MAX_HEADER or len(data) > _MAX_BYTES:
        raise OSError("it is too large to be cached")

    def write(file: BinaryIO) -> None:
        file.write(header)
        file.write(data)

    folder.write_whole(_name(place), write, durable=False)


def _array(file: BinaryIO, place: tuple[str, str, str], what: str) -> np.ndarray:
    header = file.readline(_MAX_HEADER)
    about = parse_json(header)
    if about["place"] != list(place):
        raise ValueError("it is another array")
    size = os.fstat(file.fileno()).st_size - len(header)
    if size > _MAX_BYTES:
        raise ValueError("it is too large")
    data = file.read(size)
    if zlib.crc32(data) != about["crc"]:
        raise ValueError("it is not as it was written")
    return unpack_array(about["dtype"], about["shape"], data, what=what)
