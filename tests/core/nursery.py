"""Starts builds in processes of their own and kills them: python -m tests.core.nursery, one JSON a line.

A request names the database, the images and `kill`, or null: after how many reports of progress the process
is killed, and how many seconds later; or `line`: at which line of the code that writes it ends. That hits
every stage, however busy the machine is. The answer tells how it ended and what it reported. Processes are
forked here, where torch has been imported and nothing was computed yet, so that twenty of them take seconds.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import torch

import slens_widgets.audit.building  # noqa: F401
from slens_widgets.conceptdb import ConceptDB
from slens_widgets.core.build import build
from tests.core.parts import TRANSFORM, HashModel, small_cnn

WRITING = (
    "core/work.py", "core/rows.py", "conceptdb/writer.py", "conceptdb/inserts.py", "conceptdb/partial.py",
    "conceptdb/embeddings.py", "conceptdb/publishing.py", "conceptdb/lock.py",
)  # fmt: skip


def finish(db: ConceptDB) -> None:
    """Add to the complete database, as the audit's scores and layout do."""
    for name in ("clarity", "redundancy"):
        if db.scores(name) is None:
            db.save_scores(name, {layer: np.arange(len(db[layer])) / 7 for layer in db.layers})
    db.save_projection("map", np.arange(2.0 * db.n_components).reshape(-1, 2))


def child(request: dict[str, Any], log: Path) -> None:
    torch.set_num_threads(1)
    with open(log, "w") as file:

        def report(done: int, total: int, stage: str) -> None:
            file.write(f"{stage} {done} {total}\n")
            file.flush()

        try:
            if request.get("line"):
                end_at_line(request["line"])
            build(
                small_cnn(),
                request["images"],
                ["4", "7", "12"],
                HashModel(),
                request["out"],
                transform=TRANSFORM,
                m=request.get("m", 4),
                device="cpu",
                batch_size=4,
                progress=report,
                checkpoint=request.get("checkpoint", 0),
                overwrite=request.get("overwrite", False),
                finish=finish,
            ).close()
        except Exception as error:
            file.write(f"{type(error).__name__}: {error} {getattr(error, '__notes__', '')}\n")
            os._exit(1)
    os._exit(0)


def end_at_line(number: int) -> None:
    """End this process by itself at the n-th line of what writes, keeps and moves a build."""
    seen = 0

    def trace(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal seen
        if not frame.f_code.co_filename.endswith(WRITING):
            return None
        seen += event == "line"
        if seen == number:
            os._exit(9)
        return trace

    sys.settrace(trace)


def _reports(log: Path) -> int:
    return log.read_bytes().count(b"\n") if log.exists() else 0


def _runs(process: int) -> bool:
    return os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None


def main() -> None:
    for line in sys.stdin:
        request = json.loads(line)
        log = Path(f"{request['out']}.log")
        log.unlink(missing_ok=True)
        process = os.fork()
        if process == 0:
            child(request, log)
        if request.get("kill") is not None:
            reports, delay = request["kill"]
            while _reports(log) < reports and _runs(process):
                time.sleep(0.0005)
            time.sleep(delay)
            os.kill(process, signal.SIGKILL)
        _, status = os.waitpid(process, 0)
        said = log.read_text().splitlines() if log.exists() else []
        sys.stdout.write(json.dumps({"ended": os.waitstatus_to_exitcode(status), "said": said}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
