"""Pages saved without a kernel: what they hold, and that nothing in them can run or call out."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import slens_widgets as sw
from slens_widgets.errors import InputError
from slens_widgets.widgets.recording import _finite
from tests.small_database import HashModel

HOSTILE = "</script><img src=x onerror=alert(1)>\u202egnp<!--"


def saved(path: Path) -> dict[str, Any]:
    [data] = re.findall(r'<script type="application/json" id="slens-saved">(.*?)</script>', path.read_text())
    return json.loads(data)


def records(page: dict[str, Any], widget: str, op: str) -> list[dict[str, Any]]:
    [found] = [item for item in page["widgets"] if item["widget"] == widget]
    return [record for record in found["records"] if record["op"] == op]


@pytest.mark.parametrize("kind", [sw.ConceptMap, sw.NeuronGallery, sw.PruningPanel, sw.AlignmentPlot])
def test_each_widget_can_be_saved(audit, tmp_path, kind) -> None:
    path = kind(audit).export_html(tmp_path / "page.html")
    [widget] = saved(path)["widgets"]
    assert widget["hello"]["body"]["about"]["classes"] == ["nevus", "melanoma"]
    assert widget["records"]


def test_the_answers_are_those_of_the_notebook(audit, tmp_path, page_of) -> None:
    audit.session.update(query="ruler", valid=["milia"], spurious=["ink"], selection=[("features.3", 2)])
    dashboard = sw.Dashboard(audit)
    page = saved(dashboard.export_html(tmp_path / "page.html", queries=["hair"]))
    assert [item["name"] for item in page["widgets"]] == ["bar", "map", "gallery", "alignment", "pruning"]
    for query in ("ruler", "hair", "milia", "ink"):
        [found] = [r for r in records(page, "gallery", "search") if r["args"]["query"] == query]
        scores = np.frombuffer(base64.b64decode(found["buffers"][2]), np.float32)
        assert np.array_equal(scores, audit.search_scores(query))
    [detail] = [r for r in records(page, "gallery", "detail") if r["args"] == {"component": 22}]
    assert (
        base64.b64decode(detail["buffers"][1])
        == page_of(sw.NeuronGallery(audit)).ask("detail", component=22)[1][1]
    )
    coloured = [r for r in records(page, "map", "colour") if r["args"] == {"by": "score"}]
    assert [state["value"] for r in coloured for state in r["when"]][:3] == ["", "ruler", "hair"]
    assert page["strips"]["22"] == base64.b64encode(audit.db.strip(("features.3", 2))).decode()


def test_labels_are_recorded_once_for_all(audit, tmp_path, page_of) -> None:
    audit.session.vocabulary = ["ruler", "ink", "milia"]
    page = saved(sw.Dashboard(audit).export_html(tmp_path / "page.html"))
    [labels] = page["shared"]
    body, buffers = page_of(sw.ConceptMap(audit)).ask("labels")
    assert labels["body"] == {name: body[name] for name in labels["body"]}
    assert [base64.b64decode(part) for part in labels["buffers"]] == buffers
    assert labels["when"][0]["value"] == ["ruler", "ink", "milia"]


def test_recorded_figures_belong_to_the_pruned_set(audit, tmp_path) -> None:
    audit.session.pruned = [("features.3", 1)]
    page = saved(sw.PruningPanel(audit).export_html(tmp_path / "page.html"))
    after = [r["body"]["result"]["after"]["accuracy"] for r in records(page, "pruning", "panel")]
    assert after == [audit.prune([("features.3", 1)]).after.accuracy, audit.prune([]).after.accuracy]


def test_what_an_operation_selects_is_recorded_with_it(audit, tmp_path) -> None:
    audit.session.update(valid=["milia"], spurious=["ink"])
    page = saved(sw.AlignmentPlot(audit).export_html(tmp_path / "page.html"))
    table = audit.align(["milia"], ["ink"], remember=False)
    for record in records(page, "alignment", "choose"):
        expected = int((table["quadrant"] == record["args"]["quadrant"]).sum())
        states = [state for state in record["sets"] if state["state"] == "selection"]
        assert bool(states) == bool(expected)
    assert audit.session.selection == ()


def test_saving_leaves_the_session_and_the_views_alone(audit, tmp_path, page_of) -> None:
    page = page_of(sw.ConceptMap(audit))
    before = repr(audit.session)
    sw.Dashboard(audit).export_html(tmp_path / "page.html", queries=["hair"])
    assert repr(audit.session) == before
    assert page.said == []


def test_text_can_end_no_element_and_only_the_front_end_may_run(audit, tmp_path) -> None:
    audit.session.update(query=HOSTILE, valid=[HOSTILE])
    text = sw.Dashboard(audit).export_html(tmp_path / "page.html").read_text()
    assert "<img" not in text
    assert "onerror=alert(1)>" in text  # It is there, as text.
    scripts = re.findall(r'<script type="module">(.*?)</script>', text, re.DOTALL)
    allowed = re.findall(r"'sha256-([^']+)'", text)
    assert [base64.b64encode(hashlib.sha256(code.encode()).digest()).decode() for code in scripts] == allowed
    assert "default-src 'none'" in text
    assert not re.findall(r"(?<!w3\.org/2000/)https?://(?!www\.w3\.org/2000/svg)", text)


def test_the_budget_is_kept_and_the_wanted_come_first(audit, tmp_path) -> None:
    audit.session.update(query="ruler", selection=[("features.3", 15)])
    whole = saved(sw.NeuronGallery(audit).export_html(tmp_path / "whole.html"))
    assert len(whole["strips"]) == 36
    small = saved(sw.NeuronGallery(audit).export_html(tmp_path / "small.html", budget=8_000))
    assert 0 < len(small["strips"]) < 36
    assert "35" in small["strips"]
    assert small["skipped"] > 0
    assert records(small, "gallery", "scores")
    size = sum(map(len, small["strips"].values())) + len(json.dumps(small["widgets"]))
    assert size < 12_000


def test_without_models_a_page_holds_what_the_database_knows(audit, tmp_path) -> None:
    bare = sw.Audit(audit.db)
    page = saved(sw.Dashboard(bare).export_html(tmp_path / "page.html"))
    assert records(page, "gallery", "search") == []
    assert records(page, "map", "points")


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("page.txt", {}, "ends in .html"),
        ("nowhere/page.html", {}, "no folder"),
        ("page.html", {"budget": -1}, "budget"),
        ("page.html", {"budget": 1.5}, "budget"),
    ],
)
def test_bad_arguments_say_so(audit, tmp_path, name, arguments, message) -> None:
    with pytest.raises(InputError, match=message):
        sw.ConceptMap(audit).export_html(tmp_path / name, **arguments)
    assert list(tmp_path.glob("*.html")) == []


def test_a_failure_leaves_the_old_page(audit, tmp_path, monkeypatch) -> None:
    path = tmp_path / "page.html"
    path.write_text("old")
    monkeypatch.setattr(HashModel, "encode_texts", lambda *_: 1 / 0)
    audit.session.query = "never asked before"
    with pytest.raises(ZeroDivisionError):
        sw.NeuronGallery(audit).export_html(path)
    assert path.read_text() == "old"
    assert [item.name for item in tmp_path.iterdir() if "page" in item.name] == ["page.html"]


def test_what_is_no_number_is_null_in_a_page() -> None:
    assert _finite({"a": [1.5, float("nan")], "b": (float("inf"), "NaN")}) == {
        "a": [1.5, None],
        "b": [None, "NaN"],
    }
