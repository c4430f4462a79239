"""What a build has done so far, kept on disk: a killed one goes on from its last checkpoint."""

from __future__ import annotations

import hashlib
import json
import time
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError, safe_open

from slens_widgets.conceptdb import ConceptDBWriter
from slens_widgets.conceptdb.embeddings import write_arrays
from slens_widgets.conceptdb.publishing import sync_folder
from slens_widgets.conceptdb.schema import as_json
from slens_widgets.core.collected import Collected
from slens_widgets.core.images import ImageSet
from slens_widgets.core.rows import RowFile, damaged_rows, row_bytes
from slens_widgets.errors import DatabaseError
from slens_widgets.untrusted import logger_of

logger = logger_of(__name__)

STAGES = ("collect", "relevance", "embed", "write", "finish")
CHECKPOINT = 30.0
"""Seconds of work between two checkpoints: what a killed build loses at most, and a batch."""


class Work:
    """The state of a build, and its checkpoints in the folder of the unfinished database.

    Everything is looked at before it is carried on: rows by their checksums, tables by the writer. What is
    damaged is named, and done anew from the last checkpoint that doesn't need it.

    Parameters
    ----------
    writer
        Holds the folder; its commits are the checkpoints.
    seconds
        Work between two checkpoints.
    overwrite
        Begin anew where the images or labels are others than those of an unfinished build.

    Raises
    ------
    DatabaseError
        They are others, and `overwrite` is off.
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
        overwrite: bool = False,
    ) -> None:
        self._writer, self._images, self._layers, self._seconds = writer, images, layers, seconds
        self._place: tuple[str, list[int]] = (STAGES[0], [])
        self._files: dict[str, RowFile] = {}
        self._sums: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        self._early = False
        self._digested = 0
        self.found, self.boxes, self.report = Collected(), {}, {}
        if writer.commits or writer.complete or writer.damaged:
            try:
                self._load(device, overwrite)
            except BaseException:
                self.close()
                raise
        self._digests = self.rows("digests", (len(images), 16), np.uint8)
        self._last = time.monotonic()

    def rows(self, name: str, shape: tuple[int, ...], dtype: Any) -> RowFile:
        """Return the array called `name`: zeros, or what a killed build wrote into it."""
        if name not in self._files:
            self._files[name] = RowFile(self._rows_path(name), shape, dtype, self._sums.get(name))
        return self._files[name]

    def _rows_path(self, name: str) -> Path:
        return self._writer.work / f"{hashlib.sha256(name.encode()).hexdigest()[:16]}.rows"

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

    def _numbers(self) -> list[int]:
        """Return the numbers of the checkpoints that are there, the last first."""
        names = [path.stem.removeprefix("checkpoint-") for path in self._writer.work.glob("checkpoint-*.s*")]
        return sorted((int(name) for name in names if name.isdecimal()), reverse=True)

    def _save(self) -> None:
        known = slice(self._digested, self.found.next)
        self._digests[known] = self._images.digests[known]
        self._digested = self.found.next
        plain, arrays = self.found.pack()
        arrays |= {f"boxes {self._layers.index(layer)}": boxes for layer, boxes in self.boxes.items()}
        rows = []
        for number, (name, file) in enumerate(self._files.items()):
            # Before the rows are synced: what is written later has no checksum yet.
            sums, written = file.sums()
            arrays |= {f"sums {number}": sums.view(np.uint8), f"written {number}": np.packbits(written)}
            rows.append([name, list(file.shape), file.dtype.str])
            file.flush()
        state = {
            "place": self._place,
            "found": plain,
            "report": self.report,
            "skipped": [list(each) for each in self._images.skipped if each.id < self.found.next],
            "rows": rows,
            "labels": self._labels(),
        }
        text = as_json(state)
        write_arrays(
            self._path(self._writer.commits + 1), arrays, {"state": text, "sum": _sum_of(text, arrays)}
        )
        sync_folder(self._writer.work)
        number = self._writer.commit()
        # The last one that needs no tables stays, in case that they are damaged.
        if not self._early or _needs_no_tables(self._place):
            self._path(number - 1).unlink(missing_ok=True)
        self._early = _needs_no_tables(self._place)

    def _labels(self) -> str | None:
        """Return a hash of the images' labels and classes; None where nothing depends on them yet."""
        if STAGES.index(self._place[0]) < STAGES.index("embed"):
            return None
        return hashlib.sha256(as_json([self._images.labels, self._images.class_names]).encode()).hexdigest()

    def _load(self, device: torch.device, overwrite: bool) -> None:
        writer = self._writer
        last = self._numbers()[0] if writer.complete and self._numbers() else writer.commits
        for number in self._numbers():
            if number > last and not writer.damaged:
                continue  # it was written, and its build killed before that was committed
            try:
                state, arrays, sums = self._read(number)
                found = Collected.unpack(state["found"], arrays, device)
                place = (str(state["place"][0]), list(state["place"][1]))
            except (OSError, SafetensorError, KeyError, ValueError, TypeError, IndexError) as error:
                logger.warning(
                    "the checkpoint %s of an unfinished build is damaged (%s)", self._path(number), error
                )
                continue
            current = number == last and not writer.damaged
            if not current and not _needs_no_tables(place):
                continue
            if not writer.complete and self._damages(sums):
                continue
            self._place, self._sums, self.found, self.report = place, sums, found, state["report"]
            self.boxes = {
                layer: arrays[f"boxes {at}"]
                for at, layer in enumerate(self._layers)
                if f"boxes {at}" in arrays
            }
            self._digested = self.found.next
            self._recall(state["skipped"])
            differs = self._differs(state)
            if differs and not overwrite:
                raise DatabaseError(
                    f"An unfinished build of {str(writer.path)!r} lies at {str(writer.work.parent)!r} with "
                    f"other {differs}",
                    next_step="Build with the same images and labels to go on from there; with "
                    "overwrite=True to begin anew",
                )
            if differs:
                logger.info("the unfinished build of %s has other %s", writer.path, differs)
                break
            if not current:
                writer.restart(number)
                logger.warning("%s is carried on from an earlier checkpoint (%s)", writer.path, place[0])
            self._early = _needs_no_tables(place)
            for other in self._numbers():
                if other > number:
                    self._path(other).unlink(missing_ok=True)
            logger.info("going on with the build of %s at %s %s", writer.path, *place)
            return
        else:
            if writer.complete:
                return  # the tables are whole, and need nothing of what is lost
            logger.warning("nothing of the unfinished build of %s can be used: it begins anew", writer.path)
        self._forget()

    def _read(
        self, number: int
    ) -> tuple[dict[str, Any], dict[str, np.ndarray], dict[str, tuple[np.ndarray, np.ndarray]]]:
        """Return the state, the arrays and the checksums of rows of a checkpoint."""
        with safe_open(self._path(number), "np") as file:
            about = file.metadata()
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        if about["sum"] != _sum_of(about["state"], arrays):
            raise ValueError("it has another checksum than was written")
        state = json.loads(about["state"])
        sums = {}
        for at, (name, shape, _) in enumerate(state["rows"]):
            written = np.unpackbits(arrays[f"written {at}"], count=shape[0]).astype(bool)
            sums[name] = arrays[f"sums {at}"].view(np.uint32), written
        self._sizes = {name: row_bytes(tuple(shape), dtype) for name, shape, dtype in state["rows"]}
        return state, arrays, sums

    def _damages(self, sums: dict[str, tuple[np.ndarray, np.ndarray]]) -> bool:
        """Return whether rows are damaged that can't be had again by themselves; says which."""
        lost = False
        for name, (each, written) in sums.items():
            path = self._rows_path(name)
            rows = damaged_rows(path, self._sizes[name], each, written)
            if len(rows):
                logger.warning(
                    "%s (%s) is damaged: %d of %d rows are not as they were written",
                    path, name, len(rows), written.sum(),
                )  # fmt: skip
                if name == "digests":
                    written[rows] = False  # the images tell them again
                else:
                    lost = True
        return lost

    def _recall(self, skipped: list[Any]) -> None:
        """Take over what the images were found to be."""
        digests = self.rows("digests", (len(self._images), 16), np.uint8)[: self.found.next].copy()
        known = self._sums["digests"][1][: self.found.next] if "digests" in self._sums else False
        digests[~np.broadcast_to(known, len(digests))] = 0
        self._images.recall(digests, skipped)

    def _differs(self, state: dict[str, Any]) -> str:
        """Return what is not as an unfinished build found it, images or labels, or nothing."""
        if state["labels"] is not None and state["labels"] != self._labels():
            return "labels"
        changed = self._images.first_changed(self.found.next)
        return "" if changed is None else f"images ({self._images.name(changed)!r} is another one now)"

    def _forget(self) -> None:
        """Begin anew: nothing of what a killed build left is used."""
        self.close()
        self._files.clear()
        self._sums.clear()
        self._images.forget()
        for path in self._writer.work.glob("*.rows"):
            path.unlink()
        for number in self._numbers():
            self._path(number).unlink()
        self._place, self._digested = (STAGES[0], []), 0
        self.found, self.boxes, self.report = Collected(), {}, {}
        self._writer.restart()


def _sum_of(state: str, arrays: Mapping[str, np.ndarray]) -> str:
    """Return a checksum of all that a checkpoint holds."""
    total = zlib.crc32(state.encode("utf-8", "surrogateescape"))
    for name in sorted(arrays):
        total = zlib.crc32(np.ascontiguousarray(arrays[name]).tobytes(), zlib.crc32(name.encode(), total))
    return f"{total:08x}"


def _needs_no_tables(place: tuple[str, list[int]]) -> bool:
    """Return whether nothing was put into the tables before a place in the work."""
    return place[0] in ("collect", "relevance") or (place[0] == "embed" and not place[1])


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
