"""One layer of an open concept database."""

from __future__ import annotations

from functools import cached_property
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float, Int

from slens_widgets.arguments import given
from slens_widgets.conceptdb.checks import are_boxes
from slens_widgets.conceptdb.embeddings import map_arrays
from slens_widgets.conceptdb.schema import check_rows, damaged, unpack_array
from slens_widgets.errors import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slens_widgets.conceptdb.checksums import CheckedArray
    from slens_widgets.conceptdb.reader import ConceptDB


class LayerView:
    """The examples, embeddings and statistics of one layer, each read when first asked for.

    Arrays are read-only: they are shared by everyone who holds the database.
    """

    name: str
    """Name of the module in the model."""
    m: int
    """Number of examples per component."""
    relevance: str
    """Name of the method that made the heatmaps and boxes."""

    def __init__(self, db: ConceptDB, position: int, name: str, n: int, m: int, relevance: str) -> None:
        self._db = db
        self._position = position
        self._n = n
        self.name = name
        self.m = m
        self.relevance = relevance

    def __len__(self) -> int:
        return self._n

    def __repr__(self) -> str:
        return f"LayerView({self.name!r}, {self._n} components, m={self.m}, relevance={self.relevance!r})"

    @cached_property
    def _mapped(self) -> dict[str, CheckedArray]:
        fm = self._db.foundation_model["name"]
        row = self._db._one(
            "SELECT file, bytes, dim FROM embeddings WHERE layer = ? AND foundation_model = ?",
            (self._position, fm),
        )
        if row is None:
            raise damaged(self._db.path, f"has no embeddings of layer {self.name!r} by {fm!r}")
        file, size, dim = row
        due = {"embeddings": ("F16", (self._n, self.m, dim)), "theta": ("F32", (self._n, dim))}
        return map_arrays(self._db._folder, file, size, due, self._db._checksums.of_file(file))

    @property
    def embeddings(self) -> Float[np.ndarray, "component rank dim"]:
        """Embeddings of the example crops, not normalised: the whole layer, read anew each time."""
        return self._mapped["embeddings"].whole().astype(np.float32)

    def embeddings_of(
        self, components: Sequence[int] | slice | np.ndarray
    ) -> Float[np.ndarray, "component rank dim"]:
        """Embeddings of some components only, as float32: nothing else is read from disk."""
        return np.asarray(self._mapped["embeddings"][components]).astype(np.float32)

    @property
    def theta(self) -> Float[np.ndarray, "component dim"]:
        """Semantic embedding θ: the mean of a component's embeddings over rank, memory-mapped."""
        return self._mapped["theta"].whole()

    @cached_property
    def image_ids(self) -> Int[np.ndarray, "component rank"]:
        """Ids of the images in which a component is most active, the most active first."""
        return self._column("image_ids")

    @cached_property
    def activations(self) -> Float[np.ndarray, "component rank"]:
        """Pooled activations in those images."""
        return self._column("activations")

    @cached_property
    def boxes(self) -> Float[np.ndarray, "component rank 4"]:
        """Boxes (x0, y0, x1, y1) of the crops, as fractions of the model's view."""
        return self._column("boxes")

    @cached_property
    def statistics(self) -> dict[str, Float[np.ndarray, " component"]]:
        """Statistics over all probe images: "mean" (raw, over positions too) and "pooled_…"."""
        rows = self._db._all(
            "SELECT name, dtype, shape, data FROM columns WHERE layer = ? AND name LIKE 'statistics/%'"
            " ORDER BY rowid",
            (self._position,),
        )
        check_rows(rows, (str, str, str, bytes), self._db.path)
        return {name.split("/", 1)[1]: self._statistic(name, packed) for name, *packed in rows}

    def check(self) -> None:
        """Raise unless the layer's columns and embeddings are as they were written."""
        _ = self.image_ids, self.activations, self.boxes, self.statistics
        self._mapped["embeddings"].whole()
        self._mapped["theta"].whole()

    def check_index(self, index: int) -> int:
        """Return `index` as int, or say which components there are."""
        whole = isinstance(index, (int, np.integer)) or (isinstance(index, Real) and index == index // 1)
        if isinstance(index, bool) or not whole or not 0 <= index < self._n:
            raise UnknownNameError(
                f"Layer {self.name!r} has no component {given(index)}", expected=f"0 to {self._n - 1}"
            )
        return int(index)

    def _checked(self, name: str, packed: Sequence[Any]) -> np.ndarray:
        dtype, shape, data = packed
        what = f"{name} of layer {self.name!r}"
        self._db._checksums.check(f"column {name}", (self._position, 0), data, what)
        return unpack_array(dtype, shape, data, what=str(self._db.path))

    def _column(self, name: str) -> np.ndarray:
        row = self._db._one(
            "SELECT dtype, shape, data FROM columns WHERE layer = ? AND name = ?", (self._position, name)
        )
        if row is None:
            raise damaged(self._db.path, f"lacks the {name} of layer {self.name!r}")
        array = self._checked(name, row)
        due = (self._n, self.m, 4) if name == "boxes" else (self._n, self.m)
        if array.shape != due:
            raise damaged(self._db.path, f"has {name} of shape {array.shape} for layer {self.name!r}")
        if array.dtype.kind != ("i" if name == "image_ids" else "f"):
            raise damaged(self._db.path, f"has {name} of type {array.dtype} for layer {self.name!r}")
        if name == "boxes" and not are_boxes(array):
            raise damaged(self._db.path, f"has boxes outside of the view for layer {self.name!r}")
        if name == "image_ids" and (array.min() < 0 or array.max() >= 2**53):
            raise damaged(self._db.path, f"has image ids that can't be any for layer {self.name!r}")
        return array

    def _statistic(self, name: str, packed: Sequence[Any]) -> np.ndarray:
        values = self._checked(name, packed)
        if values.shape != (self._n,) or values.dtype.kind != "f":
            raise damaged(
                self._db.path,
                f"has {given(name)} of shape {values.shape} and type {values.dtype} for layer {self.name!r}",
            )
        return values
