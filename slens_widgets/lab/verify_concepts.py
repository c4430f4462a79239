"""Do five images find the channels of what they show? Concepts by example against the renderer's truth.

The statistic was chosen on the validation split of the shipped classifiers, over 20 draws of five images for
each factor. Against the probe images the rank (AUROC .92 at either bias; single draws .79 to .96) is better
than the median (.90), the second lowest (.87), or standardised activations (.91, .89); the largest activation
of a map better than its mean (.91, .92). Between pairs the difference of the places among the probe images
(.97) is better than the sign of the difference (.93, .92), its mean in standard deviations (.95, .94) or the
signed ranks (.94, .94).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float

from slens_widgets import lab
from slens_widgets.audit import Audit
from slens_widgets.concept import Concept
from slens_widgets.lab import measure
from slens_widgets.lab.estimate import Estimate, mean
from slens_widgets.lab.factors import FACTORS
from slens_widgets.lab.renderer import render
from slens_widgets.lab.verify_alignment import TELLS
from slens_widgets.lab.world import split

SHOWN = 5
"""Images that show a factor."""
DRAWS = 10
"""Times that each factor is shown, by other images: one time differs from the next by ± .05."""
RATE = 0.12
"""How often the images show each other factor, as the probe images do."""


def concept_figures(
    seed: int, cache: str | Path | None = None, progress: bool = True, *, on: str = "channel_test"
) -> dict[str, Estimate]:
    """Measure how well the evidence of five images, and of five pairs, tells the channels of their factor.

    Returns
    -------
    "shown_KIND_BIAS", with KIND "images" (against the probe images) or "pairs" (the same images rendered
    without the factor), and the training bias 0 or 70: AUROC of the effect for "the channel tells the factor"
    (its activation has an AUROC of at least 0.7), mean over the factors that some channel tells.
    """
    held_out = lab.is_held_out(seed)
    images, _, present = lab.image_set(on, cache, progress, held_out=held_out)
    concepts = drawn_concepts(split(on, held_out).seed)
    figures = {}
    for bias in (0, 70):
        audit = lab.open_audit(seed, cache, progress=progress, bias=bias)
        tells = (
            measure.auroc(present, measure.activations(lab.model(seed, bias, cache), images, lab.LAYER))
            >= TELLS
        )
        for kind, by_factor in concepts.items():
            areas = [
                np.mean([_area(tells[:, k], audit, each) for each in shown])
                for k, shown in enumerate(by_factor)
                if 0 < tells[:, k].sum() < len(tells)
            ]
            figures[f"shown_{kind}_{bias}"] = mean(np.array(areas))
        audit.db.close()
    return figures


def drawn_concepts(seed: int) -> dict[str, list[list[Concept]]]:
    """Return for each factor the concepts that show it, without and with pairs."""
    rng = np.random.default_rng([seed, 5])
    found: dict[str, list[list[Concept]]] = {"images": [], "pairs": []}
    for k, factor in enumerate(FACTORS):
        present = rng.random((DRAWS * SHOWN, len(FACTORS))) < RATE
        with_it, without = (
            [_image(row, k, on, seed, i) for i, row in enumerate(present)] for on in (True, False)
        )
        draws = [slice(start, start + SHOWN) for start in range(0, len(present), SHOWN)]
        found["images"].append([Concept(factor.prompt, with_it[draw]) for draw in draws])
        found["pairs"].append(
            [Concept(factor.prompt, with_it[draw], without[draw], pairs=True) for draw in draws]
        )
    return found


def _image(present: Bool[np.ndarray, " factor"], factor: int, on: bool, seed: int, index: int) -> np.ndarray:
    shown = present.copy()
    shown[factor] = on
    # A world of its own: none of these images is in a split.
    return render(shown, seed + 10_000 * (factor + 1), index).image


def _area(truth: Bool[np.ndarray, " component"], audit: Audit, concept: Concept) -> float:
    effect: Float[np.ndarray, " component"] = audit.concept(concept)["effect"].to_numpy()
    return float(measure.auroc(truth[:, None], effect[:, None])[0, 0])
