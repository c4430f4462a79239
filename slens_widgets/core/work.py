"""What a build has done so far, kept on disk: a killed one goes on from its last checkpoint."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError, safe_open

from slens_widgets.conceptdb import ConceptDBWriter
from slens_widgets.conceptdb.embeddings import write_arrays
from slens_widgets.conceptdb.schema import as_json
from slens_widgets.core.collected import Collected
from slens_widgets.core.images import ImageSet
from slens_widgets.core.rows import RowFile
from slens_widgets.errors import DatabaseError
from slens_widgets.untrusted import logger_of

logger = logger_of(__name__)

STAGES = ("collect", "relevance", "embed", "write", "finish")
CHECKPOINT = 30.0
"""Seconds of work between two checkpoints: what a killed build loses at most, and a batch."""


class Work:
    """The state of a build, and its checkpoints in the folder of the unfinished database.

    Parameters
    ----------
    writer
        Holds the folder; its commits are the checkpoints.
    seconds
        Work between two checkpoints.
    """

    found: Collected
    """What the pass over the images found."""
    boxes: dict[str, np.ndarray]
    """Boxes of the examples, by layer, as far as they are known."""
    report: dict[str, Any]
    """What was attributed how."""

    def __init__(
        self,
        writer: ConceptDBWriter,
        images: ImageSet,
        layers: list[str],
        seconds: float,
        device: torch.device,
    ) -> None:
        self._writer, self._images, self._layers, self._seconds = writer, images, layers, seconds
        self._place: tuple[str, list[int]] = (STAGES[0], [])
        self._files: dict[str, RowFile] = {}
        self._digests = self.rows("digests", (len(images), 16), np.uint8)
        self._digested = 0
        self.found, self.boxes, self.report = Collected(), {}, {}
        if writer.commits:
            self._load(device)
        self._last = time.monotonic()

    def rows(self, name: str, shape: tuple[int, ...], dtype: Any) -> RowFile:
        """Return the array called `name`: zeros, or what a killed build wrote into it."""
        if name not in self._files:
            file = f"{hashlib.sha256(name.encode()).hexdigest()[:16]}.rows"
            self._files[name] = RowFile(self._writer.work / file, shape, dtype)
        return self._files[name]

    def place(self, stage: str) -> list[int] | None:
        """Return where in `stage` the work is: [] at its beginning, None behind its end."""
        now, place = self._place
        if STAGES.index(now) > STAGES.index(stage):
            return None
        return place if now == stage else []

    def end(self, stage: str) -> None:
        """Go on to the stage after `stage`."""
        self.checkpoint(STAGES[STAGES.index(stage) + 1])

    def checkpoint(self, stage: str, *place: int) -> None:
        """Note that everything before `place` is done, and keep it if the last checkpoint is long ago."""
        self._place = (stage, list(place))
        if time.monotonic() - self._last >= self._seconds:
            self._save()
            self._last = time.monotonic()

    def close(self) -> None:
        """Close the files."""
        for file in self._files.values():
            file.close()

    def _path(self, number: int) -> Path:
        return self._writer.work / f"checkpoint-{number}.safetensors"

    def _save(self) -> None:
        known = slice(self._digested, self.found.next)
        self._digests[known] = self._images.digests[known]
        self._digested = self.found.next
        for file in self._files.values():
            file.flush()
        plain, arrays = self.found.pack()
        arrays |= {f"boxes {self._layers.index(layer)}": boxes for layer, boxes in self.boxes.items()}
        skipped = [list(each) for each in self._images.skipped if each.id < self.found.next]
        state = {"place": self._place, "found": plain, "report": self.report, "skipped": skipped}
        write_arrays(self._path(self._writer.commits + 1), arrays, {"state": as_json(state)})
        number = self._writer.commit()
        self._path(number - 1).unlink(missing_ok=True)

    def _load(self, device: torch.device) -> None:
        path = self._path(self._writer.commits)
        try:
            with safe_open(path, "np") as file:
                state = json.loads(file.metadata()["state"])
                arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            self.found = Collected.unpack(state["found"], arrays, device)
        except (OSError, SafetensorError, KeyError, ValueError, TypeError) as error:
            raise DatabaseError(
                f"The checkpoint {str(path)!r} of an unfinished build is damaged ({error})",
                next_step=f"Remove {str(path.parents[1])!r}, and build again",
            ) from error
        stage, place = state["place"]
        self._place, self.report = (stage, place), state["report"]
        self.boxes = {
            layer: arrays[f"boxes {number}"]
            for number, layer in enumerate(self._layers)
            if f"boxes {number}" in arrays
        }
        self._digested = self.found.next
        self._images.recall(self._digests[: self.found.next], state["skipped"])
        logger.info("going on with the build of %s at %s %s", self._writer.path, stage, place)


def combined_reports(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Return the report of work of which `before` and `now` report two parts that began alike."""
    found = {**before, **now}
    coarse = before.get("resolutions", {}), now.get("resolutions", {})
    if any(coarse):  # "pixel" replaces "block" at a layer's first batch
        found["resolutions"] = {
            layer: "pixel" if coarse[0].get(layer) == "pixel" else how for layer, how in coarse[1].items()
        }
    notes: dict[str, list[str]] = {}
    for report in (before, now):
        for layer, said in report.get("notes", {}).items():
            known = notes.setdefault(layer, [])
            known += [note for note in said if note not in known]
    return {**found, "notes": notes} if notes else found
