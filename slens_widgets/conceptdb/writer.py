"""Writing a concept database: beside its place, and only a finished one is ever seen there."""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from jaxtyping import Float, Int, UInt8

from slens_widgets.conceptdb.completeness import missing_parts
from slens_widgets.conceptdb.embeddings import write_embeddings
from slens_widgets.conceptdb.place import publish, refuse_occupied, remove_stale_partials
from slens_widgets.conceptdb.probe import write_probe, write_probe_embeddings
from slens_widgets.conceptdb.schema import (
    APPLICATION_ID,
    FORMAT_VERSION,
    HEATMAP_SIDE,
    PAGE_SIZE,
    SCHEMA,
    SQLITE_NAME,
    TILE,
    ImageRecord,
    as_json,
    pack_array,
    pack_heatmaps,
)
from slens_widgets.errors import DatabaseError, InputError, UnknownNameError

logger = logging.getLogger(__name__)


class ConceptDBWriter:
    """Writes one concept database; use it as a context manager and call `finish` last.

    Everything is written to `NAME.slens.partial-…` beside `path`; `finish` checks that it is complete and
    renames it. Leaving without `finish` removes it, and nothing is at `path`.

    Parameters
    ----------
    path
        Where the database shall be.
    overwrite
        Replace a concept database that is there. Anything else that is there is never replaced.
    tile
        Side of one crop in the strips, in pixels.
    """

    def __init__(self, path: str | Path, *, overwrite: bool = False, tile: int = TILE) -> None:
        self.path = Path(path).expanduser()
        self._overwrite = overwrite
        refuse_occupied(self.path, overwrite)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            remove_stale_partials(self.path)
            self._partial = self.path.with_name(
                f"{self.path.name}.partial-{os.getpid()}-{secrets.token_hex(4)}"
            )
            self._partial.mkdir()
        except OSError as error:
            raise DatabaseError(
                f"Nothing can be written beside {str(self.path)!r}: {error.strerror or error}",
                next_step="Choose a folder that exists, is writable and has space",
            ) from error
        self._lock = threading.RLock()
        self._layers: dict[str, tuple[int, int, int]] = {}
        self._embedded: dict[str, list[str]] = {}
        self._dims: dict[str, int] = {}
        self._images = 0
        self._done = False
        connection = sqlite3.connect(
            self._partial / SQLITE_NAME, check_same_thread=False, isolation_level=None
        )
        # The folder is thrown away unless `finish` is reached, so a journal would protect nothing.
        for pragma in (
            f"page_size={PAGE_SIZE}",
            "journal_mode=OFF",
            "synchronous=OFF",
            "locking_mode=EXCLUSIVE",
            f"application_id={APPLICATION_ID}",
            f"user_version={FORMAT_VERSION}",
        ):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN EXCLUSIVE")
        for statement in SCHEMA.split(";"):
            connection.execute(statement)
        connection.execute("INSERT INTO meta VALUES ('tile', ?)", (str(int(tile)),))
        self._connection = connection

    def __enter__(self) -> ConceptDBWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._done:
            self.abandon()

    def abandon(self) -> None:
        """Remove what was written; nothing is at `path` (or the database that was there before)."""
        with self._lock:
            self._done = True
            self._connection.close()
            shutil.rmtree(self._partial, ignore_errors=True)

    def add_images(self, records: Sequence[ImageRecord], pictures: Sequence[bytes]) -> None:
        """Add images and their pictures (JPEG of the model's view); any number of calls.

        Raises
        ------
        InputError
            Not as many pictures as records, an id twice, or a picture that is no JPEG.
        """
        if len(records) != len(pictures):
            raise InputError(f"{len(pictures)} pictures for {len(records)} images", expected="one each")
        _check_jpegs(pictures, "picture")
        rows = [(int(r.id), str(r.name), int(r.width), int(r.height), r.label, r.digest) for r in records]
        with self._lock:
            self._check_open()
            try:
                self._connection.executemany("INSERT INTO images VALUES (?, ?, ?, ?, ?, ?)", rows)
            except sqlite3.IntegrityError as error:
                raise InputError("An image id was added twice", expected="each image once") from error
            self._connection.executemany(
                "INSERT INTO pictures VALUES (?, ?)",
                [(row[0], bytes(picture)) for row, picture in zip(rows, pictures, strict=True)],
            )
            self._images += len(rows)

    def add_layer(
        self,
        layer: str,
        *,
        activations: Float[np.ndarray, "component rank"],
        image_ids: Int[np.ndarray, "component rank"],
        boxes: Float[np.ndarray, "component rank 4"],
        statistics: Mapping[str, Float[np.ndarray, " component"]],
        relevance: str,
    ) -> None:
        """Add one layer's examples: pooled activations, image ids, boxes (fractions of the view), statistics.

        Raises
        ------
        InputError
            Shapes that don't fit each other, another m than the layers before, boxes outside [0, 1].
        """
        activations = np.asarray(activations, np.float32)
        image_ids = np.asarray(image_ids, np.int64)
        boxes = np.asarray(boxes, np.float32)
        if activations.ndim != 2 or 0 in activations.shape:
            raise InputError(
                f"Activations of layer {layer!r} have shape {activations.shape}", expected="(component, rank)"
            )
        n, m = activations.shape
        columns: dict[str, np.ndarray] = {"activations": activations, "image_ids": image_ids, "boxes": boxes}
        shapes: dict[str, tuple[int, ...]] = {"image_ids": (n, m), "boxes": (n, m, 4)}
        for name, values in statistics.items():
            columns[f"statistics/{name}"] = np.asarray(values, np.float32)
            shapes[f"statistics/{name}"] = (n,)
        for name, shape in shapes.items():
            if columns[name].shape != shape:
                raise InputError(
                    f"{name} of layer {layer!r} have shape {columns[name].shape}", expected=f"{shape}"
                )
        if not ((boxes >= 0).all() and (boxes <= 1).all() and (boxes[..., :2] < boxes[..., 2:]).all()):
            raise InputError(
                f"Boxes of layer {layer!r} are no boxes", expected="(x0, y0, x1, y1) with 0 ≤ x0 < x1 ≤ 1"
            )
        with self._lock:
            self._check_open()
            if layer in self._layers:
                raise InputError(f"Layer {layer!r} was added twice", expected="each layer once")
            if any(m != other for _, _, other in self._layers.values()):
                raise InputError(f"Layer {layer!r} has {m} examples", expected="as many as the other layers")
            position = len(self._layers)
            self._layers[layer] = (position, n, m)
            self._connection.execute(
                "INSERT INTO layers VALUES (?, ?, ?, ?, ?)", (position, layer, n, m, relevance)
            )
            self._connection.executemany(
                "INSERT INTO columns VALUES (?, ?, ?, ?, ?)",
                [(position, name, *pack_array(values)) for name, values in columns.items()],
            )

    def add_heatmaps(
        self, layer: str, heatmaps: UInt8[np.ndarray, "component rank 28 28"], *, start: int = 0
    ) -> None:
        """Add heatmaps over the view, for the components from `start` on. None at all is fine too."""
        heatmaps = np.asarray(heatmaps)
        with self._lock:
            position = self._slots(layer, start, len(heatmaps), "heatmaps")
            m = self._layers[layer][2]
            if heatmaps.dtype != np.uint8 or heatmaps.shape[1:] != (m, HEATMAP_SIDE, HEATMAP_SIDE):
                raise InputError(
                    f"Heatmaps of layer {layer!r} are {heatmaps.dtype} of shape {heatmaps.shape}",
                    expected=f"uint8 of shape (component, {m}, {HEATMAP_SIDE}, {HEATMAP_SIDE})",
                )
            self._connection.executemany(
                "INSERT OR REPLACE INTO heatmaps VALUES (?, ?, ?)",
                ((position, start + i, pack_heatmaps(maps)) for i, maps in enumerate(heatmaps)),
            )

    def add_strips(self, layer: str, start: int, strips: Sequence[bytes]) -> None:
        """Add strips (JPEG, m square tiles side by side) for the components from `start` on."""
        _check_jpegs(strips, "strip")
        with self._lock:
            position = self._slots(layer, start, len(strips), "strips")
            self._connection.executemany(
                "INSERT OR REPLACE INTO strips VALUES (?, ?, ?)",
                ((position, start + i, bytes(strip)) for i, strip in enumerate(strips)),
            )

    def add_embeddings(
        self, layer: str, fm_name: str, embeddings: Float[np.ndarray, "component rank dim"]
    ) -> None:
        """Add the embeddings of one layer's example crops by foundation model `fm_name`."""
        embeddings = np.asarray(embeddings)
        with self._lock:
            position = self._slots(layer, 0, len(embeddings), "embeddings")
            _, n, m = self._layers[layer]
            if embeddings.ndim != 3 or embeddings.shape[:2] != (n, m) or embeddings.shape[2] == 0:
                raise InputError(
                    f"Embeddings of layer {layer!r} have shape {embeddings.shape}",
                    expected=f"({n}, {m}, dim)",
                )
            dim = embeddings.shape[2]
            if self._dims.setdefault(fm_name, dim) != dim:
                raise InputError(
                    f"Embeddings by {fm_name!r} have dim {dim}", expected=f"{self._dims[fm_name]}"
                )
            embedded = self._embedded.setdefault(fm_name, [])
            if layer in embedded:
                raise InputError(f"Embeddings of layer {layer!r} by {fm_name!r} were added twice")
            number = list(self._embedded).index(fm_name)
            name = f"embeddings-{position:04d}-{number:02d}.safetensors"
            size = write_embeddings(self._partial / name, embeddings, layer)
            embedded.append(layer)
            self._connection.execute(
                "INSERT INTO embeddings VALUES (?, ?, ?, ?, ?)", (position, fm_name, name, size, dim)
            )

    def add_probe(
        self,
        images: Sequence[tuple[int, str, int | None]],
        activations: Mapping[str, Float[np.ndarray, "image component"]],
        embeddings: Mapping[str, Float[np.ndarray, "image dim"]],
    ) -> None:
        """Add probe images (id, name, label), their pooled activations and embeddings; all layers at once.

        Parameters
        ----------
        activations
            By layer, of every layer that was added.
        embeddings
            By foundation model, of the whole images.
        """
        with self._lock:
            self._check_open()
            positions = {layer: (position, n) for layer, (position, n, _) in self._layers.items()}
            write_probe(self._connection, self._partial, positions, images, activations)
            for number, (model, array) in enumerate(embeddings.items()):
                write_probe_embeddings(self._connection, self._partial, number, model, array)

    def finish(self, provenance: Mapping[str, Any]) -> None:
        """Check that everything is there, write the provenance, and make the database visible at `path`.

        Raises
        ------
        DatabaseError
            Something is missing (named), or the place was taken meanwhile.
        """
        with self._lock:
            self._check_open()
            problems = missing_parts(self._connection, provenance.get("foundation_model"))
            if problems:
                raise DatabaseError(
                    f"The database at {str(self.path)!r} is incomplete: " + "; ".join(problems[:5]),
                    next_step="Add what is missing before finish",
                )
            whole = {**provenance, "format_version": FORMAT_VERSION}
            self._connection.execute("INSERT INTO meta VALUES ('provenance', ?)", (as_json(whole),))
            self._connection.execute("COMMIT")
            self._connection.execute("PRAGMA locking_mode=NORMAL")
            self._connection.execute("SELECT count(*) FROM meta").fetchone()
            self._connection.execute("PRAGMA journal_mode=DELETE")
            self._connection.close()
            with open(self._partial / SQLITE_NAME, "rb") as file:
                os.fsync(file.fileno())
            publish(self._partial, self.path, self._overwrite)
            logger.info("wrote %s: %d layers, %d images", self.path, len(self._layers), self._images)
            self._done = True

    def _check_open(self) -> None:
        if self._done:
            raise DatabaseError("This writer is finished", next_step="Create another one")

    def _slots(self, layer: str, start: int, count: int, what: str) -> int:
        self._check_open()
        if layer not in self._layers:
            raise UnknownNameError.of("layer", layer, self._layers, next_step="Call add_layer first")
        position, n, _ = self._layers[layer]
        if start < 0 or start + count > n:
            raise InputError(
                f"{what} for components {start} to {start + count - 1} of layer {layer!r}",
                expected=f"components 0 to {n - 1}",
            )
        return position


def _check_jpegs(blobs: Sequence[bytes], what: str) -> None:
    for i, blob in enumerate(blobs):
        if bytes(blob[:2]) != b"\xff\xd8":
            raise InputError(f"The {what} at position {i} is no JPEG", expected="the bytes of a JPEG file")
