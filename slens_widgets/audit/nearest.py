"""Which components resemble one?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from slens_widgets.analyses.search import best
from slens_widgets.arguments import whole
from slens_widgets.audit.clusters import one
from slens_widgets.audit.tables import rows_of

if TYPE_CHECKING:
    from slens_widgets.audit.audit import Audit


def nearest(
    audit: Audit, component: Any, k: int = 10, *, layer: str | None = None, cluster: int | None = None
) -> pd.DataFrame:
    """Rank the other components by the cosine of their θ with that of one component, or of a meaning of it.

    Parameters
    ----------
    component
        (layer, index).
    k
        How many to return.
    layer
        Look in this layer only; None looks in all.
    cluster
        Compare with the θ of this one of the component's `clusters` alone.

    Returns
    -------
    DataFrame of layer, component, similarity (cosine), clarity, polysemanticity, redundancy, best first.
    """
    chosen = one(audit, component)
    k = whole("k", k, 1)
    theta = np.asarray(audit.db[chosen.layer].theta[chosen.index])
    if cluster is not None:
        meanings = audit.clusters(chosen, vocabulary=())
        meanings.ranks(cluster)
        theta = meanings.theta[cluster]
    found = audit._queries.with_theta(theta[None])[0]
    where = rows_of(audit.db, layer)
    where = where[where != audit.db.position(chosen)]
    rows = where[best(found[where], k)]
    table = audit.scores().iloc[rows].reset_index(drop=True)
    table.insert(2, "similarity", found[rows])
    return table
