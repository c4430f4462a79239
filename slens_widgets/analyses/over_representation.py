"""Which values of an attribute occur among a component's images more often than by chance."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int


def over_representation(
    found: Int[np.ndarray, " value"],
    background: Int[np.ndarray, " value"],
    n_found: int,
    n_background: int,
) -> Float[np.ndarray, " value"]:
    """Return for each value the chance of as many images with it, or more, in a random draw.

    The upper tail of the hypergeometric distribution: Fisher's exact test, one-sided.

    Parameters
    ----------
    found, background
        How many of the component's images, and of all images, have the value; the first are among the second.

    Source: Fisher (1935).
    """
    # Half of the time that importing the audit would take: SciPy's distributions, for this one question.
    from scipy.stats import hypergeom

    return np.asarray(hypergeom.sf(np.asarray(found) - 1, n_background, np.asarray(background), n_found))
