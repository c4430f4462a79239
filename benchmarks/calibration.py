"""How often does a text that has nothing to do with a component reach the border by chance?

    python benchmarks/calibration.py

efficientnet-lite0's last block over the photographs, in the space of tests/photographs_space.py. Half of the
everyday words are the null, the other half are asked: as sets of 1, 3 and 8, and each by itself. "Before" is
the largest raw cosine with θ (mean embedding of the 30 strongest images) against the null's quantile; "after"
the effect on the images most similar to a word. Then what `Audit.align` calls of some kinds, by the classes.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1]))

from slens_widgets.analyses import evidence
from slens_widgets.analyses.search import cosine
from slens_widgets.audit.unrelated_words import UNRELATED_WORDS
from tests.photographs_space import PhotographSpace, efficientnet_lite, photographs, preprocessing

SIZES, DRAWS, EXAMPLES = (1, 3, 8), 200, 30
KINDS = {
    "dog": range(151, 269),
    "bird": [*range(7, 25), *range(80, 101), *range(127, 147)],
    "snake": range(52, 69),
    "insect": range(300, 320),
}
"""ImageNet's classes of some kinds."""


def main() -> None:
    """Print the tables."""
    images, classes, _ = photographs()
    space = PhotographSpace()
    embedded = space.encode_images(images)
    activations = _activations(images)
    theta = np.stack([embedded[np.argsort(-row)[:EXAMPLES]].mean(axis=0) for row in activations])
    words = np.random.default_rng(0).permutation(UNRELATED_WORDS).tolist()
    texts = space.encode_texts(words)
    members, doubled = evidence.images_of(cosine(texts, embedded)), evidence.ranks(activations)
    effects = evidence.single_effects(members, evidence.rank_sums(members, doubled))
    half = len(words) // 2
    print(f"{len(images)} photographs, {len(activations)} channels, {half} words of the null")
    print("share of the channels at p = .05    1      3      8    single words: median, largest")
    for name, scores in (("before: cosine", cosine(texts, theta)), ("after: effect", effects)):
        null, asked = scores[:half].ravel(), scores[half:]
        rates = [_rate(asked, null, size) for size in SIZES]
        single = np.array([(evidence.p_values(row, null) <= 0.05).mean() for row in asked])
        print(
            f"{name:34}",
            *(f"{rate:.3f} " for rate in rates),
            f"  {np.median(single):.3f}, {single.max():.3f}",
        )
    print("kind: photographs, channels called (share with an AUROC below .6), channels from .8 on: called")
    for kind, indices in KINDS.items():
        shown = np.isin(classes, list(indices))
        border, score, area = _kind(space.encode_texts([kind]), shown, embedded, doubled, effects)
        called, tells = score >= border, area >= 0.8
        wrong = (area[called] < 0.6).mean() if called.any() else 0.0
        both = (tells & called).sum()
        print(f"{kind:8} {shown.sum():4} {called.sum():6} ({wrong:.2f}) {tells.sum():6} {both:6}")


def _rate(asked: np.ndarray, null: np.ndarray, size: int) -> float:
    rng = np.random.default_rng(size)
    sets = [rng.choice(len(asked), size, replace=False) for _ in range(DRAWS)]
    return float(
        np.mean([(evidence.p_values(asked[s].max(axis=0), null, size) <= 0.05).mean() for s in sets])
    )


def _kind(
    text: np.ndarray, shown: np.ndarray, embedded: np.ndarray, doubled: np.ndarray, effects: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """Return a text's border, its score of every channel, and the AUROC for the photographs of its kind."""

    def effect(members: np.ndarray) -> np.ndarray:
        return evidence.single_effects(members, evidence.rank_sums(members, doubled))[0]

    score = effect(evidence.images_of(cosine(text, embedded)))
    corrected = evidence.adjusted(evidence.p_values(score, effects.ravel()))
    return evidence.border(score, corrected), score, effect(shown[None]) / 2 + 0.5


def _activations(images: Sequence[Image.Image]) -> np.ndarray:
    network, transform = efficientnet_lite(0), preprocessing(224)
    found = []
    for start in range(0, len(images), 16):
        batch = torch.stack([transform(each) for each in images[start : start + 16]])
        with torch.no_grad():
            found.append(network.extract_features(batch).amax((2, 3)).numpy())
    return np.concatenate(found).T


if __name__ == "__main__":
    main()
