"""Two models side by side on a page of its own, in chromium."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import slens_widgets as sw
from tests.small_database import HashModel, write
from tests.widgets.browser.static_page import SavedPage, opening

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
NAMES = ("one", "<b>two</b>")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two audits compared, and an audit compared with itself."""
    folder = tmp_path_factory.mktemp("compare")
    one = sw.Audit(write(folder / "one.slens"), HashModel())
    two = sw.Audit(write(folder / "two.slens", {"layer4": 25, "layer5": 7}), HashModel())
    for audit in (one, two):
        audit.session.vocabulary = ["ruler", "ink", "milia"]
    one.session.color_by = "model"
    views = {"two models": (two, NAMES), "itself": (one, ("one", "again"))}
    return {
        name: sw.CompareView(one, other, names=names).export_html(folder / f"{name}.html")
        for name, (other, names) in views.items()
    }


@pytest.fixture
def open_page(browser: Any, pages: dict[str, Path]) -> Iterator[Callable[..., SavedPage]]:
    with opening(browser, 1300, 840) as opened:
        yield lambda name, **context: opened(pages[name], ("compare", "map"), **context)


def test_lists_and_map_are_one_view_by_keyboard_and_pointer(open_page) -> None:
    saved = open_page("two models")
    page = saved.page
    status = page.locator(".slens-map .slens-foot")
    lacking = page.get_by_role("grid", name="● one: what <b>two</b> lacks")
    lacking.locator("[role=row][tabindex='0']").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelectorAll('.slens-row[aria-selected=true]').length > 0")
    name = lacking.locator("[aria-selected=true] b").inner_text()
    # The row with the focus is the component pointed at: the map rings it and shows its card.
    page.wait_for_function(
        "(name) => document.querySelector('.slens-card:not([hidden]) b')?.textContent === name",
        arg=f"one · {name}",
    )
    page.get_by_role("grid", name="What both know").locator("[role=row]").first.click()
    page.mouse.move(5, 5)
    page.wait_for_function(
        "() => document.querySelector('.slens-map .slens-foot').textContent.includes('2 of 68')"
    )
    page.locator(".slens-plane").focus()
    page.keyboard.press("Escape")
    page.wait_for_function("() => !document.querySelector('.slens-row[aria-selected=true]')")
    page.get_by_role("button", name="◆ <b>two</b>").click()
    saved.lasso(0.01)
    # What is taken off the map is in no lasso.
    page.wait_for_function(
        "() => document.querySelector('.slens-map .slens-foot').textContent.includes('36 of 68')"
    )
    assert status.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["two models", "itself"])
def test_no_serious_violation_of_accessibility(open_page, name: str, scheme: str) -> None:
    saved = open_page(name, color_scheme=scheme)
    assert ("lacks nothing" in saved.page.inner_text(".slens-compare")) == (name == "itself")
    saved.check_accessibility()


@pytest.mark.parametrize("width", [1300, 700, 420])
def test_nothing_is_wider_than_the_page(open_page, width: int) -> None:
    page = open_page("two models", viewport={"width": width, "height": 900}).page
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")
    head = page.locator(".slens-compare > .slens-head")
    assert head.evaluate("(e) => e.scrollHeight <= e.clientHeight + 1")


def test_screenshots(open_page) -> None:
    folder = os.environ.get("SLENS_SCREENSHOTS")
    if not folder:
        pytest.skip("SLENS_SCREENSHOTS names no folder")
    Path(folder).mkdir(parents=True, exist_ok=True)
    for name, page, width, scheme in [
        ("light", "two models", 1300, "light"),
        ("dark", "two models", 1300, "dark"),
        ("narrow", "two models", 700, "light"),
        ("empty", "itself", 1300, "light"),
    ]:
        saved = open_page(page, viewport={"width": width, "height": 840}, color_scheme=scheme)
        saved.page.wait_for_timeout(700)
        saved.page.screenshot(path=str(Path(folder) / f"compare_{name}.png"))
