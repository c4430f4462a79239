"""The probe images that a database keeps: activations of every component, embeddings of the whole images."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Int

from slens_widgets.arguments import given
from slens_widgets.conceptdb.checksums import CheckedArray, note_file
from slens_widgets.conceptdb.embeddings import Blocks, map_arrays, write_arrays
from slens_widgets.conceptdb.schema import MAX_LABEL, MAX_NAME, check_rows, damaged
from slens_widgets.errors import InputError
from slens_widgets.untrusted import shown

if TYPE_CHECKING:
    from slens_widgets.conceptdb.reader import ConceptDB

_CHUNK = 512


class ProbeImages:
    """The probe images whose activations were kept: all of a small set, an even sample of a large one.

    Every array has them in the order of `ids`.
    """

    ids: Int[np.ndarray, " image"]
    """Their ids: places in the listing of the probe images, ascending."""
    names: tuple[str, ...]
    labels: Int[np.ndarray, " image"]
    """Class indices; −1 where an image has none."""

    def __init__(self, db: ConceptDB) -> None:
        rows = db._all("SELECT id, name, label FROM probe_images ORDER BY place")
        check_rows(rows, (int, str, (int, type(None))), db.path)
        for id, name, label in rows:
            if not 0 <= id < 2**53 or len(name) > MAX_NAME or not 0 <= (label or 0) <= MAX_LABEL:
                raise damaged(db.path, f"holds a kept image that can't be one: {given((id, name, label))}")
        self._db = db
        self.ids = np.array([row[0] for row in rows], np.int64)
        self.names = tuple(shown(row[1]) for row in rows)
        self.labels = np.array([-1 if row[2] is None else row[2] for row in rows], np.int64)
        self._mapped: dict[str, dict[str, CheckedArray]] = {}

    def __len__(self) -> int:
        return len(self.ids)

    def __repr__(self) -> str:
        return f"ProbeImages({len(self)} images)"

    def activations(
        self, layer: str, components: Sequence[int] | slice | np.ndarray = slice(None)
    ) -> Float[np.ndarray, "component image"]:
        """Return the pooled activations of some components of a layer, or of all, in these images.

        Stored in half precision: at most 0.05 % of a value off, and of a component's largest 1e-7.
        """
        view = self._db[layer]
        if layer not in self._mapped:
            row = self._db._one(
                "SELECT file, bytes FROM probe_activations WHERE layer = ?", (view._position,)
            )
            if row is None:
                raise damaged(self._db.path, f"lacks the activations of layer {layer!r} in the probe images")
            file, size = row
            due = {"activations": ("F16", (len(view), len(self))), "scale": ("F32", (len(view),))}
            checksums = self._db._checksums.of_file(file)
            self._mapped[layer] = map_arrays(self._db._folder, file, size, due, checksums)
        found = self._mapped[layer]
        return found["activations"][components].astype(np.float32) * found["scale"][components][..., None]

    @cached_property
    def embeddings(self) -> Float[np.ndarray, "image dim"] | None:
        """Embeddings of the whole images by the database's foundation model, memory-mapped as float16.

        A row is NaN where an image could not be embedded later on. None where there are none at all.
        """
        row = self._db._one(
            "SELECT file, bytes, dim FROM probe_embeddings WHERE foundation_model = ?",
            (self._db.foundation_model["name"],),
        )
        if row is None:
            return None
        file, size, dim = row
        if dim != self._db.foundation_model["dim"]:
            raise damaged(self._db.path, f"has whole-image embeddings of dim {given(dim)}")
        due = {"embeddings": ("F16", (len(self), dim))}
        found = map_arrays(self._db._folder, file, size, due, self._db._checksums.of_file(file))
        return found["embeddings"].whole()


def write_activations(path: Path, activations: Float[np.ndarray, "image component"], layer: str) -> int:
    """Write activations as float16 of a component's largest one, component by component; return the size.

    Half precision keeps the order at the top, where methods look, at 2 bytes a value; 256 levels by
    quantiles would halve that and tie a hundred of 10,000 images with each other.
    """
    images, n = activations.shape
    scale = np.empty(n, np.float32)

    def halves() -> Iterator[np.ndarray]:
        for start in range(0, n, _CHUNK):
            part = np.ascontiguousarray(activations[:, start : start + _CHUNK].T, np.float32)
            largest = np.abs(part).max(axis=1)
            scale[start : start + _CHUNK] = np.where(largest > 0, largest, 1)
            yield (part / scale[start : start + _CHUNK, None]).astype(np.float16)

    half = Blocks((n, images), np.dtype(np.float16), halves())
    return write_arrays(path, {"activations": half, "scale": scale}, {"layer": layer})


def write_image_embeddings(path: Path, embeddings: Float[np.ndarray, "image dim"], model: str) -> int:
    """Write whole-image embeddings as float16 (NaN rows: not embedded); return the file's size."""
    with np.errstate(over="ignore"):
        half = np.asarray(embeddings).astype(np.float16)
    if np.isinf(half).any():
        raise InputError(
            f"Embeddings of whole images by {model!r} are not finite, or too large for float16",
            expected="finite values below 65504 in size",
        )
    return write_arrays(path, {"embeddings": half}, {"foundation_model": model})


def write_probe(
    connection: sqlite3.Connection,
    folder: Path,
    positions: Mapping[str, tuple[int, int]],
    images: Sequence[tuple[int, str, int | None]],
    activations: Mapping[str, Float[np.ndarray, "image component"]],
) -> None:
    """Write the kept images and their activations; `positions` has (position, components) of every layer."""
    if set(activations) != set(positions):
        raise InputError(
            f"Activations of the layers {', '.join(map(repr, activations))}",
            expected=f"one array for each of {', '.join(map(repr, positions))}",
        )
    for layer, array in activations.items():
        due = (len(images), positions[layer][1])
        if array.shape != due:
            raise InputError(
                f"Activations of layer {layer!r} in the kept images have shape {array.shape}",
                expected=f"{due}",
            )
    rows = [
        (place, int(id), str(name), None if label is None else int(label))
        for place, (id, name, label) in enumerate(images)
    ]
    connection.executemany("INSERT INTO probe_images VALUES (?, ?, ?, ?)", rows)
    for layer, array in activations.items():
        position = positions[layer][0]
        name = f"activations-{position:04d}-00.safetensors"
        size = write_activations(folder / name, array, layer)
        note_file(connection, folder / name)
        connection.execute("INSERT INTO probe_activations VALUES (?, ?, ?)", (position, name, size))


def write_probe_embeddings(
    connection: sqlite3.Connection, folder: Path, number: int, model: str, embeddings: np.ndarray
) -> None:
    """Write the whole-image embeddings by foundation model number `number`."""
    name = f"images-0000-{number:02d}.safetensors"
    size = write_image_embeddings(folder / name, embeddings, model)
    note_file(connection, folder / name)
    connection.execute(
        "INSERT INTO probe_embeddings VALUES (?, ?, ?, ?)", (model, name, size, embeddings.shape[1])
    )
