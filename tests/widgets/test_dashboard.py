from __future__ import annotations

import base64

import pytest

import slens_widgets as sw
from slens_widgets.errors import UnknownNameError
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
