"""The labels of all components as the page wants them: an index into the names, and how far to trust it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from slens_widgets.audit import Audit
from slens_widgets.types import Progress
from slens_widgets.widgets.messages import Answer

NO_LABEL = 0xFFFFFFFF


def labels_answer(audit: Audit, progress: Progress) -> Answer:
    """Return the names that are used, and per component which of them, score, margin and certificate.

    Without a vocabulary or a foundation model nothing is available, and the body says why.
    """
    missing = None
    if not audit.session.vocabulary:
        missing = "no vocabulary is set"
    elif audit.foundation_model is None:
        missing = "labels need the foundation model: sw.Audit(db, foundation_model=…)"
    if missing is not None:
        return Answer({"available": False, "names": [], "reason": missing})
    table = audit.labels(progress=progress)
    numbers, names = pd.factorize(table["label"])  # what has no label gets −1
    index = np.where(numbers < 0, NO_LABEL, numbers).astype(np.uint32)
    columns = [table[name].to_numpy(np.float32).tobytes() for name in ("score", "margin", "certificate")]
    body = {
        "available": True,
        "names": [str(name) for name in names],
        "trusted_from": table.attrs["trusted_from"],
        "reason": table.attrs["uncertified"],
    }
    return Answer(body, [index.tobytes(), *columns])
