"""Driving one notebook in JupyterLab, and listening for what must not happen there."""

from __future__ import annotations

import functools
import json
import urllib.parse
import warnings
from pathlib import Path
from typing import Any

import nbformat

WAIT = 90_000
READY = ("map", "gallery", "alignment", "pruning", "dashboard-bar")


class LabPage:
    """A notebook's page: run code, read Python back, and what was asked of the network."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.left_machine: list[str] = []
        self.errors: list[str] = []
        page.on("pageerror", self._page_error)
        # Chromium resolves no host but this machine (`server.FLAGS`); a route would switch its cache off.
        page.on("request", self._asked)

    def _page_error(self, error: Any) -> None:
        # What fails with no frame but JupyterLab's own (a node detached twice) is shown, not judged.
        frames = [line for line in str(error.stack or "").splitlines() if line.lstrip().startswith("at ")]
        if frames and all("/static/lab/" in frame for frame in frames):
            warnings.warn(f"JupyterLab failed on its own: {error}\n{error.stack}", stacklevel=1)
        else:
            self.errors.append(f"{error}\n{error.stack}")

    def _asked(self, request: Any) -> None:
        address = urllib.parse.urlsplit(request.url)
        if address.scheme not in ("blob", "data") and address.hostname not in ("127.0.0.1", "localhost"):
            self.left_machine.append(request.url)

    def wait_for_kernel(self) -> None:
        self.page.wait_for_function(
            """() => {
              const widget = window.jupyterapp?.shell.currentWidget;
              const kernel = widget?.sessionContext?.session?.kernel;
              return widget?.context?.isReady && kernel?.status === 'idle';
            }""",
            timeout=WAIT,
        )

    def run(self, code: str) -> None:
        """Append a cell with `code` at the end of the notebook and run it."""
        self.page.evaluate(
            """async (code) => {
              const panel = window.jupyterapp.shell.currentWidget;
              const { content } = panel;
              content.activeCellIndex = content.widgets.length - 1;
              await window.jupyterapp.commands.execute('notebook:insert-cell-below');
              content.activeCell.model.sharedModel.setSource(code);
              await window.jupyterapp.commands.execute('notebook:run-cell');
            }""",
            code,
        )
        self.wait_for_kernel()

    def python(self, expression: str) -> Any:
        """Evaluate a JSON-able expression in the kernel."""
        text = self.page.evaluate(
            """async (expression) => {
              const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
              const future = kernel.requestExecute({
                code: '', silent: true, store_history: false,
                user_expressions: { value: `__import__("json").dumps(${expression})` },
              });
              const { content } = await future.done;
              const { value } = content.user_expressions;
              return value.status === 'ok' ? value.data['text/plain'] : `'${JSON.stringify(value)}'`;
            }""",
            expression,
        )
        return json.loads(text[1:-1].replace("\\\\", "\\").replace("\\'", "'"))

    def wait_python(self, expression: str, timeout: float = WAIT) -> None:
        """Wait until an expression is true in the kernel."""
        waited = 0.0
        while not self.python(f"bool({expression})"):
            self.page.wait_for_timeout(100)
            waited += 100
            assert waited < timeout, f"never true in Python: {expression}"

    def dashboard_ready(self) -> None:
        for name in READY:
            self.page.wait_for_selector(f".slens-{name}[data-ready=true]", timeout=WAIT)

    def panel(self, name: str) -> Any:
        return self.page.locator(f".slens-{name}[data-ready]")

    def evaluated(self) -> None:
        """Wait until the pruning panel shows the newest state."""
        self.page.wait_for_selector(".slens-pruning[data-evaluating=false][data-accuracy]", timeout=WAIT)

    def focus_on_dashboard(self) -> None:
        """Scroll so that the dashboard fills the window."""
        self.page.locator(".slens-dashboard").evaluate("element => element.scrollIntoView({block: 'start'})")
        self.page.wait_for_timeout(300)

    def check(self) -> None:
        assert not self.left_machine, f"requests left the machine: {self.left_machine[:5]}"
        assert not self.errors, f"errors on the page: {self.errors[:5]}"

    def close(self) -> None:
        self.page.close()


@functools.cache
def new_pages(browser: Any) -> Any:
    """Return the context of a browser's JupyterLab pages: they share a cache, and JupyterLab is large."""
    return browser.new_context()


def open_page(browser: Any, server: tuple[str, str, Path], setup: str, width: int = 1800) -> LabPage:
    """Open a fresh notebook in JupyterLab and run `setup` in it."""
    address, token, work = server
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(setup)])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    name = f"audit-{len(list(work.glob('*.ipynb')))}.ipynb"
    nbformat.write(notebook, work / name)
    page = LabPage(new_pages(browser).new_page())
    page.page.set_viewport_size({"width": width, "height": 1200})
    page.page.goto(f"{address}/lab/tree/{name}?token={token}&reset", timeout=WAIT)
    page.wait_for_kernel()
    page.page.evaluate(
        """() => { const { shell } = window.jupyterapp; shell.collapseLeft(); shell.collapseRight(); }"""
    )
    page.page.evaluate("window.jupyterapp.commands.execute('notebook:run-cell')")
    page.wait_for_kernel()
    return page
