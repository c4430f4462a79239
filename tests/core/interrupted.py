"""Small builds that something goes wrong in, and what they leave on disk."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from slens_widgets.conceptdb import ConceptDB
from slens_widgets.core.build import build
from tests.core.parts import TRANSFORM, HashModel, pictures, small_cnn


def write_images(folder: Path) -> Path:
    """Write 36 images and one that is none into a subfolder, and return the folder."""
    (folder / "a").mkdir()
    for i, image in enumerate([*pictures(18, size=(40, 48)), *pictures(18, 1, size=(64, 40))]):
        image.save(folder / "a" / f"{i:02}.png")
    (folder / "a" / "05_broken.jpg").write_bytes(b"no")
    return folder


def contents(path: Path) -> dict[str, bytes]:
    """Return the bytes of every file, but for the date of the build."""
    found = {}
    for file in sorted(each for each in path.rglob("*") if each.is_file()):
        data = file.read_bytes()
        found[file.name] = re.sub(rb'"created": "[^"]*"', b"", data)
        assert file.name != "concepts.sqlite" or found[file.name] != data
    return found


def attempt(out: Path, images: Any, **changes: Any) -> ConceptDB:
    arguments: dict[str, Any] = {
        "transform": TRANSFORM, "m": 4, "device": "cpu", "progress": False, "batch_size": 4, "checkpoint": 0,
        "foundation_model": HashModel(), **changes,
    }  # fmt: skip
    return build(small_cnn(), images, ["4", "7", "12"], out=out, **arguments)


class Failing(HashModel):
    """Fails until it is told not to, but for a single image: a build tries one first."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error: BaseException | None = error

    def encode_images(self, images: Any) -> Any:
        if self.error is not None and len(images) > 1:
            raise self.error
        return super().encode_images(images)
