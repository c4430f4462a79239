"""Writes a database again and again, killed at one system call after the other, and goes on each time.

Run as `python -m tests.conceptdb.killed_writes BASE COUNT`: writes what was found to BASE/found.json. In a
process of its own: it forks, and traces its children as a debugger does: it ends SQLite while it writes.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from slens_widgets.conceptdb import TILE, ConceptDB, ImageRecord
from slens_widgets.conceptdb.journal import JOURNAL
from tests.small_database import examples, jpeg, provenance

LAYERS = {"one": 5, "two": 4, "three": 3}
IMAGES = 40
M = 3
TRACE_ME, TRACE_SYSCALL = 0, 24


def write(path: Path, committed: Callable[[], None]) -> None:
    """Write a database in steps, from the first that is not committed; `committed` is called after each."""
    with ConceptDB.create(path, plan={"of": "a killed writer"}) as writer:
        if writer.complete:
            writer.publish()
            return
        begun = writer.commits
        if begun == 0:
            records = [ImageRecord(i, f"{i}.png", 64, 48, i % 2, f"digest {i}") for i in range(IMAGES)]
            writer.add_images(records, [jpeg(shade=i) for i in range(IMAGES)])
            writer.commit()
            committed()
        for number, (layer, n) in enumerate(LAYERS.items(), start=1):
            if number < begun:
                continue
            made = examples(layer, n, M)
            arrays = {name: made[name] for name in ("activations", "image_ids", "boxes")}
            writer.add_layer(layer, **arrays, statistics={"mean": made["mean"]}, relevance="crp")
            writer.add_heatmaps(layer, made["heatmaps"])
            writer.add_strips(layer, 0, [jpeg(TILE * M, TILE, shade=k) for k in range(n)])
            writer.add_embeddings(layer, "hash", made["embeddings"])
            writer.commit()
            committed()
        writer.finish(provenance())


def killed(path: Path, acked: Path, after: int | None) -> int:
    """Write in a child that is killed at a system call; return how many it made."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    child = os.fork()
    if child == 0:
        try:
            if libc.ptrace(TRACE_ME, 0, None, None) < 0:
                os._exit(77)
            os.kill(os.getpid(), signal.SIGSTOP)
            with acked.open("ab", buffering=0) as file:
                write(path, lambda: file.write(b"x") and None)
            os._exit(0)
        except BaseException as error:
            sys.stderr.write(f"{error!r}\n")
            os._exit(1)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status):
        raise SystemExit(os.WEXITSTATUS(status))
    made, passed = 0, 0
    while True:
        if made == after:
            os.kill(child, signal.SIGKILL)
        libc.ptrace(TRACE_SYSCALL, child, None, ctypes.c_void_p(passed))
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status) or os.WIFSIGNALED(status):
            assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
            return made
        stopped_by = os.WSTOPSIG(status)
        passed = 0 if stopped_by == signal.SIGTRAP else stopped_by
        made += stopped_by == signal.SIGTRAP


def contents(path: Path) -> dict[str, bytes]:
    """Return what is published; what is left of a builder's work beside it goes with the next one."""
    files = (file for file in sorted(path.rglob("*")) if file.is_file() and file.parent.name != "work")
    return {str(file.relative_to(path)): file.read_bytes() for file in files}


def run(base: Path, count: int) -> dict[str, Any]:
    whole = killed(base / "whole.slens", base / "acked", None)
    due = contents(base / "whole.slens")
    found: dict[str, Any] = {"calls": whole, "kills": 0, "hot": 0, "resumed": 0, "wrong": []}
    for after in sorted({int(each) for each in np.linspace(0, whole - 1, count)}):
        folder = base / f"{after}"
        folder.mkdir()
        path, acked = folder / "x.slens", folder / "acked"
        killed(path, acked, after)
        found["kills"] += 1
        journal = folder / "x.slens.partial" / JOURNAL
        found["hot"] += journal.exists() and journal.stat().st_size > 512 and any(journal.read_bytes()[:8])
        promised = acked.stat().st_size if acked.exists() else 0
        try:
            if not path.exists():
                with ConceptDB.create(path, plan={"of": "a killed writer"}) as writer:
                    found["resumed"] += writer.commits > 0
                    if writer.commits < promised and not writer.complete:
                        found["wrong"].append(f"{after}: {writer.commits} of {promised} commits are left")
                write(path, lambda: None)
            with ConceptDB.open(path) as db:
                if db.check():
                    found["wrong"].append(f"{after}: {db.check()[0]}")
            if contents(path) != due:
                found["wrong"].append(f"{after}: another database")
        except Exception as error:
            found["wrong"].append(f"{after}: {type(error).__name__}: {error}")
        shutil.rmtree(folder)
    return found


if __name__ == "__main__":
    base = Path(sys.argv[1])
    (base / "found.json").write_text(json.dumps(run(base, int(sys.argv[2]))))
