"""A live model with an evaluation set: re-evaluated, exactly, with components taken away."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from slens_widgets.core.activations import Transform, batches, run_model
from slens_widgets.core.class_relevance import class_relevance, image_relevance
from slens_widgets.core.composites import Crp
from slens_widgets.core.hooks import ablate, default_device, evaluating, resolve_layer, tensor_of
from slens_widgets.core.images import ImageSet
from slens_widgets.core.relevance import Relevance
from slens_widgets.errors import InputError, ModelError, UnknownNameError
from slens_widgets.types import AblationMode, Component, Progress

logger = logging.getLogger(__name__)


class TorchModel:
    """A torch model and its evaluation images; implements `types.LiveModel` by exact forward passes.

    Unreadable images are left out, with a warning; `labels`, `groups` and logits hold the others, in order.

    Parameters
    ----------
    model
        Maps a batch of inputs to logits. It is never changed.
    images
        An `ImageSet` or anything that one is made of.
    labels
        Class index of every image; default: the image set's.
    transform
        The model's evaluation transform.
    means
        For every layer that may be pruned, the mean activation of each component over the probe images and
        their positions: what mode "mean" puts in its place.
    class_names
        Names in the order of the logits.
    groups
        A group (integer or name) of every image, for worst-group accuracy.
    device
        Default: CUDA where there is one, else the CPU.
    cache_bytes
        How much memory preprocessed images may take; the others are read again in every pass.
    """

    class_names: Sequence[str]
    labels: Sequence[int]
    groups: Sequence[int] | None

    def __init__(
        self,
        model: nn.Module,
        images: Any,
        labels: Sequence[int] | None = None,
        *,
        transform: Transform,
        means: Mapping[str, Float[np.ndarray, " component"]],
        class_names: Sequence[str] | None = None,
        groups: Sequence[int | str] | None = None,
        device: torch.device | str | None = None,
        batch_size: int | None = None,
        relevance: Relevance = "crp",
        cache_bytes: int = 2**30,
    ) -> None:
        self._images = ImageSet.of(images)
        labels = self._images.labels if labels is None else labels
        if labels is None:
            raise InputError("The evaluation images have no labels", expected="a class index for each image")
        for given, what in ((labels, "labels"), (groups, "groups")):
            if given is not None and len(given) != len(self._images):
                raise InputError(f"{len(given)} {what} for {len(self._images)} images", expected="one each")
        for layer in means:
            resolve_layer(model, layer)
        self._model, self._transform, self._relevance = model, transform, relevance
        self._means = {layer: np.asarray(values) for layer, values in means.items()}
        self._device = default_device(device)
        self._batch_size = batch_size or (32 if self._device.type == "cpu" else 256)
        self._cache_bytes = cache_bytes
        self._cache: list[tuple[list[int], Tensor]] | None = None
        self._results: OrderedDict[tuple[frozenset[Component], str], np.ndarray] = OrderedDict()
        # One pass at a time: two would see each other's hooks.
        self._lock = threading.RLock()
        self.image_ids = self._images.check()
        if not self.image_ids:
            raise InputError("None of the evaluation images can be read")
        self.labels = [int(labels[id]) for id in self.image_ids]
        self.group_names: list[str] | None = None
        self.groups = self._group_indices(groups)
        known = class_names if class_names is not None else self._images.class_names
        n = self._n_classes()
        if known is not None and len(known) != n:
            raise InputError(f"{len(known)} class names for {n} logits", expected="one for each logit")
        self.class_names = (
            [f"class {i}" for i in range(n)] if known is None else [str(each) for each in known]
        )
        wrong = [label for label in self.labels if not 0 <= label < n]
        if wrong:
            raise InputError(f"Label {wrong[0]} of an image", expected=f"a class index from 0 to {n - 1}")

    def _group_indices(self, groups: Sequence[int | str] | None) -> list[int] | None:
        if groups is None:
            return None
        kept = [groups[id] for id in self.image_ids]
        if all(isinstance(each, (int, np.integer)) for each in kept):
            return [int(each) for each in kept]
        self.group_names = sorted({str(each) for each in kept})
        return [self.group_names.index(str(each)) for each in kept]

    def _n_classes(self) -> int:
        with evaluating(self._model, self._device), torch.no_grad():
            for _, inputs in batches(self._images, self.image_ids[:1], self._transform, 1, self._device):
                return self._logits_of(inputs).shape[1]
        raise InputError("None of the evaluation images can be read")

    def _logits_of(self, inputs: Tensor) -> Tensor:
        logits = tensor_of(run_model(self._model, inputs), "output")
        if logits.ndim != 2:
            raise ModelError(f"The model gives {tuple(logits.shape)}", expected="logits (image, class)")
        return logits

    def logits(
        self,
        pruned: Sequence[Component] = (),
        mode: AblationMode = "mean",
        *,
        progress: Progress | None = None,
    ) -> Float[np.ndarray, "image class"]:
        """Return the logits of the evaluation images with `pruned` ablated, in float32.

        Raises
        ------
        UnknownNameError
            If a layer or component does not exist.
        Cancelled
            If `progress` raises it.
        """
        if mode not in get_args(AblationMode):
            raise InputError(f"mode={mode!r}", expected='"mean" or "zero"')
        key = (frozenset(Component(*each) for each in pruned), mode if len(pruned) else "")
        if key in self._results:
            return self._results[key].copy()
        indices = self._indices(key[0])
        with self._lock:
            return self._evaluate(key, indices, mode, progress).copy()

    def _evaluate(
        self,
        key: tuple[frozenset[Component], str],
        indices: Mapping[str, Sequence[int]],
        mode: AblationMode,
        progress: Progress | None,
    ) -> np.ndarray:
        rows: list[np.ndarray] = []
        done = 0
        with (
            evaluating(self._model, self._device),
            torch.no_grad(),
            ablate(self._model, indices, self._means if mode == "mean" else None),
        ):
            for ids, inputs in self._inputs():
                if progress is not None:
                    progress(done, len(self.image_ids), "evaluate")
                rows.append(self._logits_of(inputs).float().cpu().numpy())
                done += len(ids)
        if progress is not None:
            progress(done, len(self.image_ids), "evaluate")
        self._results[key] = np.concatenate(rows)
        while len(self._results) > 16:
            # The unpruned logits are the "before" of every comparison, so they stay.
            oldest = next(each for each in self._results if each[0])
            del self._results[oldest]
        return self._results[key]

    def _indices(self, pruned: frozenset[Component]) -> dict[str, list[int]]:
        indices: dict[str, list[int]] = {}
        for layer, index in sorted(pruned):
            resolve_layer(self._model, layer)
            if layer not in self._means:
                raise UnknownNameError.of("layer with mean activations", layer, self._means)
            size = len(self._means[layer])
            if not 0 <= index < size:
                raise UnknownNameError(
                    f"There is no component {index} in layer {layer!r}",
                    expected=f"an index from 0 to {size - 1}",
                )
            indices.setdefault(layer, []).append(int(index))
        return indices

    def _inputs(self) -> Iterator[tuple[list[int], Tensor]]:
        """Yield all batches, from memory as far as they are kept there."""
        kept = self._cache or []
        for ids, inputs in kept:
            yield ids, inputs.to(self._device)
        rest = self.image_ids[sum(len(ids) for ids, _ in kept) :]
        held, used = list(kept), sum(inputs.nbytes for _, inputs in kept)
        room = True
        for ids, inputs in batches(
            self._images, rest, self._transform, self._batch_size, torch.device("cpu")
        ):
            room = room and used + inputs.nbytes <= self._cache_bytes
            if room:
                held.append((ids, inputs))
                used += inputs.nbytes
                self._cache = held
            yield ids, inputs.to(self._device)

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
                self._model, inputs, layer, target, relevance=self._rules, device=self._device
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
                self._model, inputs, layer, target, relevance=self._rules, device=self._device
            )

    @property
    def _rules(self) -> Relevance:
        return self._relevance if isinstance(self._relevance, Crp) else "crp"

    def _of_class(self, layer: str, target: int, progress: Progress | None) -> Iterator[Tensor]:
        """Return the batches of a class's images."""
        resolve_layer(self._model, layer)
        if not 0 <= target < len(self.class_names):
            raise UnknownNameError(
                f"There is no class {target}", expected=f"an index from 0 to {len(self.class_names) - 1}"
            )
        wanted = {id for id, label in zip(self.image_ids, self.labels, strict=True) if label == target}
        if not wanted:
            raise InputError(f"No evaluation image is of class {self.class_names[target]!r}")

        def of_class() -> Iterator[Tensor]:
            done = 0
            for ids, inputs in self._inputs():
                mask = torch.tensor([id in wanted for id in ids])
                if progress is not None:
                    progress(done, len(wanted), "class relevance")
                if mask.any():
                    done += int(mask.sum())
                    yield inputs[mask.to(inputs.device)]

        return of_class()
