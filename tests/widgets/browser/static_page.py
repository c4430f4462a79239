"""A page opened from a file in chromium, and listening for what must not happen there."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.widgets.browser import axe

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

    def lasso(self, margin: float) -> None:
        """Lasso all of the map that lies further than `margin`, a share of it, from its edge."""
        page = self.page
        box = page.locator(".slens-map .slens-plane").bounding_box()
        page.get_by_role("button", name="Lasso").click()
        low, high = margin, 1 - margin
        for i, (x, y) in enumerate([(low, low), (high, low), (high, high), (low, high), (low, 0.05)]):
            page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
            if i == 0:
                page.mouse.down()
        page.mouse.up()

    def check_accessibility(self) -> None:
        """Fail where axe-core finds a serious violation, and say which; skip where there is no axe-core."""
        axe.needed()
        self.page.wait_for_timeout(700)
        bad = axe.violations(self.page)
        assert bad == [], json.dumps(bad, indent=1)

    def check(self) -> None:
        assert self.asked == []
        assert self.errors == []

    def check_quiet(self) -> None:
        self.check()
        assert self.visible_errors() == []


@contextlib.contextmanager
def opening(
    browser: Any, width: int, height: int, check: Callable[[SavedPage], None] = SavedPage.check_quiet
) -> Iterator[Callable[..., SavedPage]]:
    """Yield what opens pages, each in a context of its own; they are checked in the end."""
    opened: list[SavedPage] = []

    def open_page(path: Path, widgets: Sequence[str] = WIDGETS, **context: Any) -> SavedPage:
        context.setdefault("viewport", {"width": width, "height": height})
        opened.append(SavedPage(browser.new_context(**context).new_page(), path, widgets))
        return opened[-1]

    yield open_page
    for saved in opened:
        check(saved)
        saved.page.context.close()
