"""Alignment, quadrants and accuracies equal what one counts by hand."""

from __future__ import annotations

import numpy as np
import pytest

from slens_widgets.analyses.alignment import quadrants, redrawn_cosines, set_alignment, standardised
from slens_widgets.analyses.evaluation import evaluate
from slens_widgets.analyses.search import cosine, text_queries
from slens_widgets.errors import InputError
from tests import reference
from tests.small_database import DIM, HashModel


def test_alignment_is_the_largest_cosine_of_the_set():
    theta = np.random.default_rng(0).standard_normal((DIM, DIM)).astype(np.float32)
    concepts, templates = ["ruler", "ink", "hair"], ["a {}", "{} on skin"]
    found = set_alignment(cosine(text_queries(HashModel(), concepts, templates), theta))
    np.testing.assert_allclose(found, reference.alignment(HashModel(), concepts, theta, templates), atol=1e-6)


def test_an_empty_set_aligns_with_nothing():
    empty = set_alignment(np.empty((0, 3), np.float32))
    assert np.isnan(empty).all()


def test_quadrants_have_their_names():
    valid, spurious = np.array([True, False, True, False]), np.array([False, True, True, False])
    assert list(quadrants(valid, spurious)) == ["valid", "spurious", "both", "unexpected"]


CLASSES = np.array([0, 1, 0, 1, 0])
LABELS = np.array([0, 0, 0, 1, 1])


def test_accuracies_are_counted_per_class_and_group():
    found = evaluate(CLASSES, LABELS, ["nevus", "melanoma"], np.array([0, 0, 1, 1, 2]), ["plain", "ruler"])
    assert found.accuracy == pytest.approx(3 / 5)
    assert found.per_class == {"nevus": pytest.approx(2 / 3), "melanoma": 0.5}
    assert found.per_group == {"plain": 0.5, "ruler": 1.0, "2": 0.0}
    assert found.worst_group == 0.0
    assert found.n == 5
    assert "worst group 0.000" in repr(found)


def test_without_groups_there_is_no_worst_one():
    found = evaluate(CLASSES, LABELS, ["nevus", "melanoma", "never seen"])
    assert found.worst_group is None
    assert "never seen" not in found.per_class


def test_what_does_not_fit_is_refused():
    with pytest.raises(InputError, match="at least one image"):
        evaluate(CLASSES[:0], LABELS[:0], ["a", "b"])
    with pytest.raises(InputError, match="2 groups for 5 images"):
        evaluate(CLASSES, LABELS, ["a", "b"], np.array([0, 1]))


def test_offsets_and_spreads_of_texts_are_taken_out():
    rng = np.random.default_rng(0)
    cosines = rng.normal(0, 1, (2, 5001)) * [[0.02], [0.1]] + [[0.5], [-0.3]]
    found = standardised(cosines)
    np.testing.assert_allclose(np.median(found, axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(found.std(axis=1), 1, atol=0.05)
    assert not standardised(np.full((1, 5), 0.3)).any()


def test_redrawn_cosines_are_those_of_the_drawn_examples():
    rng = np.random.default_rng(0)
    directions, embeddings = rng.standard_normal((2, DIM)), rng.standard_normal((3, 7, DIM))
    found = redrawn_cosines(directions, embeddings, 4, seed=5)
    counts = np.random.default_rng(5).multinomial(7, np.full(7, 1 / 7), size=(3, 4))
    for component, draws in enumerate(counts):
        for draw, count in enumerate(draws):
            theta = np.repeat(embeddings[component], count, axis=0).mean(axis=0)
            np.testing.assert_allclose(
                found[draw, :, component], cosine(directions, theta[None])[:, 0], atol=1e-5
            )
    assert (redrawn_cosines(directions, np.zeros((1, 7, DIM)), 2) == 0).all()
