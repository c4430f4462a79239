"""What each of many changes of a classifier would do, from the classes that the images get."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from slens_widgets.errors import InputError


@dataclass(frozen=True)
class Effects:
    """Changes of accuracies, each in points (hundredths of a share), and of images."""

    accuracy: Float[np.ndarray, " change"]
    """Among all images."""
    worst_group: Float[np.ndarray, " change"]
    """Of the lowest group's; NaN without groups."""
    target: Float[np.ndarray, " change"]
    """Among the images of the target class; NaN without one."""
    fixed: Int[np.ndarray, " change"]
    """Number of images that get their own class and did not."""
    broken: Int[np.ndarray, " change"]
    """Number of images that did."""


def effects(
    before: Int[np.ndarray, " image"],
    after: Int[np.ndarray, "change image"],
    labels: Int[np.ndarray, " image"],
    groups: Int[np.ndarray, " image"] | None = None,
    target: int | None = None,
) -> Effects:
    """Compare the classes that images get after each change with those before.

    Raises
    ------
    InputError
        No images, or not as many before, after, in labels and groups.
    """
    before, after, labels = np.asarray(before), np.asarray(after), np.asarray(labels)
    if len(labels) == 0 or before.shape != labels.shape or after.shape[1:] != labels.shape:
        raise InputError(
            f"Classes of shape {before.shape} and {after.shape} for labels of shape {labels.shape}",
            expected="(image,), (change, image) and (image,), at least one image",
        )
    was, now = (before == labels)[None], after == labels
    nothing = np.full(len(after), np.nan)
    of_target = labels == target
    return Effects(
        accuracy=100 * (now.mean(axis=1) - was.mean(axis=1)),
        worst_group=nothing if groups is None else 100 * (_worst(now, groups) - _worst(was, groups)),
        target=(
            100 * (now[:, of_target].mean(axis=1) - was[:, of_target].mean(axis=1))
            if target is not None and of_target.any()
            else nothing
        ),
        fixed=(now & ~was).sum(axis=1),
        broken=(was & ~now).sum(axis=1),
    )


def _worst(
    right: Bool[np.ndarray, "change image"], groups: Int[np.ndarray, " image"]
) -> Float[np.ndarray, " change"]:
    return np.stack([right[:, groups == group].mean(axis=1) for group in np.unique(groups)]).min(axis=0)
