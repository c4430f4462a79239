"""From a component to the images behind it, and what they have in common."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import slens_widgets as sw
from slens_widgets.conceptdb import ConceptDB
from slens_widgets.errors import InputError
from tests import reference
from tests.small_database import DIM, LAYERS, fill, provenance


def test_the_images_of_a_component_in_order_with_their_names(audit) -> None:
    found = audit.data(("features.0", 2))
    ids = list(dict.fromkeys(audit.db["features.0"].image_ids[2].tolist()))
    assert found.images["image"].tolist() == ids
    assert found.files == [f"image {i}.png" for i in ids]
    assert found.images["class"].tolist() == [
        str(i % 2) if not audit.class_names else audit.class_names[i % 2] for i in ids
    ]
    few = audit.data(("features.0", 2), k=2)
    assert few.files == found.files[: len(few)]
    assert len(few) <= 2


def test_a_planted_attribute_is_over_represented_and_its_chance_is_fisher_s(audit) -> None:
    rng = np.random.default_rng(0)
    ids = set(audit.db["features.0"].image_ids[4].tolist())
    records = audit.db.images()
    metadata = pd.DataFrame(
        {
            "name": [record.name for record in records],
            "camera": ["old" if r.id in ids or r.id % 11 == 0 else "new" for r in records],
            "age": [80 + rng.random() if r.id in ids else rng.uniform(0, 79) for r in records],
            "patient": [f"p{r.id}" for r in records],
            "coin": rng.integers(0, 2, len(records)).astype(bool),
        }
    )
    found = audit.data(("features.0", 4), metadata)
    top = found.over_represented.set_index(["column", "value"])
    old = top.loc[("camera", "old")]
    n_old = int((metadata["camera"] == "old").sum())
    assert old["images"] == len(ids)
    assert old["p"] == pytest.approx(reference.over_representation(len(ids), n_old, len(ids), len(records)))
    slow = reference.benjamini_hochberg(found.over_represented["p"].tolist())
    np.testing.assert_allclose(found.over_represented["q"], slow)
    assert ("camera", "old") in set(
        zip(found.significant()["column"], found.significant()["value"], strict=True)
    )
    assert "age" in set(found.significant()["column"])
    assert "patient" not in set(found.over_represented["column"])
    assert "coin" not in set(found.significant()["column"])
    assert set(found.images["camera"]) == {"old"}


def test_a_table_as_it_is_read_from_a_file_is_matched_by_the_images_names(audit) -> None:
    ids = set(audit.db["features.0"].image_ids[4].tolist())
    names = [f"image {i}.png" for i in range(300)]
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"filename": names, "camera": ["old" if i in ids else "new" for i in range(300)]})
    shuffled = table.sample(frac=1, random_state=0).reset_index(drop=True)
    assert set(audit.data(("features.0", 4), shuffled).images["camera"]) == {"old"}
    numbered = table.drop(columns="filename").assign(coin=rng.random(300) < 0.5)
    assert set(audit.data(("features.0", 4), numbered).images["camera"]) == {"old"}


def test_what_is_shown_says_what_was_found_and_every_text_is_text(audit) -> None:
    ids = set(audit.db["features.0"].image_ids[4].tolist())
    rows = {f"image {i}.png": "<b>old" if i in ids else "new" for i in range(300)}
    found = audit.data(("features.0", 4), pd.DataFrame({"camera": pd.Series(rows)}))
    assert "&lt;b&gt;old" in found._repr_html_()
    assert "<b>" not in found._repr_html_()
    plain = audit.data(("features.0", 4), pd.DataFrame({"camera": "same"}, index=list(rows)))
    assert "nothing is over-represented" in plain._repr_html_()


def test_metadata_of_images_beyond_the_examples_is_background(audit) -> None:
    records = audit.db.images()
    names = [record.name for record in records] + [f"elsewhere {i}.png" for i in range(400)]
    metadata = pd.DataFrame({"kind": ["a"] * len(records) + ["b"] * 400}, index=names)
    found = audit.data(("features.0", 4), metadata)
    assert found.background == len(names)
    assert found.significant()[["column", "value"]].to_numpy().tolist() == [["kind", "a"]]


@pytest.fixture
def kept(tmp_path):
    """Open a database whose components excite 40 images, and which keeps others among its probe images."""

    def opened(images) -> sw.Audit:
        with ConceptDB.create(tmp_path / "kept.slens") as writer:
            fill(writer)
            activations = {layer: np.zeros((len(images), n), np.float32) for layer, n in LAYERS.items()}
            writer.add_probe(images, activations, {"hash": np.ones((len(images), DIM), np.float32)})
            writer.finish(provenance())
        return sw.Audit(tmp_path / "kept.slens")

    return opened


def test_without_metadata_the_background_is_all_probe_images_not_those_of_some_component(kept) -> None:
    audit = kept([(i, f"image {i}.png", i % 2 if i < 40 else 1) for i in range(200)])
    found = audit.data(("features.0", 2))
    assert found.background == 200
    ids = found.images["image"]
    rows = found.over_represented.set_index("value")
    for value, everywhere in (("0", 20), ("1", 180)):
        n = int((ids % 2 == int(value)).sum())
        if n:
            assert rows.loc[value, "images"] == n
            assert rows.loc[value, "background"] == pytest.approx(everywhere / 200)
        expected = reference.over_representation(n, everywhere, len(ids), 200)
        assert rows.loc[value, "p"] == pytest.approx(expected)
    named = pd.DataFrame({"kind": "a"}, index=[f"image {i}.png" for i in range(50, 200)] + ["image 3.png"])
    assert audit.data(("features.0", 2), named).background == 151


def test_of_a_large_set_the_background_is_the_kept_sample_and_the_images_themselves(kept) -> None:
    audit = kept([(i, f"image {i}.png", i % 3) for i in range(1000, 1100)])
    found = audit.data(("features.0", 2))
    assert found.background == 100 + len(found)


def test_where_nothing_could_be_tested_the_result_does_not_say_that_nothing_was_found(audit) -> None:
    found = audit.data(("features.0", 2))
    assert "nothing to test" not in repr(found)
    assert "nothing to test" in repr(replace(found, over_represented=found.over_represented.head(0)))


def test_several_components_share_one_list_without_repeats(audit, tmp_path) -> None:
    both = audit.data([("features.0", 0), ("features.3", 1)])
    each = [set(audit.data(c).files) for c in (("features.0", 0), ("features.3", 1))]
    assert set(both.files) == each[0] | each[1]
    assert len(both.files) == len(set(both.files))
    assert both.save(tmp_path / "clean.txt").read_text().splitlines() == both.files
    assert pd.read_csv(both.save(tmp_path / "clean.csv"))["name"].tolist() == both.files


def test_one_cluster_s_images(audit) -> None:
    clusters = audit.clusters(("features.0", 1))
    view = audit.db["features.0"]
    expected = {int(view.image_ids[1][rank]) for rank in clusters.ranks(0)}
    assert set(audit.data(("features.0", 1), cluster=0).images["image"]) == expected


def test_bad_requests_say_what_is_expected(audit) -> None:
    with pytest.raises(InputError, match="1 to 6"):
        audit.data(("features.0", 0), k=7)
    with pytest.raises(InputError, match=r"image \d+\.png"):
        audit.data(("features.0", 0), pd.DataFrame({"a": [1]}, index=["nobody.png"]))
    with pytest.raises(InputError, match="several rows"):
        audit.data(("features.0", 0), pd.DataFrame({"name": ["x", "x"], "a": [1, 2]}))
    with pytest.raises(InputError, match="one component"):
        audit.data([("features.0", 0), ("features.0", 1)], cluster=0)


def test_in_the_lab_the_band_aid_component_is_traced_to_the_images_with_a_band_aid(
    lab_audit, user_cache
) -> None:
    _, _, present = sw.lab.image_set("probe", user_cache / "slens_widgets", progress=False)
    factors = pd.DataFrame(np.asarray(present), columns=[factor.name for factor in sw.lab.FACTORS])
    best = lab_audit.search("band-aid", 1).iloc[0]
    found = lab_audit.data((best["layer"], best["component"]), factors)
    first = found.over_represented.iloc[0]
    assert (first["column"], first["value"]) == ("bandaid", "True")
    assert first["q"] < 1e-6
