"""A page opened from a file in chromium, and listening for what must not happen there."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

AXE = Path(__file__).parents[3] / "js" / "node_modules" / "axe-core" / "axe.min.js"
WIDGETS = ("map", "gallery", "alignment", "pruning", "dashboard-bar")


class SavedPage:
    """A saved page, by default a dashboard: what it asked of the network, and what went wrong on it."""

    def __init__(self, page: Any, path: Path, widgets: Sequence[str] = WIDGETS) -> None:
        self.page = page
        self.asked: list[str] = []
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: message.type == "error" and self.errors.append(message.text))
        page.on("dialog", lambda dialog: (self.errors.append("a dialog"), dialog.dismiss()))
        page.route("**/*", self._route)
        page.goto(path.as_uri())
        for name in widgets:
            page.wait_for_selector(f".slens-{name}[data-ready]", timeout=30_000)

    def _route(self, route: Any) -> None:
        if route.request.url.startswith(("file:", "blob:", "data:")):
            route.continue_()
        else:
            self.asked.append(route.request.url)
            route.abort()

    def visible_errors(self) -> list[str]:
        return [e.inner_text() for e in self.page.query_selector_all(".slens-error") if e.is_visible()]

    def search(self, query: str) -> None:
        box = self.page.locator(".slens-gallery input").first
        box.fill(query)
        box.press("Enter")

    def check_accessibility(self) -> None:
        """Fail where axe-core finds a serious violation, and say which; skip where there is no axe-core."""
        if not AXE.exists():
            if shutil.which("npm"):
                pytest.fail("axe-core is missing: run 'npm install' in js/")
            pytest.skip("ACCESSIBILITY NOT CHECKED: axe-core needs node (npm install in js/)")
        self.page.wait_for_timeout(700)
        self.page.evaluate(AXE.read_text())
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
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
        assert bad == [], json.dumps(bad, indent=1)

    def check(self) -> None:
        assert self.asked == []
        assert self.errors == []
