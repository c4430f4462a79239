"""The labels of all components as the page wants them: an index into the names, and how far to trust it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from slens_widgets.audit import Audit, concepts
from slens_widgets.types import Progress
from slens_widgets.widgets.messages import Answer
from slens_widgets.widgets.numbering import Numbering

NO_LABEL = 0xFFFFFFFF
NUMBERS = ("score", "margin", "certificate", "trusted")


def labels_answer(numbering: Numbering, progress: Progress) -> Answer:
    """Return the names that are used, and per component which of them, score, margin, certificate and
    whether it is trusted.

    Without a vocabulary or a foundation model nothing is available, and the body says why. Of two audits each
    is labelled in the vocabulary of its own session.
    """
    parts: list[pd.DataFrame] = []
    missing: list[str] = []
    uncertified, border = "", np.nan
    for side in numbering.sides:
        why = _missing(side.audit)
        if why is None:
            table = side.audit.labels(progress=progress)
            uncertified, border = table.attrs["uncertified"], table.attrs["trusted_from"]
            parts.append(table.iloc[side.rows()][["label", *NUMBERS]])
        else:
            missing.append(why)
            parts.append(pd.DataFrame({"label": None, **dict.fromkeys(NUMBERS, np.nan)}, range(side.count)))
    if len(missing) == len(parts):
        return Answer({"available": False, "names": [], "reason": missing[0]})
    table = pd.concat(parts, ignore_index=True)
    numbers, names = pd.factorize(table["label"])  # what has no label gets −1
    index = np.where(numbers < 0, NO_LABEL, numbers).astype(np.uint32)
    body = {
        "available": True,
        "names": [str(name) for name in names],
        "trusted_from": None if np.isnan(border) else border,
        "reason": uncertified,
    }
    return Answer(body, [index.tobytes(), *(table[name].to_numpy(np.float32).tobytes() for name in NUMBERS)])


def _missing(audit: Audit) -> str | None:
    """Return what labels lack, if anything."""
    if not audit.session.vocabulary:
        return "no vocabulary is set"
    if not concepts.answerable(audit, audit.session.vocabulary):
        return "labels need the foundation model: sw.Audit(db, foundation_model=…)"
    return None
