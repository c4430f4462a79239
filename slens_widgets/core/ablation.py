"""A live model with an evaluation set: re-evaluated with components taken away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from typing import Any, get_args

import numpy as np
import torch
from jaxtyping import Float, Int
from PIL.Image import Image
from torch import Tensor, nn

from slens_widgets.class_labels import class_names_of, distinct
from slens_widgets.core.ablated_logits import AblatedLogits
from slens_widgets.core.activations import Transform, check_pooling, run_model
from slens_widgets.core.class_relevance import class_relevance, image_relevance
from slens_widgets.core.component_axes import look_at_axes
from slens_widgets.core.composites import Crp
from slens_widgets.core.correction import corrected
from slens_widgets.core.evaluation_images import EvaluationImages
from slens_widgets.core.flow import Flow, flowing
from slens_widgets.core.given_images import given_activations
from slens_widgets.core.hooks import audited, default_device, evaluating, resolve_layer
from slens_widgets.core.logits import Logits, check_output
from slens_widgets.core.pruned import pruned_copy
from slens_widgets.core.reevaluation import Engine
from slens_widgets.core.relevance import Relevance
from slens_widgets.core.stored_activations import Room
from slens_widgets.core.training_images import TrainingImages
from slens_widgets.core.views import Views
from slens_widgets.errors import InputError, UnknownNameError
from slens_widgets.tasks import Task, check_task, task_of
from slens_widgets.types import AblationMode, Component, CorrectionSettings, Progress, RelevanceMethod
from slens_widgets.untrusted import logger_of

logger = logger_of(__name__)


class TorchModel:
    """A torch model and its evaluation images; implements `types.LiveModel`.

    With components ablated only what follows them is computed, where the model can be split there (see
    `engine`); the logits are those of a full pass to 1e-4. Changed weights are noticed, and what was kept is
    then computed anew. Unreadable images are left out, with a warning; `labels`, `groups` and logits hold the
    others, in order.

    Parameters
    ----------
    model
        Maps a batch of inputs to logits. It is never changed.
    images
        An `ImageSet` or anything that one is made of.
    labels
        Class index or name of every image, or 0 and 1 for each of its labels; default: the image set's.
    transform
        The model's evaluation transform.
    means
        For every layer that may be pruned, the mean activation of each component over the probe images and
        their positions: what mode "mean" puts in its place.
    class_names
        Names in the order of the logits.
    groups
        A group (integer or name) of every image, for worst-group accuracy.
    task
        "multiclass" (the largest logit wins), "binary" (one logit, which is of the second of two classes) or
        "multilabel" (each logit says yes or no for a label). None: by the number of logits, where that is
        clear.
    output
        Which of the model's outputs holds the logits, by name or place in a tuple; None: the only one, or
        `logits`.
    device
        Default: CUDA where there is one, else the CPU.
    cache_bytes
        How much memory preprocessed images may take; the others are read again in every pass.
    activation_bytes
        How much memory the activations of all images at the ablated layers may take. Beyond it they are kept
        in half precision, and beyond that in a temporary file, deleted on `close`.
    disk_bytes
        How large that file may become; beyond it every evaluation is a full pass.
    """

    class_names: Sequence[str]
    labels: Sequence[Any]
    task: Task
    groups: Sequence[int] | None

    def __init__(
        self,
        model: nn.Module,
        images: Any,
        labels: Any = None,
        *,
        transform: Transform,
        means: Mapping[str, Float[np.ndarray, " component"]],
        class_names: Sequence[str] | None = None,
        groups: Sequence[int | str] | None = None,
        task: Task | None = None,
        output: str | int | None = None,
        device: torch.device | str | None = None,
        batch_size: int | None = None,
        relevance: Relevance = "crp",
        cache_bytes: int = 2**30,
        activation_bytes: int = 2**30,
        disk_bytes: int = 2**33,
    ) -> None:
        model = audited(model)
        for layer in means:
            resolve_layer(model, layer)
        self._model, self._relevance = model, relevance
        self._means = {layer: np.asarray(values) for layer, values in means.items()}
        self._device = default_device(device)
        size = batch_size or (32 if self._device.type == "cpu" else 256)
        self._images = EvaluationImages(images, labels, groups, transform, size, self._device, cache_bytes)
        self.image_ids = self._images.ids
        self.groups, self.group_names = self._images.groups, self._images.group_names
        known = class_names_of(class_names) or self._images.images.class_names
        n = self._n_logits(output := check_output(output))
        self.task = task_of(check_task(task), n, known)
        n = 2 if self.task == "binary" else n
        if known is not None and len(known) != n:
            what = "a binary model" if self.task == "binary" else f"{n} logits"
            raise InputError(f"{len(known)} class names for {what}", expected=f"{n} names")
        self.class_names = [f"class {i}" for i in range(n)] if known is None else distinct(known)
        self._images.read_labels(self.task, known, n)
        self.labels = self._images.labels
        self._reading = Logits(output, self.task)
        room = Room(activation_bytes, disk_bytes)
        self._logits = AblatedLogits(model, self._images, self._means, self._device, room, self._reading)
        self._lock = self._logits.lock
        self._transform, self._views = transform, Views(transform)

    def _n_logits(self, output: str | int | None) -> int:
        with evaluating(self._model, self._device) as model, torch.no_grad():
            look_at_axes(model, first := self._images.first())
            return Logits(output).raw(run_model(model, first)).shape[1]

    def logits(
        self,
        pruned: Sequence[Component] = (),
        mode: AblationMode = "mean",
        *,
        progress: Progress | None = None,
    ) -> Float[np.ndarray, "image class"]:
        """Return the logits of the evaluation images with `pruned` ablated, in a read-only float32 array.

        Raises
        ------
        UnknownNameError
            If a layer or component does not exist.
        Cancelled
            If `progress` raises it.
        """
        if mode not in get_args(AblationMode):
            raise InputError(f"mode={mode!r}", expected='"mean" or "zero"')
        return self._logits.get(self._logits.by_layer(pruned), mode, progress)

    @property
    def revision(self) -> int:
        """A number that changes when the model's weights were changed."""
        return self._logits.revision

    def steady(self) -> AbstractContextManager[Any]:
        """Look at the weights once, now, and take them for unchanged until the end of the context.

        Reading all weights is what takes longest of an evaluation in the closed form.
        """
        return self._logits.steady()

    def engine(self, layers: str | Iterable[str], *, progress: Progress | None = None) -> Engine:
        """Return how the logits are had with components of these layers ablated together, and why so.

        The first call for a layer decides it, which may take a pass over the images.
        """
        names = [layers] if isinstance(layers, str) else list(layers)
        for layer in names:
            self._logits.check(layer)
        return self._logits.engine(names, progress)

    def known_engine(self, layers: Iterable[str]) -> Engine | None:
        """Return what `engine` decided for these layers, None where it was not asked; never waits."""
        return self._logits.known_engine(layers)

    def predictions(
        self,
        layer: str,
        indices: Sequence[int],
        mode: AblationMode = "mean",
        *,
        rows: Sequence[int] | None = None,
        progress: Progress | None = None,
    ) -> Int[np.ndarray, "component image *label"] | None:
        """Return what is decided of each image (of those at `rows`) with each component alone ablated.

        None where every component would take a full pass.
        """
        self._logits.by_layer([Component(layer, int(index)) for index in indices])
        return self._logits.predictions(layer, list(indices), mode, rows, progress)

    def pruned_model(self, pruned: Sequence[Component], mode: AblationMode = "mean") -> nn.Module:
        """Return a copy of the model, in evaluation mode, that gives the logits of `logits(pruned, mode)`."""
        if mode not in get_args(AblationMode):
            raise InputError(f"mode={mode!r}", expected='"mean" or "zero"')
        indices = self._logits.by_layer(pruned)
        with self._lock:
            return pruned_copy(self._model, indices, self._means if mode == "mean" else None)

    def corrected(
        self,
        method: str,
        components: Sequence[Component],
        training: TrainingImages | None,
        settings: CorrectionSettings,
        mode: AblationMode = "mean",
        *,
        progress: Progress | None = None,
    ) -> tuple[nn.Module, dict[str, Any]]:
        """Return a mended copy of the model and what was done; see `correction.corrected`."""
        indices = self._logits.by_layer(components)
        values = self._means if mode == "mean" else None
        with self._lock:
            return corrected(
                self._model,
                method,
                indices,
                values,
                training,
                settings,
                self._device,
                self._reading,
                progress,
            )

    def training_images(self, images: Any, labels: Any, groups: Any) -> TrainingImages:
        """Return labelled images to learn from, with this model's transform and classes."""
        found = EvaluationImages(images, labels, groups, self._transform, 1, self._device, 0)
        found.read_labels(self.task, self.class_names, len(self.class_names))
        return TrainingImages(
            found.images,
            found.ids,
            np.asarray(found.labels),
            None if found.groups is None else np.asarray(found.groups),
            self._transform,
        )

    def logits_of(
        self, model: nn.Module, *, progress: Progress | None = None
    ) -> Float[np.ndarray, "image class"]:
        """Return the logits that another model gives of the evaluation images."""
        return self._logits.of(model, progress)

    @cached_property
    def images_digest(self) -> str:
        """A hash of the evaluation images."""
        return self._images.digest()

    def picture(self, position: int) -> Image:
        """Return the evaluation image at a position of `labels` and of the logits."""
        return self._images.images[self.image_ids[position]]

    def close(self) -> None:
        """Let go of what is kept of the images, and of temporary files; it is made again when needed."""
        self._logits.close()
        self._images.forget()

    def view(self, image: Image) -> Image:
        """Return the part of an image that the model sees."""
        return self._views.of(*image.size).cut(image)

    def pooled_activations(
        self,
        images: Sequence[Image],
        layers: Sequence[str],
        pooling: str,
        *,
        progress: Progress | None = None,
    ) -> dict[str, Float[np.ndarray, "image component"]]:
        """Return the pooled activations of all components of some layers in any images, by layer."""
        with self._lock:
            return given_activations(
                self._model, images, layers, transform=self._transform, pooling=check_pooling(pooling),
                device=self._device, progress=progress,
            )  # fmt: skip

    @contextmanager
    def flow(
        self, images: Sequence[Image], layers: Sequence[str], target: int | None, method: RelevanceMethod
    ) -> Iterator[Flow]:
        """Keep the way back from the images' logits open; see `flow.flowing`."""
        inputs = torch.stack([self._transform(image.convert("RGB")) for image in images])
        crp = self._relevance if isinstance(self._relevance, Crp) else "crp"
        with flowing(
            self._model,
            inputs,
            layers,
            target,
            method=method,
            crp=crp,
            device=self._device,
            reading=self._reading,
        ) as found:
            yield found

    def class_relevance(
        self, layer: str, target: int, *, progress: Progress | None = None
    ) -> Float[np.ndarray, " component"]:
        """Return the mean relevance of every component of `layer` for class `target` over its images.

        Raises
        ------
        UnknownNameError
            If the layer or class does not exist.
        InputError
            If no evaluation image is of the class.
        """
        inputs = self._of_class(layer, target, progress)
        with self._lock:
            return class_relevance(
                self._model,
                inputs,
                layer,
                target,
                relevance=self._rules,
                device=self._device,
                reading=self._reading,
            )

    def image_relevance(
        self, layer: str, target: int, *, progress: Progress | None = None
    ) -> Float[np.ndarray, "image component"]:
        """Return the relevance for class `target` of every component in each image of the class, in order.

        Raises
        ------
        UnknownNameError
            If the layer or class does not exist.
        InputError
            If no evaluation image is of the class.
        """
        inputs = self._of_class(layer, target, progress)
        with self._lock:
            return image_relevance(
                self._model,
                inputs,
                layer,
                target,
                relevance=self._rules,
                device=self._device,
                reading=self._reading,
            )

    @property
    def _rules(self) -> Relevance:
        return self._relevance if isinstance(self._relevance, Crp) else "crp"

    def _of_class(self, layer: str, target: int, progress: Progress | None) -> Iterator[Tensor]:
        resolve_layer(self._model, layer)
        if not 0 <= target < len(self.class_names):
            raise UnknownNameError(
                f"There is no class {target}", expected=f"an index from 0 to {len(self.class_names) - 1}"
            )
        return self._images.of_class(target, self.class_names[target], progress)
