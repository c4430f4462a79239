"""The stages of a build in shards: what is sent, what comes back, and where it is put.

A shard is a row of batches, and batches are those of a build in one process: so are the results, bit by bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from slens_widgets.conceptdb import HEATMAP_SIDE, TILE, ConceptDBWriter, ImageRecord
from slens_widgets.core.activations import Pooling, Transform, block_of, check_count, collect
from slens_widgets.core.collected import Collected
from slens_widgets.core.crops import CropSettings
from slens_widgets.core.examples import Asked, Crops, by_image, embed, locate
from slens_widgets.core.executors import Spread
from slens_widgets.core.hooks import evaluating
from slens_widgets.core.images import ImageSet
from slens_widgets.core.parts import Parts
from slens_widgets.core.relevance import Relevance, Resolution, attributing
from slens_widgets.core.views import Views
from slens_widgets.core.work import combined_reports
from slens_widgets.types import FoundationModel

SHARDS = 1024
"""Shards of a stage at most, or of a layer: what a large build sends back stays small."""

Advance = Callable[[int], None]


@dataclass(frozen=True)
class Collecting:
    """Looks at blocks of images: shards are (first, behind the last)."""

    model: nn.Module
    images: ImageSet
    layers: list[str]
    transform: Transform
    pooling: Pooling
    m: int
    batch_size: int
    device: str
    keep: list[int]

    @contextmanager
    def opened(self) -> Iterator[Callable[[tuple[int, int]], dict[str, Any]]]:
        def run(shard: tuple[int, int]) -> dict[str, Any]:
            start, stop = shard
            found = collect(
                self.model, self.images, self.layers, transform=self.transform, pooling=self.pooling,
                m=self.m, batch_size=self.batch_size, device=self.device,
                keep=[id for id in self.keep if start <= id < stop],
                begun=Collected(next=start), stop=stop,
            )  # fmt: skip
            return {
                "found": found.pack(),
                "kept": {layer: rows[: len(found.kept_ids)] for layer, rows in found.kept.items()},
                "digests": self.images.digests[start:stop],
                "skipped": [list(each) for each in self.images.skipped if start <= each.id < stop],
            }

        yield run


def collect_in_shards(
    parts: Parts, spread: Spread, m: int, pooling: Pooling, keep: Sequence[int], advance: Advance
) -> None:
    """Find the top images of every component; the work holds them then."""
    work, images, n = parts.work, parts.images, len(parts.images)
    block = block_of(n, parts.batch_size)

    def rows(layer: str, components: int) -> Any:
        return work.rows(f"kept {layer}", (len(keep), components), np.float32)

    if work.found.next % block:  # a build in one process was stopped in the middle of a block
        work.found = collect(
            parts.model, images, parts.layers, transform=parts.transform, pooling=pooling, m=m,
            batch_size=parts.batch_size, device=parts.device, keep=keep, rows=work.rows, begun=work.found,
            stop=min(n, -(-work.found.next // block) * block), advance=advance,
        )  # fmt: skip
    found = work.found
    shards = [(start, min(n, start + block)) for start in range(found.next, n, block)]
    job = Collecting(
        parts.model, images, parts.layers, parts.transform, pooling, m, parts.batch_size, parts.device.type,
        list(keep),
    )  # fmt: skip
    for (start, stop), answer in zip(shards, spread(job, shards), strict=True):
        plain, arrays = answer["found"]
        part = Collected.unpack(plain, arrays, parts.device)
        part.kept = answer["kept"]
        images.recall(answer["digests"], answer["skipped"], start)
        found.merge(part, rows)
        advance(stop - start)
        work.checkpoint("collect")
    images.warn()
    check_count(found.count, m, images)


@dataclass(frozen=True)
class Attributing:
    """Finds boxes and heatmaps: shards are (layer, what is asked of some images)."""

    model: nn.Module
    images: ImageSet
    layers: list[str]
    relevance: Relevance
    resolution: Resolution
    example: Tensor
    transform: Transform
    views: Views
    settings: CropSettings
    batch_size: int
    device: str

    @contextmanager
    def opened(self) -> Iterator[Callable[[tuple[str, list[Asked]]], dict[str, Any]]]:
        device = torch.device(self.device)
        with (
            evaluating(self.model, device) as model,
            attributing(
                model, self.layers, self.relevance, self.example.to(device), self.resolution
            ) as attribution,
        ):

            def run(shard: tuple[str, list[Asked]]) -> dict[str, Any]:
                layer, asked = shard
                ends = np.cumsum([len(each.rows) for each in asked]).tolist()
                boxes = np.zeros((ends[-1], 4), np.float32)
                heatmaps = np.zeros((ends[-1], HEATMAP_SIDE, HEATMAP_SIDE), np.uint8)
                locate(
                    attribution, layer,
                    [
                        each._replace(rows=np.arange(end - len(each.rows), end))
                        for each, end in zip(asked, ends, strict=True)
                    ],
                    boxes, heatmaps, images=self.images, transform=self.transform, views=self.views,
                    settings=self.settings, batch_size=self.batch_size, device=device,
                )  # fmt: skip
                return {"boxes": boxes, "heatmaps": heatmaps, "report": attribution.report()}

            yield run


def attribute_in_shards(
    parts: Parts,
    spread: Spread,
    relevance: Relevance,
    resolution: Resolution,
    settings: CropSettings,
    example: Tensor,
    at: int,
    done: int,
    advance: Advance,
) -> None:
    """Find the box and the heatmap of every example from image `done` of layer `at` on."""
    work, ids, size = parts.work, parts.image_ids, parts.batch_size
    places: list[tuple[int, int]] = []
    shards: list[tuple[str, list[Asked]]] = []
    for number, layer in enumerate(parts.layers[at:], at):
        asked = by_image(ids[layer])
        step = size * max(1, -(-len(asked) // (size * SHARDS)))
        first = done if number == at else 0
        advance(sum(len(each.rows) for each in asked[:first]))
        for start in range(first, len(asked), step):
            shards.append((layer, asked[start : start + step]))
            places.append((number, start + len(shards[-1][1])))
    job = Attributing(
        parts.model, parts.images, parts.layers, relevance, resolution, example.cpu(), parts.transform,
        parts.views, settings, size, parts.device.type,
    )  # fmt: skip
    for place, (layer, asked), answer in zip(places, shards, spread(job, shards), strict=True):
        rows = np.concatenate([each.rows for each in asked])
        parts.boxes(layer)[rows] = answer["boxes"]
        parts.heatmaps(layer)[rows] = answer["heatmaps"]
        work.report = combined_reports(work.report, answer["report"])
        advance(len(rows))
        work.checkpoint("relevance", *place)


@dataclass(frozen=True)
class Embedding:
    """Embeds parts of images: shards are `Cuts` of whole chunks."""

    foundation_model: FoundationModel
    images: ImageSet
    views: Views

    @contextmanager
    def opened(self) -> Iterator[Callable[[Any], dict[str, Any]]]:
        def run(cuts: Any) -> dict[str, Any]:
            embeddings = np.zeros((len(cuts), self.foundation_model.dim), np.float32)
            tiles = np.zeros((len(cuts), TILE, TILE, 3), np.uint8)
            shown: list[tuple[ImageRecord, bytes]] = []
            embed(
                cuts, self.images, self.views, self.foundation_model, embeddings=embeddings, tiles=tiles,
                add_images=lambda records, pictures: shown.extend(zip(records, pictures, strict=True)),
            )  # fmt: skip
            return {"embeddings": embeddings, "tiles": tiles, "shown": shown}

        yield run


def embed_in_shards(
    parts: Parts,
    spread: Spread,
    writer: ConceptDBWriter,
    crops: Crops,
    embeddings: Any,
    tiles: Any,
    done: int,
    advance: Advance,
) -> None:
    """Embed every crop from `done` on."""
    cuts, images = crops.cuts(), parts.images
    chunks = cuts.chunks(done)
    step = max(1, -(-len(chunks) // SHARDS))
    places = [
        (chunks[first][0], chunks[min(first + step, len(chunks)) - 1][1])
        for first in range(0, len(chunks), step)
    ]
    _ = images.labels  # found out once, here
    advance(done)
    job = Embedding(parts.foundation_model, images, parts.views)
    shards = [cuts[start:stop] for start, stop in places]
    for (start, stop), answer in zip(places, spread(job, shards), strict=True):
        for record, picture in answer["shown"]:
            writer.add_images([record], [picture])
        embeddings[start:stop], tiles[start:stop] = answer["embeddings"], answer["tiles"]
        advance(stop - start)
        parts.work.checkpoint("embed", stop)
