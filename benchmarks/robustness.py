"""What breaks the audit? The lab with other shortcuts, other biases, and probe images drawn or treated anew.

    python benchmarks/robustness.py [--only NAME …] [--seed 0] [--cache DIR]

Every case audits one classifier with the lab's settings; nothing is chosen on its figures. A case with other
shortcuts or another bias trains a classifier of its own on the lab's training images (`world.sample`); the
others take the shipped one. Treated are the probe images alone: what the model is tested on stays as it is.
The truth is the renderer's, on images of "channel_test"; the pruning is that of what the audit names.
"""

from __future__ import annotations

import argparse
import io
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from results import write_section
from scipy.ndimage import rotate

from slens_widgets import lab
from slens_widgets.audit import Audit, Evaluation
from slens_widgets.audit.align import leans_to_spurious
from slens_widgets.lab import measure
from slens_widgets.lab.captions import QUERY_TEMPLATES
from slens_widgets.lab.classifier import Classifier, load_classifier, train_classifier, transform
from slens_widgets.lab.estimate import Estimate, bootstrap, proportion
from slens_widgets.lab.verify_seed import MODE, alignment_of, components, search_figures, worst
from slens_widgets.lab.world import SHORTCUTS, groups, render_set, sample, split


@dataclass(frozen=True)
class Case:
    """What differs from the lab as it is shipped."""

    name: str
    bias: int = 70
    shortcuts: tuple[str, str] = SHORTCUTS
    treated: Callable[[np.ndarray], np.ndarray] | None = None
    """What is done to each probe image."""
    probe_seed: int | None = None
    """Draw the probe images anew."""


def jpeg(image: np.ndarray, quality: int) -> np.ndarray:
    """Return the image as its JPEG shows it."""
    file = io.BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file, formats=["JPEG"]))


def brighter(image: np.ndarray, factor: float) -> np.ndarray:
    """Return the image with every value multiplied."""
    return np.clip(image * factor, 0, 255).astype(np.uint8)


def turned(image: np.ndarray, degrees: float) -> np.ndarray:
    """Return the image turned about its middle, its edges mirrored outwards."""
    return rotate(image, degrees, reshape=False, order=1, mode="reflect")


CASES = [
    Case("as shipped"),
    Case("shortcuts ink and vignette", shortcuts=("ink", "vignette")),
    Case("bias 50", bias=50),
    Case("bias 90", bias=90),
    Case("probe: JPEG of quality 30", treated=partial(jpeg, quality=30)),
    Case("probe: JPEG of quality 10", treated=partial(jpeg, quality=10)),
    Case("probe: darker, × 0.7", treated=partial(brighter, factor=0.7)),
    Case("probe: brighter, × 1.3", treated=partial(brighter, factor=1.3)),
    Case("probe: turned by 10°", treated=partial(turned, degrees=10)),
    Case("probe: drawn anew, 1", probe_seed=3006),
    Case("probe: drawn anew, 2", probe_seed=4006),
]


def main() -> None:
    """Measure the cases and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME", choices=[c.name for c in CASES])
    parser.add_argument("--seed", type=int, default=0, choices=(0, 1, 2), help="which shipped classifier")
    parser.add_argument("--cache", default=None)
    asked = parser.parse_args()
    chosen = [case for case in CASES if case.name in asked.only or not asked.only]
    rows = {}
    for case in chosen:
        rows[case.name] = figures(case, asked.seed, asked.cache)
        print(line(case.name, rows[case.name]), flush=True)
    heads = ["", *next(iter(rows.values()))]
    table = "\n".join(
        [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}", *(line(*each) for each in rows.items())]
    )
    said = (
        f"`python benchmarks/robustness.py`: the classifier of seed {asked.seed}, or one trained the same\n"
        "way on images with other shortcuts or another bias; 95 % intervals. n: 96 channels for the audit,\n"
        "those named for its precision, the artefact-selective ones for its recall, 2,400 test images for\n"
        "accuracies, the queries for search."
    )
    if not asked.only:
        write_section("robustness", "Robustness of the audit", f"{said}\n\n{table}")


def figures(case: Case, seed: int, cache: str | None) -> dict[str, Estimate]:
    """Audit the case's classifier over its probe images and compare with the renderer's truth."""
    model = trained(case, seed)
    images, _, present = lab.image_set("channel_test", cache)
    area = measure.auroc(present, measure.activations(model, images, lab.LAYER))
    truth = measure.artefact_selective(area)
    tested, labels, shown = lab.image_set("test_unbiased", cache)
    group = groups(labels, shown, case.shortcuts)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.slens"
        lab.build_database(model, probe(case, cache), path, "lab:robustness", progress=False)
        audit = Audit(
            path,
            lab.foundation_model(),
            model,
            Evaluation(tested, labels.tolist(), class_names=list(lab.CLASS_NAMES)),
            transform=transform(),
            templates=QUERY_TEMPLATES,
        )
        found = search_figures(audit, area)
        aligned = alignment_of(audit)
        lean, named = aligned["lean"].to_numpy(), leans_to_spurious(aligned)
        assert audit.live is not None
        before, after = (
            np.asarray(audit.live.logits(pruned, MODE)).argmax(axis=1) == labels
            for pruned in ((), components(named))
        )
    gain = bootstrap(
        lambda drawn: worst(after, group, drawn) - worst(before, group, drawn), len(group), draws=300
    )
    return {
        "search P@1": found["p_at_1"],
        "search P@3": found["p_at_3"],
        "audit AUROC": bootstrap(
            lambda drawn: float(measure.auroc(truth[drawn, None], lean[drawn, None])[0, 0]), len(truth)
        ),
        "audit precision": proportion(truth[named]),
        "audit recall": proportion(named[truth]),
        "worst group": bootstrap(lambda drawn: worst(before, group, drawn), len(group), draws=300),
        "its gain by pruning": gain,
    }


def trained(case: Case, seed: int) -> Classifier:
    """Return the shipped classifier, or one of the case's own."""
    if (case.bias, case.shortcuts) == (70, SHORTCUTS):
        return load_classifier(seed)
    chosen = split("train")
    labels, present = sample(chosen.population, chosen.size, chosen.seed, case.bias, case.shortcuts)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # as `slens lab train` does: the weights don't depend on the number of cores
    try:
        return train_classifier(render_set(present, chosen.seed)[0], labels, seed)
    finally:
        torch.set_num_threads(threads)


def probe(case: Case, cache: str | None) -> np.ndarray:
    """Return the case's probe images."""
    if case.probe_seed is None:
        images = np.asarray(lab.image_set("probe", cache)[0])
    else:
        chosen = split("probe")
        _, present = sample(chosen.population, chosen.size, case.probe_seed)
        images = render_set(present, case.probe_seed)[0]
    return images if case.treated is None else np.stack([case.treated(image) for image in images])


def line(name: str, found: dict[str, Estimate]) -> str:
    """Return a row of the table."""
    return f"| {' | '.join([name, *map(cell, found.values())])} |"


def cell(figure: Estimate) -> str:
    """Return a figure with its interval."""
    interval = "" if np.isnan(figure.low) else f" [{figure.low:.2f}, {figure.high:.2f}]"
    return f"{figure.value:.2f}{interval} n={figure.n}"


if __name__ == "__main__":
    main()
