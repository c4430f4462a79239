"""Two audits on one page: what is numbered, selected and labelled in which of them."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import slens_widgets as sw
from slens_widgets.errors import FingerprintMismatchError, InputError
from slens_widgets.types import Component
from slens_widgets.widgets.messages import decode_set, encode_set
from slens_widgets.widgets.pair import Pair
from slens_widgets.widgets.pictures import picture
from tests.reference import robust
from tests.small_database import DIM, HashModel, write

TOTAL = 36 + 32
NAMES = ("one", "two")


@pytest.fixture
def other(tmp_path: Path) -> Iterator[sw.Audit]:
    other = sw.Audit(write(tmp_path / "other.slens", {"layer4": 25, "layer5": 7}), HashModel())
    yield other
    other.db.close()


def values(buffer: bytes) -> np.ndarray:
    return np.frombuffer(buffer, np.float32)


def test_the_others_components_come_after_the_audits(audit, other, page_of) -> None:
    about = page_of(sw.ConceptMap(audit, other=other, names=NAMES)).ask("hello")[0]["about"]
    assert [(layer["name"], layer["start"], layer["count"]) for layer in about["layers"]] == [
        ("one · features.0", 0, 20),
        ("one · features.3", 20, 16),
        ("two · layer4", 36, 25),
        ("two · layer5", 61, 7),
    ]
    assert about["sides"] == [{"name": "one", "start": 0}, {"name": "two", "start": 36}]


def test_both_stand_on_the_comparisons_map(audit, other, page_of) -> None:
    _, [data] = page_of(sw.ConceptMap(audit, other=other)).ask("points")
    expected = sw.compare(audit, other).project()[["x", "y"]].to_numpy(np.float32)
    assert np.array_equal(values(data).reshape(-1, 2), expected)


def test_a_lasso_selects_in_both_sessions_and_each_moves_the_page(audit, other, page_of) -> None:
    page = page_of(sw.ConceptMap(audit, other=other))
    encoding, data = encode_set([22, 40, 61], TOTAL)
    body, [answer] = page.ask("set", [data], field="selection", encoding=encoding)
    assert audit.session.selection == (Component("features.3", 2),)
    assert other.session.selection == (Component("layer4", 4), Component("layer5", 0))
    assert decode_set(body["encoding"], memoryview(answer), TOTAL).tolist() == [22, 40, 61]
    page.said.clear()
    other.session.selection = [("layer5", 6)]
    [(told, [held])] = page.said
    assert told["state"] == "selection"
    assert decode_set(told["encoding"], memoryview(held), TOTAL).tolist() == [22, 67]
    other.session.query = "ruler"  # a search of the other's own gallery is none of the map's
    assert len(page.said) == 1


def test_one_component_is_pointed_at_in_its_own_session(audit, other, page_of) -> None:
    page = page_of(sw.ConceptMap(audit, other=other))
    assert page.ask("set", field="hovered", value=5)[0]["value"] == 5
    assert (audit.session.hovered, other.session.hovered) == (Component("features.0", 5), None)
    assert page.ask("set", field="hovered", value=61)[0]["value"] == 61
    assert (audit.session.hovered, other.session.hovered) == (None, Component("layer5", 0))
    page.ask("set", field="hovered", value=None)
    assert (audit.session.hovered, other.session.hovered) == (None, None)
    assert "number from 0" in page.ask("set", field="hovered", value=TOTAL)[0]["message"]


def test_crops_are_each_audits_own(audit, other, page_of) -> None:
    _, strips = page_of(sw.ConceptMap(audit, other=other)).ask("strips", ids=[22, 61])
    assert strips == [audit.db.strip(("features.3", 2)), other.db.strip(("layer5", 0))]


def test_each_is_labelled_in_its_own_vocabulary(audit, other, page_of) -> None:
    page = page_of(sw.ConceptMap(audit, other=other))
    assert page.ask("labels")[0]["available"] is False
    other.session.vocabulary = ["ruler", "ink"]
    assert page.said[-1][0]["value"] == ["ruler", "ink"]

    def names() -> list[str | None]:
        body, (index, *_) = page.ask("labels")
        return [None if i == 0xFFFFFFFF else body["names"][i] for i in np.frombuffer(index, np.uint32)]

    assert names() == [None] * 36 + other.labels()["label"].tolist()
    audit.session.vocabulary = ["milia"]
    assert names() == audit.labels()["label"].tolist() + other.labels()["label"].tolist()


def test_colours_are_what_the_first_session_asks_of_both(audit, other, page_of) -> None:
    page = page_of(sw.ConceptMap(audit, other=other))

    def colour(by: str) -> np.ndarray:
        body, buffers = page.ask("colour", by=by)
        assert body["available"] is True
        return values(buffers[0])

    assert np.allclose(colour("clarity"), [*audit.scores()["clarity"], *other.scores()["clarity"]])
    compared = sw.compare(audit, other)
    both = [*compared.matches("a")["similarity"], *compared.matches("b")["similarity"]]
    assert np.allclose(colour("similarity"), both)
    audit.session.query, other.session.query = "ruler", "ink"
    each = [robust(one.search_scores("ruler")) for one in (audit, other)]
    assert np.allclose(colour("score"), np.concatenate(each), atol=1e-5)
    audit.session.target = "melanoma"  # the other has no model
    relevance = colour("relevance")
    assert np.isfinite(relevance[:36]).all()
    assert np.isnan(relevance[36:]).all()
    single = page_of(sw.ConceptMap(audit)).ask("colour", by="similarity")[0]
    assert single["available"] is False


def test_matches_are_numbers_on_the_page(audit, other) -> None:
    pair = Pair.of(audit, other, layer_b="layer5")
    table = sw.compare(audit, other, layer_b="layer5").matches("a")
    assert pair.numbering.total == 36 + 7
    assert pair.matches[:36].tolist() == [36 + index for index in table["match_component"]]
    assert (pair.matches[36:] < 36).all()


def test_two_layers_of_one_audit_share_its_session(audit) -> None:
    pair = Pair.of(audit, audit, layer_a="features.3", layer_b="features.0")
    assert pair.names == ("features.3", "features.0")
    assert [layer["name"] for layer in pair.numbering.layers()] == ["features.3", "features.0"]
    pair.numbering.mark("selection", np.array([1, DIM + 2]))
    assert audit.session.selection == (Component("features.3", 1), Component("features.0", 2))
    assert pair.numbering.marked("selection").tolist() == [1, DIM + 2]
    assert Pair.of(audit, audit).names == ("small (small) (a)", "small (small) (b)")


@pytest.mark.parametrize("by", ["layer", "model", "label", "similarity", "clarity", "pruned"])
def test_pictures_tell_the_two_apart(audit, other, page_of, by, tmp_path) -> None:
    widget = page_of(sw.ConceptMap(audit, other=other, names=("<b>one</b>", "two"))).widget
    audit.session.update(color_by=by, selection=[("features.0", 3)])
    other.session.update(pruned=[("layer4", 1)], selection=[("layer5", 1)], vocabulary=["$ink"])
    shown = np.asarray(Image.open(io.BytesIO(picture(widget.drawing(), dpi=60))).convert("RGB"))
    assert len(np.unique(shown.reshape(-1, 3), axis=0)) > 20
    assert "two" in widget.save(tmp_path / "map.svg").read_text()
    figure = widget.to_plotly()
    assert sum(len(trace.x) for trace in figure.data) == TOTAL + 2
    by_shape = dict.fromkeys(("circle", "diamond"), 0)
    for trace in figure.data:
        by_shape[trace.marker.symbol] += len(trace.x)
    assert by_shape == {"circle": 37, "diamond": 33}
    assert "<b>" not in "".join(str(trace.name) for trace in figure.data)


def test_a_saved_page_holds_both(audit, other, page_of, tmp_path) -> None:
    other.session.selection = [("layer5", 6)]
    widget = page_of(sw.ConceptMap(audit, other=other, names=NAMES)).widget
    text = widget.export_html(tmp_path / "map.html").read_text()
    [data] = re.findall(r'<script type="application/json" id="slens-saved">(.*?)</script>', text)
    page = json.loads(data)
    assert page["strips"]["67"] == base64.b64encode(other.db.strip(("layer5", 6))).decode()
    assert len(page["strips"]) == TOTAL
    [saved] = page["widgets"]
    assert saved["hello"]["body"]["about"]["sides"][1]["name"] == "two"
    assert {"similarity", "clarity"} <= {record["args"].get("by") for record in saved["records"]}
    assert "one and two" in page["about"]


def test_a_notebook_shows_a_picture_once_both_are_laid_out(audit, other, page_of) -> None:
    audit.project()
    widget = page_of(sw.ConceptMap(audit, other=other)).widget
    assert "image/png" not in widget._repr_mimebundle_()[0]
    widget.to_plotly()
    assert "image/png" in widget._repr_mimebundle_()[0]


def test_what_can_not_stand_together_is_refused(audit, other, tmp_path) -> None:
    strange = {"name": "hash", "dim": DIM, "fingerprint": "hash-9"}
    with (
        write(tmp_path / "strange.slens", foundation_model=strange) as db,
        pytest.raises(FingerprintMismatchError, match=r"hash-1.*hash-9"),
    ):
        sw.ConceptMap(audit, other=sw.Audit(db))
    with pytest.raises(InputError, match="open_audit"):
        sw.ConceptMap(audit, other="other.slens")
    with pytest.raises(InputError, match="names without a second audit"):
        sw.ConceptMap(audit, names=NAMES)
    for names in (["one"], ("one", "one"), "ab", ("", "two"), (1, 2)):
        with pytest.raises(InputError, match="two different texts"):
            sw.ConceptMap(audit, other=other, names=names)
