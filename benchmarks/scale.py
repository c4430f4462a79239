"""How the cost of a build grows with images, components and examples, and which stage dominates.

    python benchmarks/scale.py [--images 50] [--threads 1]

A small convolutional network and a small CLIP (both with random weights) at 64 pixels, so that 16 times as
much takes minutes: the exponents carry over to larger ones, the milliseconds do not. CPU-seconds by stage;
the exponent is the slope of cost against size in logarithms between the smallest and the largest (1: linear).
"""

from __future__ import annotations

import argparse
import logging
import math
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from results import write_section
from torch import nn
from torchvision import transforms

from slens_widgets.core.build import build
from slens_widgets.core.embedding import OpenClip

SIDE = 64
TRANSFORM = transforms.Compose([transforms.Resize(SIDE), transforms.CenterCrop(SIDE), transforms.ToTensor()])
CLIP = {
    "embed_dim": 64,
    "vision_cfg": {"image_size": SIDE, "layers": 3, "width": 128, "patch_size": 16, "head_width": 32},
    "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 64, "heads": 2, "layers": 1},
}
STAGES = ("collect", "relevance", "embed", "write")
TOLERANCE = 1.15
"""Exponents above are worse than linear: timer noise on a busy machine is a few percent."""


class Noise:
    """Pictures of coarse noise, made when they are asked for: a data set of any size."""

    def __init__(self, count: int, side: int = 96) -> None:
        self.count, self.side = count, side

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, i: int) -> Any:
        if not 0 <= i < self.count:
            raise IndexError(i)
        coarse = np.random.default_rng(i).integers(0, 256, (6, 6, 3), dtype=np.uint8)
        return Image.fromarray(coarse).resize((self.side, self.side), Image.Resampling.BICUBIC), 0


def network(components: int) -> nn.Module:
    """Return a network whose layer "head" has that many components; what comes before is the same."""
    torch.manual_seed(0)
    body = [nn.Conv2d(3, 32, 3, 2, 1), nn.BatchNorm2d(32), nn.ReLU()]
    for width in (64, 128):
        body += [nn.Conv2d(width // 2, width, 3, 2, 1), nn.BatchNorm2d(width), nn.ReLU()]
    model = nn.Sequential(*body)
    model.add_module("head", nn.Conv2d(128, components, 3, padding=1))
    model.add_module("pool", nn.AdaptiveAvgPool2d(1))
    model.add_module("flat", nn.Flatten())
    return model.eval()


def cost(images: int, components: int, m: int, foundation_model: OpenClip) -> dict[str, float]:
    """Return cpu-seconds by stage, the numbers of what was done, and the bytes of the database."""
    begun: dict[str, float] = {}
    ended: dict[str, float] = {}
    totals: dict[str, int] = {}

    def progress(done: int, total: int, stage: str) -> None:
        now = time.process_time()
        begun.setdefault(stage, now)
        ended[stage], totals[stage] = now, total

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "x.slens")
        build(
            network(components), Noise(images), "head", foundation_model, out, transform=TRANSFORM, m=m,
            crop_threshold=0.2, progress=progress,
        ).close()  # fmt: skip
        size = sum(file.stat().st_size for file in out.iterdir())
    spent = {stage: ended[stage] - begun[stage] for stage in STAGES}
    return {**spent, "total": sum(spent.values()), "crops": totals["embed"], "bytes": size}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--images", type=int, default=50, help="images of the smallest build")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    torch.set_num_threads(arguments.threads)
    foundation_model = OpenClip.from_config(CLIP, None, name="small", device="cpu", precision="float32")
    n = arguments.images
    cost(n, 8, 5, foundation_model)  # warm
    series = {
        "images": [(n * k, 32, 10) for k in (1, 4, 16)],
        "components": [(4 * n, 32 * k, 10) for k in (1, 4, 16)],
        "m": [(4 * n, 32, m) for m in (10, 30, 100)],
    }
    done: dict[tuple[int, int, int], dict[str, float]] = {}
    lines = [
        "| grows | images | components | m | crops | " + " | ".join(STAGES) + " | total cpu-s | MB |",
        "| --- " * 11 + "|",
    ]
    said, worst = [], 0.0
    for name, sizes in series.items():
        for size in sizes:
            found = done.setdefault(size, {})
            found.update(found or cost(*size, foundation_model))
            cells = [*size, int(found["crops"])]
            cells += [f"{found[stage]:.2f}" for stage in (*STAGES, "total")]
            lines.append(f"| {name} | {' | '.join(map(str, cells))} | {found['bytes'] / 1e6:.2f} |")
            print(lines[-1], flush=True)
        place = {"images": 0, "components": 1, "m": 2}[name]
        small, large = sizes[0], sizes[-1]
        stretch = math.log(large[place] / small[place])
        slope = {
            stage: math.log(max(done[large][stage], 1e-3) / max(done[small][stage], 1e-3)) / stretch
            for stage in (*STAGES, "total")
        }
        share = {stage: done[large][stage] / done[large]["total"] for stage in STAGES}
        top = max(share, key=lambda stage: share[stage])
        worst = max(worst, slope["total"])
        said.append(
            f"- {name} × {large[place] // small[place]}: exponent {slope['total']:.2f} in all ("
            + ", ".join(f"{stage} {slope[stage]:.2f}" for stage in STAGES)
            + f"); {top} dominates at the largest, {100 * share[top]:.0f} %."
        )
        print(said[-1], flush=True)
    base = done[series["components"][-1]]
    pairs = series["components"][-1][1] * 10
    unit = (
        f"Unit costs here: {1e3 * done[series['images'][-1]]['collect'] / (16 * n):.1f} ms an image, "
        f"{1e3 * base['relevance'] / pairs:.2f} ms a heatmap, "
        f"{1e3 * base['embed'] / base['crops']:.1f} ms a crop embedded, "
        f"{1e3 * base['write'] / pairs:.2f} ms an example written."
    )
    head = f"cpu-seconds, {arguments.threads} thread(s), a small network and a small CLIP at {SIDE} pixels."
    write_section("scale", "Scale", "\n".join([head, "", *lines, "", *said, "", unit]))
    print(unit)
    return int(worst > TOLERANCE)


if __name__ == "__main__":
    sys.exit(main())
