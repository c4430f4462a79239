"""What a search box means: one text, or several parted by commas of which any may match."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int

from slens_widgets.audit import Audit


def parts(query: str) -> list[str]:
    """Return the texts of a query, parted at commas, each once."""
    return list(dict.fromkeys(text.strip() for text in query.split(",") if text.strip()))


def query_scores(
    audit: Audit, query: str
) -> tuple[Float[np.ndarray, " component"], Int[np.ndarray, " component"]]:
    """Return every component's best cosine with any text of a query, and which text that is."""
    scores = np.stack([audit.search_scores(text) for text in parts(query)])
    return scores.max(axis=0), scores.argmax(axis=0)
