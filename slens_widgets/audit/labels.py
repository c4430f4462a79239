"""What is each component called in the session's vocabulary, and is the name to be believed?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from slens_widgets.errors import InputError
from slens_widgets.types import Progress
from slens_widgets.vocabularies import vocabulary_of

if TYPE_CHECKING:
    from slens_widgets.audit.audit import Audit

TRUSTED: Final = 0.75
"""Certificate from which on a label is to be relied on: on the lab's validation split 93 % of the right
labels reach it, and 18 % of the wrong ones."""


def labels(audit: Audit, *, progress: Progress | None = None) -> pd.DataFrame:
    """Label every component with the vocabulary of the session, and say which labels to believe.

    The method is "csp" without its rule for components that fire nearly always, or "semanticlens" where the
    database keeps no activations of its probe images.

    Returns
    -------
    DataFrame of layer, component, label, score, second, margin (see `Audit.label`), certificate (see
    `Audit.label_faithfulness`; NaN where nothing can be said) and trusted (the certificate is at least
    ``attrs["trusted_from"]``), in the order of `db.components`. ``attrs["uncertified"]`` says why
    certificates are missing, where they are. Computed once per vocabulary.

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
        table["certificate"] = np.nan
        why = f"the database lacks {'; '.join(audit.db.lacks)}"
    else:
        table = audit.label(words, method="csp", always_on=None, progress=progress)
        certified = audit.label_faithfulness(table, vocabulary=words, progress=progress)
        table["certificate"] = certified["certificate"]
        why = "the database keeps too few probe images, or the component has no label"
    table["trusted"] = table["certificate"] >= TRUSTED
    table.attrs |= {"trusted_from": TRUSTED, "uncertified": why}
    return table
