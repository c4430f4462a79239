"""Opening and asking a database costs neither torch nor numba."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.small_audit import build_small
from tests.small_database import write

ROOT = Path(__file__).parents[1]
HEAVY = "{'torch', 'torchvision', 'open_clip', 'numba', 'umap', 'plotly', 'anywidget', 'sklearn'}"

IMPORT = "import slens_widgets"
SEARCH = """
import slens_widgets as sw
from tests.small_database import HashModel
audit = sw.Audit({path!r}, HashModel())
audit.search("ruler")
audit.scores()
audit.align(["a"], ["b"])
audit.db.strip(audit.db.components[0])
"""


LIVE = """
import slens_widgets as sw
from pathlib import Path
from tests.core.parts import small_cnn
from tests.small_audit import audit_small
audit_small(Path({path!r}), small_cnn().eval(), list("abcd"))
"""


def loaded(code: str) -> str:
    check = f"import sys, time; begin = time.perf_counter()\n{code}\n"
    check += f"print(sorted({HEAVY} & set(sys.modules)), time.perf_counter() - begin)"
    done = subprocess.run([sys.executable, "-c", check], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout


def test_importing_the_package_imports_nothing_heavy():
    printed = loaded(IMPORT)
    assert printed.startswith("[] ")
    assert float(printed.split()[-1]) < 5


@pytest.mark.parametrize("line", ["sw.open", "sw.Component", "sw.SlensError", "dir(sw)"])
def test_public_names_of_the_data_side_import_nothing_heavy(line):
    assert loaded(f"import slens_widgets as sw\n{line}").startswith("[] ")


def test_asking_a_database_imports_nothing_heavy(tmp_path):
    write(tmp_path / "a.slens").close()
    assert loaded(SEARCH.format(path=str(tmp_path / "a.slens"))).startswith("[] ")


def test_a_live_audit_imports_no_scikit_learn(tmp_path):
    build_small(tmp_path / "small.slens")
    printed = loaded(LIVE.format(path=str(tmp_path / "small.slens")))
    assert "'torch'" in printed
    assert "'sklearn'" not in printed
