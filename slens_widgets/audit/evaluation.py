"""Labelled images on which a live model is judged, and the live model made from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slens_widgets.class_labels import class_indices
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
    activation_bytes: int = 2**30
    """Memory for the images' activations at pruned layers; beyond it in half precision, then in a file."""
    disk_bytes: int = 2**33
    """Size of that temporary file; beyond it pruning runs the whole model every time."""

    def __repr__(self) -> str:
        kind = type(self.images).__name__
        size = f"{len(self.labels)} images" if self.labels is not None else "its own labels"
        groups = "no groups" if self.groups is None else f"{len(set(self.groups))} groups"
        return f"Evaluation({kind}, {size}, {groups})"


def live_model(
    db: ConceptDB, model: Any, evaluation: Evaluation | None, transform: Any, device: Any
) -> LiveModel:
    """Return `model` if it is a live model already, else the one made of a torch model and its evaluation.

    Raises
    ------
    InputError
        A torch model without evaluation images, labels or transform; not as many labels as images.
    """
    if isinstance(model, LiveModel):
        if evaluation is not None:
            raise InputError("Evaluation images were given with a live model, which has its own")
        return model
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

    images = ImageSet.of(evaluation.images)
    names = evaluation.class_names or images.class_names
    return TorchModel(
        model,
        images,
        label_indices(evaluation.labels, images, names),
        transform=transform,
        means={layer: db[layer].statistics["mean"] for layer in db.layers},
        class_names=names,
        groups=evaluation.groups,
        device=device,
        activation_bytes=evaluation.activation_bytes,
        disk_bytes=evaluation.disk_bytes,
    )


def label_indices(labels: Any, images: Any, names: Sequence[str] | None) -> list[int]:
    """Return class indices in the model's order; an image source's own classes are matched by name."""
    from slens_widgets.core.images import ImageSet

    if labels is not None:
        return class_indices(labels, names)
    found = ImageSet.of(images)
    labels, own = found.labels, found.class_names
    if labels is None:
        raise InputError(
            "The evaluation images have no labels",
            expected="sw.Evaluation(images, labels), or a folder with one subfolder per class",
        )
    if own is None or names is None or list(own) == list(names):
        return class_indices(labels, names)
    # The source numbers the classes that it has; the model numbers all of its own.
    place = class_indices(own, names)
    return [place[label] if 0 <= label < len(own) else label for label in labels]
