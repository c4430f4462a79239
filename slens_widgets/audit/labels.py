"""What is each component called in the session's vocabulary, and is the name to be believed?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from slens_widgets.errors import InputError

if TYPE_CHECKING:
    from slens_widgets.audit.audit import Audit

TRUSTED: Final = 0.75
"""Certificate from which on a label is to be relied on."""


def labels(audit: Audit) -> pd.DataFrame:
    """Label every component with the vocabulary of the session, and say which labels to believe.

    Returns
    -------
    DataFrame of layer, component, label, score, second, margin (see `Audit.label`), certificate (in [0, 1],
    NaN where nothing can be said) and trusted (the certificate is at least ``attrs["trusted_from"]``), in
    the order of `db.components`. ``attrs["uncertified"]`` says why certificates are missing, where they are.
    Computed once per vocabulary.

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
    with audit._lock:
        if audit._labels is None or audit._labels[0] != vocabulary:
            audit._labels = vocabulary, _labelled(audit, vocabulary)
        return audit._labels[1].copy()


def _labelled(audit: Audit, vocabulary: tuple[str, ...]) -> pd.DataFrame:
    table = audit.label(vocabulary)
    table["certificate"] = np.float32(np.nan)
    table["trusted"] = table["certificate"] >= TRUSTED
    table.attrs |= {
        "trusted_from": TRUSTED,
        "uncertified": "the database keeps no activations of images other than the examples",
    }
    return table
