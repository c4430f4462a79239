"""What a database says that it holds, read when it is opened, and checked against the files beside it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slens_widgets.conceptdb.further_embeddings import KEY
from slens_widgets.conceptdb.place import check_file
from slens_widgets.conceptdb.schema import FILE_NAME, TILE, check_rows, damaged

Ask = Callable[[str], list[Any]]
"""Gives the rows that an SQL query finds."""


@dataclass(frozen=True)
class Contents:
    """The parts of a database that are known as soon as it is open."""

    version: int
    """Version of its format."""
    layers: list[tuple[int, str, int, int, str]]
    """Position, name, number of components, m and kind of relevance of every layer."""
    provenance: dict[str, Any]
    """Model, images, parameters, foundation model, versions and date behind the database."""
    foundation_models: dict[str, dict[str, Any]]
    """What is known of each foundation model, by name; first the one of the build."""
    tile: int
    """Side of one crop in a strip, in pixels."""


def read_contents(path: Path, connection: sqlite3.Connection, ask: Ask) -> Contents:
    """Read what the database at `path` holds.

    Raises
    ------
    DatabaseError
        It is another program's, of another version, unfinished or damaged; says what to do.
    """
    version = check_file(path, connection)
    meta = dict(ask("SELECT key, value FROM meta"))
    layers = ask("SELECT position, name, components, m, relevance FROM layers ORDER BY position")
    files = ask("SELECT file, bytes FROM embeddings")
    if version > 1:
        files += ask("SELECT file, bytes FROM probe_activations")
        files += ask("SELECT file, bytes FROM probe_embeddings")
    _check_layers(path, layers)
    _check_files(path, files)
    try:
        provenance = json.loads(meta["provenance"])
        own: dict[str, Any] = dict(provenance["foundation_model"])
        check_rows([(own["name"], own["fingerprint"])], (str, str), path)
        tile = int(meta.get("tile", TILE))
        models = {own["name"]: own} | _further(meta, own["name"])
    except (KeyError, ValueError, TypeError) as error:
        raise damaged(path, "lacks its provenance") from error
    return Contents(version, layers, provenance, models, tile)


def _check_layers(path: Path, rows: list[Any]) -> None:
    if not rows:
        raise damaged(path, "holds no layer")
    check_rows(rows, (int, str, int, int, str), path)
    for _, name, n, m, _ in rows:
        # More than anything has; the arrays behind it are checked against it.
        if not (0 < n < 2**32 and 0 < m < 2**20):
            raise damaged(path, f"says that layer {name!r} has {n} components with {m} examples")


def _check_files(path: Path, files: list[tuple[str, int]]) -> None:
    for name, size in files:
        if not isinstance(name, str) or not FILE_NAME.fullmatch(name):
            raise damaged(path, f"names a file that can't be one of its own: {name!r}")
        file = path / name
        found = file.stat().st_size if file.is_file() else None
        if found != size:
            how = "lacks" if found is None else f"holds {found} of {size} bytes of"
            raise damaged(path, f"{how} {name}")


def _further(meta: Mapping[str, str], own: str) -> dict[str, dict[str, Any]]:
    found = [json.loads(value) for key, value in meta.items() if key.startswith(KEY)]
    return {str(about["name"]): about for about in found if str(about["name"]) != own}
