"""The labels that go to the page are those of the audit."""

from __future__ import annotations

import numpy as np

import slens_widgets as sw
from slens_widgets.widgets.labels import NO_LABEL
from tests.small_database import HashModel, write


def test_labels_go_to_the_page(tmp_path, page_of) -> None:
    write(tmp_path / "bare.slens").close()
    audit = sw.Audit(tmp_path / "bare.slens", HashModel())
    audit.session.vocabulary = ["ruler", "ink", "hair"]
    body, buffers = page_of(sw.NeuronGallery(audit)).ask("labels")
    table = audit.labels()
    assert body["available"] is True
    index = np.frombuffer(buffers[0], np.uint32)
    assert [body["names"][i] for i in index] == table["label"].tolist()
    for column, data in zip(("score", "margin", "certificate", "trusted"), buffers[1:], strict=True):
        np.testing.assert_allclose(np.frombuffer(data, np.float32), table[column], atol=1e-6)
    assert set(body["names"]) <= {"ruler", "ink", "hair"}
    assert index.max() < NO_LABEL
    assert np.isnan(table.attrs["trusted_from"])
    assert body["trusted_from"] is None
    assert "activations" in body["reason"]


def test_what_is_missing_is_said(audit, page_of) -> None:
    page = page_of(sw.ConceptMap(audit))
    body, buffers = page.ask("labels")
    assert (body["available"], buffers) == (False, [])
    assert "vocabulary" in body["reason"]
    audit.session.vocabulary = ["ruler"]
    bare = sw.Audit(audit.db)
    bare.session.vocabulary = ["ruler"]
    assert "foundation model" in page_of(sw.ConceptMap(bare)).ask("labels")[0]["reason"]
    assert page.ask("labels")[0]["names"] == ["ruler"]
