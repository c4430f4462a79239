"""What is each component called?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from slens_widgets.analyses.labels import two_best
from slens_widgets.audit.queries import OWN
from slens_widgets.audit.tables import component_table, rows_of
from slens_widgets.errors import InputError
from slens_widgets.session import as_texts

_TEXTS: Final = 512
"""Texts of a vocabulary that are compared with all components at a time."""

if TYPE_CHECKING:
    from slens_widgets.audit.audit import Audit


def label(
    audit: Audit,
    vocabulary: Sequence[str],
    *,
    layer: str | None = None,
    templates: Sequence[str] | None = OWN,
) -> pd.DataFrame:
    """Name every component by the text of a vocabulary that matches it best.

    Parameters
    ----------
    vocabulary
        Texts to choose from.
    layer
        Label this layer only.
    templates
        Prompts with one ``{}`` each; None compares the bare texts.

    Returns
    -------
    DataFrame of layer, component, label, score (cosine), second (the second best text) and margin (by how
    much its score is lower; NaN for a vocabulary of one), in the order of `db.components`. A label of
    small margin is one not to rely on. ``attrs["unknown_words"]`` names words that can't be known.
    """
    where = rows_of(audit.db, layer)
    texts = as_texts(vocabulary)
    if not texts:
        raise InputError("The vocabulary is empty", expected="at least one text")
    slices = [texts[start : start + _TEXTS] for start in range(0, len(texts), _TEXTS)]
    labels, scores = two_best(audit._queries.cosines(part, templates)[:, where] for part in slices)
    names = np.array([*texts, None], dtype=object)  # the last one for what has no second
    result = component_table(audit.db, where)
    result["label"], result["score"] = names[labels[:, 0]], scores[:, 0]
    result["second"], result["margin"] = names[labels[:, 1]], scores[:, 0] - scores[:, 1]
    result.attrs = {"unknown_words": audit._queries.unknown(texts)}
    return result
