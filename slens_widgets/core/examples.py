"""The example crops of all components: where they are, what they look like, what they mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Bool, Float, Int, UInt8
from PIL import Image, ImageOps

from slens_widgets.conceptdb import TILE, ImageRecord
from slens_widgets.conceptdb.encoding import encode_images
from slens_widgets.core.activations import Transform, as_batch, prepared
from slens_widgets.core.crops import CropSettings, boxes_of, thumbnails
from slens_widgets.core.images import ImageSet
from slens_widgets.core.relevance import Attribution
from slens_widgets.core.rows import Rows
from slens_widgets.core.views import PICTURE_SIDE, View, Views
from slens_widgets.files import jpeg
from slens_widgets.types import FoundationModel

CROP_SIDE = 448
"""Longest side of a crop that is given to the foundation model, in pixels: twice what most of them see."""

STRIP_QUALITY = 60
"""At 64 pixels a tile, about 24 kB for 30 crops of photographs."""


class Asked(NamedTuple):
    """The examples of a layer that are on one image."""

    image: int
    components: list[int]
    rows: Int[np.ndarray, " example"]
    """Where their boxes and heatmaps belong."""


def by_image(image_ids: Int[np.ndarray, "component rank"]) -> list[Asked]:
    """Return the images of a layer's examples; rows are component · m + rank.

    Images with as many components stand together, so that few rows of a batch are idle where autograd takes
    one of each image.
    """
    flat, m = image_ids.reshape(-1), image_ids.shape[1]
    order = np.argsort(flat, kind="stable")
    distinct, starts, counts = np.unique(flat[order], return_index=True, return_counts=True)
    rows = np.split(order, starts[1:])
    return [
        Asked(int(distinct[place]), (rows[place] // m).tolist(), rows[place])
        for place in np.argsort(-counts, kind="stable")
    ]


def locate(
    attribution: Attribution,
    layer: str,
    asked: Sequence[Asked],
    boxes: Rows,
    heatmaps: Rows,
    *,
    images: ImageSet,
    transform: Transform,
    views: Views,
    settings: CropSettings,
    batch_size: int,
    device: torch.device,
    advance: Callable[[int], None] = lambda n: None,
    done: int = 0,
    checkpoint: Callable[[int], None] = lambda done: None,
) -> None:
    """Fill the boxes (example, 4) and the heatmaps (example, 28, 28) of what is asked of a layer.

    Each image is decoded and run through the model once for all its components. The first `done` images,
    whole batches, are done already; `checkpoint` is told how many there are by now.
    """
    pending: list[tuple[torch.Tensor, Asked, float]] = []

    def flush() -> None:
        inputs = as_batch([each[0] for each in pending], device)
        components = [each[1].components for each in pending]
        for places, numbers, maps in attribution.heatmaps(layer, inputs, components):
            rows = np.array([pending[place][1].rows[n] for place, n in zip(places, numbers, strict=True)])
            boxes[rows] = boxes_of(maps, settings, np.array([pending[place][2] for place in places]))
            heatmaps[rows] = thumbnails(maps, heatmaps.shape[-1])
            advance(len(rows))
        pending.clear()
        checkpoint(done)

    input_of = prepared(images, transform)

    def prepare(id: int, image: Image.Image) -> tuple[torch.Tensor, float]:
        return input_of(id, image), views.of(*image.size).aspect

    advance(sum(len(each.rows) for each in asked[:done]))
    remaining = asked[done:]
    found = images.every([each.image for each in remaining], prepare)
    for each, (_, (inputs, aspect)) in zip(remaining, found, strict=True):
        done += 1
        pending.append((inputs, each, aspect))
        if len(pending) == batch_size:
            flush()
    if pending:
        flush()


@dataclass(frozen=True)
class Cuts:
    """Parts of images, in order of the images."""

    image_ids: Int[np.ndarray, " crop"]
    boxes: Float[np.ndarray, "crop 4"]
    shown: Bool[np.ndarray, " crop"]
    """Whether it is an example of some component."""

    def __len__(self) -> int:
        return len(self.image_ids)

    def __getitem__(self, some: slice) -> Cuts:
        return Cuts(self.image_ids[some], self.boxes[some], self.shown[some])

    def chunks(self, first: int = 0, least: int = 256) -> list[tuple[int, int]]:
        """Return what is embedded at a time from `first` on: whole images, `least` cuts or few more."""
        starts = np.flatnonzero(np.diff(self.image_ids, prepend=-1))
        found = []
        while first < len(self):
            place = np.searchsorted(starts, first + least)
            end = int(starts[place]) if place < len(starts) else len(self)
            found.append((first, end))
            first = end
        return found


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

    def cuts(self) -> Cuts:
        """Return what there is to embed."""
        shown = np.zeros(len(self), bool)
        for rows in self.index.values():
            shown[rows] = True
        return Cuts(self.image_ids, self.boxes, shown)


def embed(
    cuts: Cuts,
    images: ImageSet,
    views: Views,
    foundation_model: FoundationModel,
    *,
    embeddings: Rows,
    tiles: Rows,
    add_images: Callable[[Sequence[ImageRecord], Sequence[bytes]], None],
    advance: Callable[[int], None] = lambda n: None,
    done: int = 0,
    checkpoint: Callable[[int], None] = lambda done: None,
) -> None:
    """Embed every cut once: fill the embeddings and the small tiles, and hand each image's picture on.

    Tiles and pictures are made where a cut is an example of some component. The first `done` cuts, whole
    chunks, are done already; `checkpoint` is told how many there are by now.
    """
    labels = images.labels
    distinct, starts = np.unique(cuts.image_ids, return_index=True)
    rows_of = dict(zip(distinct.tolist(), np.split(np.arange(len(cuts)), starts[1:]), strict=True))

    def prepare(id: int, image: Image.Image) -> tuple[tuple[ImageRecord, bytes] | None, list[Image.Image]]:
        view: View = views.of(*image.size)
        label = labels[id] if labels is not None and labels[id] >= 0 else None
        found = []
        for row in rows_of[id]:
            x0, y0, x1, y1 = (float(edge) for edge in cuts.boxes[row])
            cut = view.cut(image, (x0, y0, x1, y1), longest=CROP_SIDE)
            if cuts.shown[row]:
                tiles[row] = np.asarray(_tile(cut))
            found.append(cut)
        if not cuts.shown[rows_of[id]].any():
            return None, found
        record = ImageRecord(id, images.name(id), image.width, image.height, label, images.digest(id))
        if len(found) == 1 and tuple(cuts.boxes[rows_of[id][0]]) == (0, 0, 1, 1):
            picture = found[0].copy()  # nearer to the picture's size than the image is
            picture.thumbnail((PICTURE_SIDE, PICTURE_SIDE), Image.Resampling.BICUBIC, reducing_gap=2.0)
        else:
            picture = view.cut(image)
        return (record, jpeg(picture, 85)), found

    waiting: list[Image.Image] = []

    def flush() -> None:
        nonlocal done
        found = encode_images(foundation_model, waiting)
        embeddings[done : done + len(waiting)] = found
        done += len(waiting)
        advance(len(waiting))
        waiting.clear()
        checkpoint(done)

    advance(done)
    ends = {end for _, end in cuts.chunks(done)}
    remaining = [id for id, start in zip(distinct.tolist(), starts.tolist(), strict=True) if start >= done]
    for _, (shown, found) in images.every(remaining, prepare):
        if shown is not None:
            add_images([shown[0]], [shown[1]])
        waiting += found
        if done + len(waiting) in ends:
            flush()


def _tile(cut: Image.Image) -> Image.Image:
    if cut.width == cut.height:
        return cut.resize((TILE, TILE), Image.Resampling.BICUBIC, reducing_gap=2.0)
    return ImageOps.fit(cut, (TILE, TILE), Image.Resampling.BICUBIC)


def strip(tiles: UInt8[np.ndarray, "rank tile tile 3"]) -> bytes:
    """Return the tiles side by side as one JPEG."""
    return jpeg(Image.fromarray(np.concatenate(list(tiles), axis=1)), STRIP_QUALITY)
