"""Images and heatmaps a second for ResNet-50 on a GPU (or a CPU), each stage against its floor.

    python benchmarks/gpu.py [--device cuda] [--images 2048] [--components 64] [--batch 64] [--rounds 3]

The floor of a stage is what the hardware does on the same batches in the same precision and layout, with
nothing else: forward passes for collection; a forward pass and one backward pass to the input for every
heatmap for CRP; the image tower for embedding. A stage is this project's own code over images in memory,
decoded but not transformed: collection transforms them, as a build does. Weights are random: their timings
are those of any. Every time ends when the device is idle. The section "GPU" of RESULTS.md is rewritten; on a
machine without a GPU it says CPU.
"""

from __future__ import annotations

import argparse
import logging
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from results import write_section
from torch import Tensor, nn
from torchvision import models, transforms

from slens_widgets.core.activations import collect
from slens_widgets.core.crops import CropSettings, boxes_of
from slens_widgets.core.embedding import OpenClip
from slens_widgets.core.hooks import default_device, evaluating, run_to
from slens_widgets.core.images import ImageSet
from slens_widgets.core.layout import suit
from slens_widgets.core.relevance import attributing

LAYER = "layer4"
TRANSFORM = transforms.Compose(
    [
        transforms.ToTensor(),
        transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    ]
)


@dataclass(frozen=True)
class Stage:
    """One stage and its floor: both do `count` of `what`."""

    name: str
    what: str
    count: int
    ours: Callable[[], object]
    floor: Callable[[], object]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", help="default: CUDA where there is one, else the CPU")
    parser.add_argument("--images", type=int, help="default 2048, 32 on a CPU")
    parser.add_argument("--components", type=int, help="of which each image's heatmaps are asked (64; 8)")
    parser.add_argument("--batch", type=int, help="default: what a build takes (64, 8 on a CPU)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--foundation-model", default="ViT-B-32")
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    torch.manual_seed(0)
    device = default_device(arguments.device)
    cpu = device.type == "cpu"
    n = arguments.images or (32 if cpu else 2048)
    components = arguments.components or (8 if cpu else 64)
    batch = arguments.batch or (8 if cpu else 64)
    rng = np.random.default_rng(0)
    pictures = [Image.fromarray(each) for each in rng.integers(0, 256, (n, 224, 224, 3), dtype=np.uint8)]
    model = models.resnet50().eval().requires_grad_(False).to(device)
    foundation = OpenClip(arguments.foundation_model, "random", device=device)
    rows = []
    with evaluating(model, device) as model:
        layout = suit(model, torch.zeros(1, 3, 224, 224, device=device))
        for stage in (
            collection(model, pictures, batch, device, layout),
            heatmaps(model, pictures[: max(batch, n // 8)], components, batch, device, layout),
            embedding(foundation, pictures),
        ):
            rows.append(measured(stage, arguments.rounds, device))
            print(rows[-1], flush=True)
    where = torch.cuda.get_device_name(device) if device.type == "cuda" else "CPU, no GPU"
    head = (
        f"{where}, torch {torch.__version__}; ResNet-50 (random weights, {LAYER}) at 224 pixels in float32, "
        f"{arguments.foundation_model} in {foundation.precision}; {n} images, batches of {batch}, "
        f"{components} components an image; medians of {arguments.rounds} rounds. Of the floor: the share of "
        "its speed that a stage reaches."
    )
    lines = [
        "| stage | of what | this, a second | floor, a second | of the floor |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, what, ours, floor in rows:
        lines.append(f"| {name} | {what} | {ours:.1f} | {floor:.1f} | {ours / floor:.0%} |")
    text = "\n".join([head, "", *lines])
    print(text)
    write_section("gpu", "GPU", text)
    return 0


def collection(
    model: nn.Module,
    pictures: list[Image.Image],
    batch: int,
    device: torch.device,
    layout: torch.memory_format,
) -> Stage:
    images = ImageSet(pictures)
    inputs = torch.stack([TRANSFORM(each) for each in pictures[:batch]]).to(device)
    inputs = inputs.contiguous(memory_format=layout)

    def floor() -> None:
        with torch.no_grad():
            for start in range(0, len(pictures), batch):
                run_to(model, LAYER, inputs[: len(pictures) - start])

    def ours() -> None:
        m = min(10, len(pictures))
        collect(model, images, [LAYER], transform=TRANSFORM, m=m, batch_size=batch, device=device)

    return Stage("collection", "images", len(pictures), ours, floor)


def heatmaps(
    model: nn.Module,
    pictures: list[Image.Image],
    components: int,
    batch: int,
    device: torch.device,
    layout: torch.memory_format,
) -> Stage:
    inputs = torch.stack([TRANSFORM(each) for each in pictures]).to(device)
    asked = [list(range(components))] * batch
    settings = CropSettings()

    def ours() -> None:
        with attributing(model, [LAYER], "crp", inputs[:1]) as attribution:
            for start in range(0, len(inputs), batch):
                some = inputs[start : start + batch]
                for _, _, maps in attribution.heatmaps(LAYER, some, asked[: len(some)]):
                    boxes_of(maps, settings)

    def floor() -> None:
        for start in range(0, len(inputs), batch):
            leaf: Tensor = inputs[start : start + batch].contiguous(memory_format=layout).requires_grad_(True)
            with torch.enable_grad():
                output = run_to(model, LAYER, leaf)
            for component in range(components):
                chosen = torch.zeros_like(output)
                chosen[:, component] = 1
                torch.autograd.grad(output, leaf, chosen, retain_graph=True)
            leaf.detach_()

    return Stage("CRP with boxes", "heatmaps", len(pictures) * components, ours, floor)


def embedding(foundation: OpenClip, pictures: list[Image.Image]) -> Stage:
    size = foundation.batch_size
    pixels = torch.stack([foundation.preprocess(each) for each in pictures[:size]]).to(foundation.device)

    def floor() -> None:
        with torch.inference_mode(), foundation._autocast():
            for start in range(0, len(pictures), size):
                foundation.model.encode_image(pixels[: len(pictures) - start])

    return Stage("embedding", "crops", len(pictures), lambda: foundation.encode_images(pictures), floor)


def measured(stage: Stage, rounds: int, device: torch.device) -> tuple[str, str, float, float]:
    """Return how many a second a stage and its floor do, from rounds that alternate after one uncounted."""
    seconds: dict[str, list[float]] = {"ours": [], "floor": []}
    for number in range(rounds + 1):
        for name, run in (("ours", stage.ours), ("floor", stage.floor)):
            begin = time.perf_counter()
            run()
            if device.type == "cuda":
                torch.cuda.synchronize(device)
            if number:
                seconds[name].append(time.perf_counter() - begin)
    ours, floor = (stage.count / statistics.median(seconds[name]) for name in ("ours", "floor"))
    return stage.name, stage.what, ours, floor


if __name__ == "__main__":
    sys.exit(main())
