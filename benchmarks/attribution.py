"""What the choice of attribution does, on the lab, where every factor's mask is known.

    python benchmarks/attribution.py [--m 30] [--images 1200] [--methods crp gradient …] [--localise]

For each method: how much of a heatmap lies inside the mask of the factor that its component tells best, and
how often its maximum does (pointing game); then a database built with it, and the clarity, search and audit
that follow. One classifier, one machine, one run; the table goes into benchmarks/RESULTS.md.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from results import write_section
from scipy.ndimage import binary_dilation

import slens_widgets as sw
from slens_widgets import lab
from slens_widgets.core.hooks import evaluating
from slens_widgets.core.relevance import attributing
from slens_widgets.lab import captions, measure, verify_seed, world
from slens_widgets.lab.classifier import to_batch, transform
from slens_widgets.lab.factors import FACTORS
from slens_widgets.lab.renderer import render

METHODS = ("crp", "gradient", "integrated", "smoothgrad", "gradcam", "activation", None)
PER_COMPONENT = 8


def localisation(
    method: str | None,
    area: np.ndarray,
    images: np.ndarray,
    present: np.ndarray,
    seed: int,
    firing: np.ndarray,
) -> tuple[float, float, float]:
    """Return mass inside the mask, pointing game, and processor milliseconds per heatmap.

    Over components that tell a factor with an AUROC of at least 0.85, each in the images that show the factor
    and in which it fires most. Whole-image factors (vignette, red skin, size) are left out.
    """
    small = [k for k, factor in enumerate(FACTORS) if factor.name not in ("vignette", "red_skin", "large")]
    model = lab.model(0)
    mass, hits, seconds, count = [], [], 0.0, 0
    first = to_batch(np.asarray(images[:1]))
    with evaluating(model) as model, attributing(model, [lab.LAYER], method, first) as attribution:
        for component in np.flatnonzero(area[:, small].max(axis=1) >= measure.REPRESENTED):
            factor = small[int(area[component, small].argmax())]
            having = np.flatnonzero(present[:, factor])
            chosen = having[np.argsort(-firing[having, component])][:PER_COMPONENT]
            masks = np.stack([render(present[i], seed, int(i)).masks[factor] for i in chosen])
            start = time.process_time()
            if method is None:
                heatmaps = np.ones(masks.shape)
            else:
                batch = to_batch(np.asarray(images[chosen]))
                asked = [[int(component)]] * len(chosen)
                rows = attribution.heatmaps(lab.LAYER, batch, asked)
                heatmaps = torch.cat([maps for _, _, maps in rows]).abs().numpy(force=True)
            seconds += time.process_time() - start
            for heatmap, mask in zip(heatmaps, masks, strict=True):
                if not mask.any() or not heatmap.any():
                    continue
                count += 1
                mass.append(heatmap[mask].sum() / heatmap.sum())
                near = binary_dilation(mask, np.ones((7, 7)))
                point = np.unravel_index(int(heatmap.argmax()), heatmap.shape)
                hits.append(near.mean() if method is None else near[point])  # none: a point at random
    return float(np.mean(mass)), float(np.mean(hits)), 1000 * seconds / max(count, 1)


def quality(method: Any, area: np.ndarray, probe: np.ndarray, m: int, folder: Path) -> dict[str, float]:
    """Return clarity, search precision and audit AUROC of a database built with a method."""
    path = folder / f"{method}.slens"
    start = time.process_time()
    with sw.build(
        lab.model(0), probe, [lab.LAYER], lab.foundation_model(), path, transform=transform(), m=m,
        relevance=method, crop_threshold=lab.CROP_THRESHOLD, batch_size=32, progress=False,
    ) as db:  # fmt: skip
        seconds = time.process_time() - start
        audit = sw.Audit(db, lab.foundation_model(), templates=captions.QUERY_TEMPLATES)
        scores = np.stack([audit.search_scores(factor.prompt) for factor in FACTORS])
        truth = measure.artefact_selective(area)
        return {
            "clarity": float(audit.scores()["clarity"].mean()),
            "search P@1": measure.search_precision(scores, area, 1),
            "search P@3": measure.search_precision(scores, area, 3),
            "audit AUROC": float(
                measure.auroc(truth[:, None], verify_seed.alignment_of(audit)[["lean"]].to_numpy())[0, 0]
            ),
            "build cpu-s": seconds,
        }


def table(rows: list[dict[str, Any]]) -> str:
    names = list(rows[0])
    lines = ["| " + " | ".join(names) + " |", "|" + " --- |" * len(names)]
    for row in rows:
        cells = [value if isinstance(value, str) else f"{value:.3f}" for value in row.values()]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--m", type=int, default=30, help="examples per component (30)")
    parser.add_argument("--images", type=int, default=1200, help="probe images (1200)")
    parser.add_argument("--methods", nargs="+", default=["none" if m is None else m for m in METHODS])
    parser.add_argument("--localise", action="store_true", help="localisation only: builds no databases")
    parser.add_argument("--cache", help="where the lab keeps its images")
    options = parser.parse_args()
    torch.set_num_threads(1)
    images, _, present = lab.image_set("channel_test", options.cache, progress=False)
    firing = measure.activations(lab.model(0), images, lab.LAYER)
    area = measure.auroc(present, firing)
    probe = np.array(lab.image_set("probe", options.cache, progress=False)[0][: options.images])
    seed = world.split("channel_test").seed
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name in options.methods:
            method = None if name == "none" else name
            mass, hits, milliseconds = localisation(method, area, images, present, seed, firing)
            row: dict[str, Any] = {
                "relevance": name,
                "mass inside": mass,
                "pointing game": hits,
                "cpu-ms a heatmap": milliseconds,
            }
            if not options.localise:
                row |= quality(method, area, probe, options.m, Path(folder))
            rows.append(row)
            print(table(rows[-1:]).splitlines()[-1], flush=True)
    built = "" if options.localise else f"m = {options.m}, {options.images} probe images, "
    text = (
        f"The lab's classifier 0, layer {lab.LAYER}, {built}"
        "one thread. Mass inside and pointing game (7 pixels wide): heatmaps against the "
        "renderer's mask of the factor that a component tells best (AUROC ≥ 0.85); none is the whole image, "
        "a point at random. Of the database with its crops: clarity, search and audit, as `slens lab verify` "
        f"measures them. Timings are processor time and compare within this run only.\n\n{table(rows)}"
    )
    write_section("attribution", "Attribution", text)
    print(text)


if __name__ == "__main__":
    main()
