"""Analyses that an open database keeps for whoever asks next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

if TYPE_CHECKING:
    from slens_widgets.conceptdb.reader import ConceptDB


def scores(self: ConceptDB, name: str) -> dict[str, np.ndarray] | None:
    """Return cached scores by layer, or None where `name` was never saved."""
    found = {layer: self._cache.get("scores", name, layer) for layer in self.layers}
    if any(values is None or len(values) != len(self[layer]) for layer, values in found.items()):
        return None
    return {layer: values for layer, values in found.items() if values is not None}


def save_scores(self: ConceptDB, name: str, scores: Mapping[str, Float[np.ndarray, " component"]]) -> None:
    """Keep scores by layer in the database; a read-only one keeps them in memory only."""
    self._cache.put("scores", name, {self[layer].name: values for layer, values in scores.items()})


def array(self: ConceptDB, kind: str, key: str, layer: str) -> np.ndarray | None:
    """Return a cached array of one layer, or None."""
    return self._cache.get(kind, key, self[layer].name)


def save_array(self: ConceptDB, kind: str, key: str, layer: str, array: np.ndarray) -> None:
    """Keep an array of one layer in the database; a read-only one keeps it in memory only."""
    self._cache.put(kind, key, {self[layer].name: array})


def projection(self: ConceptDB, key: str) -> Float[np.ndarray, "component 2"] | None:
    """Return the cached coordinates of all `components`, or None."""
    coordinates = self._cache.get("projection", key, "")
    return coordinates if coordinates is not None and len(coordinates) == self.n_components else None


def save_projection(self: ConceptDB, key: str, coordinates: Float[np.ndarray, "component 2"]) -> None:
    """Keep coordinates of all `components` in the database."""
    self._cache.put("projection", key, {"": np.asarray(coordinates, np.float32)})
