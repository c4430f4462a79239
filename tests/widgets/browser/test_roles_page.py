"""The concept graph and the scores on pages of their own, in chromium."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import slens_widgets as sw
from tests.small_audit import audit_small, build_small
from tests.small_database import HashModel, write
from tests.widgets.browser.static_page import SavedPage, opening

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """An image explained over its concept graph, and scores of two models."""
    folder = tmp_path_factory.mktemp("roles")
    path = folder / "small.slens"
    model = build_small(path, ["2", "5", "7"])
    audit = audit_small(path, model, ["ash", "birch", "<i>elm", "oak"])
    audit.session.update(
        target="birch", vocabulary=["ruler", "<b>ink", "milia"], valid=["milia"], spurious=["ruler"]
    )
    audit.session.selection = audit.db.components[7:9]
    other = sw.Audit(write(folder / "other.slens"), HashModel())
    views = {
        "roles": sw.RolesView(audit, 6, k=4, method="gradient"),
        "scores": sw.ScoresView({"a small model": audit, "<b>another": other}),
    }
    panels = ["gallery", "roles", "scores", "map", "pruning"]
    for n in (2, 3, 5):
        views[f"{n} panels"] = sw.Dashboard(audit, panels=panels[:n])
    return {name: view.export_html(folder / f"{name}.html") for name, view in views.items()}


@pytest.fixture
def open_page(browser: Any, pages: dict[str, Path]) -> Iterator[Callable[..., SavedPage]]:
    with opening(browser, 1200, 860) as opened:
        yield lambda name, drawn=(), **context: opened(pages[name], drawn or (name,), **context)


def test_a_node_is_chosen_by_keyboard_and_its_card_with_it(open_page) -> None:
    page = open_page("roles").page
    assert page.locator(".slens-node").count() == 12
    card = page.locator(".slens-flip").first
    number = card.get_attribute("data-component")
    node = page.locator(f".slens-node[data-component='{number}']")
    node.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(f".slens-flip[data-component='{number}'][aria-pressed=true]")
    page.wait_for_selector(f".slens-flip.slens-pointed[data-component='{number}']")
    # Curves end where the nodes begin, at any width.
    for width in (1200, 760):
        page.set_viewport_size({"width": width, "height": 860})
        ends = page.evaluate(
            """() => {
                const svg = document.querySelector(".slens-graph > svg").getBoundingClientRect();
                const node = document.querySelector(".slens-node").getBoundingClientRect();
                const across = document.querySelector(".slens-graph > svg").viewBox.baseVal.width;
                return [svg.left + 260 * svg.width / across, node.left];
            }"""
        )
        assert abs(ends[0] - ends[1]) < 1.5


def test_the_table_of_scores_is_sorted_by_keyboard(open_page) -> None:
    page = open_page("scores").page
    rows = page.locator("tbody tr")
    assert rows.count() == 5
    assert page.locator(".slens-chosen").count() == 6
    page.get_by_role("button", name="redundancy").focus()
    page.keyboard.press("Enter")
    assert page.locator("th[aria-sort=ascending]").get_attribute("data-column") == "redundancy"
    shown = [float(text.split(" ")[0]) for text in page.locator("tbody td:nth-child(6)").all_inner_texts()]
    assert shown == sorted(shown)
    page.keyboard.press("Enter")
    assert page.locator("th[aria-sort=descending]").get_attribute("data-column") == "redundancy"
    page.get_by_role("button", name="models").click()
    page.wait_for_function("() => document.querySelectorAll('tbody tr').length === 2")


@pytest.mark.parametrize(("n", "width"), [(2, 1000), (3, 1000), (3, 1800), (5, 1000)])
def test_panels_that_name_no_place_fill_the_dashboard(open_page, n: int, width: int) -> None:
    drawn = ("gallery", "roles", "scores")[: min(n, 3)]
    page = open_page(f"{n} panels", drawn, viewport={"width": width, "height": 900}).page
    boxes = [each.bounding_box() for each in page.query_selector_all(".slens-grid > .slens-panel")]
    assert len(boxes) == n
    top = page.locator(".slens-grid").bounding_box()["y"]
    assert boxes[0]["y"] == boxes[1]["y"] == pytest.approx(top, abs=1)
    assert all(box["height"] >= 400 and box["width"] >= 400 for box in boxes)
    line = page.locator(".slens-splitter[data-line='--slens-x']").bounding_box()
    assert line["x"] == pytest.approx(boxes[0]["x"] + boxes[0]["width"], abs=4.5)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["roles", "scores"])
def test_no_serious_violation_of_accessibility(open_page, name: str, scheme: str) -> None:
    saved = open_page(name, color_scheme=scheme)
    saved.check_accessibility()
    width = "document.documentElement.scrollWidth <= window.innerWidth + 1"
    for wide in (900, 420):
        saved.page.set_viewport_size({"width": wide, "height": 860})
        assert saved.page.evaluate(width)
    folder = os.environ.get("SLENS_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        for wide in (1200, 900):
            saved.page.set_viewport_size({"width": wide, "height": 860})
            saved.page.wait_for_timeout(300)
            saved.page.screenshot(path=str(Path(folder) / f"{name}_{scheme}_{wide}.png"))
