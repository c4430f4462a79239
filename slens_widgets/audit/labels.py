"""What is each component called in the session's vocabulary, and is the name to be believed?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from jaxtyping import Bool

from slens_widgets.analyses.faithfulness import trusted_border
from slens_widgets.audit import concepts
from slens_widgets.audit.chance_labels import certificates_by_chance
from slens_widgets.errors import InputError
from slens_widgets.types import Progress
from slens_widgets.vocabularies import Vocabulary, vocabulary_of

if TYPE_CHECKING:
    from slens_widgets.audit.audit import Audit


def labels(audit: Audit, *, progress: Progress | None = None) -> pd.DataFrame:
    """Label every component with the vocabulary of the session, and say which labels to believe.

    The method is "csp" without its rule for components that fire nearly always, or "semanticlens" where the
    database keeps no activations of its probe images. A word that names one of the session's concepts is a
    label shown by images, and needs no foundation model.

    Returns
    -------
    DataFrame of layer, component, label, score, second, margin (see `Audit.label`), certificate (see
    `Audit.label_faithfulness`; NaN: unknown), images (how many show the label) and trusted, in the order of
    `db.components`. Trusted is a label that either half of the examples gives by itself, and whose
    certificate reaches ``attrs["trusted_from"]``: 95 % of labels drawn at random stay below. It is NaN where
    hardly more labels than those get so far. A label shown by images is trusted where either
    half of these gives it, and the component tells it (see `Audit.concept`). ``attrs["uncertified"]`` says
    why certificates are missing, where they are. Computed once per vocabulary.

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
        members = concepts.asked(audit, vocabulary)
        key = members, getattr(audit.live, "revision", None)
        if audit._labels is None or audit._labels[0] != key:
            audit._labels = key, _labelled(audit, vocabulary_of(members), progress)
        return audit._labels[1].copy()


def _labelled(audit: Audit, words: Vocabulary, progress: Progress | None) -> pd.DataFrame:
    if audit.db.lacks and words.worded.labels:
        table = audit.label(words, progress=progress)
        table["certificate"], table["images"], table["trusted"] = np.nan, 0, False
        border, why = np.nan, f"the database lacks {'; '.join(audit.db.lacks)}"
    else:
        table = audit.label(words, method="csp", always_on=None, progress=progress)
        found = audit.label_faithfulness(table, vocabulary=words, progress=progress)
        table["certificate"], table["images"] = found["certificate"], found["images"]
        shown = table["label"].isin(words.shown)
        tested = found["certificate"].notna() & ~shown
        agreed = found["certificate"].where(found["halves"] == 2, 0.0)[tested]
        border = np.nan
        if tested.any():
            chance = certificates_by_chance(audit, table, words.worded, progress)
            border = trusted_border(agreed.to_numpy(), *chance)
        sure = np.where(shown, _told(audit, table, words), table["certificate"] >= border)
        table["trusted"] = table["certificate"].notna() & sure & (found["halves"] == 2)
        kept = len(audit.db.probe or ())
        few = f"; only {kept} images are kept" if kept < 100 else ""
        own = ", fewer than 10 independent ones were given to show it" if words.shown else ""
        why = f"fewer than 10 of the kept images show it{own}, or the component has no label{few}"
    table.attrs |= {"trusted_from": float(border), "uncertified": why}
    return table


def _told(audit: Audit, table: pd.DataFrame, words: Vocabulary) -> Bool[np.ndarray, " component"]:
    """Return which components tell their label, where it is shown by images."""
    found = np.zeros(len(table), bool)
    for name, concept in words.shown.items():
        found |= (table["label"] == name).to_numpy() & concepts.evidence(audit, concept).tells
    return found
