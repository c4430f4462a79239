"""Figures with the number of units behind them and a 95 % interval."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int64

from slens_widgets.analyses.intervals import wilson

DRAWS = 1000
"""Bootstrap draws: the ends of an interval then move by about a tenth of its width."""


@dataclass(frozen=True)
class Estimate:
    """A figure, the number of units behind it, and the interval that a new draw of them would move it in."""

    value: float
    n: int
    low: float = float("nan")
    """Lower end of the 95 % interval; NaN where one unit, such as one comparison, gives none."""
    high: float = float("nan")


def proportion(hits: Bool[np.ndarray, " unit"]) -> Estimate:
    """Return a share with Wilson's interval (Wilson 1927, J. Am. Stat. Assoc. 22)."""
    n = len(hits)
    if not n:
        return Estimate(float("nan"), 0)
    low, high = wilson(np.sum(hits), np.array(n), fewest=1)
    return Estimate(float(np.mean(hits)), n, float(low), float(high))


def bootstrap(
    statistic: Callable[[Int64[np.ndarray, " drawn"]], float],
    n: int,
    clusters: Int64[np.ndarray, " unit"] | None = None,
    draws: int = DRAWS,
) -> Estimate:
    """Return a statistic of units with the interval of its bootstrap distribution's percentiles.

    Parameters
    ----------
    statistic
        Takes the places of the units that were drawn.
    n
        Number of units.
    clusters
        Which units belong together, such as the synonyms of a factor: they are drawn together.
    """
    rng = np.random.default_rng(0)
    members = (
        [np.flatnonzero(clusters == each) for each in np.unique(clusters)] if clusters is not None else None
    )

    def draw() -> Int64[np.ndarray, " drawn"]:
        if members is None:
            return rng.integers(0, n, n)
        return np.concatenate([members[k] for k in rng.integers(0, len(members), len(members))])

    if n == 0:
        return Estimate(float("nan"), 0)
    values = [statistic(draw()) for _ in range(draws if n > 1 else 0)]
    finite = [value for value in values if np.isfinite(value)]
    low, high = np.percentile(finite, [2.5, 97.5]) if finite else (float("nan"),) * 2
    return Estimate(float(statistic(np.arange(n))), n, float(low), float(high))


def mean(values: Float[np.ndarray, " unit"], clusters: Int64[np.ndarray, " unit"] | None = None) -> Estimate:
    """Return the mean of units, or of clusters of them, with its bootstrap interval."""
    return bootstrap(lambda drawn: float(values[drawn].mean()), len(values), clusters)


def difference(a: Estimate, b: Estimate) -> Estimate:
    """Return `a` − `b` of independent units, the half-widths added in quadrature."""
    value = a.value - b.value
    low = value - float(np.hypot(a.value - a.low, b.high - b.value))
    high = value + float(np.hypot(a.high - a.value, b.value - b.low))
    return Estimate(value, min(a.n, b.n), low, high)


def total(estimates: Sequence[Estimate]) -> Estimate:
    """Return the sum of figures of the same units, the half-widths added in quadrature."""
    value = sum(each.value for each in estimates)
    below, above = (
        float(np.sqrt(np.sum(np.square(half))))
        for half in ([e.value - e.low for e in estimates], [e.high - e.value for e in estimates])
    )
    return Estimate(value, min(each.n for each in estimates), value - below, value + above)


def pooled(estimates: Sequence[Estimate]) -> Estimate:
    """Return the mean over classifiers, with the interval that the units of all of them give.

    How the classifiers differ from each other is not part of the interval: three are too few to tell. Their
    own figures are shown beside it.
    """
    whole, k = total(estimates), len(estimates)
    return Estimate(whole.value / k, sum(each.n for each in estimates), whole.low / k, whole.high / k)
