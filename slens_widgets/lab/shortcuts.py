"""Images that a planted shortcut decides: without it, the renderer's same image gets another class."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from jaxtyping import Bool, Int64, UInt8
from torch import nn

from slens_widgets.lab.classifier import predict
from slens_widgets.lab.estimate import Estimate, proportion
from slens_widgets.lab.factors import INDEX
from slens_widgets.lab.renderer import render
from slens_widgets.lab.world import SHORTCUTS


def decided_by(
    model: nn.Module,
    images: UInt8[np.ndarray, "image height width 3"],
    present: Bool[np.ndarray, "image factor"],
    seed: int,
    factor: str,
) -> Int64[np.ndarray, " decided"]:
    """Return the places of the images whose predicted class changes when `factor` alone is left out.

    Parameters
    ----------
    seed
        The world that the images were rendered from, image i with index i.
    """
    having = np.flatnonzero(present[:, INDEX[factor]])
    without = present[having].copy()
    without[:, INDEX[factor]] = False
    rendered = np.stack(
        [render(row, seed, int(index)).image for row, index in zip(without, having, strict=True)]
    )
    before = predict(model, np.asarray(images[having])).argmax(axis=1)
    return having[before != predict(model, rendered).argmax(axis=1)]


def explained(
    seed: int, cache: str | Path | None = None, progress: bool = True, *, n: int = 60, first: int = 3
) -> dict[str, Estimate]:
    """Return how often `explain` names each shortcut ("explained_ruler" …) where it decides the image.

    Parameters
    ----------
    n
        Images for each shortcut, spread over those that it decides in the test split.
    first
        The shortcut counts as named if it is the trusted label of one of that many components.
    """
    from slens_widgets import lab
    from slens_widgets.lab import world

    split = "test_unbiased"
    held_out = lab.is_held_out(seed)
    images, _, present = lab.image_set(split, cache, progress, held_out=held_out)
    model, rendered = lab.model(seed, cache=cache), world.split(split, held_out).seed
    audit = lab.open_audit(seed, cache, progress=progress, split=split)
    audit.session.vocabulary = tuple(factor.prompt for factor in lab.FACTORS)
    found = {}
    for name in SHORTCUTS:
        prompt = lab.FACTORS[INDEX[name]].prompt
        decided = decided_by(model, images, present, rendered, name)
        chosen = decided[np.unique(np.linspace(0, len(decided) - 1, min(n, len(decided))).astype(int))]
        tables = [audit.explain(int(i), k=first).table for i in chosen]
        named = [prompt in table["label"][table["trusted"]].tolist() for table in tables]
        found[f"explained_{name}"] = proportion(np.array(named, bool))
    return found
