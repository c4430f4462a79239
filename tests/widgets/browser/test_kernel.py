"""What a page says of its kernel: busy, restarted, and what a saved notebook shows without one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.small_database import write
from tests.widgets.browser.page import WAIT, LabPage, new_pages, open_page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
SETUP = """
import slens_widgets as sw
from tests.small_database import HashModel
from tests.widgets.conftest import TwoClassModel
audit = sw.Audit({path!r}, HashModel(), TwoClassModel())
audit.project()
"""
START = """async (code) => {
  const { content } = window.jupyterapp.shell.currentWidget;
  content.activeCellIndex = content.widgets.length - 1;
  await window.jupyterapp.commands.execute('notebook:insert-cell-below');
  content.activeCell.model.sharedModel.setSource(code);
  void window.jupyterapp.commands.execute('notebook:run-cell');
}"""

REOPEN = """(path) => window.jupyterapp.commands.execute('docmanager:open', {
  path, factory: 'Notebook',
  kernelPreference: { shouldStart: false, canStart: false, autoStartDefault: false },
})"""

KERNELS = """() => [...window.jupyterapp.shell.widgets('main')]
  .filter((widget) => widget.sessionContext?.session?.kernel).length"""


@pytest.fixture
def small_page(browser: Any, jupyterlab: tuple[str, str, Path], tmp_path: Path) -> Iterator[LabPage]:
    write(tmp_path / "small.slens").close()
    page = open_page(browser, jupyterlab, SETUP.format(path=str(tmp_path / "small.slens")))
    page.run("sw.Dashboard(audit)")
    page.dashboard_ready()
    yield page
    page.check()
    page.close()


def reopened(browser: Any, server: tuple[str, str, Path], saved: str) -> None:
    """Open a saved notebook without a kernel, trusted and not: the picture is there, and no error."""
    address, token, work = server
    page = LabPage(new_pages(browser).new_page())
    view = page.page
    view.set_viewport_size({"width": 1400, "height": 1000})
    view.goto(f"{address}/lab?token={token}&reset", timeout=WAIT)
    view.wait_for_function("() => window.jupyterapp?.commands.hasCommand('docmanager:open')", timeout=WAIT)
    for trusted in (True, False):
        # Of another name, because the first page's has a kernel. What was changed elsewhere is not trusted.
        notebook = nbformat.read(work / saved, as_version=4)
        name = f"{'trusted' if trusted else 'sent'}-{saved}"
        if not trusted:
            notebook.cells.insert(0, nbformat.v4.new_markdown_cell("Sent"))
        nbformat.write(notebook, work / name)
        view.evaluate(REOPEN, name)
        shown = view.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
        picture = shown.locator(".slens-still img")
        picture.wait_for(timeout=WAIT)
        view.wait_for_timeout(
            4_000
        )  # a widget's model is looked for during 2 seconds, then its absence is told
        assert picture.evaluate("image => image.naturalWidth") > 200
        assert picture.bounding_box()["height"] > 200
        notebook_text = shown.locator(".jp-Notebook").inner_text()
        assert "Run the cell" in notebook_text
        assert ("Sent" in notebook_text) != trusted
        assert "Error" not in notebook_text
        assert "Loading" not in notebook_text
        assert not view.evaluate(KERNELS)
        folder = os.environ.get("SLENS_SCREENSHOTS")
        if folder:
            picture.scroll_into_view_if_needed()
            view.screenshot(path=Path(folder) / f"reopened-{'trusted' if trusted else 'sent'}.png")
    assert not page.left_machine
    # ipywidgets' own manager expects a kernel.
    assert all("/jupyterlab-manager/" in error for error in page.errors), page.errors
    page.close()


def test_busy_restarted_and_reopened(
    small_page: LabPage, browser: Any, jupyterlab: tuple[str, str, Path]
) -> None:
    page = small_page
    view = page.page
    box = view.locator(".slens-gallery input[type=search]")

    # Another cell runs: kernels with subshells answer at once, others after it; then nothing is left to say.
    view.evaluate(START, "import time; time.sleep(5)")
    box.fill("ruler")
    box.press("Enter")
    view.wait_for_selector(".slens-gallery[data-query=ruler]", timeout=WAIT)
    assert not view.locator(".slens-gallery .slens-notice").is_visible()

    # Dark and light are followed by every part.
    for theme in ("dark", "light"):
        view.evaluate(
            "(name) => window.jupyterapp.commands.execute('apputils:change-theme', {theme: name})",
            f"JupyterLab {theme.capitalize()}",
        )
        for name in ("map", "gallery", "alignment", "pruning", "dashboard-bar"):
            view.wait_for_selector(f".slens-{name}[data-theme={theme}]", timeout=WAIT)

    # The saved notebook holds a picture for readers without a kernel; beside the widget it is not seen.
    assert view.locator(".slens-still").count() == 1
    assert not view.locator(".slens-still").is_visible()
    page.wait_for_kernel()  # the cell above ends: that changes the notebook
    view.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    view.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")
    saved = view.evaluate("window.jupyterapp.shell.currentWidget.context.path")
    reopened(browser, jupyterlab, saved)

    # A restarted kernel knows nothing of the page: it says so once, and what was drawn stays.
    view.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    view.wait_for_selector(
        ".slens-dashboard-bar[data-kernel=gone] > .slens-notice:not([hidden])", timeout=WAIT
    )
    assert "run the cell again" in view.locator(".slens-dashboard-bar .slens-notice").inner_text()
    assert not view.locator(".slens-gallery .slens-notice").is_visible()
    assert view.locator(".slens-gallery .slens-row").first.is_visible()
    assert view.locator(".slens-plane").is_visible()
    page.wait_for_kernel()
    view.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
    view.wait_for_selector(".slens-dashboard-bar[data-ready=true]:not([data-kernel=gone])", timeout=WAIT)
    page.dashboard_ready()
