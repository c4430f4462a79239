"""The dashboard in a real JupyterLab with a real kernel: what is clicked there is what Python holds."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.widgets.browser.page import LabPage

# The first test also pays for what all share: the lab where it is not built yet, a server, a kernel.
pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def lasso(page: LabPage, shift: bool = True) -> None:
    """Draw around the left half of the map."""
    box = page.page.locator(".slens-plane").bounding_box()
    corners = [(0.03, 0.03), (0.5, 0.03), (0.5, 0.97), (0.03, 0.97), (0.03, 0.1)]
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    mouse, keyboard = page.page.mouse, page.page.keyboard
    if shift:
        keyboard.down("Shift")
    mouse.move(*places[0])
    mouse.down()
    for place in places[1:]:
        mouse.move(*place, steps=6)
    mouse.up()
    if shift:
        keyboard.up("Shift")


def test_query_click_lasso_prune_toggle_undo(dashboard_page: LabPage) -> None:
    page = dashboard_page
    view = page.page
    page.focus_on_dashboard()
    gallery, pruning = page.panel("gallery"), page.panel("pruning")
    page.evaluated()

    gallery.get_by_role("combobox", name="Query").fill("ruler")
    gallery.get_by_role("combobox", name="Query").press("Enter")
    view.wait_for_selector(".slens-gallery[data-query=ruler]")
    assert page.python("audit.session.query") == "ruler"
    best = page.python(
        "[str(c) for c in audit.search('ruler', k=1).apply("
        "lambda row: sw.Component(row['layer'], int(row['component'])), axis=1)][0]"
    )
    first = gallery.locator(".slens-row[data-index='0']")
    assert first.locator("b").inner_text() == best

    first.click()
    page.wait_python("len(audit.session.selection) == 1")
    assert page.python("str(audit.session.selection[0])") == best
    view.wait_for_selector(".slens-detail[data-component] canvas")

    lasso(page)
    page.wait_python("len(audit.session.selection) > 1")
    chosen = page.python("len(audit.session.selection)")
    assert page.panel("dashboard-bar").get_attribute("data-selected") == str(chosen)

    view.wait_for_function(
        f"() => document.querySelector('.slens-pruning').textContent.includes('({chosen})')"
    )
    pruning.get_by_role("button", name="Prune selection").click()
    view.wait_for_selector(f".slens-pruning[data-pruned='{chosen}']")
    page.evaluated()
    everything = page.python("dashboard.panels['pruning'].result.after.accuracy")
    assert float(pruning.get_attribute("data-accuracy")) == everything
    assert pruning.locator("[data-value=accuracy]").inner_text() == f"{100 * everything:.1f} %"
    assert page.python("audit.prune(audit.session.pruned).after.accuracy") == everything

    # The list also holds what was pruned before, unchecked.
    pruning.locator(".slens-row input:checked").first.click()
    view.wait_for_selector(f".slens-pruning[data-pruned='{chosen - 1}']")
    page.evaluated()
    after = page.python("dashboard.panels['pruning'].result.after.accuracy")
    assert page.python("len(audit.session.pruned)") == chosen - 1
    assert float(pruning.get_attribute("data-accuracy")) == after

    pruning.get_by_role("button", name="Undo").click()
    view.wait_for_selector(f".slens-pruning[data-pruned='{chosen}']")
    page.evaluated()
    assert float(pruning.get_attribute("data-accuracy")) == everything
    pruning.get_by_role("button", name="Clear").click()
    view.wait_for_selector(".slens-pruning[data-pruned='0']")
    assert page.python("audit.session.pruned") == []
    page.check()


def test_unknown_words_are_marked_in_the_box(dashboard_page: LabPage) -> None:
    page = dashboard_page
    box = page.panel("gallery").get_by_role("combobox", name="Query")
    box.fill("telescope")
    box.press("Enter")
    page.page.wait_for_selector(".slens-gallery [aria-invalid=true]")
    assert page.page.locator(".slens-unknown mark").inner_text() == "telescope"
    box.fill("ruler")
    box.press("Enter")
    page.page.wait_for_selector(".slens-gallery [aria-invalid=false]")
    page.check()


def test_a_cell_moves_the_page(dashboard_page: LabPage) -> None:
    page = dashboard_page
    page.run("audit.session.update(selection=audit.db.components[:3], color_by='clarity')")
    page.page.wait_for_selector(".slens-dashboard-bar[data-selected='3']")
    assert page.page.locator(".slens-map select").input_value() == "clarity"
    page.run("audit.session.selection = ()")
    page.page.wait_for_selector(".slens-dashboard-bar[data-selected='0']")
    page.check()


def test_alignment_by_chips_click_and_quadrant(dashboard_page: LabPage) -> None:
    page = dashboard_page
    controls = page.panel("alignment")
    page.run("audit.session.update(valid=(), spurious=(), target=None)")
    page.page.wait_for_selector(".slens-alignment[data-rows='0']")
    controls.get_by_label("Add a valid concept").fill("milia, blue white veil")
    controls.get_by_label("Add a valid concept").press("Enter")
    controls.get_by_label("Add a spurious concept").fill("ruler, band-aid")
    controls.get_by_label("Add a spurious concept").press("Enter")
    controls.get_by_label("Target class").select_option("melanoma")
    page.wait_python(
        "audit.session.target == 'melanoma' and dashboard.panels['alignment'].controls.table is not None"
        " and bool(dashboard.panels['alignment'].controls.table.relevance.notna().any())"
    )
    assert page.python("audit.session.valid") == ["milia", "blue white veil"]
    page.page.wait_for_selector(".slens-alignment-box .scatterlayer, .slens-alignment-box canvas")
    button = controls.get_by_role("button", name="spurious", exact=False).last
    button.click()
    page.wait_python("len(audit.session.selection) > 0")
    table = "dashboard.panels['alignment'].controls.table"
    assert page.python("len(audit.session.selection)") == page.python(
        f"int(({table}.quadrant == 'spurious').sum())"
    )
    # A point in the middle of its own place: plotly answers a click with the component there.
    page.check()


def test_keys_stay_in_the_widget(dashboard_page: LabPage) -> None:
    page = dashboard_page
    cells = "() => window.jupyterapp.shell.currentWidget.content.widgets.length"
    before = page.page.evaluate(cells)
    rows = page.panel("gallery").locator(".slens-row")
    rows.first.click()
    for key in ("b", "ArrowDown", "ArrowDown", "Enter", "a"):
        page.page.keyboard.press(key)
    page.wait_python("len(audit.session.selection) == 1")
    assert page.page.evaluate(cells) == before
    page.check()


def test_screenshots(dashboard_page: LabPage) -> None:
    folder = os.environ.get("SLENS_SCREENSHOTS")
    if not folder:
        pytest.skip("SLENS_SCREENSHOTS names no folder")
    Path(folder).mkdir(parents=True, exist_ok=True)
    page = dashboard_page
    view = page.page
    page.run(
        "table = audit.align(sw.lab.VALID_CONCEPTS, sw.lab.SPURIOUS_CONCEPTS, 'melanoma')\n"
        "table = table[table.lean > 0]\n"
        "found = audit.search('ruler', k=6)\n"
        "audit.session.update(query='ruler', color_by='alignment',\n"
        "                     pruned=zip(table.layer, table.component),\n"
        "                     selection=zip(found.layer, found.component))"
    )
    page.evaluated()
    for theme in ("Light", "Dark"):
        view.evaluate(
            f"window.jupyterapp.commands.execute('apputils:change-theme', {{theme: 'JupyterLab {theme}'}})"
        )
        view.wait_for_selector(f".slens-map[data-theme={theme.lower()}]")
        for width in (1800, 900):
            view.set_viewport_size({"width": width + 120, "height": 1420 if width == 1800 else 1900})
            page.focus_on_dashboard()
            view.wait_for_timeout(1500)
            view.locator(".slens-dashboard").screenshot(path=f"{folder}/{theme.lower()}-{width}.png")
    view.evaluate("window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Light'})")

    def shoot(name: str, width: int, height: int) -> None:
        view.set_viewport_size({"width": width + 120, "height": height})
        page.focus_on_dashboard()
        view.wait_for_timeout(1500)
        view.locator(".slens-dashboard").screenshot(path=f"{folder}/{name}.png")

    shoot("narrow", 560, 2600)
    bar = page.panel("dashboard-bar")
    bar.get_by_label("Name of this trail").fill("../up")
    bar.get_by_role("button", name="Save").click()
    view.wait_for_selector(".slens-dashboard-bar .slens-error:not([hidden])")
    shoot("error", 1000, 1640)
    bar.get_by_role("button", name="Dismiss").click()
    page.run(
        "audit.session.update(query='', valid=(), spurious=(), target=None, pruned=(), selection=(),\n"
        "                     vocabulary=())"
    )
    page.evaluated()
    shoot("empty", 1000, 1640)
    view.set_viewport_size({"width": 1800, "height": 1200})
    page.check()
