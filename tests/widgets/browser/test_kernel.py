"""What a page says of its kernel: busy, restarted, and what a saved notebook shows without one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.small_database import write
from tests.widgets.browser.page import WAIT, LabPage, open_page

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


@pytest.fixture
def small_page(browser: Any, jupyterlab: tuple[str, str, Path], tmp_path: Path) -> Iterator[LabPage]:
    write(tmp_path / "small.slens").close()
    page = open_page(browser, jupyterlab, SETUP.format(path=str(tmp_path / "small.slens")))
    page.run("sw.Dashboard(audit)")
    page.dashboard_ready()
    yield page
    page.check()
    page.close()


def test_busy_restarted_and_reopened(small_page: LabPage, jupyterlab: tuple[str, str, Path]) -> None:
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

    # The saved notebook holds a picture for readers without a kernel.
    view.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    work = jupyterlab[2]
    newest = max(work.glob("*.ipynb"), key=lambda path: path.stat().st_mtime)
    view.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")
    data = [
        output.get("data", {})
        for cell in nbformat.read(newest, as_version=4).cells
        for output in cell.get("outputs", [])
    ]
    assert any("image/png" in item and "application/vnd.jupyter.widget-view+json" in item for item in data)

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
