"""Labels as people bring them have one meaning or none."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from slens_widgets.class_labels import by_place, class_indices
from slens_widgets.core.hooks import audited
from slens_widgets.errors import InputError, ModelError, UnknownNameError

NAMES = ("cat", "dog", "crane", "crane")


@pytest.mark.parametrize(
    "labels",
    [
        [1, 0, 1],
        (1, 0, 1),
        [1.0, 0.0, 1.0],
        [True, False, True],
        ["dog", "cat", "dog"],
        [b"dog", b"cat", b"dog"],
        np.array([1, 0, 1], np.int16),
        np.array([[1], [0], [1]]),
        np.array([[0, 1, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0]]),
        torch.tensor([1, 0, 1]),
        torch.tensor([[1.0], [0.0], [1.0]]),
        [torch.tensor(1), torch.tensor(0), torch.tensor(1)],
        pd.Series([1, 0, 1], index=[2, 0, 1]),
        pd.Series(["dog", "cat", "dog"], index=[5, 1, 0]),
        pd.Series(["dog", "cat", "dog"], dtype="category"),
    ],
    ids=lambda labels: f"{type(labels).__name__} {labels!r}".replace("\n", " ")[:40],
)
def test_labels_of_one_meaning_are_taken_by_place(labels) -> None:
    assert class_indices(labels, NAMES) == [1, 0, 1]


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ([0, 0.9], "row 1"),
        ([0, math.nan], "row 1"),
        ([0, math.inf], "row 1"),
        ([None, 0], "row 0"),
        ([[1, 1, 0, 0]], "row 0"),
        ([[0, 0, 0, 0]], "row 0"),
        ([[0.2, 0.8, 0, 0]], "row 0"),
        ([b"\xff"], "not UTF-8"),
        (["crane"], "names 2 classes"),
        (pd.Series([0, None]), "row 1"),
    ],
    ids=str,
)
def test_labels_without_a_single_meaning_are_refused_with_their_row(labels, said: str) -> None:
    with pytest.raises(InputError, match=said):
        class_indices(labels, NAMES)


def test_a_name_that_is_not_a_class_gets_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="Nearest: 'dog'"):
        class_indices(["cat", "dgo"], NAMES)
    with pytest.raises(InputError, match="class_names="):
        class_indices(["cat"], None)


def test_groups_of_a_shuffled_table_keep_their_place() -> None:
    table = pd.DataFrame({"site": ["a", "b", "c"]}).sample(frac=1, random_state=1)
    assert by_place(table["site"]) == table["site"].tolist()
    assert by_place(torch.tensor([3, 1])) == [3, 1]


def test_scripted_and_exported_models_are_refused_before_any_work() -> None:
    model, x = nn.Sequential(nn.Conv2d(3, 2, 1), nn.Flatten()), torch.zeros(1, 3, 4, 4)
    for each in (
        torch.jit.script(model),
        torch.jit.trace(model, x),
        torch.export.export(model, (x,)).module(),
    ):
        with pytest.raises(ModelError, match="scripted, traced or exported"):
            audited(each)
    assert audited(torch.nn.DataParallel(model)) is model
