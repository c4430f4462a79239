"""Labels and groups as people bring them, read by place and turned into the model's numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Int

from slens_widgets.arguments import given
from slens_widgets.errors import InputError, UnknownNameError


def by_place(values: Any) -> list[Any]:
    """Return values in the order given: a pandas index is never looked at, tensors become numbers.

    A table gives its rows.
    """
    if isinstance(values, (str, bytes, Mapping, set, frozenset)):
        raise InputError(
            f"A {type(values).__name__} in the place of a list: {given(values)}",
            expected="a list, array, tensor or column with a value for each image, in their order",
        )
    if hasattr(values, "columns") and hasattr(values, "to_numpy"):
        values = values.to_numpy()
    if hasattr(values, "toarray"):  # a sparse matrix
        values = values.toarray()
    if hasattr(values, "detach"):
        values = values.detach().cpu().numpy()
    if hasattr(values, "tolist"):
        values = values.tolist()
    if not isinstance(values, Iterable):
        raise InputError(f"{given(values)} is not a list", expected="a value for each image, in their order")
    return [
        value.item() if hasattr(value, "item") and not hasattr(value, "shape") else _plain(value)
        for value in values
    ]


def _plain(value: Any) -> Any:
    if hasattr(value, "detach"):
        value = value.detach().cpu().numpy()
    return value.tolist() if hasattr(value, "tolist") else value


def class_names_of(names: Any) -> list[str] | None:
    """Return class names in the order of the logits; a mapping is by index, as ``id2label`` is.

    Raises
    ------
    InputError
        They are in no order, or one text.
    """
    if names is None:
        return None
    if isinstance(names, Mapping):
        places = {int(key): str(name) for key, name in names.items() if str(key).isdecimal()}
        if sorted(places) != list(range(len(names))):
            raise InputError(
                f"class_names={given(names)}",
                expected=f"a name for each index from 0 to {len(names) - 1}, or a list in the logits' order",
            )
        return [places[place] for place in range(len(names))]
    return [str(name) for name in by_place(names)] or None


def distinct(names: Iterable[Any]) -> list[str]:
    """Return names of which those that stand for several classes carry their index: "crane (134)"."""
    listed = [str(name) for name in names]
    return (
        [f"{name} ({place})" if listed.count(name) > 1 else name for place, name in enumerate(listed)]
        if len(set(listed)) < len(listed)
        else listed
    )


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
    values = [_single(row, value) for row, value in enumerate(_in_order(labels, names))]
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


def class_column(
    labels: Any, names: Sequence[str] | None, n_classes: int, rows: Sequence[int] | None = None
) -> list[int]:
    """Return the class index of some rows' labels, each of them one of the model's classes.

    Parameters
    ----------
    rows
        Which rows; None: all.

    Raises
    ------
    InputError
        A label has no single meaning or is of no class; the row is named.
    """
    for row, value in enumerate(by_place(labels)):
        if isinstance(value, (list, tuple)) and len(value) not in (1, n_classes):
            raise InputError(
                f"Label row {row} is {given(value)}: {len(value)} values for {n_classes} classes",
                expected="an index, a name, or a one-hot row with a value for each class",
            )
    found = class_indices(labels, names)
    rows = range(len(found)) if rows is None else rows
    wrong = [row for row in rows if not 0 <= found[row] < n_classes]
    if wrong:
        counted = min(found) == 1 and max(found) == n_classes
        raise InputError(
            f"Label {found[wrong[0]]} in row {wrong[0]}",
            expected=f"a class index from 0 to {n_classes - 1}",
            next_step=f"These labels count from 1 to {n_classes}: subtract 1" if counted else "",
        )
    return [found[row] for row in rows]


def label_rows(labels: Any, names: Sequence[str] | None, n_labels: int) -> Int[np.ndarray, "image label"]:
    """Return 0 or 1 for every label of every image.

    Parameters
    ----------
    labels
        Rows of 0 and 1 in the order of the logits, a table whose columns are the labels' names, or the names
        of each image's labels.
    names
        The labels' names, in the order of the model's logits.

    Raises
    ------
    InputError
        A row is none of these; it is named.
    UnknownNameError
        A name is not a label's; the nearest are given.
    """
    rows = _in_order(labels, names)
    listed = None if names is None else [str(name) for name in names]
    found = np.zeros((len(rows), n_labels), np.int64)
    for row, value in enumerate(rows):
        values = sorted(value) if isinstance(value, (set, frozenset)) else value
        if not isinstance(values, (list, tuple)):
            values = [values]
        if all(isinstance(each, str) for each in values):
            for name in values:
                if listed is None or name not in listed:
                    raise UnknownNameError.of("label", name, listed or [])
                found[row, listed.index(name)] = 1
            continue
        if len(values) != n_labels:
            raise InputError(
                f"Label row {row} is {given(value)}: {len(values)} labels for {n_labels} logits",
                expected="0 or 1 for each logit, or the names of the image's labels",
            )
        wrong = [place for place, each in enumerate(values) if not _yes_or_no(each)]
        if wrong:
            raise InputError(
                f"Label {wrong[0]} in row {row} is {given(values[wrong[0]])}",
                expected="0 or 1",
                next_step="Leave out the images of which a label is not known, or decide on one",
            )
        found[row] = [int(each) for each in values]
    return found


def _in_order(labels: Any, names: Sequence[str] | None) -> list[Any]:
    """Return labels by place; the columns of a table of several are put in the order of `names`."""
    rows = by_place(labels)
    if names is None or not hasattr(labels, "columns") or len(labels.columns) < 2:
        return rows
    columns, listed = [str(name) for name in labels.columns], [str(name) for name in names]
    for name in columns:
        if name not in listed:
            raise UnknownNameError.of("class", name, listed)
    lacking = [name for name in listed if name not in columns]
    if lacking or len(columns) != len(listed):
        what = f"lacks a column {lacking[0]!r}" if lacking else "names a class twice"
        raise InputError(f"The table of labels {what}", expected="one column for each class name")
    return [[row[columns.index(name)] for name in listed] for row in rows]


def _yes_or_no(value: Any) -> bool:
    return isinstance(value, (bool, int, float, np.integer, np.floating)) and value in (0, 1)


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
            next_step='sw.Evaluation(images, labels, task="multilabel") where each logit says yes or no for '
            "a label of its own",
        )
    return value


def _whole(row: int, value: Any) -> int:
    if isinstance(value, (bool, int, float, np.integer, np.floating)) and value == value and value % 1 == 0:
        return int(value)
    raise InputError(
        f"Label {given(value)} in row {row}", expected="a class index (a whole number) or a class name"
    )
