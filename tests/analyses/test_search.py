"""Queries and rankings equal the formulas; queries and templates are never mixed up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from slens_widgets.analyses.search import best, cosine, image_query, match, text_queries
from slens_widgets.errors import InputError
from tests import reference
from tests.small_database import DIM, HashModel

QUERIES = ["ruler", "red skin"]
TEMPLATES = ["a photo of {}", "{} on skin", "an image of a {}"]


@pytest.mark.parametrize("templates", [None, [], TEMPLATES[:1], TEMPLATES])
def test_text_queries_equal_the_formula(templates):
    found = text_queries(HashModel(), QUERIES, templates)
    slow = [reference.text_query(HashModel(), query, templates) for query in QUERIES]
    np.testing.assert_allclose(found, slow, atol=1e-6)


def test_two_queries_and_three_templates_are_not_mixed_up():
    """The peer package builds template-major and reshapes query-major."""
    together = text_queries(HashModel(), QUERIES, TEMPLATES)
    alone = np.concatenate([text_queries(HashModel(), [query], TEMPLATES) for query in QUERIES])
    np.testing.assert_allclose(together, alone, atol=1e-6)


def test_a_query_may_hold_braces():
    found = text_queries(HashModel(), ["{0.__class__}"], ["a {}"])
    slow = HashModel().encode_texts(["a {0.__class__}"]) - HashModel().encode_texts(["a "])
    np.testing.assert_allclose(found, slow, atol=1e-6)


def test_each_text_is_encoded_once():
    calls = []

    class Counting(HashModel):
        def encode_texts(self, texts):
            calls.append(list(texts))
            return super().encode_texts(texts)

    text_queries(Counting(), ["a", "b", "a"], ["{}", "one {}"])
    assert calls == [["a", "one a", "b", "one b", "", "one "]]


def test_an_image_query_is_the_mean_of_its_images():
    images = [Image.new("RGB", (4, 4), (shade, 0, 0)) for shade in (0, 100, 200)]
    slow = np.mean([HashModel().encode_images([image])[0] for image in images], axis=0)
    np.testing.assert_allclose(image_query(HashModel(), images), slow, atol=1e-6)


def test_what_is_no_query_is_refused():
    for texts in ([], [""], ["  "], [3]):
        with pytest.raises(InputError, match="holds no text"):
            text_queries(HashModel(), texts)
    with pytest.raises(InputError, match="no place for the query"):
        text_queries(HashModel(), ["ruler"], ["a photo"])
    with pytest.raises(InputError, match="no image"):
        image_query(HashModel(), [])


@pytest.mark.parametrize(("queries", "components"), [(1, 1), (2, 5), (3, DIM), (DIM, DIM)])
def test_cosine_equals_the_formula(queries, components):
    """As many components as dimensions is a shape that the peer package compares untransposed."""
    rng = np.random.default_rng(0)
    q, theta = rng.standard_normal((queries, DIM)), rng.standard_normal((components, DIM))
    slow = [[reference.cos(a, b) for b in theta] for a in q]
    found = cosine(q, theta)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, slow, atol=1e-6)


def test_the_null_vector_resembles_nothing():
    found = cosine(np.array([[0.0, 0.0], [1.0, 0.0]]), np.array([[0.0, 0.0], [2.0, 0.0]]))
    np.testing.assert_array_equal(found, [[0, 0], [0, 1]])


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(InputError, match="can't be compared"):
        cosine(np.zeros((1, 3)), np.zeros((4, 5)))


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=40), st.integers(1, 50))
@settings(deadline=None, max_examples=60)
def test_best_is_a_stable_descending_sort(scores, k):
    scores = np.array(scores, np.float32)
    np.testing.assert_array_equal(best(scores, k), np.argsort(-scores, kind="stable")[:k])


@pytest.mark.parametrize(("wanted", "unwanted"), [(1, 0), (3, 0), (1, 1), (3, 2), (0, 2)])
def test_match_equals_the_formula(wanted, unwanted):
    """An odd number of components, so that the median is one of them."""
    rng = np.random.default_rng(1)
    p, n = rng.uniform(-1, 1, (wanted, 21)), rng.uniform(-1, 1, (unwanted, 21))
    np.testing.assert_allclose(match(p, n), reference.match(p, n), atol=1e-12)


def test_a_minus_pushes_down_what_matches_it_and_nothing_else():
    wanted = np.array([[0.9, 0.8, 0.7, 0.1, 0.2]])
    unwanted = np.array([[0.6, 0.3, -0.9, 0.2, 0.3]])
    found = match(wanted, unwanted)
    np.testing.assert_allclose(found, [0.6, 0.8, 0.7, 0.1, 0.2])
    with pytest.raises(InputError, match="empty"):
        match(wanted[:0], unwanted[:0])
