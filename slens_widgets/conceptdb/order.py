"""The components of a database in their order, and places in it: quick for a lasso of a hundred thousand."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from operator import itemgetter
from typing import Any

import numpy as np
from jaxtyping import Int

from slens_widgets.types import Component


class Order:
    """All components, layer by layer.

    Parameters
    ----------
    counts
        Number of components by layer.
    """

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._layers = list(counts)
        self._number = {layer: place for place, layer in enumerate(counts)}
        self._counts = np.array(list(counts.values()), np.int64)
        self._starts = np.concatenate([[0], np.cumsum(self._counts)[:-1]]).astype(np.int64)
        # Each made once, when it is first asked for: a trail keeps every set that was selected.
        self._made = np.empty(int(self._counts.sum()), object)
        self._is_made = np.zeros(len(self._made), bool)
        self._newest: tuple[tuple[Any, ...], Int[np.ndarray, " member"]] = ((), np.empty(0, np.int64))

    def __len__(self) -> int:
        return len(self._made)

    def at(self, places: Int[np.ndarray, " member"]) -> list[Component]:
        """Return the components at some places."""
        missing = places[~self._is_made[places]]
        if len(missing):
            which = np.searchsorted(self._starts, missing, side="right") - 1
            layers = map(self._layers.__getitem__, which.tolist())
            pairs = zip(layers, (missing - self._starts[which]).tolist(), strict=True)
            make = functools.partial(tuple.__new__, Component)
            self._made[missing] = np.fromiter(map(make, pairs), object, len(missing))
            self._is_made[missing] = True
        found: list[Component] = self._made[places].tolist()
        return found

    def place(self, component: Component) -> int:
        """Return the place of one component that is known to be here."""
        return int(self._starts[self._number[component.layer]]) + component.index

    def places(self, members: tuple[Any, ...]) -> Int[np.ndarray, " member"] | None:
        """Return the places of some; None unless all are a `Component` and here."""
        # Every view of a session asks for the same tuple, one after the other.
        given, known = self._newest
        if members is given:
            return known
        found = self._look_up(members)
        if found is not None:
            found.setflags(write=False)
            self._newest = (members, found)
        return found

    def _look_up(self, members: tuple[Any, ...]) -> Int[np.ndarray, " member"] | None:
        if not members:
            return np.empty(0, np.int64)
        if set(map(type, members)) != {Component}:
            return None
        layers, indices = (list(map(itemgetter(place), members)) for place in (0, 1))
        try:
            if set(map(type, indices)) != {int} or not self._number.keys() >= set(layers):
                return None
            index = np.array(indices, np.int64)
        except (TypeError, OverflowError):
            return None
        which = np.fromiter(map(self._number.__getitem__, layers), np.int64, len(layers))
        if index.min() < 0 or (index >= self._counts[which]).any():
            return None
        return self._starts[which] + index
