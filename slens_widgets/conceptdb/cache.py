"""Analyses that were computed once, kept in the database; in memory where it can't be written."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from slens_widgets.conceptdb.schema import SQLITE_NAME, connect, pack_array, unpack_array

logger = logging.getLogger(__name__)


class Cache:
    """Arrays by kind, key and layer.

    Parameters
    ----------
    path
        The database's folder.
    one
        Runs a query and returns its first row or None.
    prefix
        Begins every key: what one foundation model gave is no answer for another.
    """

    def __init__(self, path: Path, one: Callable[[str, tuple[Any, ...]], Any], prefix: str) -> None:
        self._path = path
        self._one = one
        self._prefix = prefix
        self._unsaved: dict[tuple[str, str, str], np.ndarray] = {}

    def get(self, kind: str, key: str, layer: str) -> np.ndarray | None:
        """Return an array, read-only, or None where there is none."""
        place = kind, self._prefix + key, layer
        if place in self._unsaved:
            return self._unsaved[place]
        query = "SELECT dtype, shape, data FROM cache WHERE kind = ? AND key = ? AND layer = ?"
        row = self._one(query, place)
        return None if row is None else unpack_array(*row, what=str(self._path))

    def put(self, kind: str, key: str, arrays: Mapping[str, np.ndarray]) -> None:
        """Keep arrays by layer."""
        key = self._prefix + key
        rows = [(kind, key, layer, *pack_array(values)) for layer, values in arrays.items()]
        try:
            connection = connect(self._path / SQLITE_NAME, "rw")
            try:
                with connection:
                    connection.executemany("INSERT OR REPLACE INTO cache VALUES (?, ?, ?, ?, ?, ?)", rows)
            finally:
                connection.close()
        except sqlite3.Error as error:
            logger.warning("%s is kept in memory only: %s can't be written (%s)", kind, self._path, error)
            self._unsaved.update({(kind, key, layer): np.asarray(v) for layer, v in arrays.items()})
