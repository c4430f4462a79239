"""A dashboard under load: what came last is what it shows, nothing hangs, and what went wrong is said."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.small_database import write
from tests.widgets.browser.page import WAIT, LabPage, open_page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
SETUP = """
import gc, shutil, threading, time
import slens_widgets as sw
from tests.small_database import HashModel
from tests.widgets.conftest import TwoClassModel

class HeldModel(HashModel):
    asked = []
    answers = threading.Event()
    def encode_texts(self, texts):
        self.asked += texts
        self.answers.wait(300)
        return super().encode_texts(texts)

HeldModel.answers.set()

live = TwoClassModel()
live.before_each = lambda: time.sleep(0.02)
calls = live.calls
audit = sw.Audit({path!r}, HeldModel(), live)
audit.project()
"""
TOGGLE = """async () => {
  const rows = '.slens-pruning .slens-row:not([hidden])';
  const boxes = () => [...document.querySelectorAll(`${rows} input[type=checkbox]`)];
  const start = performance.now();
  for (let k = 0; k < 200; k++) {
    boxes()[(7 * k) % 4].click();
    const rest = start + 25 * (k + 1) - performance.now();
    await new Promise((done) => setTimeout(done, Math.max(0, rest)));
  }
  return boxes().slice(0, 4).map((box) => box.checked);
}"""


@pytest.fixture(scope="module")
def loaded(
    browser: Any, jupyterlab: tuple[str, str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LabPage]:
    path = tmp_path_factory.mktemp("load") / "small.slens"
    write(path).close()
    page = open_page(browser, jupyterlab, SETUP.format(path=str(path)))
    page.run("dashboard = sw.Dashboard(audit)\ndashboard")
    page.dashboard_ready()
    yield page
    page.check()
    page.close()


def search(page: LabPage, query: str) -> None:
    box = page.page.locator(".slens-gallery input[type=search]").first
    box.fill(query)
    box.press("Enter")


def test_of_200_toggles_in_5_seconds_the_last_one_counts(loaded: LabPage) -> None:
    page, view = loaded, loaded.page
    page.run("audit.session.pruned = [('features.3', i) for i in range(4)]")
    view.wait_for_selector(".slens-pruning[data-pruned='4'][data-evaluating=false]", timeout=WAIT)
    before = page.python("len(calls)")
    checked = view.evaluate(TOGGLE)
    wanted = [["features.3", i] for i, on in enumerate(checked) if on]
    page.wait_python(f"sorted(map(list, audit.session.pruned)) == {wanted}", timeout=30_000)
    view.wait_for_selector(
        f".slens-pruning[data-pruned='{len(wanted)}'][data-evaluating=false]", timeout=30_000
    )
    expected = page.python("audit.prune(audit.session.pruned).after.accuracy")
    panel = page.panel("pruning")
    assert float(panel.get_attribute("data-accuracy")) == expected
    boxes = panel.locator(".slens-row:not([hidden]) input[type=checkbox]")
    assert [boxes.nth(i).is_checked() for i in range(4)] == checked
    # An evaluation that a newer toggle overtakes is dropped or stopped.
    assert page.python("len(calls)") - before < 150
    page.run("audit.session.pruned = ()")
    page.evaluated()
    page.check()


def test_of_queries_typed_faster_than_answered_the_last_one_is_shown(loaded: LabPage) -> None:
    page, view = loaded, loaded.page
    words = [f"thing {letter}" for letter in "abcdefgh"]
    page.run("HeldModel.answers.clear()")
    for word in words[:-1]:
        search(page, word)
    box = view.locator(".slens-gallery input[type=search]").first
    box.fill(words[-1])
    page.wait_python(f"audit.session.query == {words[-2]!r}", timeout=WAIT)
    view.wait_for_timeout(500)
    begun = set(page.python("HeldModel.asked"))
    page.run("HeldModel.answers.set()")
    # The answer to the query before it leaves what is being typed alone.
    view.wait_for_selector(f".slens-gallery[data-query='{words[-2]}']", timeout=WAIT)
    assert box.input_value() == words[-1]
    box.press("Enter")
    view.wait_for_selector(f".slens-gallery[data-query='{words[-1]}']", timeout=WAIT)
    view.wait_for_timeout(700)
    assert view.locator(".slens-gallery").get_attribute("data-query") == words[-1]
    assert page.python("audit.session.query") == words[-1]
    best = page.python(f"str(audit.db.components[audit.match({words[-1]!r})['match'].argmax()])")
    assert view.locator(".slens-gallery .slens-row[data-index='0'] b").inner_text() == best
    # Each panel was held over one query at most; of those that came meanwhile only the last is asked.
    asked = set(page.python("HeldModel.asked")) & set(words)
    assert asked - begun <= set(words[-2:])
    assert len(asked) < len(words)
    assert not view.locator(".slens-gallery .slens-busy").is_visible()
    page.check()


@pytest.mark.slow
def test_a_lasso_of_more_than_a_thousand_reaches_every_panel(
    loaded: LabPage, tmp_path_factory: pytest.TempPathFactory
) -> None:
    page, view = loaded, loaded.page
    path = tmp_path_factory.mktemp("large") / "large.slens"
    write(path, {"one": 700, "two": 800}, m=1).close()
    page.run(
        f"large = sw.Audit({str(path)!r}, HashModel())\nlarge.project()\nsecond = sw.Dashboard(large)\nsecond"
    )
    inside = view.locator(".slens-dashboard").last
    plane = inside.locator(".slens-map[data-ready=true] .slens-plane")
    plane.wait_for(timeout=WAIT)
    inside.locator(".slens-gallery[data-ready=true]").wait_for(timeout=WAIT)
    plane.scroll_into_view_if_needed()
    box = plane.bounding_box()
    corners = [(0.01, 0.01), (0.99, 0.01), (0.99, 0.99), (0.01, 0.99), (0.01, 0.05)]
    view.keyboard.down("Shift")
    for i, (x, y) in enumerate(corners):
        view.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=4)
        if i == 0:
            view.mouse.down()
    view.mouse.up()
    view.keyboard.up("Shift")
    page.wait_python("len(large.session.selection) > 1000", timeout=30_000)
    chosen = page.python("len(large.session.selection)")
    inside.locator(f".slens-dashboard-bar[data-selected='{chosen}']").wait_for(timeout=30_000)
    inside.get_by_role("button", name=f"Selected only ({chosen:,})").wait_for(timeout=30_000)
    assert page.python("audit.session.selection") == []
    page.run("second.close(); large.db.close()")
    page.check()


@pytest.mark.slow
def test_a_model_that_fails_says_so_and_the_next_state_is_shown(loaded: LabPage) -> None:
    page, view = loaded, loaded.page
    page.run("def fail():\n    raise RuntimeError('the weights are gone')\nlive.before_each = fail")
    page.run("audit.session.pruned = [('features.3', 1)]")
    error = view.locator(".slens-pruning .slens-error:not([hidden])").first
    error.wait_for(timeout=WAIT)
    assert "the weights are gone" in error.inner_text()
    view.wait_for_selector(".slens-pruning[data-evaluating=false]")
    # The name of the model goes, the audit keeps what it was given.
    page.run("live.before_each = lambda: None\ndel live\n_ = gc.collect()")
    page.run("audit.session.pruned = [('features.3', 0)]")
    expected = page.python("audit.prune(audit.session.pruned).after.accuracy")
    view.wait_for_selector(f".slens-pruning[data-accuracy='{expected}'][data-evaluating=false]", timeout=WAIT)
    assert not error.is_visible()
    page.check()


@pytest.mark.slow
def test_a_database_that_was_deleted_leaves_a_page_that_answers(loaded: LabPage) -> None:
    page, view = loaded, loaded.page
    page.run("shutil.rmtree(audit.db.path)")
    search(page, "after the end")
    view.wait_for_function(
        """() => {
          const gallery = document.querySelector('.slens-gallery');
          const error = gallery.querySelector('.slens-error');
          return gallery.dataset.query === 'after the end' || (error && !error.hidden);
        }""",
        timeout=WAIT,
    )
    page.run("audit.session.selection = audit.db.components[:2]")
    view.wait_for_selector(".slens-dashboard-bar[data-selected='2']", timeout=WAIT)
    assert not view.locator(".slens-gallery .slens-busy").is_visible()
    page.check()


@pytest.mark.slow
def test_a_notebook_that_is_read_without_a_kernel_shows_the_map(
    loaded: LabPage, browser: Any, jupyterlab: tuple[str, str, Path]
) -> None:
    view = loaded.page
    view.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    view.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")
    name = view.evaluate("window.jupyterapp.shell.currentWidget.context.path")
    command = [sys.executable, "-m", "nbconvert", "--to", "html", str(jupyterlab[2] / name)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    context = browser.new_context(offline=True)
    reader = context.new_page()
    reader.route(
        "**/*", lambda route: route.continue_() if route.request.url.startswith("file:") else route.abort()
    )
    reader.goto((jupyterlab[2] / name).with_suffix(".html").as_uri(), wait_until="domcontentloaded")
    picture = reader.locator("img[src^='data:image/png']").first
    picture.wait_for()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 200
    context.close()


@pytest.mark.slow
def test_a_killed_kernel_is_said_and_nothing_waits(loaded: LabPage) -> None:
    page, view = loaded, loaded.page
    view.evaluate(
        """() => void window.jupyterapp.shell.currentWidget.sessionContext.session.kernel
             .requestExecute({code: 'import os, signal; os.kill(os.getpid(), signal.SIGKILL)'})
             .done.catch(() => {})"""
    )
    view.wait_for_selector(
        ".slens-dashboard-bar[data-kernel=gone] > .slens-notice:not([hidden])", timeout=WAIT
    )
    assert "run the cell again" in view.locator(".slens-dashboard-bar .slens-notice").first.inner_text()
    dialog = view.locator(".jp-Dialog button.jp-mod-accept")
    dialog.wait_for(timeout=30_000)
    dialog.click()
    search(page, "anybody there")
    view.wait_for_timeout(500)
    assert not view.locator(".slens-gallery .slens-busy").first.is_visible()
    assert view.locator(".slens-gallery .slens-row b").first.is_visible()
    assert view.locator(".slens-map .slens-plane").first.is_visible()
