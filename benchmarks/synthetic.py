"""A concept database of any number of components, in the real format, with a layout and without a model."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image

from slens_widgets.analyses.projection import key
from slens_widgets.conceptdb import TILE, ConceptDB, ImageRecord

LAYERS = 5
DIM = 8
FEW = 20_000
"""Up to here components have 30 examples; beyond it 3, so that a million fits on a disk."""


def jpeg(width: int, seed: int) -> bytes:
    """A picture with some structure, so that it costs what pictures cost."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (4, max(width // 18, 1), 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(coarse).resize((width, TILE), Image.Resampling.BICUBIC).save(buffer, "JPEG", quality=80)
    return buffer.getvalue()


def layout(n: int) -> np.ndarray:
    """Clusters of different sizes, as a UMAP of components has them."""
    rng = np.random.default_rng(0)
    centres = rng.uniform(-10, 10, (60, 2))
    spread = rng.uniform(0.2, 1.2, 60)
    which = rng.choice(60, n, p=rng.dirichlet(np.ones(60)))
    return (centres[which] + rng.standard_normal((n, 2)) * spread[which, None]).astype(np.float32)


def write_database(path: Path, n: int, dim: int = DIM) -> None:
    """Write a database of `n` components in five layers, with a stored layout."""
    rng = np.random.default_rng(0)
    m = 30 if n <= FEW else 3
    strips = [jpeg(TILE * m, seed) for seed in range(64)]
    box = np.array([0.2, 0.2, 0.7, 0.7], np.float32)
    sizes = [n // LAYERS + (i < n % LAYERS) for i in range(LAYERS)]
    with ConceptDB.create(path) as writer:
        records = [ImageRecord(i, f"image {i}.png", 64, 48, None, f"{i}") for i in range(40)]
        writer.add_images(records, [jpeg(64, i) for i in range(40)])
        for number, size in enumerate(sizes):
            layer = f"layer{number + 1}"
            writer.add_layer(
                layer,
                activations=-np.sort(-rng.random((size, m), np.float32), axis=1),
                image_ids=rng.integers(0, 40, (size, m)),
                boxes=np.broadcast_to(box, (size, m, 4)),
                statistics={"mean": rng.random(size, np.float32)},
                relevance="none",
            )
            writer.add_strips(layer, 0, [strips[i % 64] for i in range(size)])
            writer.add_embeddings(layer, "synthetic", rng.standard_normal((size, m, dim), np.float32))
        writer.finish(
            {
                "created": "2026-01-01T00:00:00",
                "model": {"name": "synthetic", "weights_sha256": "0" * 64},
                "images": {"count": 40, "fingerprint": "synthetic", "skipped": []},
                "foundation_model": {"name": "synthetic", "dim": dim, "fingerprint": "synthetic"},
            }
        )
    with ConceptDB.open(path) as db:
        db.save_projection(key(n), layout(n))
