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


def benjamini_hochberg(p: Float[np.ndarray, " test"]) -> Float[np.ndarray, " test"]:
    """Return the false discovery rate at which each test would count as a discovery.

    Source: Benjamini and Hochberg (1995): q of the i-th smallest p is the least p_j · n / j over j ≥ i.
    """
    p = np.asarray(p, np.float64)
    order = np.argsort(p, kind="stable")
    scaled = p[order] * len(p) / np.arange(1, len(p) + 1)
    q = np.empty_like(p)
    q[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1)
    return q
