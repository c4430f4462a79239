"""A small concept database, written by the real writer, and a foundation model made of hashes."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from slens_widgets.conceptdb import TILE, ConceptDB, ImageRecord
from slens_widgets.conceptdb.writer import ConceptDBWriter

DIM = 16
LAYERS = {"features.0": 20, "features.3": DIM}
"""The second layer has as many components as the embeddings have dimensions: a trap for transposed code."""


class HashModel:
    """A foundation model whose embeddings are determined by content alone; it knows every word but "zorp"."""

    name = "hash"
    dim = DIM
    fingerprint = "hash-1"

    def encode_texts(self, texts: Sequence[str]) -> np.ndarray:
        return np.stack([_vector(text.encode()) for text in texts])

    def encode_images(self, images: Sequence[Image.Image]) -> np.ndarray:
        return np.stack([_vector(image.convert("RGB").tobytes()) for image in images])

    def unknown_words(self, text: str) -> list[str]:
        return [word for word in text.split() if word == "zorp"]


def _vector(content: bytes) -> np.ndarray:
    seed = int.from_bytes(hashlib.sha256(content).digest()[:8], "little")
    return np.random.default_rng(seed).standard_normal(DIM).astype(np.float32)


def jpeg(width: int = 8, height: int = 8, shade: int = 128) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), (shade, 255 - shade, shade)).save(buffer, "JPEG")
    return buffer.getvalue()


def provenance(**changes: Any) -> dict[str, Any]:
    return {
        "created": "2026-01-01T00:00:00",
        "model": {"name": "small", "weights_sha256": "0" * 64},
        "images": {"count": 40, "fingerprint": "f", "skipped": []},
        "foundation_model": {"name": "hash", "dim": DIM, "fingerprint": "hash-1"},
        **changes,
    }


def examples(layer: str, n: int, m: int, dim: int = DIM) -> dict[str, np.ndarray]:
    """Everything the writer wants to know of one layer, the same on every call."""
    rng = np.random.default_rng([n, m, len(layer)])
    centres = rng.standard_normal((n, 2, dim))
    kind = rng.integers(0, 2, (n, m, 1))
    embeddings = np.where(kind == 0, centres[:, :1], centres[:, 1:]) + 0.3 * rng.standard_normal((n, m, dim))
    corner = rng.uniform(0, 0.5, (n, m, 2))
    return {
        "activations": -np.sort(-rng.standard_normal((n, m)), axis=1).astype(np.float32),
        "image_ids": rng.integers(0, 40, (n, m)),
        "boxes": np.concatenate([corner, corner + 0.4], axis=2).astype(np.float32),
        "heatmaps": rng.integers(0, 256, (n, m, 28, 28), dtype=np.uint8),
        "embeddings": embeddings.astype(np.float16).astype(np.float32),
        "mean": rng.standard_normal(n).astype(np.float32),
    }


def fill(
    writer: ConceptDBWriter,
    layers: Mapping[str, int] = LAYERS,
    m: int = 6,
    dim: int = DIM,
    image_name: str = "image {}.png",
) -> None:
    """Write everything but the end."""
    records = [ImageRecord(i, image_name.format(i), 64, 48, i % 2, f"digest {i}") for i in range(40)]
    writer.add_images(records, [jpeg(shade=i) for i in range(40)])
    for layer, n in layers.items():
        made = examples(layer, n, m, dim)
        writer.add_layer(
            layer,
            activations=made["activations"],
            image_ids=made["image_ids"],
            boxes=made["boxes"],
            statistics={
                "mean": made["mean"],
                "pooled_mean": 0.2 * made["mean"],
                "pooled_max": made["activations"][:, 0],
                "pooled_active": np.linspace(0, 1, n, dtype=np.float32),
            },
            relevance="crp",
        )
        writer.add_heatmaps(layer, made["heatmaps"])
        writer.add_strips(layer, 0, [jpeg(TILE * m, TILE, shade=k) for k in range(n)])
        writer.add_embeddings(layer, "hash", made["embeddings"])


def write(
    path: Path,
    layers: Mapping[str, int] = LAYERS,
    m: int = 6,
    dim: int = DIM,
    image_name: str = "image {}.png",
    probe: int = 0,
    **changes: Any,
) -> ConceptDB:
    """Write a whole database, with so many kept probe images, and open it."""
    with ConceptDB.create(path) as writer:
        fill(writer, layers, m, dim, image_name)
        if probe:
            add_probe(writer, layers, probe)
        model = {"name": "hash", "dim": dim, "fingerprint": "hash-1"}
        writer.finish(provenance(**{"foundation_model": model, **changes}))
    return ConceptDB.open(path)


def add_probe(
    writer: ConceptDBWriter, layers: Mapping[str, int] = LAYERS, n: int = 40
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Keep activations (image, component) and embeddings of `n` images, the same on every call."""
    rng = np.random.default_rng(n)
    made = {layer: rng.standard_normal((n, size)).astype(np.float32) for layer, size in layers.items()}
    embeddings = rng.standard_normal((n, DIM)).astype(np.float32)
    images = [(i, f"image {i}.png", i % 2 if i else None) for i in range(n)]
    writer.add_probe(images, made, {"hash": embeddings})
    return made, embeddings
