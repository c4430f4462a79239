"""Same inputs, same database, same map, same report: twice in a row, and in another process."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np

import slens_widgets as sw
from tests.core.parts import TRANSFORM, HashModel, pictures, small_cnn

ROOT = Path(__file__).parents[2]
DATES = re.compile(rb"20\d\d-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?([+-]\d\d:\d\d| UTC)?")

ANOTHER = """
import sys
from pathlib import Path
import torch
from tests.audit.test_determinism import make
from tests.process_state import state_of_process
torch.set_num_threads(1)
before = state_of_process()
make(Path(sys.argv[1]))
after = state_of_process()
assert after == before, [key for key in before if after[key] != before[key]]
"""


def make(folder: Path) -> None:
    """Build a database with its scores and map, and write the report on it."""
    import torch

    torch.set_num_threads(1)
    folder.mkdir(exist_ok=True)
    labels = [i % 3 for i in range(30)]
    images = sw.ImageSet(pictures(30), labels, class_names=["a", "b", "c"])
    with sw.build(
        small_cnn(), images, ["4", "7"], HashModel(), folder / "x.slens", transform=TRANSFORM, m=4,
        device="cpu", progress=False,
    ) as db:  # fmt: skip
        audit = sw.Audit(db, HashModel())
        np.save(folder / "map.npy", audit.project()[["x", "y"]].to_numpy())
        audit.session.update(valid=("bright",), spurious=("dark",))
        audit.report(folder / "report.html")
        audit.report(folder / "report.json")


def contents(folder: Path) -> dict[str, bytes]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and "trail" not in str(path)]
    return {
        str(file.relative_to(folder)): DATES.sub(b"", file.read_bytes()).replace(bytes(folder), b"")
        for file in files
    }


def test_everything_is_the_same_twice_and_in_another_process(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ANOTHER, str(tmp_path / "third")], cwd=ROOT) as process:
        make(tmp_path / "first")
        make(tmp_path / "other")
    assert process.returncode == 0
    first = contents(tmp_path / "first")
    assert {"map.npy", "report.html", "report.json", "x.slens/concepts.sqlite"} <= set(first)
    for other in ("other", "third"):
        found = contents(tmp_path / other)
        assert found.keys() == first.keys()
        assert [name for name in first if found[name] != first[name]] == []
