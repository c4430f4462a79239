"""What is each component called in the session's vocabulary, and is the name to be believed?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from slens_widgets.audit.trusted_border import trusted_border
from slens_widgets.errors import InputError
from slens_widgets.types import Progress
from slens_widgets.vocabularies import vocabulary_of

if TYPE_CHECKING:
    from slens_widgets.audit.audit import Audit


def labels(audit: Audit, *, progress: Progress | None = None) -> pd.DataFrame:
    """Label every component with the vocabulary of the session, and say which labels to believe.

    The method is "csp" without its rule for components that fire nearly always, or "semanticlens" where the
    database keeps no activations of its probe images.

    Returns
    -------
    DataFrame of layer, component, label, score, second, margin (see `Audit.label`), certificate (see
    `Audit.label_faithfulness`; NaN: unknown), images (how many show the label) and trusted, in the order of
    `db.components`. Trusted is a label that either half of the examples gives by itself, and whose
    certificate is above ``attrs["trusted_from"]``: 95 % of labels drawn at random stay below.
    ``attrs["uncertified"]`` says why certificates are missing, where they are. Computed once per vocabulary.

    Raises
    ------
    InputError
        The vocabulary is empty, or there is no foundation model.
    """
    vocabulary = audit.session.vocabulary
    if not vocabulary:
        raise InputError(
            "The session has no vocabulary",
            expected="at least one text",
            next_step='Set audit.session.vocabulary = ["ruler", "hair", …]',
        )
    with audit._labelling:
        if audit._labels is None or audit._labels[0] != vocabulary:
            audit._labels = vocabulary, _labelled(audit, vocabulary, progress)
        return audit._labels[1].copy()


def _labelled(audit: Audit, vocabulary: tuple[str, ...], progress: Progress | None) -> pd.DataFrame:
    words = vocabulary_of(vocabulary)
    if audit.db.lacks:
        table = audit.label(words, progress=progress)
        table["certificate"], table["images"], table["trusted"] = np.nan, 0, False
        border, why = np.nan, f"the database lacks {'; '.join(audit.db.lacks)}"
    else:
        table = audit.label(words, method="csp", always_on=None, progress=progress)
        found = audit.label_faithfulness(table, vocabulary=words, progress=progress)
        table["certificate"], table["images"] = found["certificate"], found["images"]
        border = trusted_border(audit, table, words, progress)
        table["trusted"] = (table["certificate"] > border) & (found["halves"] == 2)
        kept = len(audit.db.probe or ())
        few = f"; only {kept} images are kept" if kept < 100 else ""
        why = f"fewer than 10 of the kept images show it, or the component has no label{few}"
    table.attrs |= {"trusted_from": float(border), "uncertified": why}
    return table
