"""A person's audit for as many minutes as are given, in a real JupyterLab: does memory grow?

    python benchmarks/soak.py [minutes] [--write]

Searches, lassos, toggles, undoes, opens details and scrolls in the lab's dashboard, over and over. Every half
minute the garbage of page and kernel is collected and what is left is noted: the kernel's resident memory,
what it uses itself (without mapped files and what its allocator keeps), the page's heap, nodes and listeners.
Growth is the slope of a line through samples: after the first third, in which caches fill, and in the last.
With --write the section "Soak" of RESULTS.md is rewritten.
"""

from __future__ import annotations

import argparse
import itertools
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from benchmarks.results import write_section  # noqa: E402
from tests.widgets.browser.page import LabPage, open_page  # noqa: E402
from tests.widgets.browser.server import FLAGS, running_jupyterlab  # noqa: E402

SETUP = """
import ctypes, gc, re
from pathlib import Path
import slens_widgets as sw
audit = sw.lab.open_audit(progress=False)

def resident(kind="VmRSS"):
    gc.collect()
    return int(re.search(kind + r":\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024

def held():
    # What the allocator keeps although nothing uses it goes back first; mapped files do not count.
    ctypes.CDLL(None).malloc_trim(0)
    return resident("RssAnon")
"""
IN_VIEW = """(n) => {
  const list = document.querySelector('.slens-gallery .slens-list');
  const { top, bottom } = list.getBoundingClientRect();
  const from = top + list.querySelector('.slens-header').offsetHeight;
  const whole = [...list.querySelectorAll('.slens-row:not([hidden])')].filter((row) => {
    const box = row.getBoundingClientRect();
    return box.top >= from - 1 && box.bottom <= bottom + 1;
  });
  return whole[n % whole.length].dataset.component;
}"""
QUERIES = ("ruler", "milia", "blue white veil", "ruler, -hair", "band-aid", "ink", "streaks", "bubble", "")
EVERY = 30.0
COLUMNS = ("kernel MiB", "of it in use", "page heap MB", "nodes", "listeners")


class Person:
    """Uses one dashboard, and notes how long each thing took to answer."""

    def __init__(self, page: LabPage) -> None:
        self.page, self.view = page, page.page
        self.took: dict[str, list[float]] = defaultdict(list)
        self._queries = itertools.cycle(QUERIES)
        self._chance = random.Random(0)
        self._turn = 0

    def once(self) -> None:
        """Do each thing once."""
        for what in (self.search, self.lasso, self.detail, self.toggle, self.undo, self.scroll, self.colour):
            start = time.perf_counter()
            asked = what() or start
            self.took[what.__name__].append(time.perf_counter() - asked)
        self._turn += 1

    def search(self) -> None:
        query = next(self._queries)
        box = self.page.panel("gallery").get_by_role("combobox", name="Query")
        box.fill(query)
        box.press("Enter")
        if query:
            self._seen(f'.slens-gallery[data-query="{query}"]')
        self.page.wait_python(f"audit.session.query == {query!r}", 60_000)

    def lasso(self) -> float:
        """Draw one; the answer counts from its end, for its way takes what the browser's drawing takes."""
        plane = self.view.locator(".slens-plane")
        plane.scroll_into_view_if_needed()
        box = plane.bounding_box()
        x, y = (self._chance.uniform(0.05, 0.45) for _ in range(2))
        corners = [(x, y), (x + 0.5, y), (x + 0.5, y + 0.5), (x, y + 0.5), (x, y + 0.05)]
        places = [(box["x"] + u * box["width"], box["y"] + v * box["height"]) for u, v in corners]
        self.view.keyboard.down("Shift")
        self.view.mouse.move(*places[0])
        self.view.mouse.down()
        for place in places[1:]:
            self.view.mouse.move(*place, steps=5)
        drawn = time.perf_counter()
        self.view.mouse.up()
        self.view.keyboard.up("Shift")
        bar = self.page.panel("dashboard-bar")
        for _ in range(200):
            held = self.page.python("len(audit.session.selection)")
            if bar.get_attribute("data-selected") == str(held):
                return drawn
            self.view.wait_for_timeout(100)
        raise AssertionError("the page and the kernel hold different selections")

    def detail(self) -> None:
        # Not any row: one out of view is scrolled to for its click, and by that becomes another component's.
        wanted = self.view.evaluate(IN_VIEW, self._turn % 3)
        self.page.panel("gallery").locator(f".slens-row:not([hidden])[data-component='{wanted}']").click()
        self._seen(f".slens-detail[data-component='{wanted}'] canvas")

    def toggle(self) -> None:
        first = 4 * self._turn % 92
        members = [("features.14", first + i) for i in range(4)]
        assert self.page.python(f"setattr(audit.session, 'pruned', {members!r})") is None
        self._evaluated(4)
        box = self.page.panel("pruning").locator(".slens-row input[type=checkbox]:checked").first
        box.uncheck()
        self._evaluated(3)

    def undo(self) -> None:
        self.page.panel("pruning").get_by_role("button", name="Undo").click()
        self._evaluated(4)
        self.page.panel("pruning").get_by_role("button", name="Clear").click()
        self._evaluated(0)

    def scroll(self) -> None:
        grid = self.page.panel("gallery").locator(".slens-list").first
        grid.evaluate(
            "(list, to) => { list.scrollTop = to * list.scrollHeight; }", self._chance.uniform(0, 0.9)
        )
        self.view.wait_for_function(
            """() => {
              const list = document.querySelector('.slens-gallery .slens-list');
              const box = list.getBoundingClientRect();
              const strips = [...list.querySelectorAll('.slens-row:not([hidden]) .slens-strip')];
              const seen = strips.filter((strip) => {
                const { top, bottom } = strip.getBoundingClientRect();
                return bottom > box.top && top < box.bottom;
              });
              return seen.length && seen.every((strip) => strip.style.backgroundImage.startsWith('url'));
            }"""
        )

    def colour(self) -> None:
        by = ("clarity", "layer", "alignment", "score")[self._turn % 4]
        self.view.locator(".slens-map select").first.select_option(by)
        self.page.wait_python(f"audit.session.color_by == {by!r}", 60_000)

    def _evaluated(self, pruned: int) -> None:
        self._seen(f".slens-pruning[data-pruned='{pruned}'][data-evaluating=false][data-accuracy]")

    def _seen(self, selector: str) -> None:
        # Not `wait_for_selector`: it returns a handle, which keeps what it points at from being collected.
        self.view.locator(selector).first.wait_for(timeout=120_000)


def sample(page: LabPage, devtools: Any) -> list[float]:
    """Return what is held once the garbage is gone, as `COLUMNS` names it."""
    devtools.send("HeapProfiler.collectGarbage")
    found = {item["name"]: item["value"] for item in devtools.send("Performance.getMetrics")["metrics"]}
    return [
        page.python("resident()"),
        page.python("held()"),
        found["JSHeapUsedSize"] / 1e6,
        found["Nodes"],
        found["JSEventListeners"],
    ]


def soak(minutes: float, say: Callable[[str], None]) -> str:
    from playwright.sync_api import sync_playwright

    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        sys.exit("No chromium was found: 'make chromium' installs it.")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        base = Path(folder) / "lab"
        base.mkdir()
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        with running_jupyterlab(base) as server:
            page = open_page(browser, server, SETUP)
            page.run("dashboard = sw.Dashboard(audit)\ndashboard")
            page.dashboard_ready()
            page.page.set_default_timeout(120_000)
            page.evaluated()
            devtools = page.page.context.new_cdp_session(page.page)
            devtools.send("Performance.enable")
            person = Person(page)
            begun = time.monotonic()
            samples: list[list[float]] = []
            while True:
                now = time.monotonic() - begun
                if not samples or now >= samples[-1][0] + EVERY or now >= 60 * minutes:
                    samples.append([now, *sample(page, devtools)])
                    say(f"{now / 60:5.1f} min  " + "  ".join(f"{v:,.1f}" for v in samples[-1][1:]))
                if now >= 60 * minutes:
                    break
                person.once()
            page.check()
            page.close()
        browser.close()
    return report(np.array(samples), person.took)


def report(samples: np.ndarray, took: dict[str, list[float]]) -> str:
    """Return the samples and the answers as tables."""
    minutes = samples[:, 0] / 60
    rounds = len(took["search"])
    lines = [
        f"{minutes[-1]:.0f} minutes, {rounds} rounds of search, lasso, detail, toggle, undo, scroll and "
        "colour on the lab's dashboard. Garbage is collected before each sample; growth is the slope after "
        "the first third. A lasso is answered from the release of the button on.",
        "",
        "| minute | " + " | ".join(COLUMNS) + " |",
        "| --- " * (1 + len(COLUMNS)) + "|",
    ]
    for i in np.unique(np.linspace(0, len(samples) - 1, 11).round().astype(int)):
        lines.append(f"| {minutes[i]:.0f} | " + " | ".join(_cell(value) for value in samples[i, 1:]) + " |")
    for said, since in (("after the first third", 1 / 3), ("in the last third", 2 / 3)):
        late = minutes >= minutes[-1] * since
        if late.sum() > 2:
            slopes = [np.polyfit(minutes[late], samples[late, 1 + k], 1)[0] * 10 for k in range(len(COLUMNS))]
            cells = " | ".join(f"{slope:+.2f}" for slope in slopes)
            lines.append(f"| growth in 10 minutes, {said} | {cells} |")
    lines += ["", "| answer, s | first third, median | last third, median | slowest |", "| --- " * 4 + "|"]
    for name, seconds in took.items():
        third = max(1, len(seconds) // 3)
        first, last = statistics.median(seconds[:third]), statistics.median(seconds[-third:])
        lines.append(f"| {name} | {first:.2f} | {last:.2f} | {max(seconds):.2f} |")
    return "\n".join(lines)


def _cell(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("minutes", type=float, nargs="?", default=30.0)
    parser.add_argument("--write", action="store_true", help="write benchmarks/RESULTS.md")
    options = parser.parse_args()
    text = soak(options.minutes, lambda line: print(line, flush=True))
    print(text)
    if options.write:
        write_section("soak", "Soak", text)


if __name__ == "__main__":
    main()
