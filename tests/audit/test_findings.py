"""Findings say what a class rests on, from the live model where it can tell images apart."""

from __future__ import annotations

import numpy as np
import pytest

import slens_widgets as sw
from slens_widgets.analyses.alignment import QUADRANTS
from slens_widgets.errors import InputError, UnknownNameError
from tests import reference
from tests.small_database import LAYERS, HashModel, write


class ByImage:
    """The linear model of these tests, which also tells relevance image by image."""

    def __init__(self, live):
        self.__dict__.update(live.__dict__)
        self.class_names, self.logits, self.class_relevance = (
            live.class_names,
            live.logits,
            live.class_relevance,
        )

    def image_relevance(self, layer, target, *, progress=None):
        rng = np.random.default_rng([target, LAYERS[layer]])
        return rng.normal(0.3, 1, (90, LAYERS[layer])) * np.linspace(0, 3, LAYERS[layer])


def test_components_are_ranked_by_relevance_times_lean(audit):
    found = audit.findings(["ruler", "veil"], ["hair", "ink"], "melanoma")
    assert found.classes == ("melanoma",)
    aligned = audit.align(["ruler", "veil"], ["hair", "ink"], "melanoma")
    table = found.components.set_index(["layer", "component"])
    relevance = np.abs(np.arange(LAYERS["features.3"], dtype=float))
    for row in aligned[aligned["layer"] == "features.3"].itertuples():
        here = table.loc[(row.layer, row.component)]
        assert here["share"] == pytest.approx(relevance[row.component] / relevance.sum())
        assert here["impact"] == pytest.approx(here["share"] * row.lean)
        assert here["quadrant"] == row.quadrant
    impact = found.components["impact"].dropna()
    assert list(impact) == sorted(impact, reverse=True)
    assert found.components["impact"].isna().sum() == LAYERS["features.0"], "out of reach for this model"
    assert set(found.shares["layer"]) == {"features.3"}
    assert "the probe images are drawn again" in found.interval
    assert "does not give it by image" in found.interval


def test_shares_are_counted_over_the_images(path, live):
    model = ByImage(live)
    audit = sw.Audit(path, HashModel(), model)
    audit.session.update(valid=["ruler"], spurious=["hair"], thresholds=(0.1, 0.1))
    found = audit.findings(layer="features.3")
    assert found.classes == ("nevus", "melanoma")
    assert found.thresholds == (0.1, 0.1)
    assert found.valid == ("ruler",)
    assert "the evaluation images of the class and the probe images are drawn again" in found.interval
    quadrant = audit.align(["ruler"], ["hair"], layer="features.3", thresholds=0.1)["quadrant"]
    for target, name in enumerate(found.classes):
        shares = found.shares[found.shares["class"] == name]
        slow = reference.quadrant_shares(model.image_relevance("features.3", target), quadrant, QUADRANTS)
        np.testing.assert_allclose(shares["share"], slow, atol=1e-5)
        assert list(shares["components"]) == [(quadrant == each).sum() for each in QUADRANTS]
        assert (shares["low"] <= shares["share"]).all()
        of_class = found.components[found.components["class"] == name]
        assert of_class["share"].sum() == pytest.approx(1)
        np.testing.assert_allclose(
            of_class.sort_values("component")["relevance"],
            model.image_relevance("features.3", target).mean(axis=0),
            atol=1e-5,
        )


def test_the_interval_moves_with_the_quadrants(path, live, tmp_path):
    model = ByImage(live)
    model.image_relevance = lambda layer, target, *, progress=None: np.ones((90, LAYERS[layer]))

    def width(database, thresholds):
        audit = sw.Audit(database, HashModel(), model)
        found = audit.findings(["ruler"], ["hair"], "melanoma", layer="features.3", thresholds=thresholds)
        assert found.shares["share"].sum() == pytest.approx(1)
        assert (
            (found.shares["low"] <= found.shares["share"]) & (found.shares["share"] <= found.shares["high"])
        ).all()
        return (found.shares["high"] - found.shares["low"]).max(), found.interval

    # The same relevance in each image: only what the probe images, or the examples, say can move a share.
    assert width(path, (0.05, 0.05))[0] > 0.1
    assert width(path, (5.0, 5.0))[0] == 0, "no redrawn effect is above 1 by so much"
    write(tmp_path / "bare.slens").close()
    by_examples, said = width(tmp_path / "bare.slens", (0.5, 0.5))
    assert by_examples > 0.1
    assert "the examples are drawn again" in said


def test_concepts_that_are_shown_are_taken_as_they_are(path, live):
    model = ByImage(live)
    audit = sw.Audit(path, HashModel(), model)
    shown = sw.Concept("dark", images=list(range(30)))
    alone = audit.findings([shown], [], "melanoma", layer="features.3")
    assert alone.interval.endswith("drawn again; the quadrants are taken as they are")
    mixed = audit.findings([shown], ["hair"], "melanoma", layer="features.3", thresholds=(0.1, 0.1))
    assert "probe images are drawn again, and the quadrants move" in mixed.interval
    assert (mixed.shares["low"] <= mixed.shares["share"]).all()


def test_without_a_model_the_concepts_remain(path):
    audit = sw.Audit(path, HashModel())
    found = audit.findings(["ruler"], ["hair"])
    assert found.classes == (None,)
    assert len(found.shares) == 0
    assert found.components["share"].isna().all()
    assert list(found.components["lean"]) == sorted(found.components["lean"], reverse=True)
    assert found.interval.startswith("none")


def test_findings_refuse_what_they_can_t_answer(audit):
    with pytest.raises(InputError, match="Neither valid nor spurious"):
        audit.findings()
    with pytest.raises(UnknownNameError, match="Nearest: 'melanoma'"):
        audit.findings(["a"], ["b"], ["nevus", "melanom"])
    with pytest.raises(InputError, match="list of classes is empty"):
        audit.findings(["a"], ["b"], [])
    audit._judge.class_names = tuple(map(str, range(30)))
    audit._judge._labels = np.arange(200) % 30
    with pytest.raises(InputError, match="30 classes and none"):
        audit.findings(["a"], ["b"])


def test_the_lab_s_melanoma_rests_on_artefacts(lab_audit):
    found = lab_audit.findings()
    shares = found.shares.set_index("quadrant")
    assert shares["share"].sum() == pytest.approx(1)
    # What the shortcut uses also tells valid signs: most of the relevance is on both.
    assert shares.loc[["spurious", "both"], "low"].sum() > 0.4
    # Over 800 evaluation images alone each is known to ± .01: which quadrant a channel is in is not.
    assert (shares["high"] - shares["low"])["both"] > 0.03
    assert (shares["high"] - shares["low"] < 0.35).all()
    top = found.components.iloc[0]
    assert top["quadrant"] in ("spurious", "both")
    assert top["lean"] > 0
