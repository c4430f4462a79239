"""What each of many changes of a classifier would do, from the classes that the images get."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from slens_widgets.analyses.intervals import mean_change, worst_group_change
from slens_widgets.errors import InputError


@dataclass(frozen=True)
class Effects:
    """Changes of accuracies, each in points (hundredths of a share), and of images.

    Where each label is decided on its own, decisions stand in the place of images.
    """

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
    ends: Float[np.ndarray, "change 2"]
    """Of the 95 % interval of accuracy's change, over images in pairs; NaN for fewer than 10 images."""
    worst_group_ends: Float[np.ndarray, "change 2"]
    """Of that of the lowest group's change; NaN where a group has fewer than 10 images, or there are none."""
    target_ends: Float[np.ndarray, "change 2"]
    """Of that of the target's change."""


def effects(
    before: Int[np.ndarray, " image *label"],
    after: Int[np.ndarray, "change image *label"],
    labels: Int[np.ndarray, " image *label"],
    groups: Int[np.ndarray, " image"] | None = None,
    target: int | None = None,
) -> Effects:
    """Compare what is decided of the images after each change with what was before.

    Raises
    ------
    InputError
        No images, or not as many before, after, in labels and groups.
    """
    before, after, labels = np.asarray(before), np.asarray(after), np.asarray(labels)
    if len(labels) == 0 or before.shape != labels.shape or after.shape[1:] != labels.shape:
        raise InputError(
            f"Classes of shape {before.shape} and {after.shape} for labels of shape {labels.shape}",
            expected="(image,), (change, image) and (image,), or each with labels last; at least one image",
        )
    was, now = (before == labels)[None], after == labels
    nothing, no_ends = np.full(len(after), np.nan), np.full((len(after), 2), np.nan)
    if target is None:
        of_target = np.zeros(labels.shape, bool)
    else:
        of_target = labels == target if labels.ndim == 1 else np.arange(labels.shape[1]) == target
        of_target = np.broadcast_to(of_target, labels.shape)
    axes = tuple(range(1, now.ndim))
    worst_group_ends = target_ends = no_ends
    if groups is not None and len(after):
        worst_group_ends = 100 * np.stack([worst_group_change(was[0], each, groups) for each in now])
    if of_target.any():
        # The decisions on one label are one for each image of it.
        target_ends = 100 * mean_change(was[:, of_target], now[:, of_target])
    return Effects(
        accuracy=100 * (now.mean(axis=axes) - was.mean(axis=axes)),
        worst_group=nothing if groups is None else 100 * (_worst(now, groups) - _worst(was, groups)),
        target=(
            100 * (now[:, of_target].mean(axis=1) - was[:, of_target].mean(axis=1))
            if of_target.any()
            else nothing
        ),
        fixed=(now & ~was).sum(axis=axes),
        broken=(was & ~now).sum(axis=axes),
        ends=100 * mean_change(was, now),
        worst_group_ends=worst_group_ends,
        target_ends=target_ends,
    )


def _worst(
    right: Bool[np.ndarray, "change image *label"], groups: Int[np.ndarray, " image"]
) -> Float[np.ndarray, " change"]:
    axes = tuple(range(1, right.ndim))
    return np.stack([right[:, groups == group].mean(axis=axes) for group in np.unique(groups)]).min(axis=0)
