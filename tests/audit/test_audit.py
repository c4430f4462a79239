"""Every question to an audit gives what the formulas give, or an error that says what to do."""

from __future__ import annotations

import logging

import numpy as np
import pandas as pd
import pytest
from PIL import Image

import slens_widgets as sw
from slens_widgets.analyses.intervals import paired_change
from slens_widgets.audit.pruning import pruning_result
from slens_widgets.errors import Cancelled, FingerprintMismatchError, InputError, UnknownNameError
from slens_widgets.types import Component
from tests import reference
from tests.small_database import LAYERS, HashModel, write


def test_it_says_what_it_holds(audit, path):
    assert repr(audit) == "Audit(2 layers, 36 components, m=6, hash, live model nevus/melanoma)"
    assert repr(sw.Audit(path)) == (
        "Audit(2 layers, 36 components, m=6, no foundation model for queries, no live model)"
    )
    assert audit.class_names == ("nevus", "melanoma")


def test_search_ranks_by_the_formula(audit):
    found = audit.search("ruler", k=5)
    columns = ["layer", "component", "score", "z", "clarity", "polysemanticity", "redundancy"]
    assert list(found.columns) == columns
    query = reference.text_query(HashModel(), "ruler", audit.templates)
    slow = np.array([reference.cos(query, row) for row in audit.db.theta()])
    order = np.argsort(-slow)[:5]
    assert [tuple(pair) for pair in found[["layer", "component"]].to_numpy()] == [
        tuple(audit.db.components[i]) for i in order
    ]
    np.testing.assert_allclose(found["score"], slow[order], atol=1e-6)
    np.testing.assert_allclose(audit.search_scores("ruler"), slow, atol=1e-6)
    assert audit.search_scores("ruler").shape == (audit.db.n_components,)


def test_search_takes_lists_images_layers_and_templates(audit):
    image = Image.new("RGB", (5, 5), "red")
    many = audit.search(["ruler", image, [image, Image.new("RGB", (5, 5))], "ink"], k=3)
    assert list(many["query"].unique()) == ["ruler", "image 1", "image 2", "ink"]
    assert len(many) == 12
    alone = audit.search("ink", k=3)
    np.testing.assert_allclose(many["score"][9:], alone["score"], atol=1e-6)
    by_image = audit.search(image, k=1)
    slow = [reference.cos(HashModel().encode_images([image])[0], row) for row in audit.db.theta()]
    assert by_image["score"][0] == pytest.approx(max(slow), abs=1e-6)
    within = audit.search("ruler", k=99, layer="features.3")
    assert set(within["layer"]) == {"features.3"}
    assert len(within) == LAYERS["features.3"]
    assert list(within["score"]) == sorted(within["score"], reverse=True)
    bare = audit.search("ruler", k=1, templates=None)
    slow = [reference.cos(HashModel().encode_texts(["ruler"])[0], row) for row in audit.db.theta()]
    assert bare["score"][0] == pytest.approx(max(slow), abs=1e-6)


def test_search_refuses_what_it_can_t_answer(audit, path):
    with pytest.raises(InputError, match="holds no text"):
        audit.search("")
    with pytest.raises(InputError, match="query is empty"):
        audit.search([])
    with pytest.raises(InputError, match="A query of type int"):
        audit.search(3)
    with pytest.raises(InputError, match="k=0"):
        audit.search("ruler", 0)
    with pytest.raises(UnknownNameError, match="Nearest: 'features"):
        audit.search("ruler", layer="feature.0")
    with pytest.raises(InputError, match="foundation_model=… with 'hash'"):
        sw.Audit(path).search("ruler")
    other = HashModel()
    other.fingerprint = "another"
    with pytest.raises(FingerprintMismatchError):
        sw.Audit(path, other)


def test_words_outside_a_closed_vocabulary_are_flagged(audit, caplog):
    with caplog.at_level(logging.WARNING):
        found = audit.search(["red zorp", "ruler"])
    assert found.attrs["unknown_words"] == {"red zorp": ["zorp"]}
    assert list(found["unknown_words"]) == ["zorp"] * 10 + [""] * 10
    assert set(audit.search("zorp", k=2)["unknown_words"]) == {"zorp"}
    assert "unknown_words" not in audit.search("ruler")
    assert "'zorp'" in caplog.text
    assert audit.unknown_words("red zorp") == ["zorp"]
    assert audit.align(["zorp"], ["ink"]).attrs["unknown_words"] == {"zorp": ["zorp"]}


def test_scores_equal_the_formulas_and_are_kept(audit, path):
    found = audit.scores()
    assert list(found.columns) == ["layer", "component", "clarity", "polysemanticity", "redundancy"]
    samples = np.concatenate([audit.db[layer].embeddings for layer in audit.db.layers])
    np.testing.assert_allclose(found["clarity"], [reference.clarity(s) for s in samples], atol=1e-6)
    np.testing.assert_allclose(
        found["polysemanticity"], [reference.polysemanticity(s) for s in samples], atol=1e-6
    )
    slow = np.concatenate([reference.redundancy(audit.db.theta(layer)) for layer in audit.db.layers])
    np.testing.assert_allclose(found["redundancy"], slow, atol=1e-6)
    assert found.attrs["layer_redundancy"]["features.0"] == pytest.approx(slow[:20].mean(), abs=1e-6)
    again = sw.Audit(path)
    assert again.db.scores("clarity-v1") is not None
    pd.testing.assert_frame_equal(again.scores(), found)
    found["clarity"] = 0
    assert audit.scores()["clarity"].any(), "a caller's change must not reach the audit"


def test_align_equals_the_formulas(audit):
    found = audit.align(["ruler", "ink"], ["hair"], "melanoma")
    assert list(found.columns) == [
        *("layer", "component", "valid", "spurious", "lean", "closest", "p_valid", "p_spurious"),
        *("cosine_valid", "cosine_spurious", "relevance", "quadrant"),
    ]
    theta = audit.db.theta()
    for column, concepts in (("valid", ["ruler", "ink"]), ("spurious", ["hair"])):
        slow = reference.alignment(HashModel(), concepts, theta, audit.templates)
        np.testing.assert_allclose(found[f"cosine_{column}"], slow, atol=1e-6)
    np.testing.assert_allclose(found["lean"], found["spurious"] - found["valid"])
    valid, spurious = found.attrs["thresholds"]
    both = (found["valid"] >= valid) & (found["spurious"] >= spurious)
    assert ((found["quadrant"] == "both") == both).all()
    session = audit.session
    assert (session.valid, session.spurious, session.target) == (("ruler", "ink"), ("hair",), "melanoma")
    audit.align(["hair"], ["scale"], "nevus", remember=False)
    assert (session.valid, session.spurious, session.target) == (("ruler", "ink"), ("hair",), "melanoma")
    explicit = audit.align(["ruler"], [], thresholds=-1.0)
    assert set(explicit["quadrant"]) == {"valid"}
    assert explicit["spurious"].isna().all()
    assert len(audit.align(["ruler"], ["ink"], layer="features.3")) == LAYERS["features.3"]


def test_relevance_is_the_live_model_s_or_says_why_not(audit, live, path, caplog):
    found = audit.align(["ruler"], ["ink"], "melanoma")
    by_layer = dict(list(found.groupby("layer")["relevance"]))
    np.testing.assert_array_equal(by_layer["features.3"], np.arange(LAYERS["features.3"]))
    assert by_layer["features.0"].isna().all()
    assert found.attrs["relevance"].endswith("not available for features.0")
    assert "out of reach" in caplog.text
    asked = len(live.calls)
    audit.align(["hair"], ["ink"], 1)
    assert len(live.calls) == asked, "relevance does not depend on the concepts and is asked for once"
    assert audit.session.target == "melanoma"
    assert audit.align(["ruler"], ["ink"])["relevance"].isna().all()
    without = sw.Audit(path, HashModel()).align(["ruler"], ["ink"], "melanoma")
    assert without["relevance"].isna().all()
    assert without.attrs["relevance"] == "not computed: no live model"


def test_align_refuses_what_it_can_t_answer(audit):
    with pytest.raises(UnknownNameError, match="Nearest: 'melanoma'"):
        audit.align(["a"], ["b"], "melanom")
    with pytest.raises(UnknownNameError, match="no class 2"):
        audit.align(["a"], ["b"], 2)
    with pytest.raises(InputError, match="Neither valid nor spurious"):
        audit.align([], "")


def test_pruning_shows_before_and_after(audit, live):
    found = audit.prune([("features.3", 1)])
    assert found.before.accuracy == pytest.approx(np.mean(live.shortcut == live.labels))
    assert found.before.worst_group == 0
    assert found.after.accuracy == 1
    assert found.after.worst_group == 1
    assert found.components == (Component("features.3", 1),)
    assert list(found.flips.columns) == ["image", "label", "before", "after", "change"]
    np.testing.assert_array_equal(found.flips["image"], np.flatnonzero(live.shortcut != live.labels))
    assert set(found.flips["change"]) == {"fixed"}
    assert (found.flips["after"] == found.flips["label"]).all()
    table = found.table.set_index("of")
    assert table.loc["worst group", "points"] == pytest.approx(100)
    assert {"class nevus", "group 3"} <= set(table.index)
    n, fixed = found.before.n, len(found.flips)
    np.testing.assert_allclose(
        table.loc["accuracy", ["low", "high"]].astype(float), 100 * paired_change(fixed, 0, n)
    )
    assert not table.loc["accuracy", "within_noise"]
    assert audit.prune([]).table["within_noise"].all()
    assert "fixed" in repr(found)
    assert "worst group" in repr(found)


def test_a_moved_border_is_told(live):
    labels = np.asarray(live.labels)
    name = live.class_names[0]
    right = np.eye(len(live.class_names), dtype=np.float32)[labels]
    first = np.zeros_like(right)
    first[:, 0] = 1
    same = pruning_result(live, right, right, (), "mean")
    assert same.border is None
    assert "border" not in repr(same)
    moved = pruning_result(live, right, first, (), "mean")
    assert f"100.0% of the images are now called {name!r}" in moved.border
    assert f"{(labels == 0).mean():.1%} are" in moved.border
    assert moved.border in repr(moved)
    assert moved.after.predicted[name] == 1.0
    # Back from a border that lay wrong before: nothing to tell.
    assert pruning_result(live, first, right, (), "mean").border is None


def test_pruning_takes_tables_and_pairs_and_asks_for_before_once(audit, live):
    table = audit.search("ruler", k=4, layer="features.3")
    assert audit.prune(table).components == tuple(Component("features.3", int(i)) for i in table["component"])
    assert audit.prune(("features.0", 2), "zero").components == (Component("features.0", 2),)
    assert [call for call in live.calls if call[0] == ()] == [((), "mean")]
    assert live.calls[-1] == ((Component("features.0", 2),), "zero")


def test_pruning_nothing_changes_nothing(audit):
    found = audit.prune([])
    assert found.before == found.after
    assert len(found.flips) == 0
    assert "flips: none" in repr(found)


def test_pruning_can_be_cancelled_and_tried_again(audit):
    def cancel(done, total, stage):
        raise Cancelled("newer request")

    with pytest.raises(Cancelled):
        audit.prune([("features.3", 1)], progress=cancel)
    assert audit.prune([("features.3", 1)]).after.accuracy == 1


def test_pruning_refuses_what_it_can_t_do(audit, path):
    with pytest.raises(UnknownNameError, match="0 to 15"):
        audit.prune([("features.3", 16)])
    with pytest.raises(UnknownNameError, match="Nearest: 'features"):
        audit.prune([("feature.3", 1)])
    with pytest.raises(UnknownNameError, match="Nearest: 'mean'"):
        audit.prune([], "median")
    for wrong in ("features.3", 7):
        with pytest.raises(InputError, match="no list of components"):
            audit.prune(wrong)
    with pytest.raises(InputError, match=r"Pruning needs the audited model.*sw\.Evaluation"):
        sw.Audit(path, HashModel()).prune([("features.3", 1)])


def test_the_map_is_computed_once_and_kept(audit, path, monkeypatch):
    found = audit.project()
    assert list(found.columns) == ["layer", "component", "x", "y"]
    assert len(found) == audit.db.n_components

    from slens_widgets.analyses import projection

    monkeypatch.setattr(projection, "project", lambda theta: pytest.fail("computed again"))
    pd.testing.assert_frame_equal(sw.Audit(path).project(), found)


def test_a_model_needs_evaluation_and_transform(path):
    with pytest.raises(InputError, match=r"evaluation=sw\.Evaluation"):
        sw.Audit(path, model=object())
    with pytest.raises(InputError, match="transform"):
        sw.Audit(path, model=object(), evaluation=sw.Evaluation([], []))
    with pytest.raises(InputError, match="without a model"):
        sw.Audit(path, evaluation=sw.Evaluation([], []))


def test_the_session_checks_components_against_the_database(audit):
    audit.session.selection = [("features.3", 2)]
    with pytest.raises(UnknownNameError, match="0 to 15"):
        audit.session.selection = [("features.3", 99)]


@pytest.mark.parametrize(
    ("layers", "m"), [({"x": 1}, 1), ({"x": 1}, 2), ({"x": 16}, 2), ({"x": 3, "y": 1}, 1)]
)
def test_adversarial_shapes(tmp_path, layers, m):
    with write(tmp_path / "a.slens", layers, m) as db:
        audit = sw.Audit(db, HashModel())
        n = sum(layers.values())
        assert len(audit.scores()) == len(audit.project()) == len(audit.align("a", "b")) == n
        assert len(audit.search("ruler", k=5)) == min(n, 5)
        assert audit.scores()["clarity"].isna().all() == (m == 1)
