"""Writing a concept database: beside its place, and only a finished one is ever seen there."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from jaxtyping import Float, Int, UInt8

from slens_widgets.arguments import path_of
from slens_widgets.conceptdb.checks import check_heatmaps, check_jpegs, checked_dim, layer_columns
from slens_widgets.conceptdb.checksums import note_file
from slens_widgets.conceptdb.completeness import missing_parts
from slens_widgets.conceptdb.embeddings import write_embeddings
from slens_widgets.conceptdb.inserts import insert_blobs, insert_images, insert_layer
from slens_widgets.conceptdb.partial import Partial
from slens_widgets.conceptdb.probe import write_probe, write_probe_embeddings
from slens_widgets.conceptdb.schema import (
    FORMAT_VERSION,
    TILE,
    ImageRecord,
    as_json,
    pack_heatmaps,
)
from slens_widgets.errors import DatabaseError, InputError, UnknownNameError
from slens_widgets.process import new_lock
from slens_widgets.untrusted import logger_of

logger = logger_of(__name__)


class ConceptDBWriter:
    """Writes one concept database; use it as a context manager and call `finish` last.

    Everything is written to `NAME.slens.partial` beside `path`; `finish` checks that it is complete and
    renames it. Leaving without `finish` keeps what was committed (`commit`) for the next writer with the
    same plan; where nothing was, nothing is left.

    Parameters
    ----------
    path
        Where the database shall be.
    overwrite
        Replace a concept database that is there. Anything else that is there is never replaced.
    tile
        Side of one crop in the strips, in pixels.
    plan
        Everything that the content depends on, as plain values: a writer goes on where a killed one with the
        same plan stopped. None: it begins anew.

    Raises
    ------
    DatabaseError
        The place is taken, another process is writing there, or nothing can be written.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        overwrite: bool = False,
        tile: int = TILE,
        plan: Mapping[str, Any] | None = None,
    ) -> None:
        self.path = path_of("path", path)
        self._tile = int(tile)
        self._lock = new_lock()
        self._done = False
        try:
            self._partial = Partial(self.path, overwrite, plan)
            self._begin()
        except BaseException:
            if "_partial" in vars(self):
                self._partial.leave()
            raise

    def _begin(self) -> None:
        """Take up what is in the tables."""
        self._connection = self._partial.connection
        execute = self._connection.execute
        if not self.commits and not self.complete:
            execute("INSERT INTO meta VALUES ('tile', ?)", (str(self._tile),))
        self._layers = {
            name: (position, n, m)
            for position, name, n, m in execute("SELECT position, name, components, m FROM layers")
        }
        self._embedded: dict[str, list[str]] = {}
        self._dims: dict[str, int] = {}
        query = "SELECT foundation_model, name, dim FROM embeddings JOIN layers ON layer = position"
        for model, layer, dim in execute(f"{query} ORDER BY embeddings.rowid"):
            self._embedded.setdefault(model, []).append(layer)
            self._dims[model] = dim

    @property
    def commits(self) -> int:
        """Number of the last commit, those of killed writers with the same plan included."""
        return self._partial.commits

    @property
    def complete(self) -> bool:
        """Whether a killed writer had written everything: `publish` is all that is left."""
        return self._partial.complete

    @property
    def work(self) -> Path:
        """A folder for what is computed and not yet written: it goes with the unfinished database."""
        return self._partial.work

    @property
    def damaged(self) -> bool:
        """Whether what a killed writer put into the tables is lost; `work` is as it left it."""
        return self._partial.damaged

    def restart(self, commits: int = 0) -> None:
        """Throw away what was added, all but `work`; the tables are then as after so many commits."""
        with self._lock:
            self._check_open()
            self._partial.restart()
            self._begin()
            if commits:
                self._partial.commits = commits - 1
                self._partial.commit()

    def __enter__(self) -> ConceptDBWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._done:
            return
        with self._lock:
            try:
                self._done = True
                self._partial.leave()
            finally:  # an interrupt came in between
                self._partial.leave()
        if isinstance(error, (OSError, sqlite3.Error)):
            explained = self._partial.explained(error)
            if explained is not error:
                raise explained from error
        if error is not None and self._partial.kept and self._partial.folder.is_dir():
            error.add_note(
                f"What was done is kept at {self._partial.folder}; the same call goes on from there."
            )

    def commit(self) -> int:
        """End a step and return its number: whatever happens later, it is found again."""
        with self._lock:
            self._check_open()
            return self._partial.commit()

    def abandon(self) -> None:
        """Remove what was written; nothing is at `path` (or the database that was there before)."""
        with self._lock:
            self._done = True
            self._partial.discard()

    def add_images(self, records: Sequence[ImageRecord], pictures: Sequence[bytes]) -> None:
        """Add images and their pictures (JPEG of the model's view); any number of calls.

        Raises
        ------
        InputError
            Not as many pictures as records, an id twice, or a picture that is no JPEG.
        """
        if len(records) != len(pictures):
            raise InputError(f"{len(pictures)} pictures for {len(records)} images", expected="one each")
        check_jpegs(pictures, "picture")
        with self._lock:
            self._check_open()
            insert_images(self._connection, records, pictures)

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
        columns = layer_columns(layer, activations, image_ids, boxes, statistics)
        n, m = columns["activations"].shape
        with self._lock:
            self._check_open()
            if layer in self._layers:
                raise InputError(f"Layer {layer!r} was added twice", expected="each layer once")
            if any(m != other for _, _, other in self._layers.values()):
                raise InputError(f"Layer {layer!r} has {m} examples", expected="as many as the other layers")
            position = len(self._layers)
            self._layers[layer] = (position, n, m)
            insert_layer(self._connection, position, layer, columns, relevance)

    def add_heatmaps(
        self, layer: str, heatmaps: UInt8[np.ndarray, "component rank 28 28"], *, start: int = 0
    ) -> None:
        """Add heatmaps over the view, for the components from `start` on. None at all is fine too."""
        heatmaps = np.asarray(heatmaps)
        with self._lock:
            position = self._slots(layer, start, len(heatmaps), "heatmaps")
            m = self._layers[layer][2]
            check_heatmaps(layer, heatmaps, m)
            packed = map(pack_heatmaps, heatmaps)
            insert_blobs(self._connection, "heatmaps", "heatmaps", position, start, packed)

    def add_strips(self, layer: str, start: int, strips: Sequence[bytes]) -> None:
        """Add strips (JPEG, m square tiles side by side) for the components from `start` on."""
        check_jpegs(strips, "strip")
        with self._lock:
            position = self._slots(layer, start, len(strips), "strips")
            insert_blobs(self._connection, "strips", "strip", position, start, map(bytes, strips))

    def add_embeddings(self, layer: str, fm_name: str, embeddings: Any) -> None:
        """Add the embeddings of one layer's example crops by foundation model `fm_name`.

        Parameters
        ----------
        embeddings
            An array (component, rank, dim), or anything that has a shape and gives such an array for a slice.
        """
        with self._lock:
            position = self._slots(layer, 0, len(embeddings), "embeddings")
            _, n, m = self._layers[layer]
            dim = checked_dim(layer, embeddings.shape, (n, m))
            if self._dims.setdefault(fm_name, dim) != dim:
                raise InputError(
                    f"Embeddings by {fm_name!r} have dim {dim}", expected=f"{self._dims[fm_name]}"
                )
            embedded = self._embedded.setdefault(fm_name, [])
            if layer in embedded:
                raise InputError(f"Embeddings of layer {layer!r} by {fm_name!r} were added twice")
            number = list(self._embedded).index(fm_name)
            name = f"embeddings-{position:04d}-{number:02d}.safetensors"
            size = write_embeddings(self._partial.folder / name, embeddings, layer)
            note_file(self._connection, self._partial.folder / name)
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
            write_probe(self._connection, self._partial.folder, positions, images, activations)
            for number, (model, array) in enumerate(embeddings.items()):
                write_probe_embeddings(self._connection, self._partial.folder, number, model, array)

    def finish(self, provenance: Mapping[str, Any], last: Callable[[Path], None] | None = None) -> None:
        """Check that everything is there, write the provenance, and make the database visible at `path`.

        Parameters
        ----------
        last
            Called with the folder of the database, complete and not visible yet.

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
            self.publish(last)

    def publish(self, last: Callable[[Path], None] | None = None) -> None:
        """Make a database visible in which everything is written; `finish` does so after its checks."""
        with self._lock:
            self._partial.close_complete()
            if last is not None:
                last(self._partial.folder)
            self._partial.publish()
            self._done = True
            logger.info("wrote %s: %d layers", self.path, len(self._layers))

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
