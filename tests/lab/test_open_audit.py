"""The lab, opened: built once, then quickly there."""

from __future__ import annotations

import time

import pytest

from slens_widgets import lab
from slens_widgets.lab import measure, verify
from slens_widgets.lab.classifier import HELD_OUT_SEEDS, weights_name
from slens_widgets.lab.train import train
from slens_widgets.lab.verify_labels import label_figures
from slens_widgets.lab.world import render_set, sample


def test_the_audit_finds_the_ruler(lab_audit) -> None:
    assert lab_audit.class_names == ("nevus", "melanoma")
    assert lab_audit.db.layers == [lab.LAYER]
    found = lab_audit.search("ruler", k=3)
    assert set(lab_audit.labels()["label"]) <= {factor.prompt for factor in lab.FACTORS}
    assert len(found) == 3
    assert lab_audit.search("zebra ruler").attrs["unknown_words"] == {"zebra ruler": ["zebra"]}


def test_what_is_over_represented_behind_a_component_is_what_it_encodes(lab_audit) -> None:
    assert lab.metadata("test_unbiased")["class"].value_counts().to_dict() == {
        "nevus": 1200,
        "melanoma": 1200,
    }
    assert "class" not in lab.metadata()
    for factor in ("ruler", "band-aid"):
        best = lab_audit.search(factor, k=1)
        top = lab_audit.data(best).over_represented.iloc[0]
        assert (top["column"], top["value"]) == (factor, "True")
        assert top["lift"] > 5


def test_a_second_opening_is_fast(lab_audit, user_cache) -> None:
    begin = time.perf_counter()
    again = lab.open_audit(cache=user_cache / "slens_widgets", progress=False)
    assert time.perf_counter() - begin < 5
    assert again.db.n_components == lab_audit.db.n_components


def test_labels_are_right_and_their_certificates_know_it(lab_audit) -> None:
    _, present = sample("sparse", 400, 4242)
    images, _ = render_set(present, 4242)
    area = measure.auroc(present, measure.activations(lab.model(0), images, lab.LAYER))
    found = label_figures(lab_audit, area)
    assert found["labels_plain"].value >= 0.75
    assert found["labels_gain"].value >= 0
    assert found["labels_certificates"].value >= 0.85


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_no_gate_fails(user_cache) -> None:
    cache = user_cache / "slens_widgets"
    weights = lab.weights_folder(HELD_OUT_SEEDS[0], cache)
    if not (weights / weights_name(HELD_OUT_SEEDS[-1], lab.BIASES[-1])).exists():
        train(weights, seeds=HELD_OUT_SEEDS, clip=False, held_out=True)
    gates = verify.run(cache=cache, progress=False)
    assert verify.failed(gates) == 0, verify.table(gates)
