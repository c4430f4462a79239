"""plotly's own lasso and click reach the session, and the thresholds move from the page."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.widgets.browser.page import LabPage

pytestmark = pytest.mark.browser

PIXELS = """() => {
  const plot = document.querySelector('.slens-alignment-box .js-plotly-plot');
  const box = plot.getBoundingClientRect();
  const { xaxis, yaxis } = plot._fullLayout;
  const { x, y } = plot._fullData[0];
  return Array.from(x, (value, i) => [
    box.x + xaxis._offset + xaxis.d2p(value), box.y + yaxis._offset + yaxis.d2p(y[i]),
  ]);
}"""
TABLE = "dashboard.panels['alignment'].controls.table"


@pytest.fixture
def aligned(dashboard_page: LabPage) -> LabPage:
    page = dashboard_page
    page.run(
        "audit.session.update(valid=sw.lab.VALID_CONCEPTS, spurious=sw.lab.SPURIOUS_CONCEPTS,\n"
        "                     target='melanoma', thresholds=None, selection=())"
    )
    page.page.wait_for_selector(".slens-alignment:not([data-rows='0'])")
    page.wait_python("dashboard.panels['alignment'].wait(60) and audit.session.selection == ()")
    plot = page.page.locator(".slens-alignment-box .js-plotly-plot")
    plot.wait_for()
    plot.scroll_into_view_if_needed()
    page.page.wait_for_timeout(600)
    return page


def pixels(page: LabPage) -> list[list[float]]:
    return page.page.evaluate(PIXELS)


def click(page: LabPage, x: float, y: float) -> None:
    """Click where plotly has seen the pointer come to."""
    page.page.mouse.move(x - 3, y)
    page.page.mouse.move(x, y)
    page.page.wait_for_timeout(300)
    page.page.mouse.click(x, y)


def test_a_click_selects_a_point(aligned: LabPage) -> None:
    page = aligned
    found = pixels(page)
    apart = [
        min((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 for j, b in enumerate(found) if j != i)
        for i, a in enumerate(found)
    ]
    lonely = apart.index(max(apart))
    click(page, *found[lonely])
    page.wait_python("len(audit.session.selection) > 0", timeout=20_000)
    assert page.python("[list(c) for c in audit.session.selection]") == [["features.14", lonely]]
    page.check()


def test_plotly_s_lasso_selects_what_lies_in_it(aligned: LabPage) -> None:
    page = aligned
    found = pixels(page)
    valid, spurious = (page.python(f"{TABLE}['{name}'].tolist()") for name in ("valid", "spurious"))
    middle = sorted(valid)[len(valid) // 2]
    plane = page.page.evaluate(
        """() => {
          const plot = document.querySelector('.slens-alignment-box .js-plotly-plot');
          const box = plot.getBoundingClientRect();
          const { xaxis, yaxis } = plot._fullLayout;
          return [box.x + xaxis._offset, box.y + yaxis._offset, xaxis._length, yaxis._length];
        }"""
    )
    left, top, _, height = plane
    right = max(x for (x, _), at in zip(found, valid, strict=True) if at < middle) + 0.5
    mouse = page.page.mouse
    mouse.move(left + 2, top + 2)
    mouse.down()
    corners = [(right, top + 2), (right, top + height - 2), (left + 2, top + height - 2), (left + 2, top + 2)]
    for x, y in corners:
        mouse.move(x, y, steps=8)
    mouse.up()
    page.wait_python("len(audit.session.selection) > 0", timeout=20_000)
    chosen = set(page.python("[c.index for c in audit.session.selection]"))
    inside = {i for i, (x, _) in enumerate(found) if x < right - 1}
    outside = {i for i, (x, _) in enumerate(found) if x > right + 1}
    assert inside <= chosen
    assert not chosen & outside
    assert len(spurious) == len(found)

    # A click into the lasso selects a point, and what is selected elsewhere is shown.
    shown = "() => document.querySelector('.slens-alignment-box .js-plotly-plot')"
    most_left = min(inside, key=lambda i: found[i][0])
    click(page, *found[most_left])
    page.wait_python(f"[c.index for c in audit.session.selection] == [{most_left}]", timeout=20_000)
    page.run("audit.session.selection = audit.db.components[3:6]")
    page.page.wait_for_function(f"{shown}._fullData[0].selectedpoints?.join() === '3,4,5'")
    page.check()


def test_keys_move_a_threshold_and_a_button_takes_it_back(aligned: LabPage) -> None:
    page = aligned
    controls = page.panel("alignment")
    slider = controls.get_by_role("slider", name="Threshold of valid alignment")
    before = page.python(f"list({TABLE}.attrs['thresholds'])")
    slider.focus()
    for _ in range(4):
        page.page.keyboard.press("ArrowRight")
    # The steps are sent at once or, where the page is slow, one after the other.
    page.wait_python(f"(audit.session.thresholds or (None,))[0] == {slider.input_value()}")
    moved = page.python("list(audit.session.thresholds)")
    assert moved[0] == pytest.approx(before[0] + 0.02, abs=0.006)
    page.wait_python(f"list({TABLE}.attrs['thresholds']) == {moved}")
    line = "dashboard.panels['alignment'].figure.layout.shapes[1].x0"
    page.wait_python(f"{line} == {moved[0]}")
    controls.get_by_role("button", name="Reset to chance level").click()
    page.wait_python("audit.session.thresholds is None")
    page.wait_python(f"abs({line} - {before[0]}) < 1e-9")
    page.check()


def test_classes_side_by_side(aligned: LabPage) -> None:
    page = aligned
    button = page.panel("alignment").get_by_role("button", name="Side by side")
    button.click()
    page.page.wait_for_selector(".slens-alignment-box .js-plotly-plot .xy, .slens-alignment-box .x2y2")
    page.wait_python("len(dashboard.panels['alignment'].figure.data) == 2")
    page.page.wait_for_timeout(800)
    _shoot(page, "alignment-beside")
    button.click()
    page.wait_python("len(dashboard.panels['alignment'].figure.data) == 1")
    page.check()


def test_pictures_of_the_plot(aligned: LabPage) -> None:
    page = aligned
    for theme in ("Dark", "Light"):
        page.page.evaluate(
            f"window.jupyterapp.commands.execute('apputils:change-theme', {{theme: 'JupyterLab {theme}'}})"
        )
        page.page.wait_for_selector(f".slens-alignment[data-theme={theme.lower()}]")
        page.page.wait_for_timeout(1200)
        _shoot(page, f"alignment-{theme.lower()}")
    page.check()


def _shoot(page: LabPage, name: str) -> None:
    folder = os.environ.get("SLENS_SCREENSHOTS")
    box: Any = page.page.locator(".slens-alignment-box").first
    assert box.bounding_box()["height"] > 300
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        box.screenshot(path=f"{folder}/{name}.png")
