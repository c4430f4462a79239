"""Labelling methods, certificates and vocabularies, over a database whose activations are known."""

from __future__ import annotations

import numpy as np
import pytest

import slens_widgets as sw
from slens_widgets.conceptdb import ConceptDB
from slens_widgets.errors import InputError, UnknownNameError
from slens_widgets.vocabularies import Vocabulary, vocabulary_of
from tests import reference
from tests.small_database import LAYERS, HashModel, add_probe, fill, provenance, write

WORDS = ["ruler", "hair", "ink", "milia", "veil"]


@pytest.fixture
def kept(tmp_path):
    """An audit of a database with 300 kept images, and what was kept."""
    with ConceptDB.create(tmp_path / "kept.slens") as writer:
        fill(writer)
        made, embeddings = add_probe(writer, n=300)
        writer.finish(provenance())
    audit = sw.Audit(tmp_path / "kept.slens", HashModel(), templates=["a photo of {}", "{} on skin"])
    return audit, made, embeddings.astype(np.float16).astype(np.float32)


@pytest.mark.parametrize("gamma", [0.5, 1.0])
def test_csp_labels_equal_the_paper(kept, gamma: float) -> None:
    audit, made, embeddings = kept
    table = audit.label(WORDS, method="csp", gamma=gamma, layer="features.3", always_on=None)
    model, view = HashModel(), audit.db["features.3"]
    texts = [
        np.mean([model.encode_texts([t.format(word)])[0] for t in audit.templates], axis=0) for word in WORDS
    ]
    for k in range(len(view)):
        weights = np.maximum(view.activations[k], 0)
        weights = weights if weights.any() else np.ones(6)
        theta = reference.csp(
            view.embeddings[k], weights, embeddings, made["features.3"][:, k],
            view.statistics["pooled_mean"][k], gamma,
        )  # fmt: skip
        scores = sorted(((reference.cos(text, theta), word) for text, word in zip(texts, WORDS, strict=True)))
        assert (table["label"][k], table["second"][k]) == (scores[-1][1], scores[-2][1])
        assert table["score"][k] == pytest.approx(scores[-1][0], abs=2e-3)
        assert table["margin"][k] == pytest.approx(scores[-1][0] - scores[-2][0], abs=4e-3)
    again = sw.Audit(audit.db.path, HashModel(), templates=audit.templates)
    again.db.probe.__dict__["embeddings"] = np.full_like(embeddings, np.nan)  # θ comes from the database
    assert again.label(WORDS, method="csp", gamma=gamma, layer="features.3", always_on=None).equals(table)


def test_what_always_fires_has_no_contrast(kept) -> None:
    audit, _, _ = kept
    table = audit.label(WORDS, method="csp")
    active = np.concatenate([audit.db[layer].statistics["pooled_active"] for layer in audit.db.layers])
    assert table["label"].isna().tolist() == (active >= 0.8).tolist()
    assert table["score"].isna().tolist() == (active >= 0.8).tolist()
    assert 0 < table["label"].isna().sum() < len(table)
    assert audit.label(WORDS, method="csp", always_on=None)["label"].notna().all()


def test_clip_dissect_labels_equal_the_paper(kept) -> None:
    audit, made, embeddings = kept
    table = audit.label(WORDS, method="clip_dissect")
    model = HashModel()
    texts = [
        np.mean([model.encode_texts([t.format(word)])[0] for t in audit.templates], axis=0) for word in WORDS
    ]
    similarities = np.array([[reference.cos(image, text) for text in texts] for image in embeddings])
    start = 0
    for layer, n in LAYERS.items():
        slow = reference.soft_wpmi(similarities, made[layer].T, 100)
        part = table.iloc[start : start + n]
        assert part["label"].tolist() == [WORDS[i] for i in slow.argmax(axis=0)]
        np.testing.assert_allclose(part["score"], slow.max(axis=0), atol=0.1)
        start += n


def test_a_true_label_is_certified_and_a_false_one_is_not(kept) -> None:
    audit, made, _ = kept
    table = audit.label(WORDS)
    rng = np.random.default_rng(0)
    shown = {word: rng.choice(300, 60, replace=False) for word in WORDS}
    found = audit.label_faithfulness(table, images=shown)
    examples = audit.db["features.3"].image_ids
    for row in found[found["layer"] == "features.3"].itertuples():
        values = made["features.3"][:, row.component]
        used = np.setdiff1d(np.arange(300), examples[row.component])
        of_label = np.intersect1d(used, shown[row.label])
        control = np.setdiff1d(used, shown[row.label])
        assert row.auc == pytest.approx(reference.auc(values[of_label], values[control]), abs=2e-3)
        assert row.mad == pytest.approx(
            (values[of_label].mean() - values[control].mean()) / values[control].std(), abs=1e-2
        )
        assert row.images == len(of_label)
        assert row.certificate == row.auc
    # Images that excite a component most, but not its own examples.
    one = table[(table["layer"] == "features.3") & (table["component"] == 4)]
    strong = np.argsort(-made["features.3"][:, 4])[:30]
    true = audit.label_faithfulness(one, images={one["label"].item(): strong})
    assert true["certificate"].item() > 0.99
    strangers = audit.label_faithfulness(one, images={one["label"].item(): examples[4]})
    assert strangers["images"].item() == 0
    assert np.isnan(strangers["certificate"].item())


def test_half_of_the_examples_names_and_the_other_half_certifies(kept) -> None:
    audit, made, embeddings = kept
    table = audit.label(WORDS, layer="features.3")
    found = audit.label_faithfulness(table, vocabulary=WORDS)
    texts = [reference.text_query(HashModel(), word, audit.templates) for word in WORDS]
    z = []
    for text in texts:
        s = np.array([reference.cos(image, text) for image in embeddings])
        below = np.median(s) - s[s < np.median(s)]
        z.append((s - np.median(s)) / (1.4826 * np.median(below)))
    z = np.array(z)
    view = audit.db["features.3"]
    for k, row in enumerate(found.itertuples()):
        t = WORDS.index(row.label)
        shows = (z[t] > 2) & (z[t] >= 0.7 * z.max(axis=0))
        halves = [view.embeddings[k][half::2].astype(np.float64).mean(axis=0) for half in (0, 1)]
        agree = [
            WORDS[int(np.argmax([reference.cos(x, theta) for x in texts]))] == row.label for theta in halves
        ]
        assert row.halves == sum(agree)
        counts, areas = [], []
        for half in (0, 1):
            gone = view.image_ids[k][half::2] if agree[half] else view.image_ids[k]
            used = np.setdiff1d(np.arange(300), gone)
            of_label = used[shows[used]]
            counts.append(len(of_label))
            values = made["features.3"][:, k]
            areas.append(reference.auc(values[of_label], values[used[~shows[used]]]))
        assert row.images == min(counts)
        if min(counts) < 10:
            assert np.isnan(row.certificate)
        else:
            assert row.certificate == pytest.approx(np.mean(areas), abs=2e-3)


def test_few_images_of_a_label_leave_it_unknown(kept) -> None:
    audit, _, _ = kept
    audit.session.vocabulary = [f"word {i}" for i in range(200)]
    table = audit.labels()
    few = table["images"] < 10
    assert few.mean() > 0.8
    assert table["certificate"].isna().tolist() == few.tolist()
    assert not table.loc[few, "trusted"].any()
    assert "fewer than 10" in table.attrs["uncertified"]


def test_labels_without_meaning_are_not_trusted(kept) -> None:
    audit, _, _ = kept
    audit.session.vocabulary = WORDS
    table = audit.labels()
    assert table["trusted"].mean() <= 0.05
    direct = audit.label_faithfulness()
    np.testing.assert_array_equal(direct["images"], table["images"])


def test_what_can_not_be_done_says_what_to_do(tmp_path, kept) -> None:
    write(tmp_path / "bare.slens").close()
    audit = sw.Audit(tmp_path / "bare.slens", HashModel())
    for method in ("csp", "clip_dissect"):
        with pytest.raises(InputError, match=r"lacks activations.*sw\.build"):
            audit.label(WORDS, method=method)
    with pytest.raises(InputError, match="lacks activations"):
        audit.label_faithfulness(audit.label(WORDS))
    with pytest.raises(UnknownNameError, match="Nearest: 'csp'"):
        audit.label(WORDS, method="cps")
    with pytest.raises(InputError, match="lacks component, label"):
        audit.label_faithfulness(audit.scores()[["layer"]])
    with pytest.raises(UnknownNameError, match="list of images for the label"):
        kept[0].label_faithfulness(kept[0].label(WORDS), images={"rulers": [1]})


def test_synonyms_count_with_their_mean(kept) -> None:
    audit, _, _ = kept
    words = {"ruler": ["scale bar", "ruler"], "hair": []}
    table = audit.label(words, layer="features.3")
    theta = audit.db.theta("features.3")
    queries = [
        np.mean(
            [reference.text_query(HashModel(), text, audit.templates) for text in ("ruler", "scale bar")],
            axis=0,
        ),
        reference.text_query(HashModel(), "hair", audit.templates),
    ]
    for k, row in enumerate(table.itertuples()):
        scores = [reference.cos(query, theta[k]) for query in queries]
        assert row.label == ("ruler", "hair")[int(np.argmax(scores))]
        assert row.score == pytest.approx(max(scores), abs=1e-5)


def test_vocabularies_by_name() -> None:
    import slens_widgets.lab

    lab = vocabulary_of("lab")
    assert lab == vocabulary_of(["lab"]) == slens_widgets.lab.vocabulary()
    assert set(lab.labels) == {factor.prompt for factor in slens_widgets.lab.FACTORS}
    assert "scale bar" in lab.phrases_of("ruler")
    assert vocabulary_of(["labs"]) == Vocabulary(("labs",), {})
    with pytest.raises(UnknownNameError, match="Nearest: 'lab'"):
        vocabulary_of("labs")
    assert vocabulary_of(lab) is lab
    with pytest.raises(InputError, match=r"empty.*english"):
        vocabulary_of([" "])


def test_english_is_nouns_and_adjectives() -> None:
    pytest.importorskip("wordfreq")
    words = vocabulary_of("english")
    assert 20_000 <= len(words.labels) <= 30_000
    assert len(set(words.labels)) == len(words.labels)
    assert {"ruler", "hair", "dog", "red", "striped", "skin"} <= set(words.labels)
    assert not {"dogs", "the", "quickly", "they"} & set(words.labels)


def test_labels_from_english_are_the_nearest_of_all_its_words(kept) -> None:
    pytest.importorskip("wordfreq")
    audit, _, _ = kept
    words = vocabulary_of("english").labels
    table = audit.label("english", layer="features.3", templates=None)
    texts = HashModel().encode_texts(words)
    texts /= np.linalg.norm(texts, axis=1, keepdims=True)
    theta = np.asarray(audit.db["features.3"].theta, np.float64)
    cosines = texts @ (theta / np.linalg.norm(theta, axis=1, keepdims=True)).T
    assert table["label"].tolist() == [words[i] for i in cosines.argmax(axis=0)]
    assert len(set(table["label"])) > 1
    np.testing.assert_allclose(table["score"], cosines.max(axis=0), atol=2e-3)
