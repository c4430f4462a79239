"""The only orchestrator: from images to a concept database."""

from __future__ import annotations

import logging
import platform
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

import slens_widgets
from slens_widgets.conceptdb import HEATMAP_SIDE, ConceptDB, ConceptDBWriter
from slens_widgets.core.activations import Collected, Pooling, Transform, check_pooling, collect
from slens_widgets.core.crops import CropSettings
from slens_widgets.core.examples import Crops, Scratch, embed, locate, strip
from slens_widgets.core.fingerprint import fingerprint_of
from slens_widgets.core.hooks import default_device, evaluating
from slens_widgets.core.images import ImageSet
from slens_widgets.core.layers import check_layers
from slens_widgets.core.progress import Stages
from slens_widgets.core.relevance import (
    Attribution,
    Relevance,
    Resolution,
    attributing,
    check_relevance,
    check_resolution,
)
from slens_widgets.core.views import View, Views
from slens_widgets.errors import InputError, UnreadableImageError
from slens_widgets.types import FoundationModel, Progress

logger = logging.getLogger(__name__)

KEEP = 10_000
"""Probe images whose activations are kept: 80 MB for 4,000 components, and areas under ROC curves to 1 %."""
_PACKAGES = ("numpy", "pillow", "torch", "torchvision", "open_clip_torch", "zennit", "zennit-crp")


def build(
    model: nn.Module,
    images: Any,
    layers: str | Sequence[str],
    foundation_model: FoundationModel,
    out: str | Path,
    *,
    transform: Transform,
    m: int = 30,
    relevance: Relevance = "crp",
    resolution: Resolution = "pixel",
    pooling: Pooling = "max",
    device: torch.device | str | None = None,
    progress: bool | Progress = True,
    crop_threshold: float = 0.01,
    crop_kernel: int = 51,
    keep: int = KEEP,
    batch_size: int | None = None,
    model_name: str | None = None,
    overwrite: bool = False,
) -> ConceptDB:
    """Build the concept database of some layers of a model, and open it.

    Images → top m examples of every component → heatmaps → crops → embeddings → database. The model is
    afterwards exactly as it was; nothing is at `out` until everything is done. Two builds of the same inputs
    on the same device are equal in everything but the date.

    Parameters
    ----------
    model
        Any module that maps a batch of inputs to anything.
    images
        An `ImageSet` or anything that one is made of: a folder, paths, images, a dataset.
    layers
        Names of modules (`slens_widgets.layers(model)` lists them).
    foundation_model
        What embeds the crops, such as `OpenClip`.
    out
        Where the database shall be, by convention NAME.slens.
    transform
        The model's evaluation transform, from a PIL image to (channel, height, width).
    m
        Examples per component.
    relevance
        "crp" (activation maps for layers that CRP cannot reach), "gradient" (× input), "integrated"
        (gradients), "smoothgrad", "gradcam", "activation", None (whole images), or a `Crp` that names
        composite and canonizers.
    resolution
        "pixel", or "block" to stop CRP at maps of an eighth of the input's sides (28 × 28 at 224 pixels):
        about twice as fast, with boxes a little off (overlaps in benchmarks/RESULTS.md).
    pooling
        "max", "mean", or "cls" for tokens.
    device
        Default: CUDA where there is one, else the CPU.
    progress
        True for progress bars, False for none, or a callable `progress(done, total, stage)`.
    crop_threshold
        Heatmap values above this fraction of the maximum are inside the crop.
    crop_kernel
        Blur of the heatmap in pixels at 224 pixels, scaled to the input's size.
    keep
        Probe images whose activations (2 bytes per component) and whole-image embeddings are kept, evenly
        drawn where there are more; contrastive labels and certificates need them. 0 keeps none.
    batch_size
        Rows per forward pass; default 8 on a CPU (larger ones are no faster there), 64 elsewhere.
    model_name
        What to call the model in the database; default its class.
    overwrite
        Replace a concept database at `out`.

    Raises
    ------
    UnknownNameError, InputError
        Before any work: an unknown layer, m above the number of images, a transform that is random or no
        scaling and cropping, something at `out`.
    ModelError
        The model fails, or gives activations that are not finite.

    Source: SemanticLens, arXiv 2501.05398.
    """
    images = ImageSet.of(images)
    layers = check_layers(model, layers)
    check_relevance(relevance)
    check_resolution(resolution)
    check_pooling(pooling)
    settings = CropSettings(crop_threshold, crop_kernel)
    if not isinstance(foundation_model, FoundationModel):
        raise InputError(
            f"A foundation model of type {type(foundation_model).__name__}",
            expected="name, dim, fingerprint, encode_images and encode_texts, such as slens_widgets.OpenClip",
        )
    if not 1 <= m <= len(images):
        raise InputError(f"m={m} examples of {len(images)} images", expected=f"m from 1 to {len(images)}")
    if isinstance(keep, bool) or not isinstance(keep, int) or keep < 0:
        raise InputError(f"keep={keep!r}", expected="a number of probe images; 0 keeps none")
    place = default_device(device)
    rows = batch_size or (8 if place.type == "cpu" else 64)
    views = Views(transform)
    view = _first_view(images, views)
    stages = Stages(progress)
    weights = fingerprint_of(model)

    out = Path(out).expanduser()
    with ConceptDB.create(out, overwrite=overwrite) as writer, Scratch(out.parent) as scratch:
        with stages.stage("collect", len(images)) as advance:
            found = collect(
                model, images, layers, transform=transform, pooling=pooling, m=m, batch_size=rows,
                device=place, keep=_sample(len(images), keep), zeros=scratch.zeros, advance=advance,
            )  # fmt: skip
        top = {layer: found.top[layer].result() for layer in layers}
        ids = {layer: top[layer][1] for layer in layers}
        boxes, heatmaps, attribution = _relevance_stage(
            model,
            ids,
            relevance,
            resolution,
            images,
            transform,
            views,
            settings,
            rows,
            place,
            scratch,
            stages,
        )
        crops = Crops.union(ids, boxes, found.kept_ids)
        with stages.stage("embed", len(crops), "crop") as advance:
            embeddings, tiles = embed(
                crops, images, views, foundation_model, scratch, add_images=writer.add_images, advance=advance
            )
        with stages.stage("write", sum(len(each) for each in ids.values()), "component") as advance:
            for layer in layers:
                writer.add_layer(
                    layer,
                    activations=top[layer][0],
                    image_ids=ids[layer],
                    boxes=boxes[layer],
                    statistics=found.statistics[layer].result(),
                    relevance=attribution.methods[layer],
                )
                if layer in heatmaps:
                    writer.add_heatmaps(layer, heatmaps[layer])
                index = crops.index[layer]
                writer.add_embeddings(layer, foundation_model.name, embeddings[index])
                _write_strips(writer, layer, tiles, index, advance)
        if found.kept_ids:
            writer.add_probe(
                [(id, images.name(id), _label(images, id)) for id in found.kept_ids],
                found.kept,
                {foundation_model.name: embeddings[crops.whole]},
            )
        writer.finish(
            {
                "created": datetime.now(UTC).isoformat(timespec="seconds"),
                "model": {"name": model_name or type(model).__name__, "weights_sha256": weights},
                "images": _image_report(images, found),
                "layers": layers,
                "shapes": {layer: list(found.shapes[layer]) for layer in layers},
                "m": m,
                "pooling": pooling,
                "relevance": {"method": _asked(relevance), "resolution": resolution, **attribution.report()},
                "crop": asdict(settings),
                "kept": len(found.kept_ids),
                "foundation_model": {
                    "name": foundation_model.name,
                    "dim": foundation_model.dim,
                    "fingerprint": foundation_model.fingerprint,
                    "precision": getattr(foundation_model, "precision", "float32"),
                },
                "view": {"height": view.height, "width": view.width},
                "device": place.type,
                "batch_size": rows,
                "versions": _versions(),
            }
        )
    return ConceptDB.open(out)


def _sample(n: int, keep: int) -> list[int]:
    """Return ids of the images to keep: all, or evenly drawn ones, the same on every run."""
    if n <= keep:
        return list(range(n))
    return sorted(np.random.default_rng(0).choice(n, keep, replace=False).tolist())


def _label(images: ImageSet, id: int) -> int | None:
    labels = images.labels
    return labels[id] if labels is not None and labels[id] >= 0 else None


def _first_view(images: ImageSet, views: Views) -> View:
    """Probe the transform with the first readable image's size, before any work is done."""
    for id in range(len(images)):
        try:
            size = images[id].size
        except UnreadableImageError:
            if images.on_bad == "raise":
                raise
            continue
        return views.of(*size)
    shown = "; ".join(f"{entry.name}: {entry.reason}" for entry in images.skipped[:3])
    raise InputError(f"None of the {len(images)} images can be read ({shown})")


def _relevance_stage(
    model: nn.Module,
    ids: dict[str, np.ndarray],
    relevance: Relevance,
    resolution: Resolution,
    images: ImageSet,
    transform: Transform,
    views: Views,
    settings: CropSettings,
    rows: int,
    device: torch.device,
    scratch: Scratch,
    stages: Stages,
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray], Attribution]:
    """Return boxes, heatmaps and what was attributed how; without a method, every box is the whole view."""
    if relevance is None:
        whole = np.array([0, 0, 1, 1], np.float32)
        boxes = {layer: np.tile(whole, (*each.shape, 1)) for layer, each in ids.items()}
        return boxes, {}, Attribution(model, dict.fromkeys(ids, "none"))
    boxes, heatmaps = {}, {}
    first = transform(images[int(next(iter(ids.values()))[0, 0])])[None].to(device)
    total = sum(each.size for each in ids.values())
    with (
        evaluating(model, device),
        attributing(model, list(ids), relevance, first, resolution) as attribution,
        stages.stage("relevance", total, "heatmap") as advance,
    ):
        for layer, each in ids.items():
            heatmaps[layer] = scratch.zeros((*each.shape, HEATMAP_SIDE, HEATMAP_SIDE), np.uint8)
            boxes[layer] = locate(
                attribution, layer, each, heatmaps[layer], images=images, transform=transform, views=views,
                settings=settings, batch_size=rows, device=device, advance=advance,
            )  # fmt: skip
    return boxes, heatmaps, attribution


def _write_strips(
    writer: ConceptDBWriter, layer: str, tiles: np.ndarray, index: np.ndarray, advance: Any, chunk: int = 64
) -> None:
    with ThreadPoolExecutor(2, thread_name_prefix="slens-strips") as pool:
        for start in range(0, len(index), chunk):
            strips = list(pool.map(lambda each: strip(tiles[each]), index[start : start + chunk]))
            writer.add_strips(layer, start, strips)
            advance(len(strips))


def _image_report(images: ImageSet, found: Collected) -> dict[str, Any]:
    return {
        "count": len(found.ids),
        "listed": len(images),
        "fingerprint": images.fingerprint(),
        "skipped": [entry._asdict() for entry in images.skipped],
        "class_names": images.class_names,
    }


def _asked(relevance: Relevance) -> str | None:
    return relevance if relevance is None or isinstance(relevance, str) else "crp"


def _versions() -> dict[str, str]:
    versions = {"slens_widgets": slens_widgets.__version__, "python": platform.python_version()}
    for package in _PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = "unknown"
    return versions
