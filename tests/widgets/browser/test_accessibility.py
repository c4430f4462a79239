"""axe-core finds no serious violation on the dashboard in a live JupyterLab, in either theme."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.widgets.browser.page import LabPage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
AXE = Path(__file__).parents[3] / "js" / "node_modules" / "axe-core" / "axe.min.js"


@pytest.mark.parametrize("theme", ["Dark", "Light"])
def test_no_serious_violation_in_either_theme(dashboard_page: LabPage, theme: str) -> None:
    if not AXE.exists():
        if shutil.which("npm"):
            pytest.fail("axe-core is missing: run 'npm install' in js/")
        pytest.skip("ACCESSIBILITY NOT CHECKED: axe-core needs node (npm install in js/)")
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
    view.evaluate(AXE.read_text())
    found = view.evaluate("axe.run('.slens-dashboard', {resultTypes: ['violations']})")
    assert len(found["passes"]) > 15
    bad = [
        {
            "rule": item["id"],
            "help": item["help"],
            "nodes": [node["html"][:160] for node in item["nodes"][:4]],
            "why": item["nodes"][0]["failureSummary"][:300],
        }
        for item in found["violations"]
        if item["impact"] in ("serious", "critical")
    ]
    view.evaluate("window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Light'})")
    page.run("audit.session.update(selection=(), pruned=())")
    page.evaluated()
    assert bad == [], json.dumps(bad, indent=1)
    page.check()
