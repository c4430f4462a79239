"""The populations of the lab: which factors come with which class, and the image sets drawn from them."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from jaxtyping import Bool, Int64, UInt8

from slens_widgets.errors import InputError, UnknownNameError
from slens_widgets.lab.factors import ARTEFACTS, FACTORS, INDEX, NAMES
from slens_widgets.lab.lesion import SIZE
from slens_widgets.lab.renderer import Rendering, render

CLASS_NAMES = ("nevus", "melanoma")
MALIGNANT = ("asymmetry", "irregular_border", "multicolour", "blue_white_veil", "large", "vessels")
BENIGN = ("network", "milia")
OFTEN, RARELY = 0.607, 0.067
"""How often a valid factor occurs in the class that it speaks for, and in the other one."""

SHORTCUTS = ("ruler", "bandaid")
"""The artefacts that go with melanoma and with nevus in the biased population."""

GROUP_NAMES = tuple(
    f"{name}, {shortcut}"
    for name in CLASS_NAMES
    for shortcut in ("no shortcut", "ruler", "band-aid", "ruler and band-aid")
)

BIASES = (0, 35, 70)
"""By how many points the classes differ in showing a shortcut, where classifiers are trained."""

CELLS = 24
"""Coverage of the masks is kept on a grid of this many cells per side."""

Population = Literal["biased", "unbiased", "independent", "sparse"]


@dataclass(frozen=True)
class Split:
    """A named image set: where it comes from and how large it is."""

    population: Population
    seed: int
    size: int


SPLITS: dict[str, Split] = {
    "train": Split("biased", 1001, 4000),
    "validation_biased": Split("biased", 1002, 1000),
    "validation_unbiased": Split("unbiased", 1003, 1600),
    "test_biased": Split("biased", 1004, 2000),
    "test_unbiased": Split("unbiased", 1005, 2400),
    "probe": Split("sparse", 1006, 2500),
    "channel_validation": Split("sparse", 1010, 1500),
    "channel_test": Split("sparse", 1011, 2500),
    "clip_train": Split("independent", 1007, 12000),
    "clip_validation": Split("independent", 1008, 1000),
    "clip_test": Split("independent", 1009, 2000),
}

HELD_OUT_SPLITS: dict[str, Split] = {
    name: Split(each.population, each.seed + 1000, each.size)
    for name, each in SPLITS.items()
    if not name.startswith("clip")
}
"""The same splits drawn anew, for the held-out classifiers: nothing was ever chosen on these images."""


def split(name: str, held_out: bool = False) -> Split:
    """Return a named split, of the images that choices were made on or of those drawn anew."""
    splits = HELD_OUT_SPLITS if held_out else SPLITS
    if name not in splits:
        raise UnknownNameError.of("split", name, splits)
    return splits[name]


def sample(
    population: Population,
    n: int,
    seed: int,
    bias: int = BIASES[-1],
    shortcuts: tuple[str, str] = SHORTCUTS,
) -> tuple[Int64[np.ndarray, " image"], Bool[np.ndarray, "image factor"]]:
    """Draw labels and factors.

    `biased` is what the classifier is trained on: a ruler on 70 % of the melanomas, a plaster on 70 % of
    the nevi, 0.5 % the other way round, the other artefacts at 20 % whatever the class. `unbiased` has the
    same medicine with every artefact at 25 %. In `independent` all factors occur independently of each
    other and of the (meaningless) label, at a rate that varies between images from 10 % to 40 %. `sparse` is
    the same at 12 %: what a channel's strongest images have in common is then what it encodes, and not what
    most images show anyway.

    Parameters
    ----------
    bias
        Of the biased population, from 0 to 95: at 0 the two shortcuts are on 20 % of either class, like
        other artefacts; at 35, half way, on 45 % and 10 %; at 90 on 90 % and 0.5 %. Everything else about
        the images stays the same.
    shortcuts
        The artefacts that go with melanoma and with nevus in the biased population.
    """
    if not 0 <= bias <= 95:
        raise InputError(f"bias={bias!r}", expected="points from 0 to 95")
    for name in shortcuts:
        if name not in ARTEFACTS:
            raise UnknownNameError.of("artefact", name, ARTEFACTS)
    rng = np.random.default_rng([seed, 77])
    labels = rng.permutation(np.arange(n) % 2).astype(np.int64)
    rate = np.empty((n, len(NAMES)))
    if population == "independent":
        rate[:] = rng.uniform(0.10, 0.40, (n, 1))
        return labels, rng.random((n, len(NAMES))) < rate
    if population == "sparse":
        return labels, rng.random((n, len(NAMES))) < 0.12
    melanoma = labels == 1
    for name in (*MALIGNANT, *BENIGN):
        rate[:, INDEX[name]] = np.where(melanoma == (name in MALIGNANT), OFTEN, RARELY)
    for name in ARTEFACTS:
        rate[:, INDEX[name]] = 0.25 if population == "unbiased" else 0.20
    if population == "biased":
        shown = min(bias, BIASES[-1])
        own, other = (0.20 + (end - 0.20) * shown / BIASES[-1] for end in (0.70, 0.005))
        own += (bias - shown) / 100
        for_melanoma, for_nevus = shortcuts
        rate[:, INDEX[for_melanoma]] = np.where(melanoma, own, other)
        rate[:, INDEX[for_nevus]] = np.where(melanoma, other, own)
    return labels, rng.random((n, len(NAMES))) < rate


def groups(
    labels: Int64[np.ndarray, " image"],
    present: Bool[np.ndarray, "image factor"],
    shortcuts: tuple[str, str] = SHORTCUTS,
) -> Int64[np.ndarray, " image"]:
    """Return each image's group: its class and which of the two shortcuts it carries (see `GROUP_NAMES`)."""
    first, second = (present[:, INDEX[name]] for name in shortcuts)
    return labels * 4 + first + 2 * second


def coverage(rendering: Rendering) -> UInt8[np.ndarray, "mask row column"]:
    """Return how many pixels of each grid cell every factor's mask (and last, the lesion) covers."""
    masks = np.concatenate([rendering.masks, rendering.lesion[None]])
    step = SIZE // CELLS
    return masks.reshape(len(masks), CELLS, step, CELLS, step).sum(axis=(2, 4), dtype=np.uint8)


def render_set(
    present: Bool[np.ndarray, "image factor"],
    seed: int,
    *,
    with_coverage: bool = False,
    progress: Callable[[int], None] | None = None,
) -> tuple[UInt8[np.ndarray, "image height width 3"], UInt8[np.ndarray, "image mask row column"] | None]:
    """Render a whole set, on every core where that pays.

    Returns
    -------
    The images, and where asked for the `coverage` of their masks.
    """
    n = len(present)
    jobs = min(os.cpu_count() or 1, 8) if n >= 400 else 1
    if jobs == 1:
        renderings = [render(row, seed, index) for index, row in enumerate(present)]
        images = np.stack([rendering.image for rendering in renderings])
        return images, np.stack([coverage(r) for r in renderings]) if with_coverage else None
    # Processes that import only NumPy and Pillow: forking a process that already runs torch's threads can
    # hang, and spawning re-runs the caller's script.
    with tempfile.TemporaryDirectory(prefix="slens_lab_") as name:
        folder = Path(name)
        np.save(folder / "present.npy", np.asarray(present, dtype=bool))
        np.save(folder / "seed.npy", np.int64(seed))
        _allocate(folder / "images.npy", (n, SIZE, SIZE, 3))
        if with_coverage:
            _allocate(folder / "coverage.npy", (n, len(FACTORS) + 1, CELLS, CELLS))
        slices = np.array_split(np.arange(n), max(jobs, n // 250))
        waiting = [(str(part[0]), str(part[-1] + 1)) for part in slices if len(part)]
        running: list[tuple[subprocess.Popen[bytes], int]] = []
        try:
            while waiting or running:
                while waiting and len(running) < jobs:
                    start, stop = waiting.pop(0)
                    command = [sys.executable, "-m", "slens_widgets.lab.worker", name, start, stop]
                    running.append((subprocess.Popen(command), int(stop) - int(start)))
                process, count = running.pop(0)
                if process.wait():
                    raise RuntimeError(
                        f"Rendering the lab's images failed with exit code {process.returncode}."
                    )
                if progress is not None:
                    progress(count)
        finally:
            for process, _ in running:
                process.terminate()
                process.wait()
        images = np.load(folder / "images.npy")
        return images, np.load(folder / "coverage.npy") if with_coverage else None


def _allocate(path: Path, shape: tuple[int, ...]) -> None:
    np.lib.format.open_memmap(path, mode="w+", dtype=np.uint8, shape=shape).flush()
