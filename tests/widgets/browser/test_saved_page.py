"""A saved dashboard opened from a file in chromium: it answers by itself and asks nobody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import slens_widgets as sw
from tests.small_database import HashModel, write
from tests.widgets.conftest import TwoClassModel

pytestmark = pytest.mark.browser
HOSTILE = "</script><img src=x onerror=\"document.title='ran'\">\u202egnp"


class SavedPage:
    def __init__(self, page: Any) -> None:
        self.page = page
        self.asked: list[str] = []
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: message.type == "error" and self.errors.append(message.text))
        page.route("**/*", self._route)

    def _route(self, route: Any) -> None:
        if route.request.url.startswith(("file:", "blob:", "data:")):
            route.continue_()
        else:
            self.asked.append(route.request.url)
            route.abort()

    def visible_errors(self) -> list[str]:
        return [e.inner_text() for e in self.page.query_selector_all(".slens-error") if e.is_visible()]


@pytest.fixture(scope="module")
def saved_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("saved")
    write(folder / "small.slens").close()
    audit = sw.Audit(folder / "small.slens", HashModel(), TwoClassModel())
    audit.session.update(query="ruler", valid=["milia"], spurious=["ink", HOSTILE])
    return sw.Dashboard(audit).export_html(folder / "saved.html", queries=[HOSTILE])


@pytest.fixture
def saved(browser: Any, saved_file: Path) -> Iterator[SavedPage]:
    page = browser.new_page(viewport={"width": 1500, "height": 1200})
    saved = SavedPage(page)
    page.goto(saved_file.as_uri())
    for name in ("map", "gallery", "alignment", "pruning", "dashboard-bar"):
        page.wait_for_selector(f".slens-{name}[data-ready]", timeout=20_000)
    yield saved
    assert saved.asked == []
    assert saved.errors == []
    assert page.title() == "Audit"
    page.close()


def test_it_opens_without_a_complaint(saved: SavedPage) -> None:
    saved.page.wait_for_selector(".slens-gallery[data-query='ruler']")
    assert saved.visible_errors() == []
    assert "Saved" in saved.page.inner_text(".slens-saved-note") or "saved" in saved.page.inner_text("body")


def test_a_lasso_selects_in_every_view(saved: SavedPage) -> None:
    page = saved.page
    box = page.locator(".slens-plane").bounding_box()
    page.get_by_role("button", name="Lasso").click()
    corners = [(0.02, 0.02), (0.98, 0.02), (0.98, 0.98), (0.02, 0.98), (0.02, 0.05)]
    for i, (x, y) in enumerate(corners):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        if i == 0:
            page.mouse.down()
    page.mouse.up()
    page.wait_for_selector(".slens-dashboard-bar[data-selected='36']")
    assert "(36)" in page.get_by_role("button", name="Selected only").inner_text()


def test_hover_shows_the_examples(saved: SavedPage) -> None:
    page = saved.page
    page.locator(".slens-plane").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.slens-map .slens-strip')]"
        ".some((e) => e.style.backgroundImage.startsWith('url'))"
    )


def test_recorded_searches_answer_and_others_say_what_they_need(saved: SavedPage) -> None:
    page = saved.page
    box = page.locator(".slens-gallery input[type=search]")
    for query in ("milia", HOSTILE):
        box.fill(query)
        box.press("Enter")
        page.wait_for_function(
            "(query) => document.querySelector('.slens-gallery').dataset.query === query", arg=query
        )
    assert saved.visible_errors() == []
    box.fill("never asked")
    box.press("Enter")
    page.wait_for_selector(".slens-gallery .slens-error:not([hidden])")
    assert "needs a kernel" in " ".join(saved.visible_errors())


def test_a_pruned_set_without_recorded_figures_says_so(saved: SavedPage) -> None:
    page = saved.page
    page.locator(".slens-gallery .slens-row").first.click()
    page.wait_for_selector(".slens-dashboard-bar[data-selected='1']")
    page.get_by_role("button", name="Prune selection").click()
    page.wait_for_selector(".slens-pruning .slens-error:not([hidden])")
    assert "needs a kernel" in " ".join(saved.visible_errors())
