"""Zero-shot recognition by the lab's CLIP, measured on whole images of its test split."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Float, Int64
from PIL import Image

from slens_widgets import lab
from slens_widgets.lab import measure
from slens_widgets.lab.captions import HELD_OUT, PHRASES
from slens_widgets.lab.clip import LabClip, zero_shot
from slens_widgets.lab.estimate import Estimate, bootstrap
from slens_widgets.lab.factors import FACTORS, NAMES

DRAWS = 100
"""Bootstrap draws: each ranks all images for every phrase."""
_ARTEFACT = np.array([not factor.valid for factor in FACTORS])


def clip_figures(
    clip: LabClip, cache: str | Path | None = None, progress: bool = True
) -> tuple[dict[str, Estimate], str]:
    """Measure the AUROC of every factor's phrases for the images that show it.

    Returns
    -------
    "mean", "artefacts" and "weakest" of the factors' own phrases, and "lost" on phrases that were not
    trained; the intervals are over images. Then the name of the weakest factor.
    """
    images, _, present = lab.image_set("clip_test", cache, progress)
    embedded = clip.encode_images([Image.fromarray(image) for image in images])

    def scores(phrases: Mapping[str, Sequence[str]]) -> list[Float[np.ndarray, "image phrase"]]:
        return [
            np.stack([zero_shot(clip, embedded, phrase) for phrase in phrases[name]], axis=1)
            for name in NAMES
        ]

    def areas(
        of: list[Float[np.ndarray, "image phrase"]], drawn: Int64[np.ndarray, " drawn"]
    ) -> Float[np.ndarray, " factor"]:
        return np.array(
            [measure.auroc(present[drawn][:, [k]], of[k][drawn]).mean() for k in range(len(NAMES))]
        )

    own = scores({factor.name: (factor.prompt,) for factor in FACTORS})
    trained, new = scores(PHRASES), scores(HELD_OUT)
    weakest = int(areas(own, np.arange(len(images))).argmin())
    statistics: dict[str, Callable[[Int64[np.ndarray, " drawn"]], float]] = {
        "mean": lambda drawn: float(areas(own, drawn).mean()),
        "artefacts": lambda drawn: float(areas(own, drawn)[_ARTEFACT].mean()),
        "weakest": lambda drawn: float(areas(own, drawn)[weakest]),
        "lost": lambda drawn: float(areas(trained, drawn).mean() - areas(new, drawn).mean()),
    }
    figures = {name: bootstrap(each, len(images), draws=DRAWS) for name, each in statistics.items()}
    return figures, NAMES[weakest]
