"""axe-core in a page."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

AXE = Path(__file__).parents[3] / "js" / "node_modules" / "axe-core" / "axe.min.js"


def needed() -> None:
    """Skip where there is no axe-core; fail where only its installation is missing."""
    if not AXE.exists():
        if shutil.which("npm"):
            pytest.fail("axe-core is missing: run 'npm install' in js/")
        pytest.skip("ACCESSIBILITY NOT CHECKED: axe-core needs node (npm install in js/)")


def violations(page: Any, within: str | None = None) -> list[dict[str, Any]]:
    """Return the serious violations in a page, or in what a selector finds there."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("(within) => axe.run(within ?? document, {resultTypes: ['violations']})", within)
    assert len(found["passes"]) > 15
    return [
        {
            "rule": item["id"],
            "help": item["help"],
            "nodes": [node["html"][:160] for node in item["nodes"][:4]],
            "why": item["nodes"][0]["failureSummary"][:300],
        }
        for item in found["violations"]
        if item["impact"] in ("serious", "critical")
    ]
