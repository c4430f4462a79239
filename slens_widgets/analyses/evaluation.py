"""What a classifier gets right: in all, per class, per group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, Int

from slens_widgets.analyses import roc
from slens_widgets.errors import InputError


@dataclass(frozen=True)
class Metrics:
    """Accuracies of a classifier on one evaluation set, each a share in [0, 1].

    Where each label is decided on its own, they are shares of decisions: a label is decided of every image.
    """

    accuracy: float
    """Share of all images that get their own class; with several labels, of all decisions that are right."""
    per_class: dict[str, float]
    """The same among the images of each class that has any; with several labels, each one's decisions."""
    worst_group: float | None
    """The lowest of `per_group`; None without groups."""
    per_group: dict[str, float]
    """The same among the images of each group; empty without groups."""
    predicted: dict[str, float]
    """Share of all images that is called each class, or said to show each label."""
    n: int
    """Number of images."""
    auroc: dict[str, float] = field(default_factory=dict)
    """Where logits stand alone, how well each tells its images from the others: the area under the ROC curve,
    which a label that is rare does not raise; NaN where all images show it or none does."""
    without_images: tuple[str, ...] = ()
    """Classes of which there is no image, so that nothing is known of them."""

    def __repr__(self) -> str:
        classes = ", ".join(f"{name} {value:.3f}" for name, value in self.per_class.items())
        worst = "" if self.worst_group is None else f", worst group {self.worst_group:.3f}"
        areas = ", ".join(
            f"{name} {value:.3f}" if value == value else f"{name} unknown ({roc.UNKNOWN})"
            for name, value in self.auroc.items()
        )
        areas = f"; AUROC {areas}" if areas else ""
        lacking = f"; no images of {', '.join(self.without_images)}" if self.without_images else ""
        return f"Metrics(accuracy {self.accuracy:.3f}{worst}; {classes}{areas}{lacking}; n={self.n})"


def evaluate(
    predicted: Int[np.ndarray, " image *label"],
    labels: Int[np.ndarray, " image *label"],
    class_names: Sequence[str],
    groups: Int[np.ndarray, " image"] | None = None,
    group_names: Sequence[str] = (),
    alone: Float[np.ndarray, "image label"] | None = None,
) -> Metrics:
    """Return the accuracies of what is decided; group g is called `group_names[g]`.

    Parameters
    ----------
    predicted, labels
        Class of each image, or 0 and 1 for each label of each image.
    alone
        Logits that stand alone: of each label, or the single one of two classes.

    Raises
    ------
    InputError
        No images, or not as many labels or groups as there are images.

    Source: worst-group accuracy as in Sagawa et al. (arXiv 1911.08731).
    """
    predicted, labels = np.asarray(predicted), np.asarray(labels)
    if predicted.ndim not in (1, 2) or len(predicted) == 0 or labels.shape != predicted.shape:
        raise InputError(
            f"Predicted classes of shape {predicted.shape} for labels of shape {labels.shape}",
            expected="(image,) and (image,), or (image, label) twice; at least one image",
        )
    right = predicted == labels
    if labels.ndim == 2:
        per_class = {name: float(right[:, c].mean()) for c, name in enumerate(class_names)}
        count = labels.sum(axis=0)
    else:
        count, hits = (
            np.bincount(labels[where], minlength=len(class_names)) for where in (slice(None), right)
        )
        per_class = {name: float(hits[c] / count[c]) for c, name in enumerate(class_names) if count[c]}
    areas = {}
    if alone is not None:
        told = labels if labels.ndim == 2 else labels[:, None]
        names = list(class_names)[-told.shape[1] :]
        areas = {name: roc.auroc(alone[:, c], told[:, c] == 1) for c, name in enumerate(names)}
    per_group: dict[str, float] = {}
    if groups is not None:
        groups = np.asarray(groups)
        if groups.shape != labels.shape[:1]:
            raise InputError(f"{len(groups)} groups for {len(labels)} images", expected="one each")
        for group in np.unique(groups):
            name = str(group_names[group]) if 0 <= group < len(group_names) else str(group)
            per_group[name] = float(right[groups == group].mean())
    worst = min(per_group.values()) if per_group else None
    lacking = tuple(name for c, name in enumerate(class_names) if not count[c])
    called = shares(predicted, class_names)
    return Metrics(float(right.mean()), per_class, worst, per_group, called, len(labels), areas, lacking)


def shares(classes: Int[np.ndarray, " image *label"], class_names: Sequence[str]) -> dict[str, float]:
    """Return the share of the images that is of each class, or shows each label."""
    if classes.ndim == 2:
        found = classes.mean(axis=0)
    else:
        found = np.bincount(classes, minlength=len(class_names)) / len(classes)
    return {name: float(found[c]) for c, name in enumerate(class_names)}


def confusion(
    labels: Int[np.ndarray, " image"], predicted: Int[np.ndarray, " image"], n_classes: int
) -> Int[np.ndarray, "label predicted"]:
    """Return how many images of each class get each class."""
    pairs = np.asarray(labels) * n_classes + np.asarray(predicted)
    return np.bincount(pairs, minlength=n_classes**2).reshape(n_classes, n_classes)
