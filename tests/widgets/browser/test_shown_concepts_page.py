"""Pictures dropped on a chip, and examples chosen in the gallery, become concepts, in a real page."""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from slens_widgets.lab.factors import INDEX
from slens_widgets.lab.renderer import render
from tests.widgets.browser.page import LabPage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

DROP = """([selector, files]) => {
  const data = new DataTransfer();
  for (const [text, name] of files) {
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    data.items.add(new File([bytes], name, { type: 'image/png' }));
  }
  const target = document.querySelector(selector);
  for (const type of ['dragenter', 'drop'])
    target.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data }));
}"""
HOSTILE = "<img src=x onerror='globalThis.ran = 1'>"


def rulers(count: int) -> list[list[str]]:
    """Return pictures with a ruler, which differ in everything else."""
    found = []
    for i in range(count):
        present = np.random.default_rng(i).random(len(INDEX)) < 0.12
        present[INDEX["ruler"]] = True
        buffer = io.BytesIO()
        Image.fromarray(render(present, 4711, i).image).save(buffer, "PNG")
        found.append([base64.b64encode(buffer.getvalue()).decode(), f"{HOSTILE}{i}.png"])
    return found


def shoot(page: LabPage, name: str) -> None:
    folder = os.environ.get("SLENS_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.page.screenshot(path=f"{folder}/{name}.png")


@pytest.fixture
def page(dashboard_page: LabPage) -> Iterator[LabPage]:
    page = dashboard_page
    page.run(
        "audit.session.update(valid=['milia'], spurious=['ruler'], concepts=(), query='',\n"
        "                     target='melanoma', thresholds=None, selection=())"
    )
    page.page.wait_for_selector(".slens-alignment:not([data-rows='0'])")
    page.wait_python("dashboard.panels['alignment'].wait(60)")
    yield page
    page.run(
        "audit.session.update(valid=sw.lab.VALID_CONCEPTS, spurious=sw.lab.SPURIOUS_CONCEPTS, concepts=(),\n"
        "                     query='', selection=())"
    )
    page.check()


def test_pictures_dropped_on_a_chip_show_what_it_says(page: LabPage) -> None:
    view = page.page
    view.evaluate(
        "() => [...document.querySelectorAll('.slens-alignment .slens-chip')]"
        ".find((chip) => chip.textContent.startsWith('ruler')).classList.add('slens-under-test')"
    )
    files = [*rulers(5), [base64.b64encode(b"<svg onload=alert(1)>").decode(), HOSTILE]]
    view.evaluate(DROP, [".slens-under-test", files])
    page.wait_python("len(audit.session.concepts) == 1 and dashboard.panels['alignment'].wait(60)")
    assert page.python("[c.name for c in audit.session.concepts]") == ["ruler"]
    assert page.python("len(audit.session.concepts[0].images)") == 5
    assert page.python("audit.session.spurious") == ["ruler"]
    # What was no picture is named, as text.
    error = page.panel("alignment").locator(".slens-error")
    error.wait_for()
    assert HOSTILE in error.inner_text()
    about = page.panel("alignment").locator(".slens-about")
    view.wait_for_function(
        "() => /ruler. is shown by 5 images; rank sum of 5 .*(finds|does not know|too few)/.test("
        "document.querySelector('.slens-about').textContent)"
    )
    assert (
        page.python("dashboard.panels['alignment'].controls.table.attrs['shown']['ruler']")
        in about.inner_text()
    )
    shoot(page, "shown-chip")
    drawn, due = (
        "dashboard.panels['alignment'].controls.table['spurious']",
        "audit.concept('ruler')['effect']",
    )
    page.wait_python(f"({drawn} - {due}).abs().max() < 1e-5")
    page.panel("alignment").get_by_role("button", name="Leave the pictures of “ruler” out").click()
    page.wait_python("audit.session.concepts == ()")
    view.wait_for_function("() => document.querySelector('.slens-about').hidden")
    assert view.evaluate("globalThis.ran") is None


def test_a_name_is_typed_and_pictures_are_dropped_beside_it(page: LabPage) -> None:
    view = page.page
    box = page.panel("alignment").get_by_role("combobox", name="Add a spurious concept")
    box.fill("millimetre marks")
    view.evaluate(
        DROP, [".slens-alignment .slens-chips:has([aria-label='Add a spurious concept'])", rulers(5)]
    )
    page.wait_python("'millimetre marks' in audit.session.spurious")
    page.wait_python("len(audit.session.concepts) == 1 and dashboard.panels['alignment'].wait(60)")
    # The text alone is no word of this foundation model, and the page says so beside the pictures.
    view.wait_for_function("() => document.querySelector('.slens-about').textContent.includes('millimetre')")
    # The ruler's channels are found by the pictures that show it.
    best = page.python("audit.concept('millimetre marks')['effect'].nlargest(3).index.tolist()")
    ruler = page.python("audit.align([], 'ruler', remember=False)['spurious'].nlargest(12).index.tolist()")
    assert set(best) & set(ruler)


def test_chosen_examples_become_a_concept_that_ranks_the_components(page: LabPage) -> None:
    view = page.page
    page.run("audit.session.selection = audit.db.components[7:8]")
    view.wait_for_selector(".slens-detail[data-component='7'] figure")
    gallery = page.panel("gallery")
    for number in (1, 2, 4):
        gallery.get_by_role("button", name=f"Choose example {number}", exact=True).click()
    shoot(page, "shown-examples")
    gallery.get_by_placeholder("what do these show?").fill(HOSTILE.replace(",", ""))
    gallery.get_by_role("button", name="Make a concept of these 3").click()
    page.wait_python("len(audit.session.concepts) == 1")
    ids = page.python("[int(audit.db['features.14'].image_ids[7, r]) for r in (0, 1, 3)]")
    assert page.python("[image.probe for image in audit.session.concepts[0].images]") == ids
    assert page.python("audit.session.query") == HOSTILE
    best = page.python("int(audit.concept(audit.session.query)['effect'].argmax())")
    first = ".slens-gallery .slens-row[data-index='0']"
    view.wait_for_function(
        f"() => document.querySelector(\"{first}\")?.dataset.component === '{best}'", timeout=60_000
    )
    view.wait_for_function(
        "() => document.querySelector('.slens-asked').textContent.includes('is shown by 3 images')"
    )
    assert view.evaluate("globalThis.ran") is None
