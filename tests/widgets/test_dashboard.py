from __future__ import annotations

import base64

import pytest

import slens_widgets as sw
from slens_widgets.errors import InputError, UnknownNameError
from slens_widgets.widgets.dashboard import DashboardBar


def test_any_subset_of_panels_has_a_layout(audit) -> None:
    for panels in (
        ["map"],
        ["gallery", "map"],
        ["alignment", "pruning", "map"],
        list(sw.Dashboard(audit).panels),
    ):
        dashboard = sw.Dashboard(audit, panels=panels)
        assert list(dashboard.panels) == panels
        assert f"slens-grid-{len(panels)}" in dashboard.children[1]._dom_classes
        dashboard.close()
    with pytest.raises(UnknownNameError, match="map"):
        sw.Dashboard(audit, panels=["mab"])


def test_a_saved_notebook_shows_the_map(audit) -> None:
    audit.project()
    dashboard = sw.Dashboard(audit)
    bundle = dashboard._repr_mimebundle_()
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert "image/png" not in sw.Dashboard(audit, panels=["gallery"])._repr_mimebundle_()


def test_the_bar_tells_undo_and_the_trail(audit, page_of) -> None:
    page = page_of(DashboardBar(audit))
    body, _ = page.ask("bar")
    assert (body["undo"], body["redo"], body["trail"]) == (False, False, "")
    audit.session.pruned = [("features.3", 1)]
    assert page.events("bar")[-1]["undo"] is True
    body, _ = page.ask("undo")
    assert (body["undo"], body["redo"]) == (False, True)
    assert audit.session.pruned == ()
    page.ask("redo")
    assert len(audit.session.pruned) == 1
    assert page.ask("save_trail", name="first look")[0]["trail"] == "first look"
    assert audit.trails()["name"].tolist() == ["first look"]
    audit.save_trail("second look")
    assert page.events("bar")[-1]["trail"] == "second look"
    assert "overwrite" in page.ask("save_trail", name="first look")[0]["message"]
    assert "name of a trail" in page.ask("save_trail", name="../up")[0]["message"]
    page.widget.close()
    count = len(page.said)
    audit.save_trail("third look")
    assert len(page.said) == count


def test_the_report_lies_in_the_notebook_s_folder(audit, page_of, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = page_of(DashboardBar(audit))
    with pytest.raises(InputError) as error:
        audit.report(tmp_path / "x.html")
    assert page.ask("report")[0]["message"] == str(error.value)
    assert not list(tmp_path.glob("*.html"))
    audit.session.update(valid=["milia"], spurious=["ruler"], target="melanoma", pruned=[("features.3", 1)])
    places = [page.ask("report")[0]["path"] for _ in range(3)]
    names = ("small-report.html", "small-report-2.html", "small-report-3.html")
    assert places == [str(tmp_path / name) for name in names]
    expected = audit.report(tmp_path / "python.html").read_text()
    assert [(tmp_path / name).read_text() for name in names] == [expected] * 3
    assert "milia" in expected
    assert any(said.get("stage") == "Writing the report" for said, _ in page.said)


def test_a_report_is_cancelled(audit, live, page_of, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = page_of(DashboardBar(audit))
    audit.session.update(valid=["milia"], spurious=["ruler"], pruned=[("features.3", 1)])
    live.before_each = lambda: page.tell({"op": "cancel", "id": 1})
    assert page.ask("report")[0]["cancelled"] is True
    assert not list(tmp_path.glob("*.html"))
