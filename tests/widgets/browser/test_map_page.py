"""The map on a page of its own: with WebGL, without it, and after it was lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import slens_widgets as sw
from tests.small_database import HashModel, write

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

INK = """() => {
  const canvas = document.querySelector('.slens-plane > canvas');
  const copy = document.createElement('canvas');
  [copy.width, copy.height] = [canvas.width, canvas.height];
  const context = copy.getContext('2d');
  context.drawImage(canvas, 0, 0);
  const { data } = context.getImageData(0, 0, copy.width, copy.height);
  let inked = 0;
  for (let i = 3; i < data.length; i += 4) if (data[i] > 40) inked++;
  return inked;
}"""


@pytest.fixture(scope="module")
def saved_map(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The map of a small database as a page without a kernel."""
    folder = tmp_path_factory.mktemp("map")
    audit = sw.Audit(write(folder / "small.slens"), HashModel())
    return sw.ConceptMap(audit).export_html(folder / "map.html")


@pytest.fixture
def without_webgl(chromium: str, browser: Any) -> Iterator[Any]:
    """A second browser that has no WebGL at all."""
    flags = ["--no-sandbox", "--disable-gpu", "--disable-3d-apis", "--disable-webgl", "--disable-webgl2"]
    instance = browser.browser_type.launch(executable_path=chromium, args=flags)
    yield instance
    instance.close()


def _open(browser: Any, page_file: Path) -> Any:
    page = browser.new_page(viewport={"width": 800, "height": 600})
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.goto(page_file.as_uri())
    page.wait_for_selector(".slens-map[data-ready=true]")
    return page


def _lasso_everything(page: Any) -> None:
    box = page.locator(".slens-plane").bounding_box()
    at = [(0.02, 0.02), (0.98, 0.02), (0.98, 0.98), (0.02, 0.98), (0.02, 0.1)]
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in at]
    page.keyboard.down("Shift")
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=4)
    page.mouse.up()
    page.keyboard.up("Shift")
    page.wait_for_function("() => document.querySelector('.slens-foot').textContent.includes('36 of 36')")


def test_without_webgl_a_canvas_draws_the_points(without_webgl: Any, saved_map: Path) -> None:
    page = _open(without_webgl, saved_map)
    assert page.locator(".slens-plane").get_attribute("data-engine") == "2d"
    plain = page.evaluate(INK)
    assert plain > 500
    _lasso_everything(page)
    page.wait_for_timeout(200)
    assert page.evaluate(INK) > 1.2 * plain
    assert page.errors == []


def test_a_lost_context_leaves_a_map_that_works(browser: Any, saved_map: Path) -> None:
    page = _open(browser, saved_map)
    assert page.locator(".slens-plane").get_attribute("data-engine") == "webgl2"
    page.evaluate(
        """() => document.querySelector('.slens-plane > canvas').getContext('webgl2')
             .getExtension('WEBGL_lose_context').loseContext()"""
    )
    page.wait_for_selector(".slens-plane[data-engine='2d']")
    page.wait_for_timeout(300)
    assert page.evaluate(INK) > 500
    _lasso_everything(page)
    assert page.errors == []
    page.close()


def test_a_context_lost_out_of_the_document_leaves_a_map_that_works(browser: Any, saved_map: Path) -> None:
    """The browser takes the oldest context of many; a notebook takes cells out of the document."""
    page = _open(browser, saved_map)
    page.evaluate(
        """() => {
          const map = document.querySelector('.slens-map');
          const context = map.querySelector('.slens-plane > canvas').getContext('webgl2');
          globalThis.back = [map, map.parentElement];
          map.remove();
          context.getExtension('WEBGL_lose_context').loseContext();
        }"""
    )
    page.wait_for_timeout(300)
    page.evaluate("back[1].append(back[0])")
    page.wait_for_selector(".slens-plane[data-engine='2d']")
    page.wait_for_timeout(300)
    assert page.evaluate(INK) > 500
    _lasso_everything(page)
    assert page.errors == []
    page.close()
