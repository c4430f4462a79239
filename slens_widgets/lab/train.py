"""Train every model of the lab from nothing: `slens lab train`."""

from __future__ import annotations

import argparse
import logging
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Bool, Int64, UInt8

from slens_widgets.lab import classifier, weights_folder
from slens_widgets.lab.clip import WEIGHTS, save_clip
from slens_widgets.lab.clip_training import STEPS, train_clip
from slens_widgets.lab.world import BIASES, groups, render_set, sample, split
from slens_widgets.untrusted import logger_of

logger = logger_of(__name__)


def train(
    out: str | Path | None = None,
    *,
    seeds: Sequence[int] = classifier.SEEDS,
    biases: Sequence[int] = BIASES,
    clip: bool = True,
    clip_steps: int = STEPS,
    threads: int | None = None,
    held_out: bool = False,
) -> Path:
    """Train the classifiers and the CLIP on freshly rendered images and write their weights.

    The same machine and number of threads give the same weights (of the classifiers whatever the number);
    elsewhere sums in another order give weights that differ slightly.

    Parameters
    ----------
    out
        Folder for the weights; default: the package's own.
    seeds
        Classifiers to train; none for an empty sequence.
    biases
        How biased the images are that each of them is trained on, see `world.sample`.
    clip
        Whether to train the CLIP.
    clip_steps
        Its optimisation steps.
    threads
        Cores for the CLIP's training; default: torch's own choice.
    held_out
        Train on the images drawn anew, see `world.HELD_OUT_SPLITS`.
    """
    folder = Path(out) if out is not None else WEIGHTS
    before = torch.get_num_threads()
    begin = time.perf_counter()
    try:
        if seeds:
            torch.set_num_threads(1)
            train_classifiers(folder, seeds, biases, held_out)
        logger.info("classifiers done after %.1f minutes", (time.perf_counter() - begin) / 60)
        if clip:
            torch.set_num_threads(threads or before)
            chosen = split("clip_train")
            _, present = sample(chosen.population, chosen.size, chosen.seed)
            images, coverage = render_set(present, chosen.seed, with_coverage=True)
            assert coverage is not None
            save_clip(train_clip(images, coverage, steps=clip_steps), folder)
    finally:
        torch.set_num_threads(before)
    logger.info("everything done after %.1f minutes", (time.perf_counter() - begin) / 60)
    return folder


def train_classifiers(
    folder: Path, seeds: Sequence[int], biases: Sequence[int] = BIASES, held_out: bool = False
) -> None:
    """Train classifiers on the training split, biased as asked; log accuracies on the validation splits.

    On one core, so that their weights don't depend on how many a machine has.
    """
    sets = {name: _rendered(name, held_out=held_out) for name in ("validation_biased", "validation_unbiased")}
    for bias in biases:
        trained_on = _rendered("train", bias, held_out)
        for seed in seeds:
            model = classifier.train_classifier(*trained_on[:2], seed)
            classifier.save_classifier(model, seed, folder, bias)
            model = classifier.load_classifier(seed, folder, bias)
            for name, (images, labels, present) in sets.items():
                right = classifier.predict(model, images).argmax(axis=1) == labels
                group = groups(labels, present)
                worst = min(right[group == g].mean() for g in np.unique(group))
                said = f"classifier {seed}, bias {bias}, on {name}"
                logger.info("%s: %.3f, worst group %.3f", said, right.mean(), worst)


def _rendered(
    name: str, bias: int = BIASES[-1], held_out: bool = False
) -> tuple[
    UInt8[np.ndarray, "image height width 3"], Int64[np.ndarray, " image"], Bool[np.ndarray, "image factor"]
]:
    chosen = split(name, held_out)
    labels, present = sample(chosen.population, chosen.size, chosen.seed, bias)
    return render_set(present, chosen.seed)[0], labels, present


def main(arguments: Sequence[str] | None = None) -> None:
    """Train from the command line."""
    parser = argparse.ArgumentParser(prog="slens lab train", description=__doc__)
    parser.add_argument("--out", metavar="DIR", help="folder for the weights (default: inside the package)")
    parser.add_argument("--only", choices=["classifiers", "clip"], help="train only these")
    parser.add_argument(
        "--held-out",
        action="store_true",
        help="train the held-out classifiers (seeds 3 to 5) on images drawn anew, into the cache",
    )
    parser.add_argument("--threads", type=int, help="cores for the CLIP's training")
    given = parser.parse_args(arguments)
    logging.getLogger("slens_widgets.lab").setLevel(logging.INFO)
    if given.held_out:
        train(
            given.out or weights_folder(classifier.HELD_OUT_SEEDS[0]),
            seeds=classifier.HELD_OUT_SEEDS,
            clip=False,
            held_out=True,
        )
        return
    train(
        given.out,
        seeds=() if given.only == "clip" else classifier.SEEDS,
        clip=given.only != "classifiers",
        threads=given.threads,
    )


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    main()
