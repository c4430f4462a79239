"""The four stages of a build, each of which goes on where a killed build stopped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np

from slens_widgets.conceptdb import HEATMAP_SIDE, TILE, ConceptDBWriter
from slens_widgets.core.activations import Pooling, collect, prepared
from slens_widgets.core.crops import CropSettings
from slens_widgets.core.examples import Crops, by_image, embed, locate, strip
from slens_widgets.core.hooks import evaluating
from slens_widgets.core.images import ImageSet
from slens_widgets.core.parts import Parts
from slens_widgets.core.relevance import Attribution, Relevance, Resolution, attributing
from slens_widgets.core.rows import Chosen
from slens_widgets.core.shards import attribute_in_shards, collect_in_shards, embed_in_shards
from slens_widgets.core.work import combined_reports

_CHUNK = 64
"""Components that are written between two looks at the clock."""


def collect_images(parts: Parts, m: int, pooling: Pooling, keep: Sequence[int]) -> None:
    """Find the top images of every component; the work holds them then."""
    work = parts.work
    with parts.stage("collect", len(parts.images)) as (place, advance):
        if place is not None:
            advance(work.found.next)
        if place is not None and parts.spread is not None:
            collect_in_shards(parts, parts.spread, m, pooling, keep, advance)
        elif place is not None:
            work.found = collect(
                parts.model, parts.images, parts.layers, transform=parts.transform, pooling=pooling, m=m,
                batch_size=parts.batch_size, device=parts.device, keep=keep, rows=work.rows,
                begun=work.found, advance=advance, checkpoint=lambda found: work.checkpoint("collect"),
            )  # fmt: skip
    for layer in parts.layers:
        if work.found.kept_ids:
            shape = (len(keep), work.found.top[layer].n_components)
            work.found.kept[layer] = work.rows(f"kept {layer}", shape, np.float32)


def attribute(parts: Parts, relevance: Relevance, resolution: Resolution, settings: CropSettings) -> None:
    """Find the box and the heatmap of every example; without a method, every box is the whole view."""
    work, ids = parts.work, parts.image_ids
    if relevance is None:
        whole = np.array([0, 0, 1, 1], np.float32)
        work.boxes = {layer: np.tile(whole, (*each.shape, 1)) for layer, each in ids.items()}
        work.report = Attribution(parts.model, dict.fromkeys(ids, "none")).report()
        return
    with parts.stage("relevance", sum(each.size for each in ids.values()), "heatmap") as (place, advance):
        if place is None:
            return
        at, done = place or (0, 0)
        id = int(next(iter(ids.values()))[0, 0])
        first = prepared(parts.images, parts.transform)(id, parts.images[id])[None].to(parts.device)
        advance(sum(ids[layer].size for layer in parts.layers[:at]))
        if parts.spread is not None:
            attribute_in_shards(
                parts, parts.spread, relevance, resolution, settings, first, at, done, advance
            )
            return
        with (
            evaluating(parts.model, parts.device) as model,
            attributing(model, list(ids), relevance, first, resolution) as attribution,
        ):
            before = work.report

            def checkpoint(number: int, done: int) -> None:
                work.report = combined_reports(before, attribution.report())
                work.checkpoint("relevance", number, done)

            for number, layer in enumerate(parts.layers[at:], at):
                locate(
                    attribution, layer, by_image(ids[layer]), parts.boxes(layer), parts.heatmaps(layer),
                    images=parts.images, transform=parts.transform, views=parts.views, settings=settings,
                    batch_size=parts.batch_size, device=parts.device, advance=advance,
                    done=done if number == at else 0, checkpoint=partial(checkpoint, number),
                )  # fmt: skip
            work.report = combined_reports(before, attribution.report())


def embed_crops(parts: Parts, writer: ConceptDBWriter) -> tuple[Crops, Any, Any]:
    """Embed every distinct crop; return the crops, their embeddings, and their tiles."""
    work, model = parts.work, parts.foundation_model
    crops = Crops.union(parts.image_ids, work.boxes, work.found.kept_ids)
    embeddings = work.rows("embeddings", (len(crops), model.dim), np.float32)
    tiles = work.rows("tiles", (len(crops), TILE, TILE, 3), np.uint8)
    with parts.stage("embed", len(crops), "crop") as (place, advance):
        done = place[0] if place else 0
        if place is not None and parts.spread is not None:
            embed_in_shards(parts, parts.spread, writer, crops, embeddings, tiles, done, advance)
        elif place is not None:
            embed(
                crops.cuts(), parts.images, parts.views, model, embeddings=embeddings, tiles=tiles,
                add_images=writer.add_images, advance=advance, done=done,
                checkpoint=lambda done: work.checkpoint("embed", done),
            )  # fmt: skip
    return crops, embeddings, tiles


def write(parts: Parts, writer: ConceptDBWriter, crops: Crops, embeddings: Any, tiles: Any) -> None:
    """Write everything but the provenance."""
    work, found, name = parts.work, parts.work.found, parts.foundation_model.name
    ids = parts.image_ids
    with parts.stage("write", sum(len(each) for each in ids.values()), "component") as (place, advance):
        at, done = (len(ids), 0) if place is None else place or (0, 0)
        advance(sum(len(ids[layer]) for layer in parts.layers[:at]) + done)
        for number, layer in enumerate(parts.layers[at:], at):
            start = done if number == at else 0
            if start == 0:
                writer.add_layer(
                    layer,
                    activations=found.top[layer].result()[0],
                    image_ids=ids[layer],
                    boxes=work.boxes[layer],
                    statistics=found.statistics[layer].result(),
                    relevance=work.report["methods"][layer],
                )
                writer.add_embeddings(layer, name, Chosen(embeddings, crops.index[layer]))
            _write_pictures(parts, writer, layer, number, start, crops, tiles, advance)
    if found.kept_ids:
        writer.add_probe(
            [(id, parts.images.name(id), label_of(parts.images, id)) for id in found.kept_ids],
            {layer: kept[: len(found.kept_ids)] for layer, kept in found.kept.items()},
            {name: embeddings[crops.whole]},
        )


def _write_pictures(
    parts: Parts,
    writer: ConceptDBWriter,
    layer: str,
    number: int,
    start: int,
    crops: Crops,
    tiles: Any,
    advance: Callable[[int], None],
) -> None:
    """Write heatmaps and strips of a layer's components from `start` on."""
    index = crops.index[layer]
    n, m = index.shape
    heatmaps = None
    if parts.work.report["methods"][layer] != "none":
        heatmaps = parts.heatmaps(layer)
    with ThreadPoolExecutor(2, thread_name_prefix="slens-strips") as pool:
        for first in range(start, n, _CHUNK):
            chunk = index[first : first + _CHUNK]
            if heatmaps is not None:
                some = heatmaps[first * m : (first + len(chunk)) * m]
                writer.add_heatmaps(
                    layer, some.reshape(len(chunk), m, HEATMAP_SIDE, HEATMAP_SIDE), start=first
                )
            writer.add_strips(layer, first, list(pool.map(lambda each: strip(tiles[each]), chunk)))
            advance(len(chunk))
            parts.work.checkpoint("write", number, first + len(chunk))


def label_of(images: ImageSet, id: int) -> int | None:
    """Return an image's class index, or None where it has none."""
    labels = images.labels
    return labels[id] if labels is not None and labels[id] >= 0 else None
