"""Labelled images, as batches of model inputs that are preprocessed once as far as memory goes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from slens_widgets.class_labels import by_place, class_column, class_indices, label_rows
from slens_widgets.core.activations import Transform, batches
from slens_widgets.core.images import ImageSet
from slens_widgets.errors import InputError
from slens_widgets.tasks import Task
from slens_widgets.types import Progress


class EvaluationImages:
    """The readable ones of some labelled images; ids and groups are theirs, in order.

    Parameters
    ----------
    labels
        What `read_labels` reads; None takes the image set's.
    groups
        A group (integer or name) of every image.
    cache_bytes
        How much memory preprocessed images may take; the others are read again every time.

    Raises
    ------
    InputError
        Labels are missing, not as many labels or groups as images, or no image can be read.
    """

    def __init__(
        self,
        images: Any,
        labels: Any,
        groups: Sequence[int | str] | None,
        transform: Transform,
        batch_size: int,
        device: torch.device,
        cache_bytes: int,
    ) -> None:
        self.images = ImageSet.of(images)
        self._given, self._own = labels, labels is None
        if labels is None:
            self._given = labels = self.images.given_labels
        if labels is None:
            raise InputError(
                "The evaluation images have no labels",
                expected="sw.Evaluation(images, labels), or a folder with one subfolder per class",
            )
        if labels is not None and (not hasattr(labels, "__len__") or hasattr(labels, "toarray")):
            self._given = labels = by_place(labels)
        if groups is not None and not hasattr(groups, "__len__"):
            groups = by_place(groups)
        for given, what in ((labels, "labels"), (groups, "groups")):
            if given is not None and len(given) != len(self.images):
                raise InputError(f"{len(given)} {what} for {len(self.images)} images", expected="one each")
        self._transform, self._batch_size, self._device = transform, batch_size, device
        self._cache_bytes = cache_bytes
        self._cache: list[tuple[list[int], Tensor]] = []
        self.ids = self.images.check()
        if not self.ids:
            self.images.first_readable()  # says why none can be read
        self.labels: Any = []
        self.group_names: list[str] | None = None
        self.groups = self._group_indices(groups)

    def read_labels(self, task: Task, class_names: Sequence[str] | None, n_classes: int) -> None:
        """Set `labels`: each image's class index or, in "multilabel", an array (image, label) of 0 and 1.

        The classes of an image source are matched to the model's by name.

        Parameters
        ----------
        class_names
            In the order of the logits.

        Raises
        ------
        InputError, UnknownNameError
            A label has no single meaning, or is of no class.
        """
        if task == "multilabel":
            self.labels = label_rows(self._given, class_names, n_classes)[self.ids]
            return
        own = self.images.class_names
        if self._own and own is not None and class_names is not None and list(own) != list(class_names):
            # The source numbers the classes that it has; the model numbers all of its own.
            place = class_indices(own, class_names)
            labels = [place[label] if 0 <= label < len(own) else label for label in self.images.labels or ()]
        else:
            labels = self.images.labels if self._own else self._given  # type: ignore[assignment]
        self.labels = class_column(labels, class_names, n_classes, self.ids)

    def _group_indices(self, groups: Sequence[int | str] | None) -> list[int] | None:
        if groups is None:
            return None
        # One column of a table, or rows of one value, are a column of values.
        listed = [
            row[0] if isinstance(row, (list, tuple)) and len(row) == 1 else row for row in by_place(groups)
        ]
        for id in self.ids:
            if listed[id] is None or isinstance(listed[id], (list, tuple)) or listed[id] != listed[id]:
                raise InputError(f"Group {listed[id]!r} in row {id}", expected="a number or a name for each")
        kept = [listed[id] for id in self.ids]
        if all(isinstance(each, (int, np.integer)) for each in kept):
            return [int(each) for each in kept]
        self.group_names = sorted({str(each) for each in kept})
        return [self.group_names.index(str(each)) for each in kept]

    def digest(self) -> str:
        """Return a hash of the images, in their order."""
        total = hashlib.sha256()
        for id in self.ids:
            total.update(self.images.digest(id).encode())
        return total.hexdigest()[:32]

    def first(self) -> Tensor:
        """Return the input of one image."""
        for _, inputs in batches(self.images, self.ids[:1], self._transform, 1, self._device):
            return inputs
        self.images.first_readable()  # says why none can be read
        raise InputError(f"Image {self.images.name(self.ids[0])!r} could be read before, and can't be now")

    def batches(self) -> Iterator[tuple[list[int], Tensor]]:
        """Yield all ids and inputs, from memory as far as they are kept there.

        The inputs are copies: a model may change them in place.
        """
        kept = list(self._cache)
        for ids, inputs in kept:
            yield ids, inputs.to(self._device, copy=True)
        rest = self.ids[sum(len(ids) for ids, _ in kept) :]
        held, used = kept, sum(inputs.nbytes for _, inputs in kept)
        room = True
        for ids, inputs in batches(self.images, rest, self._transform, self._batch_size, torch.device("cpu")):
            room = room and used + inputs.nbytes <= self._cache_bytes
            if room:
                held.append((ids, inputs))
                used += inputs.nbytes
                self._cache = held
            yield ids, inputs.to(self._device, copy=True)

    def of_class(self, target: int, name: str, progress: Progress | None) -> Iterator[Tensor]:
        """Return the batches of a class's images.

        Raises
        ------
        InputError
            There is none; asked at once, not with the first batch.
        """
        labels = np.asarray(self.labels)
        shows = labels == target if labels.ndim == 1 else labels[:, target] == 1
        wanted = {id for id, shown in zip(self.ids, shows, strict=True) if shown}
        if not wanted:
            raise InputError(f"No evaluation image is of class {name!r}")

        def rows() -> Iterator[Tensor]:
            done = 0
            for ids, inputs in self.batches():
                mask = torch.tensor([id in wanted for id in ids])
                if progress is not None:
                    progress(done, len(wanted), "class relevance")
                if mask.any():
                    done += int(mask.sum())
                    yield inputs[mask.to(inputs.device)]

        return rows()

    def forget(self) -> None:
        """Let go of the preprocessed images."""
        self._cache = []
