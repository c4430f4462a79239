"""Concepts that are shown by images: what they are, and which components tell them."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image

import slens_widgets as sw
from slens_widgets.analyses import evidence, shown
from slens_widgets.errors import InputError, UnknownNameError, UnreadableImageError
from tests.core.parts import TRANSFORM, pictures, state_of
from tests.small_audit import audit_small, build_small
from tests.small_database import HashModel, write

LAYER = "7"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    path = tmp_path_factory.mktemp("concepts") / "small.slens"
    return path, build_small(path)


@pytest.fixture
def audit(built):
    return audit_small(*built, ["ash", "birch", "cedar", "dogwood"])


def test_a_concept_is_what_its_images_are(tmp_path):
    first, second = pictures(2)
    first.save(tmp_path / "first.png")
    a = sw.Concept("red", [first], without=[second])
    b = sw.Concept("red", [tmp_path / "first.png"], without=np.asarray(second))
    assert a == b
    assert hash(a) == hash(b)
    assert a != sw.Concept("red", [second], without=[first])
    assert a != sw.Concept("blue", [first], without=[second])
    assert pickle.loads(pickle.dumps(a)) == a
    np.testing.assert_array_equal(np.asarray(a.images[0].picture), np.asarray(first.convert("RGB")))
    assert repr(sw.Concept("red", [first, second], sources=["p", "p"])) == (
        "Concept('red', 2 images, 1 sources)"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"images": []}, "has no images"),
        ({"images": pictures(2), "without": pictures(1, seed=3), "pairs": True}, "2 images and 1 without it"),
        ({"images": pictures(2), "sources": ["a"]}, "2 images and 1 sources"),
        ({"images": pictures(1), "without": pictures(1)}, "also among those without it"),
        ({"images": [3.5]}, "is a float"),
        ({"images": pictures(1), "pairs": "yes"}, "pairs='yes'"),
        ({"name": "a, b", "images": pictures(1)}, "no commas"),
        ({"name": "", "images": pictures(1)}, "can't be the name"),
        ({"images": np.zeros((4, 4), np.float32)}, "array of shape"),
    ],
)
def test_what_is_no_concept_is_said(arguments, said):
    with pytest.raises(InputError, match=said):
        sw.Concept(**{"name": "red", **arguments})


def test_an_image_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "torn.png").write_bytes(b"no image")
    with pytest.raises(UnreadableImageError, match=r"images\[1\] of the concept 'red'.*torn.png"):
        sw.Concept("red", [pictures(1)[0], tmp_path / "torn.png"])


def test_evidence_is_the_models_own(built, audit):
    _, model = built
    before = state_of(model)
    with_it, without = pictures(6, seed=5), pictures(9, seed=6)
    table = audit.concept(sw.Concept("red", with_it, without=without))
    assert state_of(model) == before
    with torch.inference_mode():

        def pooled(images):
            return model[:8](torch.stack([TRANSFORM(i) for i in images])).amax((2, 3)).numpy().T

        due = shown.unpaired(pooled(with_it), pooled(without), np.arange(6), np.arange(9))
    mine = table[table["layer"] == LAYER]
    np.testing.assert_allclose(mine["auroc"], due.auroc)
    np.testing.assert_allclose(mine["p"], due.p)
    assert len(table) == audit.db.n_components
    assert table.attrs["units"] == 6
    assert table.attrs["controls"] == 9


def test_the_databases_own_images_need_no_model(built):
    path, _ = built
    audit = sw.Audit(path)
    probe = audit.db.probe
    row = probe.activations(LAYER)[3]
    ids = probe.ids[np.argsort(-row)[:5]]
    table = audit.concept(sw.Concept("these", [int(i) for i in ids]), layer=LAYER)
    assert table["auroc"][3] == 1
    assert table["auroc"].idxmax() == 3 or table["auroc"].max() == 1
    assert table.attrs["controls"] == len(probe) - 5
    assert table.attrs["text"].agrees is None
    with pytest.raises(InputError, match="needs the audited model itself"):
        audit.concept(sw.Concept("given", pictures(2)))
    with pytest.raises(UnknownNameError, match=r"Probe image 999 .* is not among the 24"):
        audit.concept(sw.Concept("these", [999]))


def test_pairs_are_tested_by_source(audit):
    images, others = pictures(8, seed=5), pictures(8, seed=6)
    table = audit.concept(
        sw.Concept(
            "red", images, without=others, pairs=True, sources=["a", "a", "b", "b", "c", "c", "d", "d"]
        )
    )
    assert table.attrs["smallest_p"] == 1 / 16
    assert "4 independent pairs" in table.attrs["test"]
    assert "too few: the smallest possible p is 0.062" in table.attrs["test"]
    assert not table["tells"].any()


def test_sources_on_both_sides_are_compared_with_themselves(audit):
    images, others = pictures(6, seed=5), pictures(6, seed=6)
    both = sw.Concept("red", images, others, sources=list("aabbcc"), without_sources=list("abcabc"))
    assert "3 independent pairs" in audit.concept(both).attrs["test"]
    mixed = sw.Concept("red", images, others, sources=list("aabbcc"), without_sources=list("abxabx"))
    with pytest.raises(InputError, match="on both sides and 2 on one only"):
        audit.concept(mixed)


def test_the_session_keeps_concepts_by_name(audit):
    red = sw.Concept("red", pictures(3, seed=5), pictures(9, seed=6))
    told = []
    audit.session.observe(told.append, "concepts", "valid")
    audit.session.concepts = red
    assert audit.session.concepts == (red,)
    assert {change.field for change in told} == {"concepts"}
    np.testing.assert_array_equal(audit.concept("Red")["auroc"], audit.concept(red)["auroc"])
    other = sw.Concept("red", pictures(2, seed=7), pictures(9, seed=6))
    audit.session.concepts = (*audit.session.concepts, other)
    assert audit.session.concepts == (other,)
    with pytest.raises(UnknownNameError, match="no shown concept 'rde'"):
        audit.concept("rde")
    with pytest.raises(InputError, match="is no concept"):
        audit.session.concepts = ["red"]


def test_a_concept_in_a_set_of_the_session_joins_its_concepts_first(audit):
    red, blue = (sw.Concept(name, pictures(3, seed=i)) for i, name in enumerate(("red", "blue")))
    told = []
    audit.session.observe(lambda change: told.append((change.field, audit.session.concepts)))
    audit.session.update(valid=["veil", red], spurious=blue, vocabulary=["veil", blue])
    assert audit.session.valid == ("veil", "red")
    assert audit.session.spurious == ("blue",)
    assert audit.session.vocabulary == ("veil", "blue")
    assert audit.session.concepts == (red, blue)
    assert [field for field, _ in told] == ["concepts", "valid", "spurious", "vocabulary"]
    assert all(held == (red, blue) for _, held in told)
    audit.session.update(concepts=[blue], valid=[red])
    assert audit.session.concepts == (blue, red)


def test_text_and_pictures_are_compared(built):
    path, model = built

    class Words(HashModel):
        """Knows one word: it finds "red" in what is red."""

        def encode_texts(self, texts):
            return np.stack(
                [
                    np.eye(self.dim)[0] if t == "red" else super(Words, self).encode_texts([t])[0]
                    for t in texts
                ]
            )

        def encode_images(self, images):
            found = super().encode_images(images)
            red = [np.asarray(i.convert("RGB"))[..., 0].mean() / 255 for i in images]
            found[:, 0] = 50 * np.array(red)
            return found

    audit = audit_small(path, model, ["ash", "birch", "cedar", "dogwood"])
    twin = sw.Audit(path, HashModel(), audit.live)
    twin.foundation_model = twin._queries._foundation_model = Words()
    red = [Image.new("RGB", (32, 32), (230 + i, 0, i)) for i in range(6)]
    blue = [Image.new("RGB", (32, 32), (i, 0, 230 + i)) for i in range(6)]
    known = twin.concept(sw.Concept("red", red, blue)).attrs["text"]
    assert known.agrees is True
    assert known.effect == 1
    unknown = twin.concept(sw.Concept("red", blue, red)).attrs["text"]
    assert unknown.agrees is False
    assert "does not know 'red'" in unknown.said
    assert "cannot know 'zorp'" in twin.concept(sw.Concept("a zorp", red, blue)).attrs["text"].said
    few = twin.concept(sw.Concept("red", red[:1], blue[:2])).attrs["text"]
    assert few.agrees is None
    assert "too few" in few.said


def test_a_concept_is_searched_like_a_text(built, audit):
    red = sw.Concept("red", pictures(3, seed=5), pictures(9, seed=6))
    due = audit.concept(red)["effect"]
    found = audit.search(red, k=3)
    np.testing.assert_allclose(found["score"], np.sort(due)[::-1][:3], rtol=1e-6)
    both = audit.search([red, "veil"], k=2)
    assert both["query"].tolist() == ["red", "red", "veil", "veil"]
    audit.session.concepts = [red]
    np.testing.assert_allclose(audit.match("red")["match"], due, rtol=1e-6)
    assert set(audit.match("red, veil")["part"]) <= {"red", "veil"}
    with pytest.raises(InputError, match="split=True with a concept"):
        audit.search(red, split=True)
    # Without any foundation model, too.
    ids = [int(i) for i in audit.db.probe.ids[:3]]
    assert len(sw.Audit(built[0]).search(sw.Concept("these", ids), k=2)) == 2


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A database that keeps 240 probe images, with the ids of those on which two components fire most."""
    path = tmp_path_factory.mktemp("kept") / "kept.slens"
    write(path, probe=240).close()
    audit = sw.Audit(path, HashModel())
    shows = {}
    for name, layer, component in (("first", "features.0", 3), ("second", "features.3", 5)):
        row = audit.db.probe.activations(layer)[component]
        shows[name] = sw.Concept(name, [int(i) for i in audit.db.probe.ids[np.argsort(-row)[:8]]])
    return path, shows


def test_sets_of_shown_concepts_need_no_foundation_model(kept):
    path, shows = kept
    audit = sw.Audit(path)
    table = audit.align(shows["first"], [shows["second"]])
    for side, name in (("valid", "first"), ("spurious", "second")):
        due = audit.concept(shows[name])
        np.testing.assert_allclose(table[side], due["effect"], atol=1e-6)
        np.testing.assert_allclose(table[f"p_{side}"], due["corrected"])
        assert (table["quadrant"].isin([side, "both"]) == due["tells"]).all()
        assert due["tells"].any()
        assert table[f"cosine_{side}"].isna().all()
    assert table["quadrant"][audit.db.position(("features.0", 3))] == "valid"
    assert table["closest"][audit.db.position(("features.3", 5))] == "second"
    assert "8 independent images against 232" in table.attrs["shown"]["first"]
    assert "its own images for a shown concept" in table.attrs["threshold_source"]
    assert audit.session.valid == ("first",)
    assert audit.session.concepts == (shows["first"], shows["second"])
    # What the session holds by name is the same question, of every view.
    again = audit.align(*audit.session.valid, audit.session.spurious)
    pd.testing.assert_frame_equal(again, table)
    found = audit.findings()
    assert found.valid == ("first",)
    assert found.shown == table.attrs["shown"]
    with pytest.raises(InputError, match="need the foundation model"):
        audit.align("veil", shows["second"])


def test_texts_and_shown_concepts_in_one_set_are_effects_on_one_scale(kept):
    path, shows = kept
    audit = sw.Audit(path, HashModel())
    texts = ["ruler", "ink"]
    mixed = audit.align([*texts, shows["first"]], "veil")
    worded, own = audit.align(texts, "veil"), audit.concept(shows["first"])
    here = audit.db.position(("features.0", 3))
    assert mixed["closest"][here] == "first"
    assert mixed["valid"][here] == pytest.approx(own["effect"][here], abs=1e-6)
    assert mixed["quadrant"][here] == "valid"
    # Where the shown concept says nothing the texts stand as they do by themselves.
    silent = own["effect"] < worded["valid"].clip(upper=0.3)
    assert silent.any()
    np.testing.assert_allclose(mixed["valid"][silent], worded["valid"][silent], atol=1e-6)
    assert "permuted; its own images for a shown concept" in mixed.attrs["threshold_source"]
    given = audit.align([*texts, shows["first"]], "veil", thresholds=2.0)
    assert set(given["quadrant"]) == {"unexpected"}


def test_a_set_of_concepts_that_say_nothing_is_aligned_to_nothing(kept):
    path, _ = kept
    audit = sw.Audit(path)
    rng = np.random.default_rng(0)
    ids = audit.db.probe.ids
    shares = []
    for _ in range(40):
        some = [sw.Concept(f"c{i}", [int(k) for k in rng.choice(ids, 8, replace=False)]) for i in range(4)]
        table = audit.align(some[:3], some[3], remember=False)
        shares.append(table["quadrant"].ne("unexpected").any())
    # Of the sets, as 5 % of what is called may be false: one in twenty on either side.
    assert np.mean(shares) <= 0.2


def test_the_best_of_a_set_is_its_surest_and_pays_for_the_others():
    effects = np.array([[0.9, 0.2, 0.5], [0.4, 0.1, 0.6]])
    p = np.array([[0.2, 0.3, 0.01], [0.01, 0.01, 0.01]])
    place, effect, together = evidence.best_of(effects, p)
    assert place.tolist() == [1, 0, 1]
    assert effect.tolist() == [0.4, 0.2, 0.6]
    np.testing.assert_allclose(together, 1 - (1 - np.array([0.01, 0.3, 0.01])) ** 2)


def test_the_map_and_the_panels_follow_shown_concepts(kept):
    path, shows = kept
    audit = sw.Audit(path)
    audit.session.update(valid=shows["first"], spurious=shows["second"], color_by="alignment")
    lean = audit.align(shows["first"], shows["second"])["lean"]
    view = sw.ConceptMap(audit)
    np.testing.assert_allclose(view._values("alignment", lambda *_: None), -lean)
    audit.session.query = "first"
    matched = audit.match("first")
    np.testing.assert_allclose(matched["match"], audit.concept("first")["effect"], atol=1e-6)
    assert matched.attrs["unit"] == "effect"
    np.testing.assert_allclose(view._values("score", lambda *_: None), matched["z"], atol=1e-6)
    audit.session.spurious = ()
    np.testing.assert_allclose(
        view._values("alignment", lambda *_: None), audit.concept("first")["effect"], atol=1e-6
    )
    view.close()
    audit.session.spurious = ("second",)
    plot = sw.AlignmentPlot(audit)
    assert plot.wait()
    assert len(plot.controls.table) == audit.db.n_components
    plot.close()


def shown_by(audit, name, layer, component, count):
    row = audit.db.probe.activations(layer)[component]
    return sw.Concept(name, [int(i) for i in audit.db.probe.ids[np.argsort(-row)[:count]]])


def test_halves_are_of_units_and_pairs_stay_together():
    images, others = pictures(6, seed=5), pictures(6, seed=6)
    even, odd = sw.Concept("red", images, others, pairs=True, sources=list("aabbcc")).halves
    assert [i.source for i in even.images] == list("aacc") == [i.source for i in even.without]
    assert [i.source for i in odd.images] == list("bb")
    assert even.pairs
    even, odd = sw.Concept("red", images, others[:3]).halves
    assert (len(even.images), len(even.without), len(odd.without)) == (3, 2, 1)
    assert {i.digest for i in even.images} | {i.digest for i in odd.images} == {
        i.digest for i in sw.Concept("red", images).images
    }
    _, odd = sw.Concept("red", images, others[:1]).halves
    assert len(odd.without) == 1
    assert sw.Concept("red", images[:1]).halves is None
    even, odd = sw.Concept(
        "red", images, others, sources=list("aabbcc"), without_sources=list("abcabc")
    ).halves
    assert [i.source for i in even.without] == list("acac")


def test_shown_concepts_are_labels_without_any_foundation_model(kept):
    path, _ = kept
    audit = sw.Audit(path)
    first, second = (
        shown_by(audit, name, layer, k, 12)
        for name, layer, k in (("a", "features.0", 3), ("b", "features.3", 5))
    )
    table = audit.label([first, second])
    a, b = (audit.concept(each)["effect"].to_numpy() for each in (first, second))
    assert (table["label"] == np.where(a >= b, "a", "b")).all()
    np.testing.assert_allclose(table["score"], np.maximum(a, b), rtol=1e-6)
    np.testing.assert_allclose(table["margin"], np.abs(a - b), atol=1e-6)

    found = audit.label_faithfulness(table)
    here = audit.db.position(("features.0", 3))
    halves = [audit.concept(half)["auroc"][here] for half in first.halves]
    assert found["halves"][here] == 2
    assert found["certificate"][here] == pytest.approx(np.mean(halves))
    assert found["images"][here] == 12
    audit.session.vocabulary = [first, second]
    labels = audit.labels()
    trusted = labels[labels["trusted"]]
    assert here in trusted.index
    for name, concept in (("a", first), ("b", second)):
        tells = audit.concept(concept)["tells"]
        assert set(trusted.index[trusted["label"] == name]) <= set(np.flatnonzero(tells))
    # A concept of the same name with other images is another label.
    audit.session.concepts = [shown_by(audit, "a", "features.0", 7, 12), second]
    assert audit.labels()["label"][audit.db.position(("features.0", 7))] == "a"
    # Few images certify nothing.
    audit.session.vocabulary = [shown_by(audit, "a", "features.0", 3, 8), second]
    labels = audit.labels()
    assert labels["certificate"][labels["label"] == "a"].isna().all()
    assert not labels["trusted"][labels["label"] == "a"].any()
    assert "fewer than 10 independent ones were given" in labels.attrs["uncertified"]


def test_texts_and_shown_concepts_in_one_vocabulary(kept):
    path, _ = kept
    audit = sw.Audit(path, HashModel())
    first = shown_by(audit, "a", "features.0", 3, 12)
    audit.session.concepts = first
    texts = ["ruler", "ink", "hair"]
    for method in ("semanticlens", "csp"):
        table = audit.label([*texts, "a"], method=method)
        here = audit.db.position(("features.0", 3))
        assert table["label"][here] == "a"
        assert set(table["label"]) >= {"a", "ruler"}
        assert table.attrs["shown"] == {"a": first}
        found = audit.label_faithfulness(table)
        by_text = table["label"].isin(texts)
        due = audit.label_faithfulness(table[by_text], vocabulary=texts)
        np.testing.assert_array_equal(found["certificate"][by_text], due["certificate"])
        assert found["certificate"][here] > 0.9
    # The concept's own images may be told from outside, too.
    ids = audit.db.probe.ids[:40]
    given = audit.label_faithfulness(table[table["label"] == "a"], images={"a": ids})
    assert given["halves"].isna().all()
    audit.session.vocabulary = [*texts, "a"]
    assert audit.labels()["label"][here] == "a"
    assert audit.clusters(("features.0", 3)).table["label"].isin(texts).all()


def test_labels_that_say_nothing_are_hardly_ever_trusted(kept):
    path, _ = kept
    audit = sw.Audit(path)
    rng = np.random.default_rng(1)
    shares = []
    for _ in range(10):
        audit.session.vocabulary = [
            sw.Concept(f"c{i}", [int(k) for k in rng.choice(audit.db.probe.ids, 12, replace=False)])
            for i in range(3)
        ]
        shares.append(audit.labels()["trusted"].any())
    # Each of three concepts tells some component in one of twenty draws: four of ten happen in 1 %.
    assert np.sum(shares) <= 4
