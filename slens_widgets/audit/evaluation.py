"""Labelled images on which a live model is judged, and the live model made from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from slens_widgets.errors import InputError
from slens_widgets.types import LiveModel

if TYPE_CHECKING:
    from slens_widgets.conceptdb import ConceptDB


@dataclass(frozen=True)
class Evaluation:
    """Labelled images, apart from the probe images, on which pruning is judged."""

    images: Any
    """Whatever `sw.ImageSet` takes: a folder, paths, images, an array, a dataset."""
    labels: Sequence[Any] | None = None
    """Class index or class name of each image; None where `images` brings its labels."""
    groups: Sequence[Any] | None = None
    """Group of each image (numbers or names), for the worst group's accuracy."""
    class_names: Sequence[str] | None = None
    """Names of the classes, in the order of the model's logits."""

    def __repr__(self) -> str:
        kind = type(self.images).__name__
        size = f"{len(self.labels)} images" if self.labels is not None else "its own labels"
        groups = "no groups" if self.groups is None else f"{len(set(self.groups))} groups"
        return f"Evaluation({kind}, {size}, {groups})"


def number_groups(groups: Sequence[Any] | None) -> tuple[list[int] | None, tuple[str, ...]]:
    """Return groups as integers from 0 on, and their names in that order."""
    if groups is None:
        return None, ()
    values = list(np.asarray(groups).tolist())
    names = sorted(set(values), key=lambda value: (isinstance(value, str), value))
    place = {name: i for i, name in enumerate(names)}
    return [place[value] for value in values], tuple(str(name) for name in names)


def live_model(
    db: ConceptDB, model: Any, evaluation: Evaluation | None, transform: Any, device: Any
) -> tuple[LiveModel, tuple[str, ...]]:
    """Return the live model behind `model`, and the names of its groups.

    Raises
    ------
    InputError
        A torch model without evaluation images, labels or transform; as many labels as there are not images.
    """
    if isinstance(model, LiveModel):
        return model, tuple(getattr(model, "group_names", None) or ())
    if evaluation is None:
        raise InputError(
            "A model was given without evaluation images",
            expected="evaluation=sw.Evaluation(images, labels)",
            next_step="Leave the model out to explore the database only",
        )
    if transform is None:
        raise InputError(
            "A model was given without its transform",
            expected="transform=…, the preprocessing that the database was built with",
        )
    from slens_widgets.core.ablation import TorchModel
    from slens_widgets.core.images import ImageSet

    images = evaluation.images if isinstance(evaluation.images, ImageSet) else ImageSet(evaluation.images)
    names = evaluation.class_names or images.class_names
    labels = _label_indices(images.labels if evaluation.labels is None else evaluation.labels, names)
    groups, group_names = number_groups(evaluation.groups)
    for what, values in (("labels", labels), ("groups", groups)):
        if values is not None and len(values) != len(images):
            raise InputError(f"{len(values)} {what} for {len(images)} evaluation images", expected="one each")
    live = TorchModel(
        model,
        images,
        labels,
        transform=transform,
        means={layer: db[layer].statistics["mean"] for layer in db.layers},
        class_names=names,
        groups=groups,
        device=device,
    )
    return live, group_names


def _label_indices(labels: Sequence[Any] | None, names: Sequence[str] | None) -> list[int]:
    if labels is None:
        raise InputError(
            "The evaluation images have no labels",
            expected="sw.Evaluation(images, labels), or a folder with one subfolder per class",
        )
    values = list(np.asarray(labels).tolist())
    if not any(isinstance(value, str) for value in values):
        return [int(value) for value in values]
    if names is None:
        raise InputError(
            "The evaluation labels are names, but the order of the model's classes is not known",
            expected="sw.Evaluation(images, labels, class_names=[…in the order of the logits…])",
        )
    place = {name: i for i, name in enumerate(names)}
    unknown = sorted({str(value) for value in values} - set(place))
    if unknown:
        raise InputError(f"The evaluation label {unknown[0]!r} is no class", expected=f"one of {list(names)}")
    return [place[value] for value in values]
