"""The only orchestrator: from images to a concept database."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import nn

import slens_widgets
from slens_widgets.arguments import given, number, path_of, whole
from slens_widgets.conceptdb import FORMAT_VERSION, ConceptDB
from slens_widgets.conceptdb.encoding import try_foundation_model
from slens_widgets.conceptdb.schema import MAX_NAME
from slens_widgets.core.activations import Pooling, Transform, block_of, check_pooling, run_model
from slens_widgets.core.allocation import keeping_pages
from slens_widgets.core.composites import Crp
from slens_widgets.core.crops import CropSettings
from slens_widgets.core.executors import Executor, check_executor, executing
from slens_widgets.core.fingerprint import fingerprint_of
from slens_widgets.core.hooks import audited, default_device, evaluating
from slens_widgets.core.images import ImageSet
from slens_widgets.core.layers import check_layers
from slens_widgets.core.logits import Logits, check_output
from slens_widgets.core.parts import Parts
from slens_widgets.core.progress import Stages
from slens_widgets.core.relevance import Relevance, Resolution, check_relevance, check_resolution
from slens_widgets.core.steps import attribute, collect_images, embed_crops, write
from slens_widgets.core.views import View, Views
from slens_widgets.core.work import CHECKPOINT, Work
from slens_widgets.errors import InputError
from slens_widgets.types import FoundationModel, Progress

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
    checkpoint: float = CHECKPOINT,
    executor: Executor = "local",
    finish: Callable[[ConceptDB], None] | None = None,
    output: str | int | None = None,
) -> ConceptDB:
    """Build the concept database of some layers of a model, and open it.

    Images → top m examples of every component → heatmaps → crops → embeddings → database. The model is
    afterwards exactly as it was; nothing is at `out` until everything is done. Two builds of the same inputs
    on the same device are equal in everything but the date, also where one was killed on the way: what is
    done lies in `NAME.partial` beside `out`, and the same call goes on from the last checkpoint.

    A build is not carried on with other images or labels. Images in memory are told apart by their pixels,
    files by name, size and date, entries of a data set by the pixels of 256 of them; and an image that is
    read again, as all examples are, is compared with what was read first.

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
        Replace a concept database at `out`, and throw away an unfinished build with other settings.
    checkpoint
        Seconds of work between two checkpoints.
    executor
        "local", or "ray": collection, relevance and embedding are spread over the Ray cluster that this
        process is connected to (`ray.init`), or over this machine; see `core.on_ray`. The database is the
        same, on machines of one kind. Workers read the images by the same paths, and each computes with as
        many threads as this process (`torch.set_num_threads`), or with a GPU.
    finish
        Called with the complete database before it is visible at `out`.
    output
        Which of the model's outputs holds the logits, by name or by place in a tuple: kept in the database
        for `Audit`. Building needs no logits.

    Raises
    ------
    UnknownNameError, InputError
        Before any work: an unknown layer, m above the number of images, a transform that is random or no
        scaling and cropping, something at `out`.
    ModelError
        The model fails, or gives activations that are not finite.
    DatabaseError
        Another process is building at `out`, an unfinished build with other settings lies there, or nothing
        can be written. What was done is kept.
    ReadingError
        The folder of the images has vanished, or images can't be read for want of memory, a disk, a network.
        What was done is kept.

    Source: SemanticLens, arXiv 2501.05398.
    """
    model = audited(model)
    if not callable(transform):
        raise InputError(
            f"transform={given(transform)}",
            expected="a function from a PIL image to a tensor (channel, height, width)",
        )
    if model_name is not None and not (isinstance(model_name, str) and len(model_name) <= MAX_NAME):
        raise InputError(
            f"model_name={given(model_name)}", expected=f"a text of at most {MAX_NAME} characters"
        )
    images = ImageSet.of(images)
    layers = check_layers(model, layers)
    check_relevance(relevance)
    check_resolution(resolution)
    check_executor(executor)
    check_pooling(pooling)
    settings = CropSettings(crop_threshold, crop_kernel)
    if not isinstance(foundation_model, FoundationModel):
        raise InputError(
            f"A foundation model of type {type(foundation_model).__name__}",
            expected="name, dim, fingerprint, encode_images and encode_texts, such as slens_widgets.OpenClip",
        )
    for id in range(len(images)):
        name = images.name(id)
        if not name.isascii() and name != name.encode("utf-8", "replace").decode("utf-8"):
            raise InputError(
                f"The file name {name!a} is not UTF-8", next_step="Rename the file, and call again"
            )
    m = whole("m", m, 1)
    if m > len(images):
        raise InputError(f"m={m} examples of {len(images)} images", expected=f"m from 1 to {len(images)}")
    keep = whole("keep", keep, 0)
    number("checkpoint", checkpoint, 0)
    if finish is not None and not callable(finish):
        raise InputError(f"finish={given(finish)}", expected="a function of the database, or None")
    place = default_device(device)
    rows = (8 if place.type == "cpu" else 64) if batch_size is None else whole("batch_size", batch_size, 1)
    views = Views(transform)
    first = images[images.first_readable()]
    view = views.of(*first.size)
    if check_output(output) is not None:
        with evaluating(model, place) as twin, torch.no_grad():
            Logits(output).raw(run_model(twin, transform(first)[None].to(place)))

    try_foundation_model(foundation_model, first)
    out = path_of("out", out)
    about: dict[str, Any] = {
        "model": {"name": model_name or type(model).__name__, "weights_sha256": fingerprint_of(model)},
        "layers": layers,
        "m": m,
        "pooling": pooling,
        "relevance": {"method": _asked(relevance), "resolution": resolution},
        "crop": asdict(settings),
        "foundation_model": {
            "name": foundation_model.name,
            "dim": foundation_model.dim,
            "fingerprint": foundation_model.fingerprint,
            "precision": getattr(foundation_model, "precision", "float32"),
        },
        "view": {"height": view.height, "width": view.width},
        "output": output,
        "device": place.type,
        "batch_size": rows,
        "versions": _versions(),
    }
    plan = {
        **about,
        "images": images.listing(),
        "keep": keep,
        "transform": _seen(transform, view),
        "crp": _described(relevance),
        "block": block_of(len(images), rows),
        "format": FORMAT_VERSION,
    }
    last = None if finish is None else lambda folder: _finish(folder, finish)
    sent = {"model": model, "images": images, "transform": transform, "foundation_model": foundation_model}
    with (
        keeping_pages(),
        executing(executor, place, **sent, relevance=relevance) as spread,
        images.held(),
        ConceptDB.create(out, overwrite=overwrite, plan=plan) as writer,
        closing(Work(writer, images, layers, checkpoint, place, overwrite)) as work,
    ):
        if writer.complete:
            writer.publish(last)
        else:
            stages = Stages(progress)
            parts = Parts(
                model,
                images,
                layers,
                transform,
                views,
                foundation_model,
                rows,
                place,
                stages,
                work,
                spread,
            )  # fmt: skip
            collect_images(parts, m, pooling, _sample(len(images), keep))
            attribute(parts, relevance, resolution, settings)
            write(parts, writer, *embed_crops(parts, writer))
            found = work.found
            provenance = {
                **about,
                "created": datetime.now(UTC).isoformat(timespec="seconds"),
                "images": _image_report(images, found.count),
                "shapes": {layer: list(found.shapes[layer]) for layer in layers},
                "relevance": {**about["relevance"], **work.report},
                "kept": len(found.kept_ids),
            }
            work.close()
            writer.finish(provenance, last)
    return ConceptDB.open(out)


def _finish(folder: Path, finish: Callable[[ConceptDB], None]) -> None:
    with ConceptDB.open(folder) as db:
        finish(db)


def _sample(n: int, keep: int) -> list[int]:
    """Return ids of the images to keep: all, or evenly drawn ones, the same on every run."""
    if n <= keep:
        return list(range(n))
    return sorted(np.random.default_rng(0).choice(n, keep, replace=False).tolist())


def _image_report(images: ImageSet, count: int) -> dict[str, Any]:
    return {
        "count": count,
        "listed": len(images),
        "fingerprint": images.fingerprint(),
        "skipped": [entry._asdict() for entry in images.skipped],
        "class_names": images.class_names,
    }


def _asked(relevance: Relevance) -> str | None:
    return relevance if relevance is None or isinstance(relevance, str) else "crp"


def _described(relevance: Relevance) -> str:
    """Return what a plan has of a `Crp`: the kinds of its parts, which have no better names."""
    if not isinstance(relevance, Crp):
        return ""
    canonizers = [type(each).__name__ for each in relevance.canonizers or ()]
    return f"{type(relevance.composite).__name__} {canonizers}"


def _seen(transform: Transform, view: View) -> str:
    """Return a hash of what the transform makes of a picture of noise."""
    shape = (view.image_height, view.image_width, 3)
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8))
    return hashlib.sha256(transform(noise).cpu().contiguous().numpy().tobytes()).hexdigest()[:32]


def _versions() -> dict[str, str]:
    versions = {"slens_widgets": slens_widgets.__version__, "python": platform.python_version()}
    for package in _PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = "unknown"
    return versions
