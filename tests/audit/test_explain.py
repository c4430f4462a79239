"""Point at an image, see why: relevance, labels, heatmaps, and what it is worth."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

import slens_widgets as sw
from slens_widgets.core.class_relevance import class_relevance
from slens_widgets.errors import InputError, UnknownNameError
from tests.core.parts import TRANSFORM, pictures, state_of
from tests.small_audit import audit_small, build_small
from tests.small_database import HashModel

NAMES = ["ash", "<b>birch", "cedar", "dogwood"]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    path = tmp_path_factory.mktemp("torch") / "small.slens"
    return path, build_small(path)


@pytest.fixture
def live_audit(built):
    return audit_small(*built, NAMES, images=8)


def test_the_relevance_of_one_image_and_the_model_as_before(built, live_audit) -> None:
    _, model = built
    before = state_of(model)
    found = live_audit.explain(3, "cedar", k=22, layer="7")
    assert state_of(model) == before
    slow = class_relevance(model, TRANSFORM(pictures(8, seed=1)[3])[None], "7", 2, relevance="crp")
    table = found.table.set_index("component")["relevance"].sort_index()
    np.testing.assert_allclose(table, slow, rtol=1e-3, atol=1e-6)
    assert found.table["relevance"].is_monotonic_decreasing
    assert found.table["share"].abs().sum() == pytest.approx(1, abs=1e-5)
    logits = model(TRANSFORM(pictures(8, seed=1)[3])[None]).detach()[0]
    assert found.probability == pytest.approx(float(torch.softmax(logits, 0)[2]), abs=1e-4)
    assert found.prediction == NAMES[int(logits.argmax())]
    assert found.label == NAMES[3]
    assert found.heatmaps.shape == (12, 32, 32)


def test_any_image_will_do_and_the_same_image_gives_the_same(live_audit, tmp_path) -> None:
    picture = pictures(8, seed=1)[5]
    picture.save(tmp_path / "five.png")
    by_index, by_picture, by_path = (live_audit.explain(each) for each in (5, picture, tmp_path / "five.png"))
    for other in (by_picture, by_path):
        assert other.components == by_index.components
        np.testing.assert_allclose(other.heatmaps, by_index.heatmaps)
    assert by_path.name == "five.png"
    assert by_picture.label is None
    assert by_index.target == by_index.prediction


def test_labels_and_quadrants_come_from_the_session(live_audit) -> None:
    plain = live_audit.explain(0)
    assert "label" not in plain.table
    assert plain.quadrants == {}
    live_audit.session.update(vocabulary=["ruler", "<script>"], valid=["network"], spurious=["ruler"])
    assert live_audit.explain(0).quadrants == {}, "24 images give no verdict"
    live_audit.session.thresholds = (0.5, 0.5)
    found = live_audit.explain(0)
    labels = live_audit.labels().set_index(["layer", "component"])["label"]
    assert found.table["label"].tolist() == [labels[tuple(each)] for each in found.components]
    aligned = live_audit.align(["network"], ["ruler"], thresholds=0.5, remember=False).set_index(
        ["layer", "component"]
    )
    assert found.table["quadrant"].tolist() == [aligned.loc[tuple(c), "quadrant"] for c in found.components]
    assert sum(found.quadrants.values()) == pytest.approx(1)
    certificates = live_audit.labels().set_index(["layer", "component"])["certificate"]
    np.testing.assert_array_equal(
        found.table["certificate"], [certificates[tuple(each)] for each in found.components]
    )


def test_the_page_carries_everything_and_every_text_is_text(live_audit, tmp_path) -> None:
    live_audit.session.update(vocabulary=["<script>alert(1)</script>"], valid=["network"], spurious=["ruler"])
    found = live_audit.explain(1, "<b>birch", k=3)
    page = found.save(tmp_path / "why.html").read_text()
    assert "<script" not in page
    assert "<b>birch" not in page
    assert page.count("data:image/jpeg;base64,") == 1 + 2 * 3
    assert "http://" not in page
    assert "https://" not in page
    said = json.loads(found.save(tmp_path / "why.json").read_text())
    assert [each["component"] for each in said["components"]] == found.table["component"].tolist()
    assert "explain" not in found.save(tmp_path / "why.csv").read_text()
    with pytest.raises(InputError, match=r"\.html"):
        found.save(tmp_path / "why.docx")


def test_a_label_that_is_not_trusted_is_shown_as_unknown_and_looks_like_what_it_is(
    live_audit, monkeypatch
) -> None:
    live_audit.session.update(vocabulary=["ruler", "hair"])
    table = live_audit.labels()
    assert np.isnan(table["certificate"]).all()
    seen = {}
    for trust, certificate, trusted in (
        ("doubtful", 0.4, False),
        ("trusted", 0.9, True),
        ("unknown", np.nan, False),
    ):
        labels = table.assign(certificate=certificate, trusted=trusted, images=3, margin=0.07)
        monkeypatch.setattr(type(live_audit), "labels", lambda self, labels=labels: labels)
        found, graph = live_audit.explain(0), live_audit.roles("cedar")
        seen[trust] = found.to_html(), repr(found), graph.to_svg(), repr(graph)
        assert set(found.table["label"]) <= {"ruler", "hair"}, "the table has what was found"
        monkeypatch.undo()
    page, said, graph, listed = seen["trusted"]
    assert "unknown" not in page + said + graph + listed
    assert "\u00a0?" not in page + graph
    assert "\u00a0·" not in page + graph
    page, said, graph, listed = seen["doubtful"]
    assert ">unknown</strong>" in page
    assert "unknown" in said
    assert "unknown" in listed
    assert "ruler" not in said + listed
    assert "\u00a0?</div>" in page
    assert "a certificate of 0.40 is no better" in page
    assert "\u00a0?</text>" in graph
    page, said, graph, listed = seen["unknown"]
    assert ">unknown</strong>" in page
    assert "\u00a0·</div>" in page
    assert "\u00a0?" not in page + graph
    assert "3 of the kept images show it" in page
    assert "0.07 ahead of the next label" in page
    assert "\u00a0·</text>" in graph
    assert "font-style:italic" in graph
    assert len({seen[trust][0] for trust in seen}) == 3


def test_bad_requests_say_what_is_expected(live_audit, audit, built) -> None:
    with pytest.raises(UnknownNameError, match="0 to 7"):
        live_audit.explain(8)
    with pytest.raises(UnknownNameError, match="cedar"):
        live_audit.explain(0, "ceder")
    with pytest.raises(UnknownNameError, match="gradient"):
        live_audit.explain(0, method="lime")
    with pytest.raises(InputError, match="can't be explained"):
        live_audit.explain(1.5)
    with pytest.raises(InputError, match="no folder"):
        live_audit.explain(0).save("/nowhere/why.html")
    with pytest.raises(InputError, match="k=0"):
        live_audit.explain(0, k=0)
    with pytest.raises(InputError, match="target="):
        live_audit.explain(0, target=np.zeros(3))
    with pytest.raises(InputError, match="can't explain images"):
        audit.explain(0)
    with pytest.raises(InputError, match="needs the audited model"):
        sw.Audit(built[0], HashModel()).explain(0)


def test_in_the_lab_a_ruler_is_the_reason_where_there_is_one(lab_audit, user_cache) -> None:
    """A nevus with a ruler is called melanoma, and the explanation says why and points at the ruler."""
    labels, groups = (
        np.array(lab_audit.live.labels),
        np.array(lab_audit.live.group_names)[lab_audit.live.groups],
    )
    wrong = lab_audit.live.logits().argmax(1) != labels
    image = int(np.flatnonzero(wrong & (groups == "nevus, ruler"))[0])
    found = lab_audit.explain(image)
    assert found.prediction == found.target == "melanoma"
    assert "ruler" in found.table["label"].tolist()[:3]
    assert found.quadrants["spurious"] + found.quadrants["both"] > 0.4
