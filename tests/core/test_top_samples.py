from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from slens_widgets.core.top_samples import TopSamples
from slens_widgets.errors import InputError


def reference(values: np.ndarray, m: int) -> tuple[np.ndarray, np.ndarray]:
    """Sort everything: highest first, of equals the lower id."""
    ids = np.array([sorted(range(len(column)), key=lambda i: (-column[i], i))[:m] for column in values.T])
    return np.take_along_axis(values.T, ids, 1), ids


def top(values: np.ndarray, ids: list[int], m: int) -> TopSamples:
    found = TopSamples(values.shape[1], m)
    found.update(torch.from_numpy(values[ids]), torch.tensor(ids))
    return found


# Few distinct values, so that ties are the rule; infinities are values like any other.
matrices = hnp.arrays(
    np.float32,
    st.tuples(st.integers(1, 24), st.integers(1, 6)),
    elements=st.sampled_from([-np.inf, -3.0, -1.0, 0.0, 1e-8, 10.01, 10.02]),
)


@settings(deadline=None, max_examples=80)
@given(matrices, st.data())
def test_merging_any_split_in_any_order_equals_one_pass(values: np.ndarray, data: st.DataObject) -> None:
    n = len(values)
    m = data.draw(st.integers(1, n))
    parts = data.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n))
    order = data.draw(st.permutations(range(n)))
    whole = TopSamples(values.shape[1], m)
    for part in range(4):
        ids = [i for i in order if parts[i] == part]
        if ids:
            whole.merge(top(values, ids, m))
    activations, image_ids = whole.result()
    expected, expected_ids = reference(values, m)
    assert np.array_equal(activations, expected)
    assert np.array_equal(image_ids, expected_ids)


def test_an_all_negative_component_keeps_its_least_negative_images() -> None:
    values = -np.arange(1, 9, dtype=np.float32)[:, None]
    activations, ids = top(values, list(range(8)), 3).result()
    assert activations.tolist() == [[-1, -2, -3]]
    assert ids.tolist() == [[0, 1, 2]]


def test_values_that_half_precision_confuses_are_told_apart() -> None:
    values = np.array([[10.01], [10.02]], np.float32)
    assert top(values, [0, 1], 1).result()[1].tolist() == [[1]]


def test_more_examples_than_images_is_an_error() -> None:
    with pytest.raises(InputError, match="m=5 examples of 4 images"):
        top(np.zeros((4, 2), np.float32), [0, 1, 2, 3], 5).result()


def test_nan_and_wrong_shapes_are_refused() -> None:
    found = TopSamples(2, 1)
    with pytest.raises(InputError, match="NaN"):
        found.update(torch.tensor([[0.0, float("nan")]]), torch.tensor([0]))
    with pytest.raises(InputError, match="Expected"):
        found.update(torch.zeros(1, 3), torch.tensor([0]))
    with pytest.raises(InputError, match="merged into"):
        found.merge(TopSamples(2, 2))
    with pytest.raises(InputError, match="at least one"):
        TopSamples(0, 1)
