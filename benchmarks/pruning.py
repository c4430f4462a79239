"""Toggling a pruned component: closed form, suffix and full pass, side by side in one run.

    python benchmarks/pruning.py [--images 1000] [--many 10000] [--rounds 5] [--lab-images 1600]

ResNet-18 with random weights on noise: its timings are those of any weights, its accuracy means nothing. The
lab's classifier is trained and sees its own validation images. A toggle ends with the figures that the panel
shows (accuracies, worst group, flips). Set-up is what a layer's first toggle costs besides. Medians are of
interleaved rounds (full passes take so long that there is one for each layer); the largest difference of the
logits from the hooked full pass is given. The section "Live pruning" of RESULTS.md is rewritten.
"""

from __future__ import annotations

import argparse
import logging
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from results import write_section
from torchvision import models, transforms

import slens_widgets as sw
from slens_widgets.audit.live import Judge
from slens_widgets.core.ablation import TorchModel
from slens_widgets.core.hooks import capture, evaluating
from slens_widgets.types import Component


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=1000, help="images of 64 pixels for ResNet-18")
    parser.add_argument("--many", type=int, default=10_000, help="images of 32 pixels for ResNet-18")
    parser.add_argument("--lab-images", type=int, default=1600)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cache", type=Path, help="where the lab keeps its images")
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    torch.manual_seed(0)
    rows = []
    # Many images for the closed form only: the others' full passes would take minutes each.
    for n, side, layers in (
        (arguments.many, 32, ["layer4"]),
        (arguments.images, 64, ["layer4", "layer4.0", "layer3"]),
    ):
        what = f"ResNet-18, {n:,} images of {side} px, 1,000 classes"
        print(what, flush=True)
        rows += measure(what, models.resnet18().eval(), *noise(n, side), arguments.rounds, layers)
    images, labels, _ = sw.lab.image_set("validation_unbiased", arguments.cache, progress=False)
    images, labels = np.asarray(images[: arguments.lab_images]), labels[: arguments.lab_images].tolist()
    from slens_widgets.lab.classifier import transform

    what = f"the lab's classifier, {len(images):,} images of 96 px, 2 classes"
    print(what, flush=True)
    layers = ["features.17", "features.14", "features.12"]
    rows += measure(what, sw.lab.model(), images, labels, transform(), arguments.rounds, layers)
    text = table(rows)
    print(text)
    write_section("pruning", "Live pruning", text)
    return 0


def noise(n: int, side: int) -> tuple[np.ndarray, list[int], Any]:
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (n, side, side, 3), dtype=np.uint8)
    normalize = transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
    return images, rng.integers(0, 1000, n).tolist(), transforms.Compose([transforms.ToTensor(), normalize])


def measure(
    what: str,
    model: Any,
    images: np.ndarray,
    labels: list[int],
    transform: Any,
    rounds: int,
    layers: list[str],
) -> list[dict[str, Any]]:
    batch = torch.stack([transform(transforms.functional.to_pil_image(image)) for image in images[:64]])
    with evaluating(model) as model, torch.no_grad(), capture(model, layers) as outputs:
        model(batch)
        means = {layer: outputs[layer].mean((0, 2, 3)).numpy() for layer in layers}
    live = TorchModel(
        model, images, labels, transform=transform, means=means, device="cpu", cache_bytes=2**33
    )
    judge = Judge(live)
    judge.prune((), "mean", None)
    ways = []
    for layer in layers:
        start = time.perf_counter()
        engine = live.engine(layer)
        ways.append({"what": what, "layer": layer, "engine": engine, "set-up": time.perf_counter() - start,
                     "toggles": [], "full": [], "apart": 0.0})  # fmt: skip
        print(f"  {layer}: {engine}", flush=True)
    for number in range(rounds):
        for way in ways:
            pruned = tuple(Component(way["layer"], 3 * number + i) for i in range(3))
            start = time.perf_counter()
            judge.prune(pruned, "mean", None)
            way["toggles"].append(time.perf_counter() - start)
        for way in ways if number == 0 else ():
            chosen = [3 * number + i for i in range(3)]
            start = time.perf_counter()
            expected = live._logits.full_pass({way["layer"]: chosen}, "mean", None)
            way["full"].append(time.perf_counter() - start)
            found = live.logits([Component(way["layer"], i) for i in chosen], "mean")
            scale = max(1.0, float(np.abs(expected).max()))
            way["apart"] = max(way["apart"], float(np.abs(found - expected).max()) / scale)
    live.close()
    return ways


def table(ways: list[dict[str, Any]]) -> str:
    lines = [
        "Medians in ms; a toggle ends with the figures on display. Full pass: preprocessed images in memory.",
        "",
        "| | layer | way | toggle | full pass | ratio | set-up | kept | logits apart |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for way in ways:
        toggle, full = (1000 * statistics.median(way[name]) for name in ("toggles", "full"))
        engine = way["engine"]
        cells = [
            *(way["what"], way["layer"], engine.kind),
            *(f"{toggle:.0f}", f"{full:.0f}", f"{full / toggle:.0f}×", f"{1000 * way['set-up']:.0f}"),
            *(engine.kept, f"{way['apart']:.0e}"),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
