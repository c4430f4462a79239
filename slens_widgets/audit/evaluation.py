"""Labelled images on which a live model is judged, and the live model made from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slens_widgets.class_labels import by_place, class_names_of
from slens_widgets.errors import InputError
from slens_widgets.tasks import Task
from slens_widgets.types import LiveModel

if TYPE_CHECKING:
    from slens_widgets.conceptdb import ConceptDB


@dataclass(frozen=True)
class Evaluation:
    """Labelled images, apart from the probe images, on which pruning is judged."""

    images: Any
    """Whatever `sw.ImageSet` takes: a folder, paths, images, an array, a dataset."""
    labels: Any = None
    """Class index or class name of each image, or for "multilabel" rows of 0 and 1 or the names of each
    image's labels; None where `images` brings its labels."""
    groups: Sequence[Any] | None = None
    """Group of each image (numbers or names), for the worst group's accuracy."""
    class_names: Sequence[str] | Mapping[int, str] | None = None
    """Names of the classes, in the order of the logits or by index; for "binary" the negative one first."""
    task: Task | None = None
    """What the logits decide: "multiclass" (the largest one wins), "binary" (a single one, sigmoid) or
    "multilabel" (each says yes or no, sigmoid). None takes "multiclass" for several logits, and "binary" for
    one with two class names."""
    activation_bytes: int = 2**30
    """Memory for the images' activations at pruned layers; beyond it in half precision, then in a file."""
    disk_bytes: int = 2**33
    """Size of that temporary file; beyond it pruning runs the whole model every time."""

    def __repr__(self) -> str:
        kind = type(self.images).__name__
        count = f"{len(self.labels)} images" if hasattr(self.labels, "__len__") else "labels one by one"
        size = "its own labels" if self.labels is None else count
        sized = hasattr(self.groups, "__len__")
        groups = f"{len({str(each) for each in by_place(self.groups)})} groups" if sized else "groups"
        groups = "no groups" if self.groups is None else groups
        return f"Evaluation({kind}, {size}, {groups})"


def live_model(
    db: ConceptDB,
    model: Any,
    evaluation: Evaluation | None,
    transform: Any,
    device: Any,
    output: str | int | None,
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
        if output is not None:
            raise InputError("output=… was given with a live model, which reads its own logits")
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
    names = class_names_of(evaluation.class_names) or images.class_names
    return TorchModel(
        model,
        images,
        evaluation.labels,
        transform=transform,
        means={layer: db[layer].statistics["mean"] for layer in db.layers},
        class_names=names,
        groups=evaluation.groups,
        task=evaluation.task,
        output=db.provenance.get("output") if output is None else output,
        device=device,
        activation_bytes=evaluation.activation_bytes,
        disk_bytes=evaluation.disk_bytes,
    )
