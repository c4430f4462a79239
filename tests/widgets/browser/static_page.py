"""A page opened from a file in chromium, and listening for what must not happen there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

WIDGETS = ("map", "gallery", "alignment", "pruning", "dashboard-bar")


class SavedPage:
    """A saved dashboard: what it asked of the network, and what went wrong on it."""

    def __init__(self, page: Any, path: Path) -> None:
        self.page = page
        self.asked: list[str] = []
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: message.type == "error" and self.errors.append(message.text))
        page.on("dialog", lambda dialog: (self.errors.append("a dialog"), dialog.dismiss()))
        page.route("**/*", self._route)
        page.goto(path.as_uri())
        for name in WIDGETS:
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

    def check(self) -> None:
        assert self.asked == []
        assert self.errors == []
