"""One section of benchmarks/RESULTS.md, rewritten by the benchmark that it belongs to."""

from __future__ import annotations

import os
import platform
from contextlib import suppress
from datetime import date
from pathlib import Path

RESULTS = Path(__file__).parent / "RESULTS.md"


def machine() -> str:
    """Return what the figures were measured on."""
    load = f", load {os.getloadavg()[0]:.1f} at the end" if hasattr(os, "getloadavg") else ""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{date.today()}, {cores} cores of {_processor()}, Python {platform.python_version()}{load}"


def _processor() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return f"{platform.machine()} ({line.split(':', 1)[1].strip()})"
    return platform.processor() or platform.machine()


def write_section(name: str, title: str, text: str) -> None:
    """Replace the section called `name`, or add it at the end."""
    start, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    old = RESULTS.read_text("utf-8") if RESULTS.exists() else "# Results\n\nWritten by the benchmarks.\n"
    section = f"{start}\n## {title}\n\n{text.strip()}\n\nMeasured: {machine()}.\n{end}\n"
    if start in old and end in old:
        head, rest = old.split(start, 1)
        new = head + section + rest.split(end, 1)[1].lstrip("\n")
    else:
        new = f"{old.rstrip()}\n\n{section}"
    RESULTS.write_text(new, "utf-8")
