"""Widgets in tabs, accordions and collapsed outputs of a real JupyterLab: right as soon as they are shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.widgets.browser.page import READY, WAIT, LabPage, open_page

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

ALONE = ("map", "gallery", "alignment", "pruning", "scores", "roles", "compare")
SETUP = """
import ipywidgets
import slens_widgets as sw
from tests.small_database import HashModel, write
from tests.widgets.conftest import TwoClassModel
audit = sw.Audit(write({path!r}, {{"features.0": 120, "features.3": 16}}), HashModel(), TwoClassModel())
audit.session.update(vocabulary=["ruler", "ink", "milia"], valid=["milia"], spurious=["ruler"])
alone = dict(map=sw.ConceptMap(audit), gallery=sw.NeuronGallery(audit), alignment=sw.AlignmentPlot(audit),
             pruning=sw.PruningPanel(audit), scores=sw.ScoresView(audit), roles=sw.RolesView(audit),
             compare=sw.CompareView(audit, audit))
tab = ipywidgets.Tab([ipywidgets.HTML("in front"), *alone.values()], titles=["front", *alone])
tab
"""

SIZES = """(root) => {
  const box = (e) => { const { width, height } = e.getBoundingClientRect(); return [width, height]; };
  const found = [];
  for (const plane of root.querySelectorAll('.slens-plane'))
    found.push(['plane', box(plane), box(plane.querySelector('canvas:not([hidden])'))]);
  for (const plot of root.querySelectorAll('.js-plotly-plot'))
    found.push(['plot', box(plot), box(plot.querySelector('svg.main-svg'))]);
  for (const list of root.querySelectorAll('.slens-list')) {
    const row = list.querySelector('.slens-row:not([hidden])');
    if (row) found.push(['row', [list.clientWidth, box(row)[1]], box(row)]);
  }
  return found;
}"""
"""What is laid out by script, beside the place that it has to fill."""
REVEALED = """(name) => [...document.querySelectorAll('.slens-gallery .slens-row')].some((row) => {
  if (row.getAttribute('aria-selected') !== 'true') return false;
  const [a, b] = [row.getBoundingClientRect(), row.closest('.slens-list').getBoundingClientRect()];
  return row.textContent.includes(name) && a.height > 0 && a.top >= b.top - 1 && a.bottom <= b.bottom + 1;
})"""


@pytest.fixture(scope="module")
def notebook(
    browser: Any, jupyterlab: tuple[str, str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LabPage]:
    path = tmp_path_factory.mktemp("tabs") / "small.slens"
    page = open_page(browser, jupyterlab, SETUP.format(path=str(path)))
    yield page
    page.close()


def fills_its_place(root: Any, *kinds: str) -> None:
    root.page.wait_for_timeout(1000)
    found = root.evaluate(SIZES)
    assert {kind for kind, *_ in found} >= set(kinds)
    for kind, place, own in found:
        assert own == pytest.approx(place, abs=2), kind


def test_widgets_in_tabs_that_are_opened_later(notebook: LabPage) -> None:
    view = notebook.page
    for name in ALONE:
        view.wait_for_selector(f".slens-{name}[data-ready]", state="attached", timeout=WAIT)
    notebook.run("audit.session.selection = [('features.0', 101)]")
    view.wait_for_timeout(1000)
    kinds = {"map": ["plane"], "gallery": ["row"], "alignment": ["plot"], "compare": ["plane"]}
    for i, name in enumerate(ALONE, start=1):
        view.locator(".jupyter-widget-tab .lm-TabBar-tab").nth(i).click()
        own = f".slens-{'alignment-box' if name == 'alignment' else name}"
        root = view.locator(f".jupyter-widget-tab {own}").first
        root.wait_for(timeout=WAIT)
        fills_its_place(root, *kinds.get(name, ()))
        if name == "gallery":
            view.wait_for_function(REVEALED, arg="features.0:101", timeout=WAIT)
    notebook.check()


def test_a_dashboard_in_a_closed_accordion(notebook: LabPage) -> None:
    view = notebook.page
    notebook.run(
        "tab.close()\naudit.session.selection = ()\n"
        "accordion = ipywidgets.Accordion([sw.Dashboard(audit)], titles=['closed'])\naccordion"
    )
    inside = ".jupyter-widget-Accordion"
    for name in READY:
        view.wait_for_selector(f"{inside} .slens-{name}[data-ready]", state="attached", timeout=WAIT)
    notebook.run("audit.session.selection = [('features.0', 77)]")
    view.wait_for_timeout(1000)
    view.locator(f"{inside} .jupyter-widget-Collapse-header").click()
    root = view.locator(f"{inside} .slens-dashboard")
    root.wait_for(timeout=WAIT)
    fills_its_place(root, "plane", "row", "plot")
    view.wait_for_function(REVEALED, arg="features.0:77", timeout=WAIT)
    notebook.check()


def test_a_dashboard_in_a_collapsed_output(notebook: LabPage) -> None:
    view = notebook.page
    notebook.run("accordion.close()\naudit.session.selection = ()\ncollapsed = sw.Dashboard(audit)")
    view.evaluate(
        """async () => {
          const { content } = window.jupyterapp.shell.currentWidget;
          content.activeCellIndex = content.widgets.length - 1;
          await window.jupyterapp.commands.execute('notebook:insert-cell-below');
          content.activeCell.model.sharedModel.setSource('collapsed');
          const { activeCell } = content;
          // Running a cell opens its output; what it gives comes later.
          const done = window.jupyterapp.commands.execute('notebook:run-cell');
          activeCell.outputHidden = true;
          await done;
        }"""
    )
    view.wait_for_timeout(2500)
    notebook.run("audit.session.selection = [('features.0', 55)]")
    view.wait_for_timeout(500)
    assert not view.locator(".slens-dashboard").first.is_visible()
    view.evaluate(
        """() => {
          for (const cell of window.jupyterapp.shell.currentWidget.content.widgets)
            if (cell.outputHidden) cell.outputHidden = false;
        }"""
    )
    root = view.locator(".slens-dashboard")
    for name in READY:
        root.locator(f".slens-{name}[data-ready]").wait_for(timeout=WAIT)
    fills_its_place(root, "plane", "row", "plot")
    view.wait_for_function(REVEALED, arg="features.0:55", timeout=WAIT)
    notebook.check()
