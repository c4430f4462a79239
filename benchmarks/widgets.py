"""The widgets beside plotly and jupyter-scatter, in one run, in a real JupyterLab in a real browser.

    python benchmarks/widgets.py [--sizes 2000 20000 200000 1000000] [--only ours plotly jupyter-scatter]

Needs the extra `bench` and chromium. Every library draws the same points in a notebook of its own. Figures go
to the standard output and, with --write, to benchmarks/RESULTS.md.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import re
import shutil
import statistics
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.results import write_section  # noqa: E402
from benchmarks.synthetic import write_database  # noqa: E402
from benchmarks.widget_gestures import gallery_fill, measure, toggle  # noqa: E402
from tests.widgets.browser.server import FLAGS, running_jupyterlab  # noqa: E402

SIZES = (2_000, 20_000, 200_000, 1_000_000)
LIBRARIES = ("ours", "plotly", "jupyter-scatter")
GIVE_UP_SECONDS = 240
COMPOSED = {"by the processor": ("--disable-gpu",), "through the emulated card": ()}
"""How chromium puts a page together where there is no card: no user has the second, but WebGL needs it."""


@contextlib.contextmanager
def patient(playwright: Any, chromium: str, *flags: str) -> Iterator[Any]:
    """Yield a browser that is killed when a library has kept it busy for too long: input has no timeout."""
    before = set(psutil.Process().children(recursive=True))
    browser = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, *flags])
    started = set(psutil.Process().children(recursive=True)) - before

    def kill() -> None:
        for process in started:
            with contextlib.suppress(psutil.Error):
                process.kill()

    timer = threading.Timer(GIVE_UP_SECONDS, kill)
    timer.start()
    try:
        yield browser
    finally:
        timer.cancel()
        with contextlib.suppress(Exception):
            browser.close()


def tried(what: Callable[..., list[float]], *given: Any) -> str:
    """Return the milliseconds that something took and their median, or why it did not work."""
    try:
        took = what(*given)
        return f"{', '.join(f'{each:.0f}' for each in took)} ms, median {statistics.median(took):.0f}"
    except Exception as error:
        return f"failed ({str(error).splitlines()[0][:60]})"


def machine() -> str:
    """Processor, cores and versions; no names of machines."""
    model = platform.machine()
    with contextlib.suppress(OSError):
        named = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
        model = named.group(1) if named else model
    packages = ("jupyterlab", "ipykernel", "anywidget", "plotly", "jupyter-scatter")
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    return f"{model}, {os.cpu_count()} cores, software WebGL; Python {platform.python_version()}, {versions}"


def table(rows: list[dict[str, Any]]) -> str:
    """Return rows as a table in Markdown."""
    columns = list(dict.fromkeys(name for row in rows for name in row))

    def cell(value: Any) -> str:
        if value is None:
            return "–"
        if isinstance(value, float):
            return (
                f"{value:,.0f}"
                if abs(value) >= 100
                else f"{value:.2f}"
                if abs(value) < 10
                else f"{value:.1f}"
            )
        return f"{value:,}" if isinstance(value, int) else str(value)

    lines = [columns, ["---"] * len(columns), *([cell(row.get(name)) for name in columns] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--only", nargs="+", choices=LIBRARIES, default=LIBRARIES)
    parser.add_argument("--write", action="store_true", help="write benchmarks/RESULTS.md")
    options = parser.parse_args()
    from playwright.sync_api import sync_playwright

    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        sys.exit("No chromium was found: 'make chromium' installs it.")
    measured_on = machine()  # names the package that is lacking, if one is, before anything is measured
    rows = []
    said = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        base = Path(folder) / "lab"
        base.mkdir()
        with running_jupyterlab(base) as server:
            for n in options.sizes:
                path = Path(folder) / f"{n}.slens"
                write_database(path, n)
                for library in options.only:
                    found: dict[str, Any] = {"components": n, "library": library}
                    try:
                        with patient(playwright, chromium) as browser:
                            measure(browser, server, library, path, found)
                    except Exception as error:
                        found["failed"] = str(error).splitlines()[0][:60]
                    rows.append(found)
                    print(found, flush=True)
                if n == min(options.sizes):
                    for how, flags in COMPOSED.items():
                        with patient(playwright, chromium, *flags) as browser:
                            took = tried(gallery_fill, browser, server, path)
                        said.append(f"Gallery of {n:,}, jump to pictures painted {how}: {took}")
                        print(said[-1], flush=True)
                shutil.rmtree(path)
            with patient(playwright, chromium) as browser:
                took = tried(toggle, browser, server)
            said.append(f"Pruning panel on the lab, click to new figures: {took}")
            print(said[-1], flush=True)
    text = f"{measured_on}. One run; ratios count, seconds are this machine's.\n\n"
    text += table(rows) + "\n\n" + "\n".join(f"- {line}" for line in said)
    print(text)
    if options.write:
        write_section("widgets", "Widgets", text)


if __name__ == "__main__":
    main()
