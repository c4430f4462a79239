"""CRP heatmaps and boxes of the same (component, image) pairs: zennit-crp, this project's two resolutions.

    python benchmarks/relevance.py [--images FOLDER] [--rounds 3] [--threads 2] [--write]

Pairs come as in a database: a few images, each an example of many components (on average 61 for each of 1,000
images, of 2,048 components with 30 examples). zennit-crp gets them by its own reference path
(`FeatureVisualization`), all images of a component in a batch, on fewer pairs, since its cost per pair is the
same at any number. Both sides include the blur and the box that it is for; what is done once per build
(choosing canonizers, the check against autograd) is timed apart. Rounds are interleaved, medians compared.
"""

from __future__ import annotations

import argparse
import copy
import logging
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import torch
from peers import TRANSFORM, efficientnet_lite0, image_paths
from PIL import Image
from results import write_section
from torch import Tensor, nn
from torchvision import models, transforms

from slens_widgets.core.crops import CropSettings, boxes_of
from slens_widgets.core.hooks import evaluating
from slens_widgets.core.relevance import Resolution, attributing

Pairs = list[tuple[int, int]]
"""(image, component)"""


def resnet50() -> tuple[nn.Module, str]:
    """Return a ResNet-50, with torchvision's weights if they are in its cache, and its last block."""
    weights = models.ResNet50_Weights.IMAGENET1K_V2
    cached = Path(torch.hub.get_dir(), "checkpoints", Path(weights.url).name).exists()
    return models.resnet50(weights=weights if cached else None), "layer4"


MODELS = {"ResNet-50": resnet50, "efficientnet-lite0": lambda: (efficientnet_lite0(), "_blocks.15")}


CHANNELS = {"ResNet-50": None, "efficientnet-lite0": (127 / 255, 128 / 255)}
"""Mean and deviation of the inputs, where they are not ImageNet's."""


def main() -> int:
    arguments = parse()
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    torch.manual_seed(0)
    torch.set_num_threads(arguments.threads)
    lines = [
        "| model, layer | weights | zennit-crp | this, pixel | ratio | this, block | ratio | "
        "largest difference | box IoU at 0.01 | box IoU at 0.1 | once per build |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name in arguments.models:
        lines.append(row(name, *MODELS[name](), arguments))
        print(lines[-1], flush=True)
    text = (
        f"cpu-ms per (component, image) heatmap with its box, medians of {arguments.rounds} interleaved "
        f"rounds, {arguments.threads} thread(s), torch {torch.__version__}; {arguments.count} images "
        f"× {arguments.components} components for this project (forward passes and preparation included), "
        f"{arguments.peer_pairs} of them for zennit-crp. Difference: of the heatmaps, relative to the "
        "map's maximum. IoU: block against pixel boxes at a crop threshold (0.01 is the default), mean (5 % "
        "quantile; mean area of the pixel box).\n\n" + "\n".join(lines)
    )
    print(text)
    if arguments.write:
        write_section("crp", "CRP heatmaps", text)
    return 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    photos = Path(__file__).resolve().parents[2] / "shared" / "photos" / "images"
    parser.add_argument("--images", type=Path, default=photos if photos.is_dir() else None)
    parser.add_argument("--models", nargs="+", default=list(MODELS), choices=list(MODELS))
    parser.add_argument("--count", type=int, default=4, help="images")
    parser.add_argument("--components", type=int, default=48, help="components of each image")
    parser.add_argument("--peer-pairs", type=int, default=8, help="pairs for zennit-crp")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--write", action="store_true", help="write benchmarks/RESULTS.md")
    return parser.parse_args()


def row(name: str, model: nn.Module, layer: str, arguments: argparse.Namespace) -> str:
    """Measure one model and return its line of the table."""
    model.eval()
    with tempfile.TemporaryDirectory() as folder:
        listed = 10**9 if arguments.images else arguments.count
        paths = image_paths(arguments.images, listed, Path(folder, "generated"))
        paths = paths[:: max(1, len(paths) // arguments.count)][: arguments.count]
        inputs = torch.stack([transform_of(name)(Image.open(path).convert("RGB")) for path in paths])
    asked = strongest(model, layer, inputs, arguments.components)
    peer_pairs = [(i, asked[i][n]) for n in range(arguments.peer_pairs) for i in range(len(inputs))]
    peer_pairs = peer_pairs[: arguments.peer_pairs]
    found: dict[str, Any] = {}
    pairs = sum(len(each) for each in asked)
    with ExitStack() as stack:
        start = time.process_time()
        ways: dict[str, tuple[int, Callable[[], None]]] = {
            way: (pairs, ours(stack, model, layer, inputs, asked, way, found)) for way in ("pixel", "block")
        }
        once = (time.process_time() - start) / 2
        ways["zennit-crp"] = (len(peer_pairs), peer(model, layer, inputs, peer_pairs, found))
        spent: dict[str, list[float]] = {way: [] for way in ways}
        for round_ in range(arguments.rounds + 1):
            for way in list(ways) if round_ % 2 else reversed(ways):
                count, run = ways[way]
                start = time.process_time()
                run()
                if round_:
                    spent[way].append((time.process_time() - start) * 1000 / count)
    ms = {way: statistics.median(values) for way, values in spent.items()}
    apart = max(
        float((found["pixel maps"][pair] - theirs).abs().max() / theirs.abs().max().clamp(min=1e-30))
        for pair, theirs in found["peer maps"].items()
    )
    overlaps = {threshold: agreement(found, threshold) for threshold in (0.01, 0.1)}
    trained = "random" if name == "ResNet-50" and not _trained(model) else "trained"
    return (
        f"| {name}, `{layer}` | {trained} | {ms['zennit-crp']:.0f} | {ms['pixel']:.1f} | "
        f"{ms['zennit-crp'] / ms['pixel']:.1f} | {ms['block']:.1f} | {ms['zennit-crp'] / ms['block']:.1f} | "
        f"{apart:.0e} | {overlaps[0.01]} | {overlaps[0.1]} | "
        f"{once:.1f} s |"
    )


def transform_of(name: str) -> Any:
    """Return the evaluation transform of a model."""
    if CHANNELS[name] is None:
        return TRANSFORM
    mean, deviation = CHANNELS[name]
    return transforms.Compose([*TRANSFORM.transforms[:3], transforms.Normalize([mean] * 3, [deviation] * 3)])


def _trained(model: nn.Module) -> bool:
    return any(bool(m.running_mean.any()) for m in model.modules() if isinstance(m, nn.BatchNorm2d))


def strongest(model: nn.Module, layer: str, inputs: Tensor, count: int) -> list[list[int]]:
    """Return for each image the components that respond most to it."""
    kept: list[Tensor] = []
    handle = model.get_submodule(layer).register_forward_hook(lambda module, args, out: kept.append(out))
    with torch.no_grad():
        model(inputs)
    handle.remove()
    return kept[0].amax((2, 3)).topk(count, 1).indices.tolist()


def peer(
    model: nn.Module, layer: str, inputs: Tensor, pairs: Pairs, found: dict[str, Any]
) -> Callable[[], None]:
    """Return zennit-crp's way, with the canonizers that fit."""
    from crp.attribution import CondAttribution
    from crp.concepts import ChannelConcept
    from crp.visualization import FeatureVisualization
    from zennit.composites import EpsilonPlusFlat

    from slens_widgets.core.composites import choose_canonizers

    model = copy.deepcopy(model)
    dataset = [(each, 0) for each in inputs]
    by_component: dict[int, list[int]] = {}
    for image, component in pairs:
        by_component.setdefault(component, []).append(image)

    def run() -> None:
        visualization = FeatureVisualization(CondAttribution(model), dataset, {layer: ChannelConcept()})
        composite = EpsilonPlusFlat(choose_canonizers(model, inputs[:1]))
        maps = {}
        for component, images in by_component.items():
            result = visualization._load_ref_and_attribution(
                np.array(images), component, None, layer, composite, False, None, 32
            )
            boxes_of(result[1], CropSettings())
            maps.update({(image, component): heat for image, heat in zip(images, result[1], strict=True)})
        found["peer maps"] = maps

    return run


def ours(
    stack: ExitStack, model: nn.Module, layer: str, inputs: Tensor, asked: list[list[int]],
    resolution: Resolution, found: dict[str, Any],
) -> Callable[[], None]:  # fmt: skip
    """Return this project's way, prepared for as long as the stack is open."""
    model = copy.deepcopy(model)
    model = stack.enter_context(evaluating(model))
    attribution = stack.enter_context(attributing(model, [layer], "crp", inputs[:1], resolution))
    assert attribution.engines[layer] == "shared", attribution.notes
    assert attribution.resolutions[layer] == resolution, attribution.notes

    def run() -> None:
        boxes, kept = {}, {}
        for images, numbers, maps in attribution.heatmaps(layer, inputs, asked):
            pairs = [(i, asked[i][n]) for i, n in zip(images, numbers, strict=True)]
            boxes.update(zip(pairs, boxes_of(maps, CropSettings()), strict=True))
            kept.update(zip(pairs, maps, strict=True))
        found[resolution] = boxes
        found[f"{resolution} maps"] = kept

    return run


def agreement(found: dict[str, Any], threshold: float) -> str:
    """Return how far the boxes of both resolutions overlap."""
    order = list(found["pixel maps"])
    pixel, block = (
        boxes_of(torch.stack([found[f"{way} maps"][pair] for pair in order]), CropSettings(threshold))
        for way in ("pixel", "block")
    )
    overlaps = np.array([iou(a, b) for a, b in zip(pixel, block, strict=True)])
    area = np.mean(np.prod(pixel[:, 2:] - pixel[:, :2], axis=1))
    return f"{overlaps.mean():.2f} ({np.quantile(overlaps, 0.05):.2f}; {area:.2f})"


def iou(a: np.ndarray, b: np.ndarray) -> float:
    """Return the intersection of two boxes over their union."""
    width, height = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
    both = max(width, 0) * max(height, 0)
    return float(both / (np.prod(a[2:] - a[:2]) + np.prod(b[2:] - b[:2]) - both))


if __name__ == "__main__":
    sys.exit(main())
