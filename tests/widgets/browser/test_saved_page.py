"""A saved dashboard opened from a file in chromium: it answers by itself, asks nobody, and runs no text."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import slens_widgets as sw
from tests.small_database import HashModel, write
from tests.widgets.browser.static_page import SavedPage, opening
from tests.widgets.conftest import TwoClassModel

pytestmark = pytest.mark.browser
RUN = "globalThis.ran = (globalThis.ran ?? 0) + 1"
HOSTILE = f"</script><img src=x onerror=\"{RUN}\"><svg onload='{RUN}'>\u202egnp.exe"
LONG = HOSTILE + "x" * 3_000


class HostileModel(TwoClassModel):
    """Its classes and groups are named by someone who wants to run something."""

    class_names = ("nevus", HOSTILE)
    group_names = tuple(f"{HOSTILE} {i}" for i in range(4))


def example(folder: Path) -> sw.Audit:
    write(folder / "small.slens").close()
    audit = sw.Audit(folder / "small.slens", HashModel(), HostileModel())
    audit.session.update(
        query="ruler",
        valid=["milia"],
        spurious=["ink", HOSTILE],
        vocabulary=["ruler", HOSTILE, LONG],
        target=HOSTILE,
        selection=[("features.3", 1)],
    )
    audit.session.pruned = [("features.3", 1)]
    return audit


@pytest.fixture(scope="module")
def saved_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("saved")
    audit = example(folder)
    path = sw.Dashboard(audit).export_html(folder / "saved.html", queries=[HOSTILE])
    audit.db.close()
    return path


@pytest.fixture
def open_saved(browser: Any, saved_file: Path) -> Iterator[Callable[..., SavedPage]]:
    def check(saved: SavedPage) -> None:
        saved.check()
        assert saved.page.evaluate("globalThis.ran ?? 0") == 0

    with opening(browser, 1500, 1200, check) as opened:
        yield functools.partial(opened, saved_file)


@pytest.fixture
def saved(open_saved: Callable[..., SavedPage]) -> SavedPage:
    return open_saved()


def test_it_opens_without_a_complaint(saved: SavedPage) -> None:
    saved.page.wait_for_selector(".slens-gallery[data-query='ruler']")
    assert saved.visible_errors() == []
    assert "needs the model" in saved.page.inner_text(".slens-saved-note")


def test_a_lasso_selects_in_every_view(saved: SavedPage) -> None:
    page = saved.page
    saved.lasso(0.02)
    page.wait_for_selector(".slens-dashboard-bar[data-selected='36']")
    assert "(36)" in page.get_by_role("button", name="Selected only").inner_text()


def test_the_pointer_shows_the_examples(saved: SavedPage) -> None:
    page = saved.page
    page.locator(".slens-map .slens-plane").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.slens-map .slens-strip')]"
        ".some((e) => e.style.backgroundImage.startsWith('url'))"
    )


def test_the_alignment_plot_answers_pointer_keys_and_lasso(saved: SavedPage) -> None:
    page = saved.page
    plot = page.locator(".slens-plot")
    plot.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "() => document.querySelector('.slens-plot .slens-strip').style.backgroundImage.startsWith('url')"
    )
    assert "valid" in plot.locator(".slens-card p").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_selector(".slens-dashboard-bar[data-selected='1']")
    box = plot.bounding_box()
    corners = [(0.01, 0.01), (0.99, 0.01), (0.99, 0.99), (0.01, 0.99), (0.01, 0.05)]
    for i, (x, y) in enumerate(corners):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        if i == 0:
            page.mouse.down()
    page.mouse.up()
    page.wait_for_selector(".slens-dashboard-bar[data-selected='36']")


def test_recorded_searches_answer_and_others_say_what_they_need(saved: SavedPage) -> None:
    page = saved.page
    for query in ("milia", HOSTILE):
        saved.search(query)
        page.wait_for_function(
            "(query) => document.querySelector('.slens-gallery').dataset.query === query", arg=query
        )
    assert saved.visible_errors() == []
    saved.search("never asked")
    page.wait_for_selector(".slens-gallery .slens-error:not([hidden])")
    assert "needs a kernel" in " ".join(saved.visible_errors())


def test_a_pruned_set_without_recorded_figures_says_so(saved: SavedPage) -> None:
    page = saved.page
    page.locator(".slens-gallery .slens-row").nth(1).click()
    page.wait_for_selector(".slens-dashboard-bar[data-selected='1']")
    page.locator(".slens-pruning").get_by_role("button", name="Prune selection").click()
    page.wait_for_selector(".slens-pruning .slens-error:not([hidden])")
    assert "needs a kernel" in " ".join(saved.visible_errors())


def test_hostile_text_is_text_everywhere(saved: SavedPage) -> None:
    page = saved.page
    for row in page.locator(".slens-gallery .slens-row").all()[:3]:
        row.click()
        page.wait_for_selector(".slens-detail:not([hidden])")
    saved.search(HOSTILE)
    saved.search(LONG + "?")
    page.wait_for_timeout(500)
    assert page.evaluate("document.querySelectorAll('img[src=x], svg[onload]').length") == 0
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")
    assert "gnp.exe" in page.locator(".slens-alignment").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [900, 1800])
def test_no_serious_violation_of_accessibility(open_saved, scheme: str, width: int) -> None:
    saved = open_saved(color_scheme=scheme, viewport={"width": width, "height": 1200})
    saved.page.locator(".slens-gallery .slens-row").first.click()
    saved.check_accessibility()


def test_panels_are_resized_by_keys(open_saved) -> None:
    page = open_saved(viewport={"width": 1000, "height": 1200}).page
    line = page.get_by_role("separator", name="Size of the first column")
    map_ = page.locator(".slens-panel-map")
    before = map_.bounding_box()["width"]
    line.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    assert map_.bounding_box()["width"] > before + 60
    page.keyboard.press("Enter")
    assert abs(map_.bounding_box()["width"] - before) < 2
    row = page.get_by_role("separator", name="Size of the first row").bounding_box()
    height = map_.bounding_box()["height"]
    page.mouse.move(row["x"] + row["width"] / 2, row["y"] + 4)
    page.mouse.down()
    page.mouse.move(row["x"] + row["width"] / 2, row["y"] + 104, steps=5)
    page.mouse.up()
    assert abs(map_.bounding_box()["height"] - height - 100) < 3


def test_motion_is_reduced_where_it_is_asked_for(open_saved) -> None:
    page = open_saved(reduced_motion="reduce").page
    moving = page.evaluate(
        """() => [...document.querySelectorAll('.slens, .slens *')].filter((e) => {
          const s = getComputedStyle(e);
          const long = (text) => text.split(',').some((part) => parseFloat(part) > 0.01);
          return long(s.transitionDuration) || (s.animationName !== 'none' && long(s.animationDuration));
        }).map((e) => e.className)"""
    )
    assert moving == []
