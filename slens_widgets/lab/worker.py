"""Renders one slice of a set in a process of its own: `python -m slens_widgets.lab.worker JOB START STOP`."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from slens_widgets.lab.renderer import render
from slens_widgets.lab.world import CELLS, coverage


def main(job: str, start: int, stop: int) -> None:
    """Render images `start` to `stop` of the job's presence matrix into its arrays on disk."""
    folder = Path(job)
    present = np.load(folder / "present.npy")
    seed = int(np.load(folder / "seed.npy"))
    images = np.load(folder / "images.npy", mmap_mode="r+")
    truth = np.load(folder / "coverage.npy", mmap_mode="r+") if (folder / "coverage.npy").exists() else None
    for index in range(start, stop):
        rendering = render(present[index], seed, index)
        images[index] = rendering.image
        if truth is not None:
            assert truth.shape[2] == CELLS
            truth[index] = coverage(rendering)
    images.flush()
    if truth is not None:
        truth.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
