"""axe-core finds no serious violation on the dashboard in a live JupyterLab, in either theme."""

from __future__ import annotations

import json

import pytest

from tests.widgets.browser import axe
from tests.widgets.browser.page import LabPage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.mark.parametrize("theme", ["Dark", "Light"])
def test_no_serious_violation_in_either_theme(dashboard_page: LabPage, theme: str) -> None:
    axe.needed()
    page, view = dashboard_page, dashboard_page.page
    page.run(
        "audit.session.update(valid=sw.lab.VALID_CONCEPTS, spurious=sw.lab.SPURIOUS_CONCEPTS,\n"
        "    target='melanoma', selection=audit.db.components[:3], pruned=audit.db.components[3:5])"
    )
    page.evaluated()
    view.evaluate(
        f"window.jupyterapp.commands.execute('apputils:change-theme', {{theme: 'JupyterLab {theme}'}})"
    )
    for name in ("map", "gallery", "alignment", "pruning", "dashboard-bar"):
        view.wait_for_selector(f".slens-{name}[data-theme={theme.lower()}]")
    view.locator(".slens-gallery .slens-row").first.click()
    view.wait_for_selector(".slens-detail:not([hidden]) canvas")
    view.wait_for_timeout(1000)
    bad = axe.violations(view, ".slens-dashboard")
    view.evaluate("window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Light'})")
    page.run("audit.session.update(selection=(), pruned=())")
    page.evaluated()
    assert bad == [], json.dumps(bad, indent=1)
    page.check()
