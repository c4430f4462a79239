"""What a classifier gets right: in all, per class, per group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from slens_widgets.errors import InputError


@dataclass(frozen=True)
class Metrics:
    """Accuracies of a classifier on one evaluation set, each a share in [0, 1]."""

    accuracy: float
    """Share of all images that get their own class."""
    per_class: dict[str, float]
    """The same among the images of each class that has any."""
    worst_group: float | None
    """The lowest of `per_group`; None without groups."""
    per_group: dict[str, float]
    """The same among the images of each group; empty without groups."""
    n: int
    """Number of images."""

    def __repr__(self) -> str:
        classes = ", ".join(f"{name} {value:.3f}" for name, value in self.per_class.items())
        worst = "" if self.worst_group is None else f", worst group {self.worst_group:.3f}"
        return f"Metrics(accuracy {self.accuracy:.3f}{worst}; {classes}; n={self.n})"


def evaluate(
    predicted: Int[np.ndarray, " image"],
    labels: Int[np.ndarray, " image"],
    class_names: Sequence[str],
    groups: Int[np.ndarray, " image"] | None = None,
    group_names: Sequence[str] = (),
) -> Metrics:
    """Return the accuracies of predicted classes; group g is called `group_names[g]`.

    Raises
    ------
    InputError
        No images, or not as many labels or groups as there are images.

    Source: worst-group accuracy as in Sagawa et al. (arXiv 1911.08731).
    """
    predicted, labels = np.asarray(predicted), np.asarray(labels)
    if predicted.ndim != 1 or len(predicted) == 0 or labels.shape != predicted.shape:
        raise InputError(
            f"Predicted classes of shape {predicted.shape} for labels of shape {labels.shape}",
            expected="(image,) and (image,), at least one image",
        )
    right = predicted == labels
    count, hits = (np.bincount(labels[where], minlength=len(class_names)) for where in (slice(None), right))
    per_class = {name: float(hits[c] / count[c]) for c, name in enumerate(class_names) if count[c]}
    per_group: dict[str, float] = {}
    if groups is not None:
        groups = np.asarray(groups)
        if groups.shape != labels.shape:
            raise InputError(f"{len(groups)} groups for {len(labels)} images", expected="one each")
        for group in np.unique(groups):
            name = str(group_names[group]) if 0 <= group < len(group_names) else str(group)
            per_group[name] = float(right[groups == group].mean())
    worst = min(per_group.values()) if per_group else None
    return Metrics(float(right.mean()), per_class, worst, per_group, len(labels))


def confusion(
    labels: Int[np.ndarray, " image"], predicted: Int[np.ndarray, " image"], n_classes: int
) -> Int[np.ndarray, "label predicted"]:
    """Return how many images of each class get each class."""
    pairs = np.asarray(labels) * n_classes + np.asarray(predicted)
    return np.bincount(pairs, minlength=n_classes**2).reshape(n_classes, n_classes)
