"""What alignment to a set of concepts is reached by chance."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

LEVEL = 0.95
"""Share of the components that stay below a threshold where the texts have nothing to do with them."""
MIN_TEXTS = 20
"""With fewer texts, nothing is known of the tail of their null distribution."""


def chance_level(cosines: Float[np.ndarray, "text component"], size: int, level: float = LEVEL) -> float:
    """Return the alignment that a set of `size` unrelated texts reaches in 1 − `level` of the components.

    A component's cosines with unrelated texts are those below its median, and as many mirrored at it: what
    the component does encode may be among the texts, far above the median, and would hide itself. Of `size`
    such texts the largest cosine has the distribution F^size: more texts reach higher by chance. The
    quantile is taken over all components together.

    Parameters
    ----------
    cosines
        Of texts that were not chosen for these components, at least `MIN_TEXTS`, with the components.
    size
        Number of texts in the set, at least 1. Synonyms count as different texts, so sets full of them get
        a threshold that is rather too high.
    """
    middle = np.median(cosines, axis=0)
    below = np.sort(cosines, axis=0)[: len(cosines) // 2]
    values = np.concatenate([below, 2 * middle - below[::-1]])
    steps = np.arange(len(values) + 1) / len(values)
    weights = np.repeat(np.diff(steps**size), values.shape[1])
    order = np.argsort(values, axis=None, kind="stable")
    reached = np.cumsum(weights[order]) / weights.sum()
    place = min(int(np.searchsorted(reached, level - 1e-9)), values.size - 1)
    return float(values.ravel()[order[place]])
