"""How are values distributed? Smoothed histograms over one range, so that several can be compared."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

BINS = 48
_SMOOTH = np.array([1.0, 4.0, 6.0, 4.0, 1.0]) / 16


def span(groups: Sequence[Float[np.ndarray, " value"]]) -> tuple[float, float]:
    """Return the least and the largest of all values; a range around them where they are one."""
    values = np.concatenate([*groups, np.empty(0)])
    values = values[np.isfinite(values)]
    if not len(values):
        return 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def density(
    values: Float[np.ndarray, " value"], limits: tuple[float, float], bins: int = BINS
) -> Float[np.ndarray, " bin"]:
    """Return the share of the values in each of `bins` equal parts of a range, smoothed; they add up to 1.

    The smoothing is binomial over five bins, mirrored at the ends of the range; without values all is 0.
    """
    found = values[np.isfinite(values)]
    counts, _ = np.histogram(found, bins, range=limits)
    if not len(found):
        return np.zeros(bins)
    padded = np.pad(counts / len(found), 2, mode="symmetric")
    return np.convolve(padded, _SMOOTH, mode="valid")
