"""The graph and the scores beside the gallery, in JupyterLab on the lab: a file, a click, a class, a drop."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from slens_widgets.audit import Audit
from tests.widgets.browser.page import open_page

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

PATIENCE = 60_000
DROP = """([bytes, name]) => {
  const data = new DataTransfer();
  const read = Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0));
  data.items.add(new File([read], name, { type: 'image/png' }));
  const root = document.querySelector('.slens-roles');
  for (const type of ['dragenter', 'drop'])
    root.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data }));
}"""


def test_an_image_is_explained_and_the_graph_follows(
    browser: Any, jupyterlab: tuple[str, str, Path], lab_audit: Audit, tmp_path: Path
) -> None:
    code = "import slens_widgets as sw\naudit = sw.lab.open_audit(progress=False)"
    page = open_page(browser, jupyterlab, code)
    page.run("audit.session.target = 'nevus'\nsw.Dashboard(audit, panels=['gallery', 'roles', 'scores'])")
    view = page.page
    for selector in (".slens-scores[data-ready]", ".slens-roles[data-ready]", ".slens-node"):
        view.wait_for_selector(selector, timeout=PATIENCE)

    picture = tmp_path / "lesion.png"
    assert lab_audit.live is not None
    lab_audit.live.picture(3).save(picture)
    view.set_input_files(".slens-roles input[type=file]", str(picture))
    cards = ".slens-roles .slens-image:not([hidden]) .slens-flip"
    view.wait_for_selector(cards, timeout=PATIENCE)
    shown = [int(card.get_attribute("data-component") or -1) for card in view.query_selector_all(cards)]
    assert shown == [lab_audit.db.position(c) for c in lab_audit.explain(3, "nevus").components]

    view.wait_for_selector(".slens-graph[aria-busy=false]", timeout=PATIENCE)
    for method in ("gradient × activation", "CRP", "gradient × activation"):
        view.get_by_role("button", name=method).click()
    view.wait_for_function(
        "() => document.querySelector('.slens-roles .slens-foot').textContent.includes('by gradient')",
        timeout=PATIENCE,
    )
    view.locator(".slens-node").first.click()
    page.wait_python("len(audit.session.selection) == 1")
    view.wait_for_selector(".slens-node[aria-pressed=true]", timeout=PATIENCE)

    page.python("setattr(audit.session, 'target', 'melanoma')")
    view.wait_for_function(
        "() => document.querySelector('.slens-class b').textContent === 'melanoma'", timeout=PATIENCE
    )
    view.evaluate(DROP, [base64.b64encode(picture.read_bytes()).decode(), "dropped.png"])
    view.wait_for_function(
        "() => document.querySelector('.slens-given').textContent === 'dropped.png'", timeout=PATIENCE
    )
    page.check()
    page.close()
