"""Tables with one row per component, in the order of `ConceptDB.components`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from jaxtyping import Int

from slens_widgets.analyses import scores
from slens_widgets.conceptdb import ConceptDB, LayerView

_SCORES: dict[str, Callable[[LayerView], np.ndarray]] = {
    "clarity": lambda view: _by_slices(view, scores.clarity),
    "polysemanticity": lambda view: _by_slices(view, scores.polysemanticity),
    "redundancy": lambda view: scores.redundancy(view.theta),
}
_SLICE = 1024
"""Components whose embeddings are in memory at a time."""
_VERSION = "v1"
"""Part of the key in the database's cache; raised with any change of a score's result."""


def rows_of(db: ConceptDB, layer: str | None) -> Int[np.ndarray, " component"]:
    """Return the rows of one layer's components, or all rows."""
    if layer is None:
        return np.arange(db.n_components)
    return np.arange(len(db[layer])) + db.position((layer, 0))


def component_table(db: ConceptDB, rows: Int[np.ndarray, " component"] | None = None) -> pd.DataFrame:
    """Return layer and component (its index there) of all components, or of some rows."""
    sizes = [len(db[layer]) for layer in db.layers]
    layers = np.repeat(np.array(db.layers, dtype=object), sizes)
    table = pd.DataFrame({"layer": layers, "component": np.concatenate([np.arange(n) for n in sizes])})
    return table if rows is None else table.iloc[rows].reset_index(drop=True)


def score_table(db: ConceptDB) -> pd.DataFrame:
    """Return the scores of all components; computed once per database and kept in it."""
    table = component_table(db)
    for name, compute in _SCORES.items():
        by_layer = db.scores(f"{name}-{_VERSION}")
        if by_layer is None:
            by_layer = {layer: compute(db[layer]) for layer in db.layers}
            db.save_scores(f"{name}-{_VERSION}", by_layer)
        table[name] = np.concatenate([by_layer[layer] for layer in db.layers])
    table.attrs["layer_redundancy"] = {
        layer: float(part.mean()) for layer, part in table.groupby("layer", sort=False)["redundancy"]
    }
    return table


def _by_slices(view: LayerView, compute: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    slices = [slice(start, start + _SLICE) for start in range(0, len(view), _SLICE)]
    return np.concatenate([compute(view.embeddings_of(part)) for part in slices])
