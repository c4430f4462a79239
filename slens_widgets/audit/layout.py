"""Where every component stands on the map."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from slens_widgets.analyses import projection
from slens_widgets.conceptdb import ConceptDB


def coordinates(db: ConceptDB) -> Float[np.ndarray, "component 2"]:
    """Return the layout of all components, computed once per database and kept in it."""
    key = projection.key(db.n_components)
    found = db.projection(key)
    if found is None:
        found = projection.project(db.theta())
        db.save_projection(key, found)
    return found


def has_coordinates(db: ConceptDB) -> bool:
    """Return whether the layout is there already."""
    return db.projection(projection.key(db.n_components)) is not None
