"""The widget that shows two models side by side."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import slens_widgets as sw
from slens_widgets.errors import FingerprintMismatchError, InputError, UnknownNameError
from slens_widgets.widgets.pictures import picture
from tests.small_database import DIM, LAYERS, HashModel, write


@pytest.fixture
def other(tmp_path: Path) -> Iterator[sw.Audit]:
    other = sw.Audit(write(tmp_path / "other.slens", {"layer4": 25, "layer5": 7}), HashModel())
    yield other
    other.db.close()


def test_the_page_is_told_what_python_says(audit, other, page_of) -> None:
    body, (similarity, matches, mutual) = page_of(sw.CompareView(audit, other)).ask("compared")
    compared = sw.compare(audit, other)
    assert body["similarity"] == [compared.similarity["a to b"], compared.similarity["b to a"]]
    both = [*compared.matches("a")["similarity"], *compared.matches("b")["similarity"]]
    assert np.allclose(np.frombuffer(similarity, np.float32), both)
    pairs = np.flatnonzero(np.frombuffer(mutual, bool)[: audit.db.n_components])
    found = np.frombuffer(matches, np.uint32)[pairs].astype(int) - audit.db.n_components
    named = {
        (str(audit.db.components[a]), str(other.db.components[b])) for a, b in zip(pairs, found, strict=True)
    }
    expected = compared.pairs()
    assert named == {
        (f"{row.layer_a}:{row.component_a}", f"{row.layer_b}:{row.component_b}")
        for row in expected.itertuples()
    }


def test_two_layers_of_one_model_are_shown_alone(audit, page_of) -> None:
    widget = sw.CompareView(audit, audit, layer_a="features.0", layer_b="features.3")
    page = page_of(widget)
    about = page.ask("hello")[0]["about"]
    assert [layer["name"] for layer in about["layers"]] == ["features.0", "features.3"]
    assert [side["start"] for side in about["sides"]] == [0, LAYERS["features.0"]]
    assert len(page.ask("points")[1][0]) == 8 * (LAYERS["features.0"] + LAYERS["features.3"])
    audit.session.selection = [("features.3", 1)]
    [(_, [held])] = page.said[-1:]
    assert np.frombuffer(held, np.uint32).tolist() == [LAYERS["features.0"] + 1]


def test_pictures_show_what_either_lacks_over_the_map(audit, other, page_of, tmp_path) -> None:
    widget = page_of(sw.CompareView(audit, other, names=("one", "$two"))).widget
    preview = np.asarray(Image.open(io.BytesIO(picture(widget.preview(), dpi=50))).convert("RGB"))
    assert not widget.pair.comparison.is_laid_out
    svg = widget.save(tmp_path / "compared.svg").read_text()
    lacking = sw.compare(audit, other).only("a", k=4)
    for row in lacking.itertuples():
        assert f"{row.layer}:{row.component}" in svg
        assert f"{row.similarity:.2f}" in svg
    assert "one: what $two lacks" in svg
    later = np.asarray(Image.open(io.BytesIO(picture(widget.preview(), dpi=50))).convert("RGB"))
    assert not np.array_equal(preview, later)
    assert {trace.marker.symbol for trace in widget.to_plotly().data} == {"circle", "diamond"}


def test_a_saved_page_needs_no_kernel_and_compares_nothing_again(
    audit, other, page_of, tmp_path, monkeypatch
) -> None:
    widget = page_of(sw.CompareView(audit, other)).widget
    body, buffers = page_of(sw.CompareView(audit, other)).ask("compared")
    widget.to_plotly()
    monkeypatch.setattr("slens_widgets.audit.comparison.project", lambda _: pytest.fail("laid out again"))
    text = widget.export_html(tmp_path / "compared.html").read_text()
    [data] = re.findall(r'<script type="application/json" id="slens-saved">(.*?)</script>', text)
    [saved] = json.loads(data)["widgets"]
    assert saved["widget"] == "compare"
    [record] = [record for record in saved["records"] if record["op"] == "compared"]
    assert record["body"]["similarity"] == body["similarity"]
    assert [len(part) for part in record["buffers"]] == [4 * -(-len(part) // 3) for part in buffers]
    assert {"points", "colour"} <= {record["op"] for record in saved["records"]}


def test_what_can_not_be_compared_is_refused(audit, other, tmp_path) -> None:
    strange = {"name": "hash", "dim": DIM, "fingerprint": "hash-9"}
    with (
        write(tmp_path / "strange.slens", foundation_model=strange) as db,
        pytest.raises(FingerprintMismatchError, match="can't be compared"),
    ):
        sw.CompareView(audit, sw.Audit(db))
    with pytest.raises(InputError, match="open_audit"):
        sw.CompareView(audit, other.db)
    with pytest.raises(InputError, match="None is no audit"):
        sw.CompareView(audit, None)
    with pytest.raises(UnknownNameError, match="layer4"):
        sw.CompareView(audit, other, layer_b="layer")
    with pytest.raises(TypeError):
        sw.CompareView(audit)
    with pytest.raises(TypeError, match="colour"):
        sw.CompareView(audit, other, colour="red")


def test_a_saved_page_with_little_room_holds_what_is_lacked_most(audit, other, tmp_path) -> None:
    widget = sw.CompareView(audit, other)
    foremost = np.argsort(widget.pair.similarity)
    text = widget.export_html(tmp_path / "page.html", budget=12_000).read_text()
    [data] = re.findall(r'<script type="application/json" id="slens-saved">(.*?)</script>', text)
    held = [int(number) for number in json.loads(data)["strips"]]
    assert 0 < len(held) < len(foremost)
    assert set(held) == set(foremost[: len(held)].tolist())
