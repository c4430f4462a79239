"""A writer that is killed inside of SQLite's own writes leaves what the next one goes on from."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def sweep(base: Path, count: int) -> dict[str, object]:
    command = [sys.executable, "-m", "tests.conceptdb.killed_writes", str(base), str(count)]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    if ended.returncode == 77:
        pytest.skip("processes can't be traced here")
    assert ended.returncode == 0, ended.stderr[-3000:]
    found: dict[str, object] = json.loads((base / "found.json").read_text())
    assert found["wrong"] == []
    return found


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="traces system calls as Linux does")


def test_writes_killed_at_sampled_system_calls_are_gone_on_with(tmp_path: Path) -> None:
    found = sweep(tmp_path, 24)
    assert found["kills"] == 24
    assert found["resumed"]


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_writes_killed_at_any_system_call_are_gone_on_with(tmp_path: Path) -> None:
    found = sweep(tmp_path, 1500)
    assert found["hot"], "none was killed where only the journal brings back what was there"
