"""What a database says that it holds, read when it is opened, and checked against the files beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slens_widgets.arguments import given
from slens_widgets.conceptdb.folder import Folder
from slens_widgets.conceptdb.further_embeddings import KEY
from slens_widgets.conceptdb.place import check_file
from slens_widgets.conceptdb.schema import FILE_NAME, MAX_NAME, MAX_TILE, TILE, check_rows, damaged
from slens_widgets.conceptdb.tables import Tables
from slens_widgets.untrusted import parse_json, shown, shown_deep

_MAX_DIM = 1 << 20
"""The largest dim of an embedding."""
_RECORDS = ("model", "images", "relevance", "crop", "view", "versions", "shapes")
"""What provenance holds as a record, where it holds it."""


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
    identity: str
    """A hash of the provenance."""


def read_contents(folder: Folder, tables: Tables) -> Contents:
    """Read what the database in a folder holds.

    Raises
    ------
    DatabaseError
        It is another program's, of another version, unfinished or damaged; says what to do.
    """
    path = folder.path
    version = check_file(folder, tables)
    rows = tables.all("SELECT key, value FROM meta")
    check_rows(rows, (str, str), path)
    meta = dict(rows)
    layers = tables.all("SELECT position, name, components, m, relevance FROM layers ORDER BY position")
    _check_layers(path, layers, tables.size)
    sources = ["SELECT layer, file, bytes, dim FROM embeddings"]
    if version > 1:
        sources.append("SELECT layer, file, bytes, 1 FROM probe_activations")
        sources.append("SELECT 0, file, bytes, dim FROM probe_embeddings")
    by_layer = {position: n * m for position, _, n, m, _ in layers}
    for source in sources:
        _check_files(folder, tables.all(source), by_layer if "FROM embeddings" in source else {})
    try:
        provenance = shown_deep(parse_json(meta["provenance"]))
        _check_provenance(path, provenance)
        own = _foundation_model(provenance["foundation_model"], path)
        tile = int(meta.get("tile", TILE))
        models = {own["name"]: own} | _further(meta, own["name"], path)
    except (KeyError, ValueError, TypeError, OverflowError) as error:
        raise damaged(path, "lacks its provenance") from error
    if not 1 <= tile <= MAX_TILE:
        raise damaged(path, f"says that its crops have {tile} pixels")
    named = [(position, shown(name), n, m, shown(kind)) for position, name, n, m, kind in layers]
    return Contents(version, named, provenance, models, tile, identity_of(meta["provenance"]))


def identity_of(provenance: str) -> str:
    """Return what tells a database from others, whatever its path: date, images, weights and settings."""
    return hashlib.sha256(provenance.encode()).hexdigest()[:32]


def _check_layers(path: Path, rows: list[Any], size: int) -> None:
    if not rows:
        raise damaged(path, "holds no layer")
    check_rows(rows, (int, str, int, int, str), path)
    if len({shown(row[1]) for row in rows}) < len(rows):
        raise damaged(path, "holds two layers of one name")
    for position, name, n, m, kind in rows:
        if not 0 <= position < 2**20 or not 0 < len(name) <= MAX_NAME or len(kind) > MAX_NAME:
            raise damaged(path, f"holds a layer that can't be one: {given((position, name))}")
        # Every example has a box and an activation, 36 bytes of a column, in the file of the tables.
        if not (n > 0 and m > 0) or n * m * 36 > size:
            raise damaged(path, f"says that layer {given(name)} has {n} components with {m} examples")


def _check_files(folder: Folder, files: list[Any], rows_of: Mapping[int, int]) -> None:
    check_rows(files, (int, str, int, int), folder.path)
    for layer, name, size, dim in files:
        if not FILE_NAME.fullmatch(name):
            raise damaged(folder.path, f"names a file that can't be one of its own: {given(name)}")
        found = folder.size(name)
        if found is None or found != size:
            how = "lacks" if found is None else f"holds {found} of {size} bytes of"
            raise damaged(folder.path, f"{how} {name}")
        if not 0 < dim <= _MAX_DIM or rows_of.get(layer, 1) * dim * 2 > size:
            raise damaged(folder.path, f"says that {name} holds embeddings of dim {dim}")


def _foundation_model(about: Any, path: Path) -> dict[str, Any]:
    model = dict(about)
    check_rows([(model["name"], model["fingerprint"])], (str, str), path)
    dim = model.get("dim", 1)
    if len(model["name"]) > MAX_NAME or not isinstance(dim, int) or not 0 < dim <= _MAX_DIM:
        raise damaged(path, f"names a foundation model that can't be one: {given(model['name'])}")
    return model


def _further(meta: Mapping[str, str], own: str, path: Path) -> dict[str, dict[str, Any]]:
    found = [
        _foundation_model(shown_deep(parse_json(value)), path)
        for key, value in meta.items()
        if key.startswith(KEY)
    ]
    return {about["name"]: about for about in found if about["name"] != own}


def _check_provenance(path: Path, provenance: dict[str, Any]) -> None:
    """Raise unless what is read of the provenance later on is of the kind that it is read as."""
    if not isinstance(provenance, dict):
        raise damaged(path, f"has {given(provenance)} as its provenance")
    records = {key: provenance.get(key, {}) for key in _RECORDS}
    for key, record in records.items():
        if not isinstance(record, dict):
            raise damaged(path, f"has {given(record)} as {key} in its provenance")
    model, images = records["model"], records["images"]
    due = {
        "created": (provenance.get("created"), str),
        "the model's name": (model.get("name"), str),
        "the model's weights_sha256": (model.get("weights_sha256"), str),
        "the number of images": (images.get("count"), int),
        "the skipped images": (images.get("skipped"), list),
        "class_names": (images.get("class_names"), list),
    }
    for what, (value, kind) in due.items():
        if value is not None and type(value) is not kind:
            raise damaged(path, f"has {given(value)} as {what} in its provenance")
    if not all(isinstance(name, str) for name in images.get("class_names") or []):
        raise damaged(path, "has class names that are not texts in its provenance")
