"""Memory: building over many images with four layers, and opening a database of many components.

    python benchmarks/memory.py [--images 10000] [--components 100000]

Each part runs in a process of its own; what counts is the highest resident memory (VmHWM, mapped files
included) above what it was with packages, models and data set loaded. Goals: < 2 GiB for the build, < 1 s and
< 300 MiB for opening. Exit code 1 if one is missed.
"""

from __future__ import annotations

import argparse
import json
import logging
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from results import write_section

BUILD_GOAL, OPEN_GOAL, OPEN_SECONDS = 2048, 300, 1.0


def resident(kind: str) -> float:
    """Return this process's resident memory in MiB: "VmRSS" now, "VmHWM" the highest so far."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{kind}:"):
            return int(line.split()[1]) / 1024
    raise SystemExit("resident memory is read from /proc, which this system does not have")


def building(count: int) -> dict[str, float]:
    import torch
    from scale import CLIP, TRANSFORM, Noise, network

    from slens_widgets.core.build import build
    from slens_widgets.core.embedding import OpenClip

    logging.disable(logging.WARNING)
    torch.set_num_threads(1)
    model = network(512)
    foundation_model = OpenClip.from_config(CLIP, None, name="small", device="cpu", precision="float32")
    with torch.no_grad():
        model(torch.zeros(8, 3, 64, 64))
    with tempfile.TemporaryDirectory() as folder:
        before, begin = resident("VmRSS"), time.perf_counter()
        layers = ["2", "5", "8", "head"]
        with build(
            model, Noise(count), layers, foundation_model, Path(folder, "x.slens"), transform=TRANSFORM,
            m=10, relevance="activation", crop_threshold=0.2, progress=False,
        ) as db:  # fmt: skip
            components = db.n_components
        size = sum(file.stat().st_size for file in Path(folder, "x.slens").iterdir())
    above = resident("VmHWM") - before
    return {
        "above": above,
        "seconds": time.perf_counter() - begin,
        "components": components,
        "MB": size / 1e6,
    }


def opening(path: str) -> dict[str, float]:
    import slens_widgets as sw

    sw.open  # noqa: B018 (imports what opening needs)
    before, begin = resident("VmRSS"), time.perf_counter()
    db = sw.open(path)
    seconds, above = time.perf_counter() - begin, resident("VmHWM") - before
    begin = time.perf_counter()
    _ = db.strip((db.layers[0], 7)), db.theta(), db[db.layers[0]].activations
    return {
        "seconds": seconds,
        "above": above,
        "used": resident("VmHWM") - before,
        "ask": time.perf_counter() - begin,
    }


def apart(*arguments: object) -> dict[str, float]:
    """Run a part of this file in a process of its own."""
    command = [sys.executable, __file__, *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--components", type=int, default=100_000)
    parser.add_argument("--building", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--opening", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.building or arguments.opening:
        print(json.dumps(building(arguments.building) if arguments.building else opening(arguments.opening)))
        return 0
    from synthetic import write_database

    lines = ["| | seconds | MiB above | goal |", "| --- | --- | --- | --- |"]
    reached = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "synthetic.slens")
        write_database(path, arguments.components, dim=512)
        size = sum(file.stat().st_size for file in path.iterdir()) / 1e6
        runs = [apart("--opening", path) for _ in range(3)]
        found = sorted(runs, key=lambda run: run["seconds"])[1]
        reached.append(found["seconds"] < OPEN_SECONDS and found["above"] < OPEN_GOAL)
        lines.append(
            f"| open {arguments.components:,} components ({size:,.0f} MB) | {found['seconds']:.3f} | "
            f"{found['above']:.0f} | < {OPEN_SECONDS:.0f} s, < {OPEN_GOAL} MiB |"
        )
        lines.append(f"| … θ of all, one layer, a strip | {found['ask']:.3f} | {found['used']:.0f} | |")
    report(lines)
    for count in (arguments.images, arguments.images // 4):
        found = apart("--building", count)
        reached.append(found["above"] < BUILD_GOAL)
        lines.append(
            f"| build over {count:,} images, 4 layers, {found['components']:,} components "
            f"({found['MB']:,.0f} MB) | {found['seconds']:.0f} | {found['above']:.0f} | < {BUILD_GOAL} MiB |"
        )
        report(lines)
    return int(not all(reached))


def report(lines: list[str]) -> None:
    """Write what is known by now: the whole takes minutes."""
    print(lines[-1], flush=True)
    note = (
        "Building: the small network and CLIP of `scale.py`, m=10, activation maps. Opening: 512 dims. The "
        "highest resident memory of a process of its own, mapped files included, above packages and models."
    )
    write_section("memory", "Memory", "\n".join([note, "", *lines]))


if __name__ == "__main__":
    sys.exit(main())
