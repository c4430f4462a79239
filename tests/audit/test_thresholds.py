"""Where the thresholds of an alignment come from, and that they say so."""

from __future__ import annotations

import numpy as np
import pytest

import slens_widgets as sw
from slens_widgets.audit.align import leans_to_spurious
from slens_widgets.audit.unrelated_words import UNRELATED_WORDS
from slens_widgets.errors import InputError
from tests.small_database import HashModel, write


class OpenModel:
    """The hash model without its list of unknown words: it takes any text."""

    name, dim, fingerprint = HashModel.name, HashModel.dim, HashModel.fingerprint
    encode_texts, encode_images = HashModel.encode_texts, HashModel.encode_images


def test_an_open_vocabulary_is_calibrated_with_everyday_words(path):
    audit = sw.Audit(path, OpenModel(), templates=["a photo of {}", "{} on skin"])
    stages = []
    found = audit.align(["ruler", "ink", "hair"], ["milia"], progress=lambda *each: stages.append(each))
    assert "as many of 323 unrelated texts: 3 and 1" in found.attrs["threshold_source"]
    assert (0, 323, "Calibrating the thresholds") in stages
    # Both the activations and the embeddings are random here: nothing is to be found.
    assert set(found["quadrant"]) == {"unexpected"}
    stages.clear()
    audit.align(["veil"], ["milia"], progress=lambda *each: stages.append(each))
    assert not stages, "the null does not depend on the concepts"


def test_a_closed_vocabulary_has_no_unrelated_texts(path):
    found = sw.Audit(path, HashModel()).align(["ruler"], ["ink"])
    assert "the same images permuted" in found.attrs["threshold_source"]
    assert found.attrs["withheld"] is None


@pytest.mark.parametrize("kept", [0, 199])
def test_where_chance_is_unknown_the_verdict_is_withheld(tmp_path, kept):
    write(tmp_path / "few.slens", probe=kept).close()
    audit = sw.Audit(tmp_path / "few.slens", HashModel())
    found = audit.align(["ruler"], ["ink"])
    assert set(found["quadrant"]) == {"withheld"}
    assert found.attrs["thresholds"] is None
    assert ("keep=0" if kept == 0 else "199 probe images") in found.attrs["withheld"]
    assert np.isfinite(found["valid"]).all()
    assert found["p_valid"].isna().all()
    findings = audit.findings(["ruler"], ["ink"])
    assert findings.withheld == found.attrs["withheld"]
    assert not len(findings.shares)
    given = audit.align(["ruler"], ["ink"], thresholds=0.0)
    assert "withheld" not in set(given["quadrant"])
    assert given.attrs["withheld"] is None


def test_a_component_that_fires_on_a_text_s_images_is_found(path):
    audit = sw.Audit(path, HashModel())
    probe = audit.db.probe
    query = np.asarray(HashModel().encode_texts(["ruler"]))[0]
    similar = probe.embeddings.astype(np.float32) @ query / np.linalg.norm(probe.embeddings, axis=1)
    effects = audit._evidence.effects(["ruler"])
    shows = np.argsort(-similar)[:24]
    for layer in audit.db.layers:
        for k, row in enumerate(probe.activations(layer)):
            ours = effects[0, audit.db.position((layer, k))]
            above = np.mean(row[shows][:, None] > np.delete(row, shows)[None])
            assert ours == pytest.approx(2 * above - 1, abs=2e-3)


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


def test_the_lab_s_verdicts_tell_components_apart(lab_audit):
    found = lab_audit.align(sw.lab.VALID_CONCEPTS, sw.lab.SPURIOUS_CONCEPTS)
    assert found.attrs["threshold_source"].startswith("an effect of at least 0.3")
    counts = found["quadrant"].value_counts()
    assert (counts > len(found) / 20).sum() >= 3, "thresholds tell the components apart"
    named = leans_to_spurious(found)
    assert named.any()
    assert found["lean"][named].min() > 0
