"""What a concept database looks like on disk: tables, versions, and how an array becomes a blob."""

from __future__ import annotations

import json
import math
import re
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import UInt8

from slens_widgets.arguments import given
from slens_widgets.errors import DatabaseError
from slens_widgets.untrusted import parse_json

FORMAT_VERSION = 2
"""Raised whenever a reader of the version before could misread the file."""

READABLE = (1, FORMAT_VERSION)
"""Versions that are read. Version 1 has no probe images: what needs them says so."""

APPLICATION_ID = 0x534C4E53
"""Marks the SQLite file as ours ("SLNS")."""

SQLITE_NAME = "concepts.sqlite"
HEATMAP_SIDE = 28
TILE = 64
"""Side of one example crop in a strip, in pixels."""

FILE_NAME = re.compile(r"(embeddings|activations|images)-\d{4}-\d{2}\.safetensors")
"""The only file names that a reader follows: a database from a stranger can't point elsewhere."""

PAGE_SIZE = 4096

MAX_NAME = 4096
"""Characters in the name of a layer, an image or a model."""

MAX_LABEL = 10_000_000
"""The largest class index."""

MAX_SIDE = 4096
"""The largest side of the picture of an image, in pixels."""

MAX_TILE = 1024
"""The largest side of a crop in a strip, in pixels."""

UNREADABLE = (sqlite3.DatabaseError, UnicodeDecodeError)
"""What reading a damaged file raises; the second one where the damage is quoted in SQLite's own message."""

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE images (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,
    label INTEGER, digest TEXT NOT NULL);
CREATE TABLE pictures (image_id INTEGER PRIMARY KEY REFERENCES images (id), jpeg BLOB NOT NULL);
CREATE TABLE layers (
    position INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, components INTEGER NOT NULL,
    m INTEGER NOT NULL, relevance TEXT NOT NULL);
CREATE TABLE columns (
    layer INTEGER NOT NULL REFERENCES layers (position), name TEXT NOT NULL, dtype TEXT NOT NULL,
    shape TEXT NOT NULL, data BLOB NOT NULL, PRIMARY KEY (layer, name));
CREATE TABLE heatmaps (
    layer INTEGER NOT NULL, component INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (layer, component));
CREATE TABLE strips (
    layer INTEGER NOT NULL, component INTEGER NOT NULL, jpeg BLOB NOT NULL, PRIMARY KEY (layer, component));
CREATE TABLE embeddings (
    layer INTEGER NOT NULL, foundation_model TEXT NOT NULL, file TEXT NOT NULL, bytes INTEGER NOT NULL,
    dim INTEGER NOT NULL, PRIMARY KEY (layer, foundation_model));
CREATE TABLE probe_images (
    place INTEGER PRIMARY KEY, id INTEGER NOT NULL UNIQUE, name TEXT NOT NULL, label INTEGER);
CREATE TABLE probe_activations (layer INTEGER PRIMARY KEY, file TEXT NOT NULL, bytes INTEGER NOT NULL);
CREATE TABLE probe_embeddings (
    foundation_model TEXT PRIMARY KEY, file TEXT NOT NULL, bytes INTEGER NOT NULL, dim INTEGER NOT NULL);
CREATE TABLE checksums (
    kind TEXT NOT NULL, a INTEGER NOT NULL, b INTEGER NOT NULL, crc INTEGER NOT NULL,
    PRIMARY KEY (kind, a, b)) WITHOUT ROWID;
CREATE TABLE cache (
    kind TEXT NOT NULL, key TEXT NOT NULL, layer TEXT NOT NULL, dtype TEXT NOT NULL, shape TEXT NOT NULL,
    data BLOB NOT NULL, PRIMARY KEY (kind, key, layer));
"""

TABLES = {
    statement.split(maxsplit=3)[2]: statement for statement in map(str.strip, SCHEMA.split(";")) if statement
}
"""What SQLite keeps as the SQL of each table."""

_OLDEST = ("meta", "images", "pictures", "layers", "columns", "heatmaps", "strips", "embeddings", "cache")
"""Tables of every version."""

_DTYPES = {"<f4", "<f8", "<i8", "|u1"}


@dataclass(frozen=True)
class ImageRecord:
    """One probe image as the database knows it."""

    id: int
    """Its position in the listing of the probe images."""
    name: str
    """File name or other name to show; text, never markup."""
    width: int
    """Width of the source image in pixels."""
    height: int
    """Height of the source image in pixels."""
    label: int | None
    """Class index, where the images have labels."""
    digest: str
    """Hash of the image's content."""


def pack_array(array: np.ndarray) -> tuple[str, str, bytes]:
    """Return an array as (dtype, shape as JSON, little-endian bytes)."""
    array = np.asarray(array)
    little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
    if little.dtype.str not in _DTYPES:
        raise DatabaseError(
            f"An array of type {array.dtype} can't be stored", expected="float32, float64, int64 or uint8"
        )
    return little.dtype.str, json.dumps(list(array.shape)), little.tobytes()


def unpack_array(dtype: str, shape: str, data: bytes, *, what: str) -> np.ndarray:
    """Return the array behind `pack_array`'s result, read-only; `what` names it in errors."""
    try:
        dims = tuple(parse_json(shape))
    except (TypeError, ValueError):
        dims = (None,)
    if dtype not in _DTYPES or len(dims) > 8 or any(type(n) is not int or not 0 <= n < 2**40 for n in dims):
        raise damaged(what, f"holds an array of type {given(dtype)} and shape {given(shape)}")
    if not isinstance(data, bytes) or math.prod(dims) * np.dtype(dtype).itemsize != len(data):
        size = len(data) if isinstance(data, bytes) else "no"
        raise damaged(what, f"holds {size} bytes where {shape} of {dtype} are due")
    return np.frombuffer(data, dtype=dtype).reshape(dims)


def pack_heatmaps(heatmaps: UInt8[np.ndarray, "rank height width"]) -> bytes:
    """Return one component's heatmaps in 64 levels (at most 2 of 255 off), compressed.

    The two bits left out are noise that compresses badly: they cost 20 MB of a ResNet-50's database.
    """
    levels = (heatmaps.astype(np.uint16) * 63 + 127) // 255
    return zlib.compress(levels.astype(np.uint8).tobytes(), 6)


def unpack_heatmaps(data: bytes, m: int, what: str) -> UInt8[np.ndarray, "rank height width"]:
    """Return what `pack_heatmaps` packed, never more than `m` maps (the blob may be a stranger's)."""
    due = m * HEATMAP_SIDE * HEATMAP_SIDE
    if not isinstance(data, bytes):
        raise damaged(what, "holds heatmaps that are no bytes")
    try:
        raw = zlib.decompressobj().decompress(data, due + 1)
    except zlib.error as error:
        raise damaged(what, "holds heatmaps that can't be unpacked") from error
    if len(raw) != due:
        raise damaged(what, f"holds {len(raw)} bytes of heatmaps where {due} are due")
    levels = np.frombuffer(raw, np.uint8).reshape(m, HEATMAP_SIDE, HEATMAP_SIDE).astype(np.uint16)
    return ((np.minimum(levels, 63) * 255 + 31) // 63).astype(np.uint8)


def damaged(what: str | Path, how: str) -> DatabaseError:
    """Return the error for a database whose content contradicts itself."""
    return DatabaseError(
        f"The concept database {str(what)!r} is damaged: it {how}",
        next_step="Copy it again from where it came from, or build it again with sw.build(…, overwrite=True)",
    )


def replaced(path: Path) -> DatabaseError:
    """Return the error for a database whose place another one has taken since it was opened."""
    return DatabaseError(
        f"Another database has taken the place of {str(path)!r} since it was opened, or it is gone",
        next_step="Open it again",
    )


def check_rows(rows: Iterable[Any], kinds: Sequence[type | tuple[type, ...]], what: str | Path) -> None:
    """Raise unless every row holds values of these types: a stranger's tables need not be what ours are."""
    for row in rows:
        if len(row) != len(kinds) or not all(map(isinstance, row, kinds)):
            raise damaged(what, f"holds a row of other types than are due: {given(row)}")


def as_json(value: Any) -> str:
    """Return `value` as JSON with sorted keys; NumPy scalars and paths become plain values.

    A number that is not finite becomes null, as in any JSON that others read: it is not known.
    """

    def plain(item: Any) -> Any:
        if isinstance(item, np.generic):
            return item.item()
        if isinstance(item, np.ndarray):
            return item.tolist()
        if isinstance(item, Path):
            return str(item)
        raise TypeError(f"{type(item).__name__} {item!r}")

    try:
        text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=plain)
        known = json.loads(text, parse_constant=lambda _: None)
        return json.dumps(known, sort_keys=True, ensure_ascii=False)
    except TypeError as error:
        raise DatabaseError(
            f"The provenance holds something that is no plain value: {error}",
            expected="numbers, texts, lists and dicts",
        ) from error


def writable(path: Path) -> sqlite3.Connection:
    """Connect to an existing SQLite file for writing, after what lies beside it was looked at.

    Raises
    ------
    DatabaseError
        It holds other SQL than our tables.
    """
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, check_same_thread=False)
    try:
        connection.execute("PRAGMA trusted_schema=OFF")
        check_tables(connection.execute, path.parent)
    except BaseException:
        connection.close()
        raise
    return connection


def check_tables(ask: Callable[[str], Iterable[Any]], what: str | Path) -> None:
    """Raise unless a database consists of our tables, or some of them, and of nothing else.

    A stranger's file may hold views over an endless query in place of tables, triggers, virtual tables,
    generated columns: each is SQL of his that runs when a table is read or written.

    Parameters
    ----------
    ask
        Gives the rows that an SQL query finds.
    """
    seen = set()
    for kind, name, table, sql in ask("SELECT type, name, tbl_name, sql FROM sqlite_master LIMIT 100"):
        automatic = kind == "index" and sql is None and str(name).startswith(f"sqlite_autoindex_{table}_")
        ours = (automatic and table in TABLES) or (kind == "table" and sql == TABLES.get(name, ""))
        if not ours or name in seen:
            raise damaged(what, f"holds SQL that is not ours: the {given(kind)} {given(name)}")
        seen.add(name)
    lacking = [name for name in _OLDEST if name not in seen]
    if lacking:
        raise damaged(what, f"lacks its table {lacking[0]}")
