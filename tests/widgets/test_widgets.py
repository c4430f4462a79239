from __future__ import annotations

import threading

import numpy as np
import pytest

import slens_widgets as sw
from slens_widgets.errors import UnknownNameError
from slens_widgets.types import Component


def test_the_map_draws_the_projection(audit, page_of) -> None:
    _, [data] = page_of(sw.ConceptMap(audit)).ask("points")
    expected = audit.project()[["x", "y"]].to_numpy(np.float32)
    assert np.array_equal(np.frombuffer(data, np.float32).reshape(-1, 2), expected)


def test_the_map_colours(audit, page_of) -> None:
    page = page_of(sw.ConceptMap(audit))

    def values(by: str) -> np.ndarray:
        body, buffers = page.ask("colour", by=by)
        assert body["available"] is True
        return np.frombuffer(buffers[0], np.float32)

    assert np.allclose(values("clarity"), audit.scores()["clarity"])
    assert np.allclose(values("polysemanticity"), audit.scores()["polysemanticity"])
    assert page.ask("colour", by="relevance")[0]["available"] is False
    audit.session.target = "melanoma"
    assert np.array_equal(values("relevance"), [*range(20), *range(16)])
    assert page.ask("colour", by="score")[0]["available"] is False
    assert page.ask("colour", by="alignment")[0]["available"] is False
    audit.session.query = "ruler"
    table = audit.match("ruler")
    assert np.array_equal(values("score"), table["z"].to_numpy(np.float32))
    raw = page.ask("colour", by="score")[1][1]
    assert np.array_equal(np.frombuffer(raw, np.float32), table["match"].to_numpy(np.float32))
    audit.session.valid, audit.session.spurious = ["milia", "veil"], ["ruler"]
    table = audit.align(["milia", "veil"], ["ruler"])
    assert np.allclose(values("alignment"), -table["lean"], atol=1e-6)
    assert "colouring" in page.ask("colour", by="weather")[0]["message"]


def test_pruning_shows_pythons_figures(audit, page_of) -> None:
    page = page_of(sw.PruningPanel(audit))
    assert page.widget.wait(20)
    audit.session.pruned = [("features.3", 1)]
    assert page.widget.wait(20)
    body, [listed] = page.ask("panel")
    result = audit.prune([("features.3", 1)])
    assert body["result"]["after"]["accuracy"] == result.after.accuracy
    assert body["result"]["before"]["worst_group"] == result.before.worst_group
    assert sum(body["result"]["flips"].values()) == len(result.flips)
    assert body["evaluating"] is False
    assert np.frombuffer(listed, np.uint32).tolist() == [21]
    assert page.widget.result.after == result.after


def test_a_restored_component_stays_in_the_list_until_clear(audit, page_of) -> None:
    page = page_of(sw.PruningPanel(audit))
    audit.session.pruned = [("features.3", 1)]
    audit.session.pruned = []
    assert len(page.ask("panel")[1][0]) == 4
    page.ask("undo")
    assert audit.session.pruned == (Component("features.3", 1),)
    page.ask("undo")
    body, _ = page.ask("undo")
    assert audit.session.pruned == ()
    assert (body["undo"], body["redo"]) == (False, True)
    page.ask("redo")
    assert audit.session.pruned == (Component("features.3", 1),)
    audit.session.pruned = [("features.3", 1)]
    page.ask("clear")
    assert audit.session.pruned == ()
    assert page.ask("panel")[1] == [b""]


def test_the_newest_toggle_wins_and_the_caller_never_waits(audit, live, page_of) -> None:
    page = page_of(sw.PruningPanel(audit))
    assert page.widget.wait(20)
    live.calls.clear()
    gate, began = threading.Event(), threading.Event()

    def hold() -> None:
        began.set()
        gate.wait(10)

    live.before_each = hold
    for last in range(7):
        audit.session.pruned = [("features.0", i) for i in range(last + 1)]
        assert began.wait(5)
    gate.set()
    assert page.widget.wait(20)
    assert len(live.calls) == 2
    assert page.widget.result.components == audit.session.pruned
    assert page.events("panel")[-1]["evaluating"] is False


def test_a_failed_evaluation_is_told(audit, live, page_of) -> None:
    page = page_of(sw.PruningPanel(audit))
    assert page.widget.wait(20)

    def fail() -> None:
        raise RuntimeError("out of memory")

    live.before_each = fail
    audit.session.pruned = [("features.0", 1)]
    assert page.widget.wait(20)
    assert "out of memory" in page.events("failed")[-1]["message"]


def test_without_a_model_the_panel_says_so(audit, page_of) -> None:
    bare = sw.Audit(audit.db, audit.foundation_model)
    page = page_of(sw.PruningPanel(bare))
    assert page.ask("hello")[0]["about"]["live"] is False
    bare.session.pruned = [("features.0", 1)]
    assert page.ask("panel")[0]["result"] is None


def test_the_dashboard_holds_the_panels_asked_for(audit) -> None:
    dashboard = sw.Dashboard(audit, panels=["map", "gallery"])
    assert list(dashboard.panels) == ["map", "gallery"]
    with pytest.raises(UnknownNameError, match="gallery"):
        sw.Dashboard(audit, panels=["galery"])
    dashboard.close()
