"""What a classifier decides: one class of several, one of two by a single logit, or each label on its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, get_args

import numpy as np
from jaxtyping import Float, Int

from slens_widgets.arguments import given
from slens_widgets.errors import InputError, ModelError

Task = Literal["multiclass", "binary", "multilabel"]
"""The largest logit wins; one logit says which of two classes; each logit says yes or no (sigmoid)."""


def check_task(task: Any) -> Task | None:
    """Return `task` if there is such a one."""
    if task is not None and task not in get_args(Task):
        raise InputError(f"task={given(task)}", expected='"multiclass", "binary", "multilabel" or None')
    return task


def task_of(asked: Task | None, n_logits: int, class_names: Sequence[str] | None) -> Task:
    """Return the task of a model that gives `n_logits`, or say how to name it where that is not clear.

    Raises
    ------
    ModelError
        One logit that may be anything, or as many logits as the task that was asked for can't have.
    """
    if asked is None and n_logits == 1:
        if class_names is not None and len(class_names) == 2:
            return "binary"
        raise ModelError(
            "The model gives one logit, which may be a binary classifier's (sigmoid) or a number",
            expected="to be told what it is",
            next_step='sw.Evaluation(images, labels, task="binary", class_names=[negative, positive])',
        )
    if (asked == "binary" and n_logits != 1) or (asked == "multiclass" and n_logits == 1):
        raise ModelError(
            f"task={asked!r} for a model that gives {n_logits} logit{'s' * (n_logits != 1)}",
            expected='one logit for "binary", several for "multiclass"',
        )
    return asked or "multiclass"


def decisions(logits: Float[np.ndarray, "*image class"], task: Task) -> Int[np.ndarray, "*image"]:
    """Return what is decided: each image's class, or in "multilabel" 0 or 1 for each of its labels."""
    if task == "multilabel":
        return (np.asarray(logits) > 0).astype(np.int64)
    return np.asarray(logits).argmax(axis=-1)


def probability(logits: Float[np.ndarray, " class"], task: Task, target: int) -> float:
    """Return the softmax of the target's logit, or its sigmoid where each logit stands for itself."""
    logits = np.asarray(logits, np.float64)
    if task == "multiclass":
        odds = np.exp(logits - logits.max())
        return float(odds[target] / odds.sum())
    return float(1 / (1 + np.exp(-np.clip(logits[target], -700, 700))))


def said(decision: Any, class_names: Sequence[str], task: Task) -> str:
    """Return a decision or a true label in words."""
    if task != "multilabel":
        return class_names[int(decision)]
    return (
        ", ".join(class_names[int(i)] for i in np.flatnonzero(np.asarray(decision))) or "none of the labels"
    )
