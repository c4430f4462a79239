"""Evidence from images: does a component fire on the images that a text describes best?"""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float, Int, Int64, UInt16
from scipy.stats import rankdata

SHARE = 0.1
"""Share of the images, those most similar to a text, that count as images of it."""
MIN_IMAGES = 200
"""With fewer images, those of a text are too few to tell an effect of `MIN_EFFECT` from chance."""
MIN_EFFECT = 0.3
"""Effect from which on a component encodes a concept: it fires more on an image of the concept than on
another one with a probability of 0.65. At thousands of images far smaller ones differ from chance."""
LEVEL = 0.05
"""Share of the components called aligned that are so by chance (Benjamini and Hochberg), at most."""
_DRAWS, _COMPONENTS = 200, 256
"""Permutations of the images, and components that each is tried on."""


def images_of(similarities: Float[np.ndarray, "text image"]) -> Bool[np.ndarray, "text image"]:
    """Return for each text the images most similar to it, a `SHARE` of them all.

    Only the order of a text's similarities counts: an offset of its own changes nothing.
    """
    count = similarities.shape[1]
    taken = max(1, round(SHARE * count))
    order = np.argpartition(-similarities, taken - 1, axis=1)[:, :taken]
    found = np.zeros(similarities.shape, bool)
    np.put_along_axis(found, order, True, axis=1)
    return found


def ranks(activations: Float[np.ndarray, "component image"]) -> UInt16[np.ndarray, "component image"]:
    """Return twice the rank of each image among a component's activations, ties at their mean.

    Twice, so that means of ties are whole; of up to 32,000 images.
    """
    return (2 * rankdata(activations, axis=1)).astype(np.uint16)


def rank_sums(
    members: Bool[np.ndarray, "text image"], doubled: UInt16[np.ndarray, "component image"]
) -> Float[np.ndarray, "text component"]:
    """Return the sums of the components' ranks over the images of each text, on a scale from −1 to 1.

    The scale: the image on which a component fires most has 1, the one in the middle 0.
    """
    count = doubled.shape[1]
    found = np.empty((len(members), len(doubled)), np.float32)
    weights = members.astype(np.float32)
    for start in range(0, len(doubled), _COMPONENTS):
        part = doubled[start : start + _COMPONENTS].astype(np.float32)
        part -= count + 1
        found[:, start : start + _COMPONENTS] = weights @ part.T
    return found / count


def single_effects(
    members: Bool[np.ndarray, "text image"], sums: Float[np.ndarray, "text component"]
) -> Float[np.ndarray, "text component"]:
    """Return each text's effect on each component by itself: 2 · AUROC − 1 of the activation.

    1 where a component fires more on every image of the text than on any other, 0 by chance.
    """
    of, count = members.sum(axis=1, keepdims=True), members.shape[1]
    return sums / of * count / np.maximum(count - of, 1)


def effects_given_others(
    members: Bool[np.ndarray, "text image"], sums: Float[np.ndarray, "text component"]
) -> Float[np.ndarray, "text component"]:
    """Return each text's effect on each component, given the other texts.

    The coefficients of a linear regression of a component's ranks on which images belong to which text: where
    two concepts go together in the data, each gets what the images that show only one of them say. With one
    text it is `single_effects`. Texts with the same images share their effect.
    """
    weights = members.astype(np.float64)
    weights -= weights.mean(axis=1, keepdims=True)
    # The ranks sum to 0 over all images, so centring the members leaves `sums` as they are.
    return (np.linalg.pinv(weights @ weights.T, rcond=1e-9, hermitian=True) @ sums).astype(np.float32)


def effects_by_chance(
    members: Bool[np.ndarray, "text image"],
    sizes: tuple[int, int],
    doubled: UInt16[np.ndarray, "component image"],
    seed: int = 0,
    draws: int = _DRAWS,
) -> tuple[Float[np.ndarray, " draw"], Float[np.ndarray, " draw"]]:
    """Return what the best of the first, and of the other texts reaches where images are told nothing.

    Which images belong to which text is permuted over the images, all texts together.

    Parameters
    ----------
    sizes
        How many of the texts are in the first set, and in the second.
    """
    rng = np.random.default_rng(seed)
    step = max(1, -(-len(doubled) // _COMPONENTS))
    part = doubled[::step]
    first, second = [], []
    for _ in range(draws):
        mixed = members[:, rng.permutation(members.shape[1])]
        found = effects_given_others(mixed, rank_sums(mixed, part))
        first.append(found[: sizes[0]].max(axis=0) if sizes[0] else np.empty(0, np.float32))
        second.append(found[sizes[0] :].max(axis=0) if sizes[1] else np.empty(0, np.float32))
    return np.concatenate(first), np.concatenate(second)


def redrawn_effects(
    similarities: Float[np.ndarray, "text image"],
    doubled: UInt16[np.ndarray, "component image"],
    counts: Int[np.ndarray, "draw image"],
) -> Float[np.ndarray, "draw text component"]:
    """Return each text's effect on each component, given the other texts, where the images are drawn again.

    A text's images are the `SHARE` most similar of those drawn; their effects are `effects_given_others`.
    An activation keeps its rank among all images: ranking the drawn ones anew changes the standard error of
    an effect by less than 1 %, and would cost a sort for every draw and component.

    Parameters
    ----------
    counts
        How often each image is drawn.
    """
    order = np.argsort(-similarities, axis=1, kind="stable")
    texts, images = order.shape
    taken = max(1, round(SHARE * images))
    # How many copies of an image belong to a text: of the last one perhaps not all.
    members = np.empty((len(counts), texts, images), np.float32)
    for text, each in enumerate(order):
        before = np.cumsum(counts[:, each], axis=1) - counts[:, each]
        members[:, text, each] = np.clip(taken - before, 0, counts[:, each])
    gram = members @ (members / np.maximum(counts, 1).astype(np.float32)[:, None]).swapaxes(1, 2)
    gram[:, range(texts), range(texts)] = taken
    inverse = np.linalg.pinv(
        gram.astype(np.float64) - taken * taken / images, rcond=1e-9, hermitian=True
    ).astype(np.float32)
    members -= counts[:, None].astype(np.float32) * np.float32(taken / images)
    found = np.empty((len(counts), texts, len(doubled)), np.float32)
    for start in range(0, len(doubled), _COMPONENTS):
        part = doubled[start : start + _COMPONENTS].astype(np.float32)
        sums = members.reshape(-1, images) @ (part - (images + 1)).T / images
        found[:, :, start : start + _COMPONENTS] = inverse @ sums.reshape(len(counts), texts, -1)
    return found


def p_values(
    scores: Float[np.ndarray, " component"], chance: Float[np.ndarray, " draw"], size: int = 1
) -> Float[np.ndarray, " component"]:
    """Return the probability that the best of `size` draws of `chance` reaches each score; NaN stays."""
    ordered = np.sort(chance)
    above = len(ordered) - np.searchsorted(ordered, scores, side="left")
    single = (1 + above) / (1 + len(ordered))
    return np.where(np.isnan(scores), np.nan, 1 - (1 - single) ** size)


def adjusted(p: Float[np.ndarray, " component"]) -> Float[np.ndarray, " component"]:
    """Return p-values corrected for the number of components (Benjamini and Hochberg); NaN stays."""
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    found = np.full(len(p), np.nan)
    steps = p[order] * len(order) / np.arange(1, len(order) + 1)
    found[order] = np.minimum(np.minimum.accumulate(steps[::-1])[::-1], 1)
    return found


def best_of(
    effects: Float[np.ndarray, "member component"], p: Float[np.ndarray, "member component"]
) -> tuple[Int64[np.ndarray, " component"], Float[np.ndarray, " component"], Float[np.ndarray, " component"]]:
    """Return which member of a set speaks for it, the effect of that one, and its p-value as one of so many.

    Of the members with an effect of at least `MIN_EFFECT` it is the one with the smallest p; where no effect
    is so large, the one with the largest. Its p is corrected for the number of members (Šidák).
    """
    enough = np.where(effects >= MIN_EFFECT, p, np.inf)
    place = np.lexsort((-effects, enough), axis=0)[0]
    columns = np.arange(effects.shape[1])
    chosen = p[place, columns]
    if len(p) > 1:
        with np.errstate(divide="ignore"):
            chosen = -np.expm1(len(p) * np.log1p(-chosen))
    return place, effects[place, columns], chosen


def border(scores: Float[np.ndarray, " component"], corrected: Float[np.ndarray, " component"]) -> float:
    """Return the score from which on a component is aligned: large enough, and more than chance.

    `MIN_EFFECT`, or where chance reaches that the lowest score with a corrected p of at most `LEVEL`;
    where no component has one, just above the highest score.
    """
    known = ~np.isnan(scores)
    sure = known & (corrected <= LEVEL)
    if sure.any():
        return max(MIN_EFFECT, float(scores[sure].min()))
    highest = scores[known].max(initial=-1)
    return max(MIN_EFFECT, float(np.nextafter(np.float32(highest), np.float32(np.inf))))
