"""Builds that are cut into shards, small enough to be computed again and again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import slens_widgets as sw
from slens_widgets.conceptdb import ConceptDB
from slens_widgets.core.build import build
from tests.core.parts import TRANSFORM, pictures, small_cnn

LAYERS = ["4", "7", "12"]
TINY = {
    "embed_dim": 32,
    "vision_cfg": {"image_size": 32, "layers": 1, "width": 64, "patch_size": 8},
    "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 1},
}


def write_images(parent: Path) -> Path:
    """Write 140 images, some of them none, into a subfolder, and return the folder."""
    found = parent / "a"
    found.mkdir()
    for i, image in enumerate([*pictures(70, size=(40, 48)), *pictures(70, 1, size=(64, 40))]):
        image.save(found / f"{i:03}.png")
    for bad in (0, 5, 6, *range(64, 69), 128):  # among others the first, and a whole batch
        (found / f"{bad:03}.png").write_bytes(b"no")
    return found.parent


def tiny_clip() -> sw.OpenClip:
    """Return a CLIP of one small layer."""
    return sw.OpenClip.from_config(TINY, None, name="tiny", device="cpu")


def attempt(out: Path, images: Any, foundation_model: Any, model: Any = None, **changes: Any) -> ConceptDB:
    arguments: dict[str, Any] = {
        "transform": TRANSFORM, "m": 6, "device": "cpu", "progress": False, "batch_size": 4, "keep": 50,
        **changes,
    }  # fmt: skip
    return build(model or small_cnn(), images, LAYERS, foundation_model, out, **arguments)
