"""What a classifier gets right, from its logits: in all, per class, per group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

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
    logits: Float[np.ndarray, "image class"],
    labels: Int[np.ndarray, " image"],
    class_names: Sequence[str],
    groups: Int[np.ndarray, " image"] | None = None,
    group_names: Sequence[str] = (),
) -> Metrics:
    """Return the accuracies of the most likely class (ties: the first); group g is called `group_names[g]`.

    Raises
    ------
    InputError
        No images, or as many labels or groups as there are not logits.

    Source: worst-group accuracy as in Sagawa et al. (arXiv 1911.08731).
    """
    logits, labels = np.asarray(logits), np.asarray(labels)
    if logits.ndim != 2 or len(logits) == 0 or labels.shape != logits.shape[:1]:
        raise InputError(
            f"Logits of shape {logits.shape} for labels of shape {labels.shape}",
            expected="(image, class) and (image,), at least one image",
        )
    right = logits.argmax(axis=1) == labels
    per_class = {
        name: float(right[labels == c].mean()) for c, name in enumerate(class_names) if (labels == c).any()
    }
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


def flips(
    before: Float[np.ndarray, "image class"], after: Float[np.ndarray, "image class"]
) -> Int[np.ndarray, " flip"]:
    """Return the positions of the images whose most likely class changed."""
    return np.flatnonzero(np.argmax(before, axis=1) != np.argmax(after, axis=1))


def confusion(
    labels: Int[np.ndarray, " image"], predicted: Int[np.ndarray, " image"], n_classes: int
) -> Int[np.ndarray, "label predicted"]:
    """Return how many images of each class get each class."""
    pairs = np.asarray(labels) * n_classes + np.asarray(predicted)
    return np.bincount(pairs, minlength=n_classes**2).reshape(n_classes, n_classes)
