"""What does a class rest on?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from slens_widgets.audit.live import need
from slens_widgets.audit.tables import component_table, rows_of
from slens_widgets.types import Progress

if TYPE_CHECKING:
    from slens_widgets.audit.audit import Audit


def relevance(
    audit: Audit, target: str | int, *, layer: str | None = None, progress: Progress | None = None
) -> pd.DataFrame:
    """Return layer, component, relevance: every component's mean relevance for a class.

    Parameters
    ----------
    target
        The class, by name or by index of the logits.
    layer
        Only this layer's components; None: all, in the order of `db.components`.
    progress
        Called as progress(done, total, stage); may raise `Cancelled`.

    Returns
    -------
    DataFrame; relevance is NaN where a layer's can't be had. ``attrs["relevance"]`` says what it is.

    Raises
    ------
    InputError
        There is no live model.
    """
    judge = need(audit._judge, "Relevance")
    index = judge.class_index(target)
    where = rows_of(audit.db, layer)
    layers = audit.db.layers if layer is None else [layer]
    values, said = judge.relevance_of({name: len(audit.db[name]) for name in layers}, index, progress)
    table = component_table(audit.db, where).assign(relevance=np.asarray(values, np.float32))
    table.attrs = {"relevance": said}
    return table
