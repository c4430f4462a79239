"""Labels and groups as people bring them, read by place and turned into the model's numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from slens_widgets.arguments import given
from slens_widgets.errors import InputError, UnknownNameError


def by_place(values: Any) -> list[Any]:
    """Return values in the order given: a pandas index is never looked at, tensors become numbers."""
    if hasattr(values, "detach"):
        values = values.detach().cpu().numpy()
    if hasattr(values, "tolist"):
        values = values.tolist()
    return [
        value.item() if hasattr(value, "item") and not hasattr(value, "shape") else _plain(value)
        for value in values
    ]


def _plain(value: Any) -> Any:
    if hasattr(value, "detach"):
        value = value.detach().cpu().numpy()
    return value.tolist() if hasattr(value, "tolist") else value


def class_indices(labels: Any, names: Sequence[str] | None) -> list[int]:
    """Return the class index of every label.

    Parameters
    ----------
    labels
        Indices, whole floats, names, a column (image, 1), or one-hot rows.
    names
        The class names, in the order of the model's logits.

    Raises
    ------
    InputError
        A label has no single meaning; the row is named.
    UnknownNameError
        A name is not a class; the nearest are given.
    """
    values = [_single(row, value) for row, value in enumerate(by_place(labels))]
    if any(isinstance(value, str) for value in values):
        if names is None:
            raise InputError(
                "The labels are names, but the order of the model's classes is not known",
                expected="sw.Evaluation(images, labels, class_names=[…in the order of the logits…])",
            )
        listed = [str(name) for name in names]
        for value in values:
            if isinstance(value, str) and value not in listed:
                raise UnknownNameError.of("class", value, listed)
            if isinstance(value, str) and listed.count(value) > 1:
                raise InputError(
                    f"The label {value!r} names {listed.count(value)} classes",
                    expected="class indices, or names that differ",
                )
        place = {name: index for index, name in enumerate(listed)}
        return [
            place[value] if isinstance(value, str) else _whole(row, value) for row, value in enumerate(values)
        ]
    return [_whole(row, value) for row, value in enumerate(values)]


def _single(row: int, value: Any) -> Any:
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError as error:
            raise InputError(f"Label {given(value)} in row {row} is not UTF-8 ({error.reason})") from None
    if isinstance(value, (list, tuple)):
        if len(value) == 1:
            return _single(row, value[0])
        if all(isinstance(each, (bool, int, float)) and each in (0, 1) for each in value) and sum(value) == 1:
            return [bool(each) for each in value].index(True)
        raise InputError(
            f"Label row {row} is {given(value)}",
            expected="one class for each image: an index, a name, or a one-hot row",
            next_step="For several labels per image, audit one label at a time",
        )
    return value


def _whole(row: int, value: Any) -> int:
    if isinstance(value, (bool, int, float, np.integer, np.floating)) and value == value and value % 1 == 0:
        return int(value)
    raise InputError(
        f"Label {given(value)} in row {row}", expected="a class index (a whole number) or a class name"
    )
