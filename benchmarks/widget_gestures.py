"""What `benchmarks/widgets.py` does in a page of JupyterLab: it draws by one library, and times gestures."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.widgets.browser.page import LabPage, open_page

PATIENCE = 60_000
STEPS = 12
GESTURE_SECONDS = 30

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
  const picture = (strip) => getComputedStyle(strip).backgroundImage;
  const start = performance.now();
  list.scrollTop = list.scrollHeight * place;
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  await frame();
  while (!(shown().length > 3 && shown().every((strip) => picture(strip).startsWith('url')))) {
    if (performance.now() - start > 30000) return NaN;
    await frame();
  }
  const decoded = shown().map((strip) => {
    const image = new Image();
    image.src = picture(strip).slice(5, -2);
    return image.decode();
  });
  await Promise.all(decoded);
  await frame();
  await frame();
  return performance.now() - start;
}"""
JUMPS = (0.5, 0.2, 0.8, 0.35, 0.65, 0.05, 0.95, 0.27, 0.73, 0.42, 0.58)
FRAME = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def measure(
    browser: Any, server: tuple[str, str, Path], library: str, path: Path, found: dict[str, Any]
) -> None:
    """Draw one database by one library in a fresh notebook, use it, and add what was found."""
    page = open_page(browser, server, OPEN.format(path=str(path)), width=1400)
    view = page.page
    _count_frames(view)
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

    def move(step: int) -> None:
        view.mouse.move(box["x"] + box["width"] * (0.3 + 0.03 * step), box["y"] + box["height"] * 0.5)

    return _repeated(view, move)


def _zooms(view: Any, box: Any) -> float:
    """Milliseconds from a turn of the wheel to the second frame after it; ends where it began."""
    view.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5)
    return _repeated(view, lambda step: view.mouse.wheel(0, -120 if step % 2 else 120))


def _repeated(view: Any, gesture: Callable[[int], None]) -> float:
    """Milliseconds a gesture takes; a library that needs seconds for each is not asked for all of them."""
    start = time.perf_counter()
    for step in range(STEPS):
        gesture(step)
        view.evaluate(FRAME)
        spent = time.perf_counter() - start
        if step % 2 and spent > GESTURE_SECONDS:
            break
    return 1000 * spent / (step + 1)


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
    """Milliseconds from jumps to places of the gallery until the pictures of every row there are painted."""
    page = open_page(browser, server, OPEN.format(path=str(path)), width=1400)
    view = page.page
    try:
        _run(page, 'gallery = sw.NeuronGallery(audit)\ngallery.layout.height = "700px"\ngallery')
        view.wait_for_selector(".slens-gallery[data-ready=true]", timeout=PATIENCE)
        view.wait_for_timeout(1500)
        found = []
        for place in JUMPS:
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
