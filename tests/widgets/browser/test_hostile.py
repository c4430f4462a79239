"""Text from strangers in a live JupyterLab: it is shown as text, runs nothing, leaves the layout whole."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.small_database import write
from tests.widgets.browser.page import WAIT, LabPage, open_page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
RUN = "globalThis.ran = (globalThis.ran || 0) + 1"
HOSTILE = f"</script><img src=x onerror='{RUN}'><svg onload='{RUN}'>\x07\x1b[31m\u202egnp.exe"
LONG = HOSTILE + "ten thousand " * 790
SETUP = """
import numpy as np
import slens_widgets as sw
from tests.small_database import HashModel
from tests.widgets.conftest import TwoClassModel

class Stranger(TwoClassModel):
    def class_relevance(self, layer, target, **kwargs):
        return np.arange(len(audit.db[layer]), dtype=float)
    class_names = ("nevus", {hostile!r})
    group_names = tuple({hostile!r} + str(i) for i in range(4))

audit = sw.Audit({path!r}, HashModel(), Stranger())
audit.project()
audit.session.update(
    query={hostile!r}, vocabulary=[{hostile!r}, {long!r}, "ruler"], valid=["milia", {long!r}],
    spurious=[{hostile!r}, "ink"], target={hostile!r}, color_by="label",
    selection=audit.db.components[:3], pruned=audit.db.components[1:3],
)
"""
WIDER = """() => [...document.querySelectorAll('.slens-dashboard .slens')].flatMap((root) => {
  const edge = (root.closest('.slens-panel') ?? root).getBoundingClientRect().right + 1;
  const wide = [...root.querySelectorAll('*')].filter((element) => {
    if (element.closest('svg, .slens-scroll, .slens-plane, [hidden]')) return false;
    return element.checkVisibility() && element.getBoundingClientRect().right > edge;
  });
  const said = (element) => `${element.tagName} ${element.className} ${element.textContent.slice(0, 40)}`;
  return wide.map((element) => `${root.className}: ${said(element)} in ${said(element.parentElement)}`);
})"""


@pytest.fixture(scope="module")
def hostile(
    browser: Any, jupyterlab: tuple[str, str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LabPage]:
    path = tmp_path_factory.mktemp("hostile") / "small.slens"
    layers = {f"features.{HOSTILE}": 20, "features.3": 16}
    write(path, layers, image_name=HOSTILE + "{}.png").close()
    setup = SETUP.format(path=str(path), hostile=HOSTILE, long=LONG)
    page = open_page(browser, jupyterlab, setup, width=1500)
    page.run("dashboard = sw.Dashboard(audit)\ndashboard")
    page.dashboard_ready()
    page.evaluated()
    yield page
    page.close()


def check(page: LabPage) -> None:
    page.check()
    view = page.page
    assert view.evaluate("globalThis.ran ?? 0") == 0
    assert view.evaluate("document.querySelectorAll('img[src=x], .slens svg[onload]').length") == 0
    assert view.evaluate(WIDER) == []


def shoot(page: LabPage, name: str) -> None:
    folder = os.environ.get("SLENS_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.focus_on_dashboard()
        page.page.locator(".slens-dashboard").screenshot(path=f"{folder}/hostile-{name}.png")


def test_names_of_layers_classes_labels_and_files_are_text(hostile: LabPage) -> None:
    page, view = hostile, hostile.page
    view.wait_for_selector(".slens-alignment:not([data-rows='0'])", timeout=WAIT)
    shoot(page, "wide")
    view.wait_for_selector(".slens-alignment-box .js-plotly-plot .main-svg")
    row = view.locator(".slens-gallery .slens-row:not([hidden])").first
    row.click()
    view.wait_for_selector(".slens-detail:not([hidden]) canvas", timeout=WAIT)
    for name in ("map", "gallery", "alignment", "pruning"):
        assert "<img src=x" in page.panel(name).inner_html().replace("&lt;", "<"), name
    view.locator(".slens-map .slens-plane").focus()
    view.keyboard.press("ArrowRight")
    view.wait_for_selector(".slens-map .slens-card:not([hidden])")
    shoot(page, "wide")
    check(page)
    view.keyboard.press("Escape")
    view.set_viewport_size({"width": 960, "height": 1400})
    view.wait_for_timeout(700)
    shoot(page, "narrow")
    check(page)
    view.set_viewport_size({"width": 1500, "height": 1200})


@pytest.mark.parametrize("query", [HOSTILE, LONG, "\u202eright to left\u202c, -<b>bold</b>", "\x00\x01\x02"])
def test_a_query_is_text_wherever_it_is_shown(hostile: LabPage, query: str) -> None:
    page, view = hostile, hostile.page
    page.run("audit.session.query = 'ruler'")
    view.wait_for_selector(".slens-gallery[data-query='ruler']", timeout=WAIT)
    box = page.panel("gallery").get_by_role("combobox", name="Query")
    box.fill(query)
    box.press("Enter")
    page.wait_python("audit.session.query != 'ruler'", timeout=30_000)
    asked = page.python("audit.session.query")
    view.wait_for_function(
        "(asked) => document.querySelector('.slens-gallery').dataset.query === asked", arg=asked, timeout=WAIT
    )
    assert page.panel("gallery").locator(".slens-error").is_visible() is False
    # Browsers leave out line breaks and what no input can hold; the rest arrives as it was typed.
    assert asked.strip() == box.input_value().strip()
    check(page)


def test_concepts_and_trails_are_text_too(hostile: LabPage) -> None:
    page, view = hostile, hostile.page
    page.panel("alignment").get_by_label("Add a valid concept").fill(HOSTILE)
    page.panel("alignment").get_by_label("Add a valid concept").press("Enter")
    page.wait_python("len(audit.session.valid) == 3", timeout=30_000)
    bar = page.panel("dashboard-bar")
    bar.get_by_label("Name of this trail").fill("<img src=x onerror=alert(1)>")
    bar.get_by_role("button", name="Save").click()
    view.wait_for_selector(".slens-dashboard-bar .slens-error:not([hidden])", timeout=WAIT)
    assert "<img" in bar.locator(".slens-error").inner_text()
    page.wait_python("dashboard.panels['alignment'].wait(60)")
    check(page)
