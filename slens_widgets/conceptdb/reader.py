"""Reading a concept database. Any thread may read; arrays come out, provenance comes with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float, Int

from slens_widgets.arguments import path_of
from slens_widgets.conceptdb import cached, pictures
from slens_widgets.conceptdb.cache import Cache
from slens_widgets.conceptdb.checksums import Checksums, damages
from slens_widgets.conceptdb.contents import read_contents
from slens_widgets.conceptdb.further_embeddings import embed_with
from slens_widgets.conceptdb.layer import LayerView
from slens_widgets.conceptdb.order import Order
from slens_widgets.conceptdb.place import open_folder
from slens_widgets.conceptdb.probe import ProbeImages
from slens_widgets.conceptdb.schema import TILE, replaced
from slens_widgets.conceptdb.tables import Tables
from slens_widgets.conceptdb.writer import ConceptDBWriter
from slens_widgets.errors import FingerprintMismatchError, UnknownNameError
from slens_widgets.types import Component, FoundationModel, Progress
from slens_widgets.untrusted import logger_of

if TYPE_CHECKING:
    from PIL.Image import Image

logger = logger_of(__name__)


class ConceptDB:
    """An open concept database; get one by `sw.open(path)`.

    `db[layer]` is a `LayerView`. Pictures, strips and heatmaps are read one at a time, by any thread.

    Raises
    ------
    DatabaseError
        Nothing at `path`, no concept database, another format version, or a damaged one.
    """

    path: Path
    layers: list[str]
    """Names of the layers, in the order in which they were built."""
    provenance: dict[str, Any]
    """Model, images, parameters, foundation model, versions and date behind the database."""
    foundation_models: dict[str, dict[str, Any]]
    """Every foundation model that has embedded the crops, by name: its dim and fingerprint."""
    tile: int
    """Side of one crop in a strip, in pixels."""
    identity: str
    """A hash of the provenance: stays when the folder is moved or copied, and is another after a rebuild."""

    def __init__(self, path: str | Path, foundation_model: str | None = None) -> None:
        self.path = path_of("path", path)
        self._folder = open_folder(self.path)
        try:
            self._tables = Tables(self._folder)
            self._closed = False
            found = read_contents(self._folder, self._tables)
        except BaseException:
            self._folder.close()
            raise
        self._version, self.tile, self.identity = found.version, found.tile, found.identity
        self.provenance, self.foundation_models = found.provenance, found.foundation_models
        own = next(iter(self.foundation_models))
        if foundation_model is not None and foundation_model not in self.foundation_models:
            raise UnknownNameError.of("foundation model", foundation_model, self.foundation_models)
        self.foundation_model: dict[str, Any] = self.foundation_models[foundation_model or own]
        prefix = "" if foundation_model in (None, own) else f"{foundation_model}/"
        self._checksums = Checksums(self.path, self._all)
        self._cache = Cache(self._folder, self._one, prefix)
        self._views = {row[1]: LayerView(self, *row) for row in found.layers}
        self.layers = list(self._views)
        self._order = Order({name: len(view) for name, view in self._views.items()})

    @classmethod
    def open(cls, path: str | Path) -> ConceptDB:
        """Open the database at `path`."""
        return cls(path)

    def using(self, foundation_model: str) -> ConceptDB:
        """Open the same database with the embeddings by another of its `foundation_models`."""
        if not self._folder.lies_at(self.path):
            raise replaced(self.path)
        found = ConceptDB(self.path, foundation_model)
        if not self._folder.lies_at(self.path) or found.identity != self.identity:
            found.close()
            raise replaced(self.path)
        return found

    def embed_with(
        self,
        foundation_model: FoundationModel,
        *,
        views: Callable[[int], Image] | None = None,
        progress: Progress | None = None,
    ) -> ConceptDB:
        """Add embeddings of the same crops by another foundation model, and return the database using them.

        Neither the audited model nor its images are needed: crops are cut from the stored pictures, which are
        at most 256 pixels large.

        Parameters
        ----------
        views
            Gives the model's view of an image by its id, for crops at full resolution.
        progress
            Called as progress(done, total, stage); may raise `Cancelled`, and nothing is added.

        Raises
        ------
        InputError
            There are embeddings by a model of that name already.
        DatabaseError
            The database can't be written.
        """
        about = embed_with(self, foundation_model, views, progress)
        self.foundation_models[foundation_model.name] = about
        return self.using(foundation_model.name)

    @staticmethod
    def create(
        path: str | Path,
        overwrite: bool = False,
        *,
        tile: int = TILE,
        plan: Mapping[str, Any] | None = None,
    ) -> ConceptDBWriter:
        """Return a writer; the database exists at `path` once its `finish` was called."""
        return ConceptDBWriter(path, overwrite=overwrite, tile=tile, plan=plan)

    def __getitem__(self, layer: str) -> LayerView:
        try:
            return self._views[layer]
        except (KeyError, TypeError):
            raise UnknownNameError.of("layer", layer, self.layers) from None

    def __contains__(self, layer: object) -> bool:
        return layer in self._views

    def __iter__(self) -> Iterator[str]:
        return iter(self.layers)

    def __len__(self) -> int:
        return len(self.layers)

    def __repr__(self) -> str:
        state = ", closed" if self._closed else ""
        return (
            f"ConceptDB({str(self.path)!r}, {len(self.layers)} layers, {self.n_components} components, "
            f"m={self.m}, {self.foundation_model['name']}{state})"
        )

    @property
    def m(self) -> int:
        """Number of examples per component."""
        return next(iter(self._views.values())).m

    @property
    def n_components(self) -> int:
        """Number of components of all layers."""
        return sum(len(view) for view in self._views.values())

    @property
    def components(self) -> list[Component]:
        """All components, layer by layer: the order of every result over all components."""
        return self._order.at(np.arange(len(self._order)))

    def component(self, component: Component | tuple[str, int]) -> Component:
        """Return `component` as a `Component` of this database, or say which there are."""
        try:
            layer, index = component
        except (TypeError, ValueError):
            raise UnknownNameError(
                f"{component!r} is no component", expected="(layer, index), for example ('layer4', 7)"
            ) from None
        return Component(layer, self[layer].check_index(index))

    def components_at(self, positions: Int[np.ndarray, " chosen"]) -> list[Component]:
        """Return the components at some places in `components`."""
        positions = np.asarray(positions, np.int64)
        if len(positions) and (positions.min() < 0 or positions.max() >= self.n_components):
            raise UnknownNameError(
                "A place holds no component", expected=f"places from 0 to {self.n_components - 1}"
            )
        return self._order.at(positions)

    def chosen(self, components: Iterable[Component | tuple[str, int]]) -> tuple[Component, ...]:
        """Return what `component` gives for each of some, in their order, and none twice."""
        given: tuple[Any, ...] = tuple(components)
        if self._order.places(given) is None:
            given = tuple(self.component(each) for each in given)
        once = dict.fromkeys(given)
        # The same tuple where it can be: its places are known by now.
        return given if len(once) == len(given) else tuple(once)

    def position(self, component: Component | tuple[str, int]) -> int:
        """Return the place of `component` in `components`."""
        return self._order.place(self.component(component))

    def positions(self, components: Iterable[Component | tuple[str, int]]) -> Int[np.ndarray, " chosen"]:
        """Return the places of some components in `components`."""
        given = components if isinstance(components, tuple) else tuple(components)
        found = self._order.places(given)
        return np.array([self.position(each) for each in given], np.int64) if found is None else found

    def theta(self, layer: str | None = None) -> Float[np.ndarray, "component dim"]:
        """Return θ, the mean of the embeddings over rank, of one layer or of all `components`."""
        if layer is not None:
            return self[layer].theta
        return np.concatenate([view.theta for view in self._views.values()])

    strip = pictures.strip
    heatmap = pictures.heatmap
    heatmaps = pictures.heatmaps
    picture = pictures.picture
    image = pictures.image
    images = pictures.images
    scores = cached.scores
    save_scores = cached.save_scores
    array = cached.array
    save_array = cached.save_array
    projection = cached.projection
    save_projection = cached.save_projection

    @cached_property
    def probe(self) -> ProbeImages | None:
        """The kept probe images with their activations and embeddings; None where none were kept."""
        if self._version == 1:
            return None
        found = ProbeImages(self)
        return found if len(found) else None

    @property
    def lacks(self) -> list[str]:
        """What this database does not hold and others do, in words; empty where nothing is missing."""
        if self._version == 1:
            return ["activations and embeddings of the probe images (it was built by an older version)"]
        if self.probe is None:
            return ["activations and embeddings of the probe images (it was built with keep=0)"]
        if self.probe.embeddings is None:
            return [f"embeddings of the probe images by {self.foundation_model['name']!r}"]
        return []

    def check(self) -> list[str]:
        """Read everything that has a checksum, and return what is damaged, in words."""
        return damages(self)

    def check_foundation_model(self, foundation_model: FoundationModel) -> None:
        """Raise `FingerprintMismatchError` unless this is the model that embedded the database."""
        ours = self.foundation_model
        if foundation_model.fingerprint != ours["fingerprint"]:
            raise FingerprintMismatchError(
                f"The database {self.path.name!r} was embedded with {ours['name']!r} (fingerprint "
                f"{ours['fingerprint']}), but the query model is {foundation_model.name!r} (fingerprint "
                f"{foundation_model.fingerprint}); their embeddings can't be compared",
                next_step=f"Load {ours['name']!r} with the same weights, or build the database again",
            )

    def close(self) -> None:
        """Close the file; nothing can be read afterwards."""
        self._closed = True
        self._tables.close()
        self._folder.close()

    def __enter__(self) -> ConceptDB:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _one(self, query: str, values: tuple[Any, ...] = ()) -> Any:
        return self._tables.one(query, values)

    def _all(self, query: str, values: tuple[Any, ...] = ()) -> list[Any]:
        return self._tables.all(query, values)


def open_database(path: str | Path) -> ConceptDB:
    """Open the concept database at `path` (a folder, usually NAME.slens).

    Raises
    ------
    DatabaseError
        Nothing at `path`, no concept database, another format version, or a damaged one; says what to do.
    """
    return ConceptDB(path)
