"""What only another process can show: killed writers, folders that can't be written."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

import slens_widgets as sw
from slens_widgets.conceptdb import ConceptDB
from slens_widgets.errors import DatabaseError
from tests.small_database import LAYERS, fill, provenance, write

ROOT = Path(__file__).parents[2]

WRITE_FOREVER = """
import sys
from slens_widgets.conceptdb import ConceptDB
from tests.small_database import fill, provenance
while True:
    with ConceptDB.create(sys.argv[1], overwrite=True) as writer:
        fill(writer)
        print("filled", flush=True)
        writer.finish(provenance())
    print("finished", flush=True)
"""

HOLD = """
import sys, time
from slens_widgets.conceptdb import ConceptDB
from tests.small_database import fill
with ConceptDB.create(sys.argv[1]) as writer:
    fill(writer)
    print("filled", flush=True)
    time.sleep(600)
"""

READ_ONLY = """
import logging, os, sys
import numpy as np
import slens_widgets as sw
sw.open
logging.basicConfig()
if os.geteuid() == 0:
    # Root may write anything, whatever the permissions: read as a user who may not.
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
db = sw.open(sys.argv[1])
db.save_projection("key", np.ones((db.n_components, 2)))
assert db.projection("key").sum() == 2 * db.n_components
assert db.strip(db.components[0])
assert sw.open(sys.argv[1]).projection("key") is None
print("read")
"""


def _start(code: str, path: Path) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", code, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize("delay", [0.0, 0.01, 0.03, 0.07])
def test_a_killed_writer_leaves_nothing_or_a_whole_database(tmp_path, delay):
    path = tmp_path / "a.slens"
    process = _start(WRITE_FOREVER, path)
    process.stdout.readline()
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    process.wait()
    if path.exists():
        with sw.open(path) as db:
            assert all(db.strip(component) for component in db.components)
            assert all(len(db[layer].embeddings) == n for layer, n in LAYERS.items())
    else:
        with pytest.raises(DatabaseError):
            sw.open(path)
    with ConceptDB.create(path, overwrite=True) as writer:
        fill(writer)
        writer.finish(provenance())
    left = [entry.name for entry in tmp_path.iterdir() if ".partial" in entry.name]
    assert left == [], "the next writer clears away what the killed one left"


def test_a_running_writer_keeps_its_folder_when_another_starts(tmp_path):
    path = tmp_path / "a.slens"
    process = _start(HOLD, path)
    try:
        process.stdout.readline()
        with pytest.raises(DatabaseError, match=f"is being built by process {process.pid} on"):
            ConceptDB.create(path)
        assert [p.name for p in tmp_path.iterdir()] == ["a.slens.partial"]
    finally:
        process.kill()
        process.wait()
    with ConceptDB.create(path) as writer:
        fill(writer)
        writer.finish(provenance())
    assert [p.name for p in tmp_path.iterdir()] == ["a.slens"]


def test_a_database_that_can_t_be_written_still_opens():
    # pytest's own folders are closed to other users.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        path = Path(folder) / "a.slens"
        write(path).close()
        for entry in path.iterdir():
            entry.chmod(0o444)
        path.chmod(0o555)
        done = subprocess.run(
            [sys.executable, "-c", READ_ONLY, str(path)], cwd=ROOT, capture_output=True, text=True
        )
        path.chmod(0o755)
    assert done.stdout == "read\n", done.stderr
    assert "kept in memory only" in done.stderr
