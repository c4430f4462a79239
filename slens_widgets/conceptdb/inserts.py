"""What a writer puts into the tables: images, columns of layers, blobs of components; all with checksums."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from slens_widgets.conceptdb.checksums import note_blobs
from slens_widgets.conceptdb.schema import ImageRecord, pack_array
from slens_widgets.errors import InputError


def insert_images(
    connection: sqlite3.Connection, records: Sequence[ImageRecord], pictures: Sequence[bytes]
) -> None:
    """Insert images and the picture of each; an id that is there already is refused."""
    rows = [(int(r.id), str(r.name), int(r.width), int(r.height), r.label, r.digest) for r in records]
    try:
        connection.executemany("INSERT INTO images VALUES (?, ?, ?, ?, ?, ?)", rows)
    except sqlite3.IntegrityError as error:
        raise InputError("An image id was added twice", expected="each image once") from error
    blobs = [(row[0], bytes(picture)) for row, picture in zip(rows, pictures, strict=True)]
    connection.executemany("INSERT INTO pictures VALUES (?, ?)", blobs)
    note_blobs(connection, (("picture", id, 0, blob) for id, blob in blobs))


def insert_layer(
    connection: sqlite3.Connection,
    position: int,
    layer: str,
    columns: Mapping[str, np.ndarray],
    relevance: str,
) -> None:
    """Insert a layer and the columns of its examples, as `checks.layer_columns` returns them."""
    n, m = columns["activations"].shape
    connection.execute("INSERT INTO layers VALUES (?, ?, ?, ?, ?)", (position, layer, n, m, relevance))
    packed = {name: pack_array(values) for name, values in columns.items()}
    connection.executemany(
        "INSERT INTO columns VALUES (?, ?, ?, ?, ?)",
        [(position, name, *values) for name, values in packed.items()],
    )
    note_blobs(connection, ((f"column {name}", position, 0, data) for name, (*_, data) in packed.items()))


def insert_blobs(
    connection: sqlite3.Connection, table: str, kind: str, position: int, start: int, blobs: Iterable[bytes]
) -> None:
    """Insert one blob for each component of a layer from `start` on, in place of what was there."""
    rows = [(position, start + i, blob) for i, blob in enumerate(blobs)]
    connection.executemany(f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?)", rows)
    note_blobs(connection, ((kind, *row) for row in rows))
