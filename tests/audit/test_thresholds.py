"""Where the thresholds of an alignment come from, and that they say so."""

from __future__ import annotations

import numpy as np
import pytest

import slens_widgets as sw
from slens_widgets.analyses.null import chance_level
from slens_widgets.audit.unrelated_words import UNRELATED_WORDS
from slens_widgets.errors import InputError
from tests.small_database import HashModel


class OpenModel:
    """The hash model without its list of unknown words: it takes any text."""

    name, dim, fingerprint = HashModel.name, HashModel.dim, HashModel.fingerprint
    encode_texts, encode_images = HashModel.encode_texts, HashModel.encode_images


class ListingModel(HashModel):
    """A closed vocabulary that says what it knows."""

    known = tuple(f"word {i}" for i in range(30))

    def known_texts(self) -> tuple[str, ...]:
        return self.known


def test_an_open_vocabulary_is_calibrated_with_everyday_words(path):
    audit = sw.Audit(path, OpenModel(), templates=["a photo of {}", "{} on skin"])
    stages = []
    found = audit.align(["ruler", "ink", "hair"], ["milia"], progress=lambda *each: stages.append(each))
    cosines = np.stack([audit.search_scores(word) for word in UNRELATED_WORDS])
    expected = chance_level(cosines, 3), chance_level(cosines, 1)
    assert found.attrs["thresholds"] == pytest.approx(expected, abs=1e-6)
    assert found.attrs["thresholds"][0] > found.attrs["thresholds"][1]
    assert "(3 and 1, of 323)" in found.attrs["threshold_source"]
    assert stages[0] == (0, 323, "Calibrating the thresholds")
    stages.clear()
    audit.align(["veil"], ["milia"], progress=lambda *each: stages.append(each))
    assert not stages, "the null does not depend on the concepts"


def test_a_closed_vocabulary_is_calibrated_with_its_own_texts_without_the_concepts(path):
    model = ListingModel()
    audit = sw.Audit(path, model)
    cosines = np.stack([audit.search_scores(text) for text in model.known[1:]])
    found = audit.align(["Word 0"], ["ink"])
    assert found.attrs["thresholds"] == pytest.approx([chance_level(cosines, 1)] * 2, abs=1e-6)
    assert "of 29" in found.attrs["threshold_source"]


def test_without_a_null_the_spread_decides(path):
    for model in (HashModel(), ListingModel()):
        model.known = ListingModel.known[:19]
        found = sw.Audit(path, model).align(["ruler"], ["ink"])
        assert found.attrs["threshold_source"].startswith("spread")
        assert found.attrs["thresholds"][0] == found.attrs["thresholds"][1]


def test_given_thresholds_are_taken(path):
    audit = sw.Audit(path, HashModel())
    found = audit.align(["ruler"], ["ink"], thresholds=(-2, 2))
    assert found.attrs["thresholds"] == (-2.0, 2.0)
    assert found.attrs["threshold_source"] == "given"
    assert set(found["quadrant"]) == {"valid"}
    with pytest.raises(InputError, match="no pair of thresholds"):
        audit.align(["ruler"], ["ink"], thresholds=(1, 2, 3))
    with pytest.raises(InputError, match="not finite"):
        audit.align(["ruler"], ["ink"], thresholds=float("nan"))


def test_the_words_are_many_and_different():
    assert len(set(UNRELATED_WORDS)) == len(UNRELATED_WORDS) > 300
    assert all(word.isalpha() and word.islower() for word in UNRELATED_WORDS)


def test_the_lab_is_calibrated_with_its_phrases(lab_audit):
    found = lab_audit.align(sw.lab.VALID_CONCEPTS, sw.lab.SPURIOUS_CONCEPTS)
    assert found.attrs["threshold_source"].startswith("null")
    counts = found["quadrant"].value_counts()
    assert (counts > len(found) / 20).sum() >= 3, "thresholds tell the components apart"
    spurious = found["quadrant"].isin(["spurious"])
    assert found["lean"][spurious].min() > 0
