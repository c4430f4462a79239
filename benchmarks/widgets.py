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
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.results import write_section  # noqa: E402
from benchmarks.synthetic import write_database  # noqa: E402
from tests.widgets.browser.page import LabPage, open_page  # noqa: E402
from tests.widgets.browser.server import FLAGS, running_jupyterlab  # noqa: E402

SIZES = (2_000, 20_000, 200_000, 1_000_000)
LIBRARIES = ("ours", "plotly", "jupyter-scatter")
PATIENCE = 60_000
STEPS = 12

OPEN = """
import json, time
import numpy as np
import slens_widgets as sw
audit = sw.Audit({path!r})
xy = audit.project()[["x", "y"]].to_numpy(np.float32)
layer = audit.project()["layer"].astype("category").cat.codes.to_numpy()
times = []
"""
DRAW = {
    "ours": """
widget = sw.ConceptMap(audit)
widget.layout.height = "500px"
stop = audit.session.observe(lambda change: times.append((time.time(), len(change.new))), "selection")
widget
""",
    "plotly": """
import plotly.graph_objects as go
trace = go.Scattergl(x=xy[:, 0], y=xy[:, 1], mode="markers", marker=dict(size=4, color=layer))
widget = go.FigureWidget(trace, layout=dict(height=500, dragmode="lasso"))
widget._config = {"showSendToCloud": False, "displaylogo": False, "scrollZoom": True}
widget.data[0].on_selection(lambda trace, points, state: times.append((time.time(), len(points.point_inds))))
widget
""",
    "jupyter-scatter": """
import jscatter
import pandas as pd
frame = pd.DataFrame(dict(x=xy[:, 0], y=xy[:, 1], layer=layer.astype(str)))
scatter = jscatter.Scatter(data=frame, x="x", y="y", color_by="layer", height=500)
scatter.widget.observe(lambda change: times.append((time.time(), len(change["new"]))), "selection")
scatter.show()
""",
}
PLANE = {
    "ours": ".slens-map[data-ready=true] .slens-plane",
    "plotly": ".js-plotly-plot .nsewdrag",
    "jupyter-scatter": ".jp-OutputArea-output canvas",
}
# Drawn is what has colour on a canvas; plotly draws before it returns from making its canvas.
DRAWN = {
    "ours": "() => !!document.querySelector('.slens-map[data-ready=true]')",
    "plotly": "() => !!document.querySelector('.js-plotly-plot .gl-canvas')",
    "jupyter-scatter": """() => {
      const canvases = [...document.querySelectorAll('.jp-OutputArea-output canvas')];
      return canvases.some((canvas) => {
        const context = canvas.getContext('2d');
        if (!context || canvas.width < 200) return false;
        const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
        for (let i = 4; i < data.length; i += 4)
          if (data[i] !== data[0] || data[i + 3] !== data[3]) return true;
        return false;
      });
    }""",
}
JUMP = """async (place) => {
  const row = document.querySelector('.slens-gallery .slens-row');
  let list = row.parentElement;
  while (list.scrollHeight <= list.clientHeight + 4) list = list.parentElement;
  const inside = (strip) => {
    const [a, b] = [strip.getBoundingClientRect(), list.getBoundingClientRect()];
    return a.height > 0 && a.bottom > b.top && a.top < b.bottom;
  };
  const shown = () => [...list.querySelectorAll('.slens-row .slens-strip')].filter(inside);
  const start = performance.now();
  list.scrollTop = list.scrollHeight * place;
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  await frame();
  const filled = (strip) => getComputedStyle(strip).backgroundImage.startsWith('url');
  while (!(shown().length > 3 && shown().every(filled))) {
    if (performance.now() - start > 30000) return NaN;
    await frame();
  }
  return performance.now() - start;
}"""
FRAME = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def measure(browser: Any, server: tuple[str, str, Path], library: str, path: Path) -> dict[str, float]:
    """Draw one database by one library in a fresh notebook, and use it."""
    page = open_page(browser, server, OPEN.format(path=str(path)), width=1400)
    view = page.page
    _count_frames(view)
    found: dict[str, float] = {}
    try:
        start = time.perf_counter()
        _run(page, DRAW[library])
        view.wait_for_selector(PLANE[library], timeout=PATIENCE)
        view.wait_for_function(DRAWN[library], timeout=PATIENCE)
        view.evaluate(FRAME)
        found["first draw s"] = time.perf_counter() - start
        page.wait_for_kernel()
        view.wait_for_timeout(1000)
        found["to page MB"] = _taken(view)[0] / 1e6
        plane = view.locator(PLANE[library]).first
        plane.scroll_into_view_if_needed()
        box = plane.bounding_box()
        found["hover ms"] = _moves(view, box)
        found["zoom ms"] = _zooms(view, box)
        _taken(view)
        with contextlib.suppress(Exception):
            found.update(_lasso(page, box, library))
    finally:
        with contextlib.suppress(Exception):
            view.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
        page.close()
    return found


def _run(page: LabPage, code: str) -> None:
    page.page.evaluate(
        """(code) => {
          const panel = window.jupyterapp.shell.currentWidget;
          panel.content.activeCellIndex = panel.content.widgets.length - 1;
          return window.jupyterapp.commands.execute('notebook:insert-cell-below').then(() => {
            panel.content.activeCell.model.sharedModel.setSource(code);
            void window.jupyterapp.commands.execute('notebook:run-cell');
          });
        }""",
        code,
    )


def _count_frames(view: Any) -> None:
    """Count what the kernel's connection carries, from now on."""
    view.evaluate(
        """() => {
          const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
          const socket = kernel._ws;
          window.slensBytes = { page: 0, kernel: 0 };
          const size = (data) => data.byteLength ?? data.size ?? data.length ?? 0;
          socket.addEventListener('message', (event) => { window.slensBytes.page += size(event.data); });
          const send = socket.send.bind(socket);
          socket.send = (data) => { window.slensBytes.kernel += size(data); return send(data); };
        }"""
    )


def _taken(view: Any) -> tuple[int, int]:
    found = view.evaluate(
        """() => {
          const { page, kernel } = window.slensBytes;
          window.slensBytes = { page: 0, kernel: 0 };
          return [page, kernel];
        }"""
    )
    return found[0], found[1]


def _moves(view: Any, box: Any) -> float:
    """Milliseconds from a move of the pointer to the second frame after it."""
    start = time.perf_counter()
    for step in range(STEPS):
        view.mouse.move(box["x"] + box["width"] * (0.3 + 0.03 * step), box["y"] + box["height"] * 0.5)
        view.evaluate(FRAME)
    return 1000 * (time.perf_counter() - start) / STEPS


def _zooms(view: Any, box: Any) -> float:
    """Milliseconds from a turn of the wheel to the second frame after it; ends where it began."""
    view.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5)
    start = time.perf_counter()
    for step in range(STEPS):
        view.mouse.wheel(0, -120 if step % 2 else 120)
        view.evaluate(FRAME)
    return 1000 * (time.perf_counter() - start) / STEPS


def _lasso(page: LabPage, box: Any, library: str) -> dict[str, float]:
    view = page.page
    corners = [(0.06, 0.06), (0.5, 0.06), (0.5, 0.94), (0.06, 0.94), (0.06, 0.2)]
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    before = page.python("len(times)")
    if library == "jupyter-scatter":
        page.python("setattr(scatter.widget, 'mouse_mode', 'lasso')")
    if library == "ours":
        view.keyboard.down("Shift")
    view.mouse.move(*places[0])
    view.mouse.down()
    for place in places[1:]:
        view.mouse.move(*place, steps=8)
    view.evaluate(FRAME)
    ended = time.time()
    view.mouse.up()
    if library == "ours":
        view.keyboard.up("Shift")
    page.wait_python(f"len(times) > {before}", timeout=PATIENCE)
    to_kernel = _taken(view)[1]
    moment, chosen = page.python("times[-1]")
    return {
        "lasso → Python ms": 1000 * (moment - ended),
        "lasso to kernel kB": to_kernel / 1e3,
        "lassoed": chosen,
    }


def gallery_fill(browser: Any, server: tuple[str, str, Path], path: Path) -> list[float]:
    """Milliseconds from jumps to places of the gallery until every row there has its pictures."""
    page = open_page(browser, server, OPEN.format(path=str(path)), width=1400)
    view = page.page
    try:
        _run(page, 'gallery = sw.NeuronGallery(audit)\ngallery.layout.height = "700px"\ngallery')
        view.wait_for_selector(".slens-gallery[data-ready=true]", timeout=PATIENCE)
        view.wait_for_timeout(1500)
        found = []
        for place in (0.5, 0.2, 0.8, 0.35, 0.65):
            found.append(view.evaluate(JUMP, place))
            view.wait_for_timeout(700)
        return found
    finally:
        with contextlib.suppress(Exception):
            view.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
        page.close()


def toggle(browser: Any, server: tuple[str, str, Path]) -> list[float]:
    """Milliseconds from a click in the pruning panel to new figures there, on the lab's audit."""
    page = open_page(
        browser, server, "import slens_widgets as sw\naudit = sw.lab.open_audit(progress=False)", width=1400
    )
    view = page.page
    try:
        _run(page, "audit.session.pruned = audit.db.components[:4]\npanel = sw.PruningPanel(audit)\npanel")
        ready = ".slens-pruning[data-pruned='{}'][data-evaluating=false][data-accuracy]"
        view.wait_for_selector(ready.format(4), timeout=PATIENCE)
        found = []
        for left in (3, 2, 1):
            start = time.perf_counter()
            view.locator(".slens-pruning .slens-row input[type=checkbox]:checked").first.uncheck()
            view.wait_for_selector(ready.format(left), timeout=PATIENCE)
            found.append(1000 * (time.perf_counter() - start))
        return found
    finally:
        page.close()


def tried(what: Callable[..., list[float]], *given: Any) -> str:
    """Return the milliseconds that something took, or why it did not work."""
    try:
        return ", ".join(f"{each:.0f}" for each in what(*given)) + " ms"
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
    rows = []
    said = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        base = Path(folder) / "lab"
        base.mkdir()
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        with running_jupyterlab(base) as server:
            for n in options.sizes:
                path = Path(folder) / f"{n}.slens"
                write_database(path, n)
                for library in options.only:
                    found: dict[str, Any] = {"components": n, "library": library}
                    try:
                        found.update(measure(browser, server, library, path))
                    except Exception as error:
                        found["failed"] = str(error).splitlines()[0][:60]
                    rows.append(found)
                    print(found, flush=True)
                if n == min(options.sizes):
                    took = tried(gallery_fill, browser, server, path)
                    said.append(f"Gallery of {n:,}, jumps to uncached screens: {took}")
                    print(said[-1], flush=True)
                shutil.rmtree(path)
            said.append(f"Pruning panel on the lab, click to new figures: {tried(toggle, browser, server)}")
            print(said[-1], flush=True)
        browser.close()
    text = f"{machine()}. One run; ratios count, seconds are this machine's.\n\n"
    text += table(rows) + "\n\n" + "\n".join(f"- {line}" for line in said)
    print(text)
    if options.write:
        write_section("widgets", "Widgets", text)


if __name__ == "__main__":
    main()
