"""Embeddings of the same crops by a further foundation model, added to a finished database."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float
from PIL import Image

from slens_widgets.conceptdb.checksums import files_named, note_file
from slens_widgets.conceptdb.embeddings import write_embeddings
from slens_widgets.conceptdb.encoding import encode_images
from slens_widgets.conceptdb.folder import Folder
from slens_widgets.conceptdb.journal import refuse_foreign_journals
from slens_widgets.conceptdb.lock import FolderLock
from slens_widgets.conceptdb.probe import write_image_embeddings
from slens_widgets.conceptdb.schema import FILE_NAME, SQLITE_NAME, replaced, writable
from slens_widgets.errors import DatabaseError, InputError
from slens_widgets.files import stored_picture
from slens_widgets.types import FoundationModel, Progress

if TYPE_CHECKING:
    from slens_widgets.conceptdb.reader import ConceptDB

_BATCH = 128
_UNFINISHED = re.compile(r"\.[0-9a-f]{16}\.writing(-journal)?")
KEY = "foundation_model/"
"""What the keys of further foundation models in the table `meta` begin with."""


def embed_with(
    db: ConceptDB,
    foundation_model: FoundationModel,
    views: Callable[[int], Image.Image] | None,
    progress: Progress | None,
) -> dict[str, Any]:
    """Embed every example crop and the kept images, and write it all at once; see `ConceptDB.embed_with`.

    Returns
    -------
    What the database now knows of the foundation model.
    """
    name = foundation_model.name
    known = db.foundation_models.get(name)
    if known is not None:
        same = known["fingerprint"] == foundation_model.fingerprint
        raise InputError(
            f"The database already has embeddings by {name!r}"
            + ("" if same else f" with other weights (fingerprint {known['fingerprint']})"),
            next_step="Use them with audit.use(…)" if same else "Give the new model another name",
        )
    if not db._folder.lies_at(db.path):
        raise replaced(db.path)
    ids, boxes, index, whole = _crops(db)
    embedded = _embed(db, foundation_model, ids, boxes, views, progress)
    about: dict[str, Any] = {
        "name": name,
        "dim": foundation_model.dim,
        "fingerprint": foundation_model.fingerprint,
    }
    about["crops_from"] = "stored pictures" if views is None else "given views"
    images = None if whole is None else np.where((whole >= 0)[:, None], embedded[whole], np.nan)
    by_layer = {layer: embedded[index[layer]] for layer in db.layers}
    try:
        with FolderLock(db.path, make=False).held():
            if not db._folder.lies_at(db.path):
                raise replaced(db.path)
            _write(db, about, by_layer, images)
    except (OSError, sqlite3.Error) as error:
        raise DatabaseError(
            f"The database {str(db.path)!r} can't be written ({error})",
            next_step="Make room, or copy it to a folder that is writable, and try again",
        ) from error
    return about


def _write(
    db: ConceptDB,
    about: dict[str, Any],
    by_layer: dict[str, Float[np.ndarray, "component rank dim"]],
    images: Float[np.ndarray, "image dim"] | None,
) -> None:
    """Write new files, then a table file that knows them, beside; the rename makes it all visible at once."""
    folder, name, dim = db._folder, about["name"], about["dim"]
    refuse_foreign_journals(folder)
    for left in folder.names():
        if _UNFINISHED.fullmatch(left):  # its writer was killed: nobody else writes at the moment
            folder.remove(left)
    beside, written = folder.unused(), []
    try:
        with folder.open(SQLITE_NAME) as now:
            folder.write_whole(beside, lambda file: shutil.copyfileobj(now, file))
        connection = writable(db.path / beside)
        with contextlib.closing(connection), connection:
            if connection.execute("SELECT 1 FROM meta WHERE key = ?", (KEY + name,)).fetchone():
                raise InputError(
                    f"The database has got embeddings by {name!r} meanwhile",
                    next_step="Open it again to use them",
                )
            number = _free_number(connection, folder)
            for position, layer in enumerate(db.layers):
                file = f"embeddings-{position:04d}-{number:02d}.safetensors"
                written.append(file)
                size = write_embeddings(db.path / file, by_layer[layer], layer)
                row = (position, name, file, size, dim)
                connection.execute("INSERT INTO embeddings VALUES (?, ?, ?, ?, ?)", row)
                note_file(connection, db.path / file)
            connection.execute("INSERT INTO meta VALUES (?, ?)", (KEY + name, json.dumps(about)))
            if images is not None:
                file = f"images-0000-{number:02d}.safetensors"
                written.append(file)
                size = write_image_embeddings(db.path / file, images, name)
                note_file(connection, db.path / file)
                connection.execute(
                    "INSERT INTO probe_embeddings VALUES (?, ?, ?, ?)", (name, file, size, dim)
                )
        folder.replace(beside, SQLITE_NAME)
    except BaseException:
        for file in (beside, f"{beside}-journal", *written):
            folder.remove(file)
        raise
    folder.sync()


def _crops(
    db: ConceptDB,
) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray], np.ndarray | None]:
    """Return the distinct crops, those of every layer, and the crop of each kept image (−1: no picture)."""
    flat = [
        np.concatenate(
            [db[layer].image_ids.reshape(-1, 1), db[layer].boxes.reshape(-1, 4)], 1, dtype=np.float64
        )
        for layer in db.layers
    ]
    pictured = np.array([record.id for record in db.images()], np.int64)
    kept = np.empty(0, np.int64) if db.probe is None else db.probe.ids[np.isin(db.probe.ids, pictured)]
    flat.append(np.array([(id, 0, 0, 1, 1) for id in kept], np.float64).reshape(-1, 5))
    distinct, inverse = np.unique(np.concatenate(flat), axis=0, return_inverse=True)
    *parts, last = np.split(inverse.reshape(-1), np.cumsum([len(each) for each in flat])[:-1])
    index = {
        layer: part.reshape(db[layer].image_ids.shape) for layer, part in zip(db.layers, parts, strict=True)
    }
    whole = None
    if db.probe is not None:
        whole = np.full(len(db.probe), -1)
        whole[np.isin(db.probe.ids, pictured)] = last
    return distinct[:, 0].astype(np.int64), distinct[:, 1:], index, whole


def _embed(
    db: ConceptDB,
    foundation_model: FoundationModel,
    ids: np.ndarray,
    boxes: np.ndarray,
    views: Callable[[int], Image.Image] | None,
    progress: Progress | None,
) -> Float[np.ndarray, "crop dim"]:
    embedded = np.empty((len(ids), foundation_model.dim), np.float32)
    last, view = -1, None
    for start in range(0, len(ids), _BATCH):
        if progress is not None:
            progress(start, len(ids), f"Embedding with {foundation_model.name}")
        cuts = []
        for id, box in zip(ids[start : start + _BATCH].tolist(), boxes[start : start + _BATCH], strict=True):
            if id != last:
                view = views(id) if views is not None else stored_picture(db.picture(id))
                last, view = id, view.convert("RGB")
            assert view is not None
            cuts.append(_cut(view, box))
        embedded[start : start + _BATCH] = encode_images(foundation_model, cuts)
    return embedded


def _cut(view: Image.Image, box: np.ndarray) -> Image.Image:
    width, height = view.size
    edges = (box[0] * width, box[1] * height, box[2] * width, box[3] * height)
    size = (max(1, round(edges[2] - edges[0])), max(1, round(edges[3] - edges[1])))
    return view.resize(size, Image.Resampling.BICUBIC, box=edges)


def _free_number(connection: sqlite3.Connection, folder: Folder) -> int:
    """Return a number that no file of embeddings has: files are never replaced under a reader.

    What a killed process left, files that no table names, is removed: nobody else writes at the moment.
    """
    named = set(files_named(connection))
    taken = [-1]
    for name in folder.names():
        if not FILE_NAME.fullmatch(name.removesuffix(".writing")):
            continue
        if name in named:
            taken.append(int(name[-len("00.safetensors") :][:2]))
        else:
            folder.remove(name)
    if max(taken) >= 99:
        raise DatabaseError(
            f"The database {str(folder.path)!r} has embeddings by 100 foundation models",
            next_step="Build another database",
        )
    return max(taken) + 1
