"""Whether components fire more on images that show a concept than on images that do not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.stats import norm, t

from slens_widgets.analyses.evidence import LEVEL, MIN_EFFECT, adjusted

Z: Final = float(norm.ppf(0.975))
EXACT: Final = 12
"""Units that show a concept up to which the distribution of the rank sum is counted out."""
FLIPS: Final = 2**13
"""Sign flips up to which all are gone through; above them as many are drawn."""
_CHUNK: Final = 2**24


@dataclass(frozen=True)
class Evidence:
    """How strongly each component tells images that show a concept from those that don't."""

    auroc: Float[np.ndarray, " component"]
    """Probability of firing more on an image that shows it than on one that does not (for pairs: of the same
    pair), ties counted half; 0.5: it does not tell them apart."""
    effect: Float[np.ndarray, " component"]
    """On the scale of a text's effect (`analyses.evidence`), 0 by chance: how much higher the activation
    stands among all images on those that show it, −1 being the lowest place and 1 the highest. Without pairs
    that is 2 · `auroc` − 1."""
    low: Float[np.ndarray, " component"]
    """Lower end of the effect's 95 % interval."""
    high: Float[np.ndarray, " component"]
    """Its upper end."""
    p: Float[np.ndarray, " component"]
    """Probability of firing as much more by chance (one-sided)."""
    corrected: Float[np.ndarray, " component"]
    """The same for the false discovery rate over all components (Benjamini–Hochberg)."""
    smallest: float
    """The smallest p that so few images can give."""
    units: int
    """Independent images or pairs that show it: sources where those are known."""
    controls: int
    """Independent images that do not show it; for pairs those of the pairs."""
    paired: bool
    """Whether differences within pairs, or within sources, were tested."""

    @property
    def enough(self) -> bool:
        """Whether any p could be small."""
        return self.smallest <= LEVEL

    @property
    def tells(self) -> Bool[np.ndarray, " component"]:
        """Which components tell the concept: more than chance after the correction, and by a large effect."""
        return (self.corrected <= LEVEL) & (self.effect >= MIN_EFFECT)


def places(
    values: Float[np.ndarray, "component image"], among: Float[np.ndarray, "component other"]
) -> Float[np.ndarray, "component image"]:
    """Return where each activation stands among others of its component: −1 below all, 1 above all.

    An activation equal to some of them stands in their middle.
    """
    ordered = np.sort(among, axis=1)
    found = np.empty(values.shape)
    for row, (own, others) in enumerate(zip(values, ordered, strict=True)):
        found[row] = np.searchsorted(others, own, "left") + np.searchsorted(others, own, "right")
    return found / ordered.shape[1] - 1


def paired(
    shown: Float[np.ndarray, "component pair"],
    without: Float[np.ndarray, "component pair"],
    sources: Int[np.ndarray, " pair"],
    *,
    seed: int = 0,
) -> Evidence:
    """Return the evidence of pairs, tested by flipping the sign of all differences of a source together.

    The effect is the mean difference over the pairs. Its interval is that of the mean over sources (Student's
    t, cluster-robust); with one source it is NaN. The p-value is exact up to 13 sources, else of 8,192 random
    flips.

    Parameters
    ----------
    shown, without
        The `places` of the activations. In the lab five pairs find a factor's channels better by them than by
        the differences of the activations themselves, which a few strong ones dominate, or by their signs.

    Source: Winkler et al., "Permutation inference for the general linear model" (2014), sign flips of whole
    exchangeability blocks.
    """
    difference = shown.astype(np.float64) - without.astype(np.float64)
    n, groups = difference.shape[1], int(sources.max()) + 1
    effect = difference.mean(axis=1)
    member = np.zeros((n, groups))
    member[np.arange(n), sources] = 1
    sums = difference @ member
    p = _flipped(sums, seed)
    low = high = np.full(len(effect), np.nan)
    if groups > 1:
        residual = sums - effect[:, None] * member.sum(axis=0)
        error = np.sqrt(groups / (groups - 1) * (residual**2).sum(axis=1)) / n
        half = t.ppf(0.975, groups - 1) * error
        low, high = effect - half, effect + half
    auroc = (difference > 0).mean(axis=1) + (difference == 0).mean(axis=1) / 2
    smallest = 1 / 2**groups if 2**groups <= FLIPS else 1 / (FLIPS + 1)
    return Evidence(auroc, effect, low, high, p, adjusted(p), smallest, groups, groups, paired=True)


def unpaired(
    shown: Float[np.ndarray, "component image"],
    without: Float[np.ndarray, "component control"],
    sources: Int[np.ndarray, " image"],
    control_sources: Int[np.ndarray, " control"],
) -> Evidence:
    """Return the evidence of images against others, each source counted once by its mean activation.

    The area under the ROC curve is that over sources, its interval Newcombe's for small samples. The p-value
    is the rank-sum test's, ties counted against the component: exact up to 12 sources that show the concept,
    else the normal approximation with ties.

    Source: Mann and Whitney (1947); Newcombe, Statistics in Medicine 25 (2006), method 5.
    """
    a, b = _means(shown, sources), _means(without, control_sources)
    n, m = a.shape[1], b.shape[1]
    ordered = np.sort(b, axis=1)
    below, upto = np.empty(a.shape), np.empty(a.shape)
    for row in range(len(a)):
        below[row] = np.searchsorted(ordered[row], a[row], "left")
        upto[row] = np.searchsorted(ordered[row], a[row], "right")
    auroc = (below + upto).mean(axis=1) / 2 / m
    total = math.comb(n + m, n)
    if n <= EXACT or (n * m <= 2500 and m <= EXACT):
        p = _rank_sum_tail(n, m)[n * m - below.sum(axis=1).astype(int)]
        smallest = 1 / total
    else:
        p = _normal_tail(a, b, auroc)
        smallest = max(1 / total, float(np.finfo(np.float64).tiny))
    low, high = _newcombe(auroc, n, m)
    effect, low, high = (2 * area - 1 for area in (auroc, low, high))
    return Evidence(auroc, effect, low, high, p, adjusted(p), smallest, n, m, paired=False)


def together(parts: Sequence[Evidence]) -> Evidence:
    """Return the evidence of several parts of the components as one, corrected over all of them."""
    if len(parts) == 1:
        return parts[0]
    p = np.concatenate([part.p for part in parts])
    return replace(
        parts[0],
        auroc=np.concatenate([part.auroc for part in parts]),
        effect=np.concatenate([part.effect for part in parts]),
        low=np.concatenate([part.low for part in parts]),
        high=np.concatenate([part.high for part in parts]),
        p=p,
        corrected=adjusted(p),
    )


def _means(
    values: Float[np.ndarray, "component image"], sources: Int[np.ndarray, " image"]
) -> Float[np.ndarray, "component source"]:
    groups = int(sources.max()) + 1
    if groups == len(sources):
        return values.astype(np.float64)
    member = np.zeros((len(sources), groups))
    member[np.arange(len(sources)), sources] = 1
    return values.astype(np.float64) @ (member / member.sum(axis=0))


def _flipped(sums: Float[np.ndarray, "component source"], seed: int) -> Float[np.ndarray, " component"]:
    groups = sums.shape[1]
    if 2**groups <= FLIPS:
        signs = 1.0 - 2.0 * ((np.arange(2**groups)[:, None] >> np.arange(groups)) & 1)
        own = 0
    else:
        signs = np.random.default_rng(seed).choice([-1.0, 1.0], (FLIPS, groups))
        own = 1  # the data as they are belong to the flips
    seen = sums.sum(axis=1)
    rounding = 1e-9 * np.abs(sums).sum(axis=1)
    p = np.empty(len(sums))
    step = max(1, _CHUNK // len(signs))
    for start in range(0, len(sums), step):
        part = slice(start, start + step)
        reached = signs @ sums[part].T >= (seen[part] - rounding[part])
        p[part] = (reached.sum(axis=0) + own) / (len(signs) + own)
    return p


@lru_cache(maxsize=16)
def _rank_sum_tail(n: int, m: int) -> Float[np.ndarray, " lost"]:
    """Return the probability that at most so many of the n·m comparisons are lost, without ties."""
    # Coefficients of the Gaussian binomial, factor by factor; each is a count, so no difference cancels.
    if n > m:
        n, m = m, n
    size = n * m + 1
    counts = np.zeros(size)
    counts[0] = 1
    for i in range(1, n + 1):
        for residue in range(min(i, size)):
            counts[residue::i] = np.cumsum(counts[residue::i])
        if m + i < size:
            counts[m + i :] = counts[m + i :] - counts[: size - m - i].copy()
        # Beyond the degree reached so far the rest is exactly 0 but for rounding.
        counts[i * m + 1 :] = 0
    half = size // 2
    # Symmetric: the upper half, where rounding adds up, is the lower one mirrored.
    counts[size - half :] = counts[:half][::-1]
    return np.minimum(np.cumsum(counts) / counts.sum(), 1)


def _normal_tail(
    a: Float[np.ndarray, "component unit"], b: Float[np.ndarray, "component control"], auroc: np.ndarray
) -> Float[np.ndarray, " component"]:
    n, m = a.shape[1], b.shape[1]
    both = np.sort(np.concatenate([a, b], axis=1), axis=1)
    ties = np.zeros(len(both))
    for row, values in enumerate(both):
        counts = np.diff(np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1], [True]])))
        ties[row] = (counts.astype(np.float64) ** 3 - counts).sum()
    size = n + m
    variance = n * m / 12 * (size + 1 - ties / (size * (size - 1)))
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (n * m * (auroc - 0.5) - 0.5) / np.sqrt(variance)
    return np.where(variance > 0, norm.sf(z), 1.0)


def _newcombe(
    area: Float[np.ndarray, " component"], n: int, m: int
) -> tuple[Float[np.ndarray, " component"], Float[np.ndarray, " component"]]:
    """Return the ends θ at which the area is 1.96 standard errors, those of θ, away."""

    def error(theta: np.ndarray) -> np.ndarray:
        more = (n + m) / 2 - 1
        inner = 1 + more * (1 - theta) / (2 - theta) + more * theta / (1 + theta)
        return Z * np.sqrt(theta * (1 - theta) * inner / (n * m))

    ends = []
    for start in (0.0, 1.0):
        inside, outside = area.astype(np.float64), np.full(len(area), start)
        for _ in range(50):
            middle = (inside + outside) / 2
            far = np.abs(area - middle) > error(middle)
            inside, outside = np.where(far, inside, middle), np.where(far, middle, outside)
        ends.append(inside)
    return ends[0], ends[1]
