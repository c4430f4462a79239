"""The concept graph and the explained image on a page, without a kernel."""

from __future__ import annotations

import io
import json
import re

import numpy as np
import pytest
from PIL import Image

import slens_widgets as sw
from slens_widgets.errors import InputError, UnknownNameError
from slens_widgets.types import Component
from slens_widgets.widgets.pictures import picture
from tests.core.parts import pictures
from tests.small_audit import audit_small, build_small

NAMES = ["ash", "birch", "<i>cedar", "dogwood"]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    path = tmp_path_factory.mktemp("roles") / "small.slens"
    return path, build_small(path, images=16, m=4)


@pytest.fixture
def traced(built):
    audit = audit_small(*built, NAMES)
    audit.session.update(target="birch", vocabulary=["ruler", "milia"], valid=["milia"], spurious=["ruler"])
    yield audit
    audit.db.close()


def png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


CLASS = {"image": None, "method": "gradient", "k": 3}


def test_the_page_draws_what_python_says(traced, page_of) -> None:
    widget = sw.RolesView(traced, k=3, method="gradient")
    page = page_of(widget)
    start = page.ask("start")[0]
    assert (start["image"], start["k"], start["method"], start["images"]) == (None, 3, "gradient", 12)
    assert start["lacking"] == ""
    body, shown = page.ask("roles", **CLASS)
    graph = traced.roles("birch", k=3, method="gradient")
    components = [Component(layer, i) for layer in graph.order for i in graph.chosen[layer]]
    assert [node["component"] for node in body["nodes"]] == [traced.db.position(each) for each in components]
    assert [node["share"] for node in body["nodes"]] == graph.nodes["share"].tolist()
    assert [node["quadrant"] for node in body["nodes"]] == graph.nodes["quadrant"].tolist()
    svg = graph.to_svg()
    assert all(curve["path"] in svg for curve in body["curves"])
    assert len(body["curves"]) == svg.count("<path")
    assert len(shown) == len(graph.pictures)
    traced.session.target = "<i>cedar"
    assert page.ask("roles", **CLASS)[0]["target"] == "<i>cedar"
    assert widget.graph.target == "<i>cedar"


def test_what_was_traced_is_not_traced_again_and_has_the_concepts_of_now(
    traced, page_of, monkeypatch
) -> None:
    page = page_of(sw.RolesView(traced))
    before = page.ask("roles", **CLASS)[0]
    monkeypatch.setattr(type(traced), "roles", lambda *_, **__: pytest.fail("traced again"))
    traced.session.update(valid=["ruler"], spurious=["milia"])
    after = page.ask("roles", **CLASS)[0]
    assert after["curves"] == before["curves"]
    quadrants = traced.align(["ruler"], ["milia"])["quadrant"]
    assert [node["quadrant"] for node in after["nodes"]] == [
        quadrants.iloc[node["component"]] for node in after["nodes"]
    ]


def test_any_image_is_explained_by_number_or_as_a_file(traced, page_of) -> None:
    widget = sw.RolesView(traced)
    page = page_of(widget)
    by_number = page.ask("explain", image=6, method="crp", k=4)
    found = traced.explain(6, "birch", 4)
    assert [row["component"] for row in by_number[0]["rows"]] == [
        traced.db.position(component) for component in found.components
    ]
    assert by_number[0]["prediction"] == found.prediction
    assert by_number[0]["label"] == "<i>cedar"
    assert by_number[0]["shares"] == found.quadrants
    heat = np.asarray(Image.open(io.BytesIO(by_number[1][0])).convert("RGB"), float)
    assert np.abs(heat - np.asarray(found.overlays()[0], float)).mean() < 6
    image = page.ask("add_image", [png(pictures(12, seed=1)[6])], name="<b>six.png")[0]["image"]
    as_file = page.ask("explain", image=image, method="crp", k=4)[0]
    assert as_file["label"] is None
    for mine, theirs in zip(as_file["rows"], by_number[0]["rows"], strict=True):
        assert mine["component"] == theirs["component"]
        assert mine["share"] == pytest.approx(theirs["share"], abs=1e-5)
    assert len(page.ask("roles", image=image, method="crp", k=4)[1]) == 1
    assert widget.explanation.target == "birch"
    traced.session.target = None
    assert page.ask("explain", image=image, method="crp", k=4)[0]["target"] == found.prediction
    # What a view shows that is opened later.
    start = page.ask("start")[0]
    assert (start["image"], start["name"], start["k"]) == (image, "<b>six.png", 4)


def test_wrong_input_is_said(traced, audit, page_of) -> None:
    page = page_of(sw.RolesView(traced))
    assert "no evaluation image 99" in page.ask("explain", **{**CLASS, "image": 99})[0]["message"]
    assert "Paste, drop or choose it again" in page.ask("explain", **{**CLASS, "image": "ff"})[0]["message"]
    assert "relevance method" in page.ask("roles", **{**CLASS, "method": "magic"})[0]["message"]
    assert "'x.svg'" in page.ask("add_image", [b"<svg>"], name="x.svg")[0]["message"]
    traced.session.target = None
    assert "No class is given" in page.ask("roles", **CLASS)[0]["message"]
    with pytest.raises(UnknownNameError, match="relevance method"):
        sw.RolesView(traced, method="magic")
    with pytest.raises(UnknownNameError, match="no evaluation image 99"):
        sw.RolesView(traced, 99)
    with pytest.raises(InputError, match="no audit"):
        sw.RolesView("audit")
    assert "can't explain images" in page_of(sw.RolesView(audit)).ask("start")[0]["lacking"]


def test_pictures_and_a_page_without_a_kernel(traced, page_of, tmp_path, monkeypatch) -> None:
    widget = page_of(sw.RolesView(traced, pictures(12, seed=1)[6], k=3, method="gradient")).widget
    assert widget.preview() is None
    svg = widget.save(tmp_path / "roles.svg").read_text()
    graph = traced.roles("birch", pictures(12, seed=1)[6], k=3, method="gradient")
    assert all(f"{share:+.1%}" in svg for share in graph.nodes["share"])
    assert "birch" in svg
    assert np.asarray(Image.open(io.BytesIO(picture(widget.preview(), dpi=40)))).std() > 5
    [sankey] = widget.to_plotly().data
    assert len(sankey.link.value) == len(graph.edges) + len(graph.chosen["7"])
    monkeypatch.setattr(type(traced), "roles", lambda *_, **__: pytest.fail("traced again"))
    text = widget.export_html(tmp_path / "roles.html").read_text()
    data = json.loads(re.search(r'id="slens-saved">(.*?)</script>', text)[1])
    [saved] = data["widgets"]
    assert {record["op"] for record in saved["records"]} >= {"start", "roles", "explain"}
    assert next(r for r in saved["records"] if r["op"] == "start")["body"]["image"] == widget.image


def test_the_dashboard_takes_it_as_a_panel(traced) -> None:
    dashboard = sw.Dashboard(traced, panels=["gallery", "roles"])
    assert isinstance(dashboard.panels["roles"], sw.RolesView)
    dashboard.close()
    assert "roles" not in sw.Dashboard.__init__.__kwdefaults__["panels"]
