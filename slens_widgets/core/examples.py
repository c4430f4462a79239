"""The example crops of all components: where they are, what they look like, what they mean."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int, UInt8
from PIL import Image, ImageOps

from slens_widgets.conceptdb import TILE, ImageRecord
from slens_widgets.core.activations import Transform, as_batch
from slens_widgets.core.crops import CropSettings, boxes_of, thumbnails
from slens_widgets.core.images import ImageSet
from slens_widgets.core.relevance import Attribution
from slens_widgets.core.rows import Rows
from slens_widgets.core.views import PICTURE_SIDE, View, Views
from slens_widgets.errors import ModelError
from slens_widgets.types import FoundationModel

CROP_SIDE = 448
"""Longest side of a crop that is given to the foundation model, in pixels: twice what most of them see."""

STRIP_QUALITY = 60
"""At 64 pixels a tile, about 24 kB for 30 crops of photographs."""


def locate(
    attribution: Attribution,
    layer: str,
    image_ids: Int[np.ndarray, "component rank"],
    boxes: Float[np.ndarray, "component rank 4"],
    heatmaps: Rows,
    *,
    images: ImageSet,
    transform: Transform,
    views: Views,
    settings: CropSettings,
    batch_size: int,
    device: torch.device,
    advance: Callable[[int], None],
    done: int = 0,
    checkpoint: Callable[[int], None] = lambda done: None,
) -> None:
    """Fill the boxes of every example of a layer, and its heatmaps (component · rank, 28, 28).

    Each image is decoded and run through the model once for all its components. Images with as many
    components stand together, so that few rows of a batch are idle where autograd takes one of each image.
    The first `done` images are done already; `checkpoint` is told how many there are by now.
    """
    flat_ids = image_ids.reshape(-1)
    m = image_ids.shape[1]
    flat_boxes = boxes.reshape(-1, 4)
    order = np.argsort(flat_ids, kind="stable")
    distinct, starts, counts = np.unique(flat_ids[order], return_index=True, return_counts=True)
    rows_of = dict(zip(distinct.tolist(), np.split(order, starts[1:]), strict=True))
    pending: list[tuple[torch.Tensor, np.ndarray, float]] = []

    def flush() -> None:
        inputs = as_batch([each[0] for each in pending], device)
        asked = [(rows // m).tolist() for _, rows, _ in pending]
        for places, numbers, maps in attribution.heatmaps(layer, inputs, asked):
            rows = np.array([pending[place][1][n] for place, n in zip(places, numbers, strict=True)])
            flat_boxes[rows] = boxes_of(maps, settings, np.array([pending[place][2] for place in places]))
            heatmaps[rows] = thumbnails(maps, heatmaps.shape[-1])
            advance(len(rows))
        pending.clear()
        checkpoint(begun)

    def prepare(id: int, image: Image.Image) -> tuple[torch.Tensor, float]:
        return transform(image), views.of(*image.size).aspect

    listed = distinct[np.argsort(-counts, kind="stable")].tolist()
    begun = done
    advance(sum(len(rows_of[id]) for id in listed[:done]))
    for id, (inputs, aspect) in images.every(listed[done:], prepare):
        begun += 1
        pending.append((inputs, rows_of[id], aspect))
        if len(pending) == batch_size:
            flush()
    if pending:
        flush()


@dataclass
class Crops:
    """The union of the examples of all layers: each distinct (image, box) once, in order of the images."""

    image_ids: Int[np.ndarray, " crop"]
    boxes: Float[np.ndarray, "crop 4"]
    index: dict[str, Int[np.ndarray, "component rank"]]
    """For every layer, the crop of each example."""

    whole: Int[np.ndarray, " image"]
    """The crops that are the whole views of the kept images."""

    @classmethod
    def union(
        cls, image_ids: Mapping[str, np.ndarray], boxes: Mapping[str, np.ndarray], kept: Sequence[int] = ()
    ) -> Crops:
        """Return the union over layers, and over the whole views of the `kept` images."""
        flat = [
            np.concatenate(
                [image_ids[layer].reshape(-1, 1), boxes[layer].reshape(-1, 4)], 1, dtype=np.float64
            )
            for layer in image_ids
        ]
        flat.append(np.array([(id, 0, 0, 1, 1) for id in kept], np.float64).reshape(-1, 5))
        distinct, inverse = np.unique(np.concatenate(flat), axis=0, return_inverse=True)
        ends = np.cumsum([len(each) for each in flat])[:-1]
        *parts, whole = np.split(inverse.reshape(-1), ends)
        index = {
            layer: part.reshape(ids.shape)
            for part, (layer, ids) in zip(parts, image_ids.items(), strict=True)
        }
        return cls(distinct[:, 0].astype(np.int64), distinct[:, 1:].astype(np.float32), index, whole)

    def __len__(self) -> int:
        return len(self.image_ids)


def embed(
    crops: Crops,
    images: ImageSet,
    views: Views,
    foundation_model: FoundationModel,
    *,
    embeddings: Rows,
    tiles: Rows,
    add_images: Callable[[Sequence[ImageRecord], Sequence[bytes]], None],
    advance: Callable[[int], None],
    done: int = 0,
    checkpoint: Callable[[int], None] = lambda done: None,
    chunk: int = 256,
) -> None:
    """Embed every crop once: fill the embeddings and the small tiles, and hand each image's picture on.

    Tiles and pictures are made where a crop is an example of some component. The first `done` crops are done
    already; `checkpoint` is told how many there are by now.
    """
    is_example = np.zeros(len(crops), bool)
    for rows in crops.index.values():
        is_example[rows] = True
    labels = images.labels
    distinct, starts = np.unique(crops.image_ids, return_index=True)
    rows_of = dict(zip(distinct.tolist(), np.split(np.arange(len(crops)), starts[1:]), strict=True))

    def prepare(id: int, image: Image.Image) -> tuple[tuple[ImageRecord, bytes] | None, list[Image.Image]]:
        view: View = views.of(*image.size)
        label = labels[id] if labels is not None and labels[id] >= 0 else None
        cuts = []
        for row in rows_of[id]:
            x0, y0, x1, y1 = (float(edge) for edge in crops.boxes[row])
            cut = view.cut(image, (x0, y0, x1, y1), longest=CROP_SIDE)
            if is_example[row]:
                tiles[row] = np.asarray(_tile(cut))
            cuts.append(cut)
        if not is_example[rows_of[id]].any():
            return None, cuts
        record = ImageRecord(id, images.name(id), image.width, image.height, label, images.digest(id))
        if len(cuts) == 1 and tuple(crops.boxes[rows_of[id][0]]) == (0, 0, 1, 1):
            picture = cuts[0].copy()  # nearer to the picture's size than the image is
            picture.thumbnail((PICTURE_SIDE, PICTURE_SIDE), Image.Resampling.BICUBIC, reducing_gap=2.0)
        else:
            picture = view.cut(image)
        return (record, jpeg(picture, 85)), cuts

    waiting: list[Image.Image] = []

    def flush() -> None:
        nonlocal done
        found = np.asarray(foundation_model.encode_images(waiting))
        if found.shape != (len(waiting), foundation_model.dim) or not np.isfinite(found).all():
            raise ModelError(
                f"The foundation model {foundation_model.name!r} gives embeddings of shape {found.shape}"
                + ("" if np.isfinite(found).all() else " that are not finite"),
                expected=f"finite values of shape ({len(waiting)}, {foundation_model.dim})",
            )
        embeddings[done : done + len(waiting)] = found
        done += len(waiting)
        advance(len(waiting))
        waiting.clear()
        checkpoint(done)

    advance(done)
    remaining = [id for id, start in zip(distinct.tolist(), starts.tolist(), strict=True) if start >= done]
    for _, (shown, cuts) in images.every(remaining, prepare):
        if shown is not None:
            add_images([shown[0]], [shown[1]])
        waiting += cuts
        if len(waiting) >= chunk:
            flush()
    if waiting:
        flush()


def _tile(cut: Image.Image) -> Image.Image:
    if cut.width == cut.height:
        return cut.resize((TILE, TILE), Image.Resampling.BICUBIC, reducing_gap=2.0)
    return ImageOps.fit(cut, (TILE, TILE), Image.Resampling.BICUBIC)


def strip(tiles: UInt8[np.ndarray, "rank tile tile 3"]) -> bytes:
    """Return the tiles side by side as one JPEG."""
    return jpeg(Image.fromarray(np.concatenate(list(tiles), axis=1)), STRIP_QUALITY)


def jpeg(image: Image.Image, quality: int) -> bytes:
    """Return an image as JPEG."""
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return file.getvalue()
