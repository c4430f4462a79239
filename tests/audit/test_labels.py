"""Labels equal the formula, whatever the size of the vocabulary."""

from __future__ import annotations

import numpy as np
import pytest

import slens_widgets as sw
from slens_widgets.analyses.labels import two_best
from slens_widgets.analyses.search import cosine, text_queries
from slens_widgets.errors import Cancelled, InputError, UnknownNameError
from tests import reference
from tests.small_database import LAYERS, HashModel, write

VOCABULARY = [f"word {number}" for number in range(40)]


def test_labels_equal_the_formula(audit, monkeypatch) -> None:
    monkeypatch.setattr("slens_widgets.audit.label._TEXTS", 7)
    table = audit.label(VOCABULARY)
    slow = reference.labels(HashModel(), VOCABULARY, audit.db.theta(), audit.templates)
    assert table["label"].tolist() == [label for label, _, _, _ in slow]
    assert table["second"].tolist() == [second for _, _, second, _ in slow]
    np.testing.assert_allclose(table["score"], [score for _, score, _, _ in slow], atol=1e-5)
    np.testing.assert_allclose(table["margin"], [a - b for _, a, _, b in slow], atol=1e-5)
    one = audit.label(VOCABULARY, layer="features.3")
    assert one["label"].tolist() == table["label"].tolist()[LAYERS["features.0"] :]


def test_ties_go_to_the_earlier_label() -> None:
    parts = [np.array([[0.5, 0.1], [0.5, 0.3]]), np.array([[0.5, 0.3]])]
    labels, scores = two_best(parts)
    assert labels.tolist() == [[0, 1], [1, 2]]
    np.testing.assert_allclose(scores, [[0.5, 0.5], [0.3, 0.3]])


def test_a_vocabulary_of_one_has_no_margin(audit) -> None:
    table = audit.label(["ruler"])
    assert set(table["label"]) == {"ruler"}
    assert table["second"].isna().all()
    assert table["margin"].isna().all()


def test_words_that_can_not_be_known_are_named_and_nothing_is_refused(audit) -> None:
    assert audit.label(["ruler", "a zorp"]).attrs["unknown_words"] == {"a zorp": ["zorp"]}
    with pytest.raises(InputError, match="vocabulary is empty"):
        audit.label([" "])
    with pytest.raises(UnknownNameError, match=r"features\.0"):
        audit.label(["ruler"], layer="features.1")


def test_the_session_s_vocabulary_gives_the_labels(tmp_path) -> None:
    write(tmp_path / "bare.slens").close()
    audit = sw.Audit(tmp_path / "bare.slens", HashModel())
    with pytest.raises(InputError, match="no vocabulary"):
        audit.labels()
    audit.session.vocabulary = VOCABULARY
    table = audit.labels()
    assert list(table)[:2] == ["layer", "component"]
    assert table["label"].tolist() == audit.label(VOCABULARY)["label"].tolist()
    assert table["certificate"].isna().all()
    assert not table["trusted"].any()
    table.loc[:, "label"] = "changed"
    assert "changed" not in set(audit.labels()["label"])
    audit.session.vocabulary = ["ruler"]
    assert set(audit.labels()["label"]) == {"ruler"}


def test_a_large_vocabulary_is_embedded_in_steps_that_can_be_cancelled(audit) -> None:
    texts = [f"text {i}" for i in range(1100)]
    heard = []
    whole = audit.label(texts, progress=lambda done, total, stage: heard.append((done, total)))
    assert heard == [(0, 1100), (512, 1100), (1024, 1100)]
    queries = text_queries(audit.foundation_model, texts, audit.templates)
    theta = np.concatenate([audit.db.theta(layer) for layer in audit.db.layers])
    np.testing.assert_allclose(whole["score"], cosine(queries, theta).max(axis=0), atol=1e-6)

    def stop(done: int, total: int, stage: str) -> None:
        raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        audit.label([*texts, "another"], progress=stop)
