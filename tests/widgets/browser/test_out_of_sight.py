"""Widgets that are first drawn where nobody sees them, or leave the document for a while, in chromium."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import slens_widgets as sw
from tests.small_audit import audit_small, build_small
from tests.small_database import HashModel, write
from tests.widgets.conftest import TwoClassModel

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

HIDDEN = """
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('main { display: none !important }');
  document.adoptedStyleSheets = [sheet];
  globalThis.show = () => { document.adoptedStyleSheets = []; };
"""
"""As in a tab that is not in front, a closed accordion, a collapsed cell."""

DETACHED = """
  let main, front;
  Object.defineProperty(globalThis, 'slens', { get: () => front, set: (module) => {
    front = { ...module, render: (context) => {
      main ??= context.el.closest('main');
      main.remove();
      return module.render(context);
    } };
  } });
  globalThis.show = () => document.body.append(main);
"""
"""As in a host that draws first and attaches later."""

WIDGETS = {
    "map": ["map"],
    "gallery": ["gallery"],
    "alignment": ["alignment"],
    "pruning": ["pruning"],
    "roles": ["roles"],
    "scores": ["scores"],
    "compare": ["compare", "map"],
    "dashboard": ["dashboard-bar", "gallery", "map", "alignment", "pruning"],
}


@pytest.fixture(scope="module")
def page_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """What makes a page of one widget alone."""
    folder = tmp_path_factory.mktemp("sight")
    large = write(folder / "large.slens", {"features.0": 120, "features.3": 16})
    audit = sw.Audit(large, HashModel(), TwoClassModel())
    concepts = {"vocabulary": ["ruler", "ink", "milia"], "valid": ["milia"], "spurious": ["ruler"]}
    audit.session.update(**concepts, selection=[("features.0", 90)], pruned=[("features.3", 1)])

    @functools.cache
    def live() -> sw.Audit:
        model = build_small(folder / "live.slens", ["2", "5", "7"])
        made = audit_small(folder / "live.slens", model, ["ash", "birch", "elm", "oak"])
        made.session.update(**concepts, target="birch")
        return made

    views = {
        "map": lambda: sw.ConceptMap(audit),
        "gallery": lambda: sw.NeuronGallery(audit),
        "alignment": lambda: sw.AlignmentPlot(audit),
        "pruning": lambda: sw.PruningPanel(audit),
        "roles": lambda: sw.RolesView(live(), 6, k=4, method="gradient"),
        "scores": lambda: sw.ScoresView({"one": audit, "another": live()}),
        "compare": lambda: sw.CompareView(audit, live(), names=("one", "another")),
        "dashboard": lambda: sw.Dashboard(audit),
    }
    assert set(views) == set(WIDGETS)
    return functools.cache(lambda name: views[name]().export_html(folder / f"{name}.html"))


def _open(browser: Any, path: Path, script: str = "", scheme: str = "dark") -> Any:
    context = browser.new_context(viewport={"width": 1300, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on("console", lambda said: said.type == "error" and page.errors.append(said.text))
    if script:
        page.add_init_script(script)
    page.goto(path.as_uri())
    return page


def _picture(page: Any, widgets: list[str]) -> np.ndarray:
    """Return what the page looks like once all is drawn and nothing changes any more."""
    for name in widgets:
        page.wait_for_selector(f".slens-{name}[data-ready]", timeout=30_000)
    last = b""
    for _ in range(40):
        page.wait_for_timeout(250)
        now = page.screenshot(animations="disabled", caret="hide")
        if now == last:
            break
        last = now
    return np.asarray(Image.open(io.BytesIO(last)).convert("RGB"), dtype=np.int16)


@pytest.mark.parametrize(
    ("name", "hiding"),
    [
        pytest.param(
            name, hiding, marks=() if (name, kind) == ("dashboard", "detached") else pytest.mark.slow
        )
        for name in WIDGETS
        for kind, hiding in {"hidden": HIDDEN, "detached": DETACHED}.items()
    ],
    ids=[f"{name}-{kind}" for name in WIDGETS for kind in ("hidden", "detached")],
)
def test_a_widget_drawn_out_of_sight_looks_as_if_it_had_been_seen(
    browser: Any, page_of: Callable[[str], Path], name: str, hiding: str
) -> None:
    seen = _open(browser, page_of(name))
    expected = _picture(seen, WIDGETS[name])
    seen.context.close()
    page = _open(browser, page_of(name), hiding)
    page.wait_for_timeout(1000)
    assert not page.locator(".slens").first.is_visible()
    page.evaluate("show()")
    found = _picture(page, WIDGETS[name])
    differs = (abs(found - expected).max(axis=2) > 8).mean()
    assert differs < 0.001, f"{differs:.2%} of the pixels differ"
    assert page.errors == []
    page.context.close()
