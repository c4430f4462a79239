"""Confidence intervals of accuracies and of their changes on the same images.

A share of images: Wilson's score interval, which keeps its level near 0 and 1 and for few images, where
p ± 1.96 s collapses to a point. A change of a share on the same images: the adjusted Wald interval of Bonett
and Price, which uses only the images that change sides (fixed and broken), is narrower than one that takes
both shares as independent, and doesn't collapse when no image changes. The change of the lowest group's
accuracy has no closed form, since the lowest group may be another one afterwards: it is bootstrapped, images
drawn again within their group and kept in pairs. NaN for fewer than 10 images: too few to say anything.

Source: Wilson (1927); Bonett and Price, J. Educ. Behav. Stat. 37 (2012); both recommended by Fagerland,
Lydersen and Laake, Stat. Med. 33 (2014); paired bootstrap, Efron and Tibshirani (1993), chapter 13.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float, Int

FEWEST = 10
"""Images below which there is no interval."""
_Z = 1.959963984540054
_DRAWS = 2000


def wilson(
    hits: Int[np.ndarray, "*of"], n: Int[np.ndarray, "*of"], fewest: int = FEWEST
) -> Float[np.ndarray, "*of 2"]:
    """Return the lower and upper end of the 95 % interval of a share; NaN for less than `fewest` units."""
    hits, n = np.asarray(hits, np.float64), np.asarray(n, np.float64)
    enough = np.maximum(n, 1)
    share = hits / enough
    centre = (share + _Z**2 / (2 * enough)) / (1 + _Z**2 / enough)
    half = _Z / (1 + _Z**2 / enough) * np.sqrt(share * (1 - share) / enough + _Z**2 / (4 * enough**2))
    return _known(np.stack([centre - half, centre + half], axis=-1).clip(0, 1), n, fewest)


def paired_change(
    fixed: Int[np.ndarray, "*of"], broken: Int[np.ndarray, "*of"], n: Int[np.ndarray, "*of"]
) -> Float[np.ndarray, "*of 2"]:
    """Return the ends of the 95 % interval of (fixed − broken) / n; NaN for fewer than 10 images."""
    n = np.asarray(n, np.float64)
    up, down = (np.asarray(fixed) + 1) / (n + 2), (np.asarray(broken) + 1) / (n + 2)
    half = _Z * np.sqrt(np.maximum(up + down - (up - down) ** 2, 0) / (n + 2))
    return _known(np.stack([up - down - half, up - down + half], axis=-1).clip(-1, 1), n)


def mean_change(
    was: Bool[np.ndarray, "change image *label"], now: Bool[np.ndarray, "change image *label"]
) -> Float[np.ndarray, "change 2"]:
    """Return the ends of the 95 % interval of the change of the share of right decisions, over images.

    The decisions on the labels of one image go together: each image counts by the mean of its own. With one
    decision an image this is `paired_change`; NaN for fewer than 10 images.
    """
    if now.ndim == 2:
        fixed, broken = (now & ~was).sum(axis=1), (was & ~now).sum(axis=1)
        return paired_change(fixed, broken, np.full(len(now), now.shape[1]))
    change = (now.astype(np.int8) - was.astype(np.int8)).mean(axis=2, dtype=np.float32)
    n, least = change.shape[1], now.shape[1] / max(now[0].size, 1)
    # One image more that gains and one that loses the least there is, as Bonett and Price add them.
    mean = change.sum(axis=1) / (n + 2)
    square = ((change**2).sum(axis=1) + 2 * least**2) / (n + 2)
    half = _Z * np.sqrt(np.maximum(square - mean**2, 0) / (n + 2))
    ends = np.stack([mean - half, mean + half], axis=-1).clip(-1, 1)
    return _known(ends, np.full(len(ends), n))


def worst_group_change(
    was: Bool[np.ndarray, " image *label"],
    now: Bool[np.ndarray, " image *label"],
    groups: Int[np.ndarray, " image"],
    *,
    draws: int = _DRAWS,
    seed: int = 0,
) -> Float[np.ndarray, " 2"]:
    """Return the ends of the 95 % interval of the change of the lowest group's accuracy.

    Images are drawn again within their group, before and after together; NaN where the smallest group has
    fewer than 10 images. The lowest of several nearly equal groups is lower in a sample than in truth, and
    lower again in a sample of that sample: the interval spans the percentile and the basic one.
    Simulated, it covers .96 to 1 where one group is clearly the lowest, .91 where two tie and .86 where four
    groups of 50 images tie afterwards (400 samples each): read it as approximate there.
    """
    groups = np.asarray(groups)
    rng = np.random.default_rng(seed)
    before, after = [], []
    for group in np.unique(groups):
        inside = groups == group
        n = int(inside.sum())
        if n < FEWEST:
            return np.full(2, np.nan)
        pairs = np.stack(
            [np.asarray(each)[inside].reshape(n, -1).mean(axis=1) for each in (was, now)], axis=1
        )
        kinds, counts = np.unique(pairs, axis=0, return_counts=True)
        drawn = rng.multinomial(n, counts / n, size=draws) / n
        before.append(drawn @ kinds[:, 0])
        after.append(drawn @ kinds[:, 1])
    found = min(np.asarray(now)[groups == group].mean() for group in np.unique(groups)) - min(
        np.asarray(was)[groups == group].mean() for group in np.unique(groups)
    )
    low, high = np.quantile(np.min(after, axis=0) - np.min(before, axis=0), [0.025, 0.975])
    return np.array([min(low, 2 * found - high), max(high, 2 * found - low)])


def _known(
    ends: Float[np.ndarray, "*of 2"], n: Float[np.ndarray, "*of"], fewest: int = FEWEST
) -> Float[np.ndarray, "*of 2"]:
    return np.where((np.asarray(n) >= fewest)[..., None], ends, np.nan)
