"""Distributions of scores and the leaderboard on a page, without a kernel."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import slens_widgets as sw
from slens_widgets.errors import FingerprintMismatchError, InputError, UnknownNameError
from slens_widgets.widgets.pictures import picture
from tests.small_database import DIM, LAYERS, HashModel, write

SCORES = ("clarity", "polysemanticity", "redundancy")


@pytest.fixture
def other(tmp_path: Path):
    other = sw.Audit(write(tmp_path / "other.slens", {"layer4": 25}), HashModel())
    yield other
    other.db.close()


@pytest.mark.parametrize("by", ["layer", "model"])
def test_the_page_has_the_leaderboard_and_where_each_row_is(audit, other, page_of, by) -> None:
    page = page_of(sw.ScoresView({"ours": audit, "<b>theirs": other}))
    body, buffers = page.ask("ranked", by=by)
    expected = sw.leaderboard({"ours": audit.db, "<b>theirs": other.db}, by=by)
    assert [row["model"] for row in body["rows"]] == expected["model"].tolist()
    for row, wanted in zip(body["rows"], expected.to_dict("records"), strict=True):
        assert row["components"] == wanted["components"]
        assert row["layer"] == wanted.get("layer", "")
        for score in SCORES:
            shown = row["scores"][score]
            assert (shown["mean"], shown["error"]) == (wanted[score], wanted[f"{score}_se"])
            assert shown["quartiles"] == [wanted[f"{score}_q{q}"] for q in (25, 50, 75)]
    starts = {(row["model"], row["layer"]): row["start"] for row in body["rows"]}
    if by == "layer":
        assert starts[("ours", "features.3")] == LAYERS["features.0"]
    assert all((start is None) == (model == "<b>theirs") for (model, _), start in starts.items())
    table = audit.scores()
    for score, held in zip(SCORES, buffers, strict=True):
        assert np.allclose(np.frombuffer(held, np.float32), table[score], equal_nan=True)
        low, high = body["limits"][score]
        both = np.concatenate([table[score], other.scores()[score]])
        assert (low, high) == pytest.approx((np.nanmin(both), np.nanmax(both)))


def test_accuracies_are_those_of_live_models(audit, other, page_of) -> None:
    found = page_of(sw.ScoresView(audit, other)).ask("judged")[0]["models"]
    [(_, judged)] = found.items()
    before = audit.prune([]).before
    assert judged == {"accuracy": before.accuracy, "worst group": before.worst_group}


def test_wrong_input_is_said(audit, tmp_path, page_of) -> None:
    assert "grouping" in page_of(sw.ScoresView(audit)).ask("ranked", by="class")[0]["message"]
    with pytest.raises(InputError, match="nothing"):
        sw.ScoresView()
    with pytest.raises(InputError, match="no audit"):
        sw.ScoresView(audit, "other.slens")
    with pytest.raises(UnknownNameError, match="panel"):
        sw.Dashboard(audit, panels=["skores"])
    model = {"name": "hash", "dim": DIM, "fingerprint": "hash-9"}
    strange = sw.Audit(write(tmp_path / "strange.slens", foundation_model=model))
    with pytest.raises(FingerprintMismatchError):
        sw.ScoresView(audit, strange)
    strange.db.close()


def test_pictures_and_a_page_without_a_kernel(audit, other, page_of, tmp_path) -> None:
    widget = page_of(sw.ScoresView(audit, other)).widget
    assert widget.preview() is None
    svg = widget.save(tmp_path / "scores.svg").read_text()
    assert all(score in svg for score in SCORES)
    for each in (audit, other):
        each.scores()
    assert np.asarray(Image.open(io.BytesIO(picture(widget.preview(), dpi=40)))).std() > 5
    assert len(widget.to_plotly().data) == 6
    text = widget.export_html(tmp_path / "scores.html").read_text()
    data = json.loads(re.search(r'id="slens-saved">(.*?)</script>', text)[1])
    [saved] = data["widgets"]
    assert [record["op"] for record in saved["records"]] == ["ranked", "ranked", "judged"]
    assert len({row["model"] for row in saved["records"][0]["body"]["rows"]}) == 2


def test_the_dashboard_takes_it_as_a_panel(audit) -> None:
    dashboard = sw.Dashboard(audit, panels=["map", "scores"])
    assert isinstance(dashboard.panels["scores"], sw.ScoresView)
    dashboard.close()
