"""A model's logits for the evaluation images, kept as long as its weights are what they were."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from slens_widgets.core.activations import run_model
from slens_widgets.core.evaluation_images import EvaluationImages
from slens_widgets.core.fingerprint import weights_checksum
from slens_widgets.core.hooks import ablate, evaluating, resolve_layer
from slens_widgets.core.logits import Logits
from slens_widgets.core.reevaluation import Engine, Reevaluation
from slens_widgets.core.stored_activations import Room
from slens_widgets.core.suffix import Indices
from slens_widgets.errors import ModelError, UnknownNameError
from slens_widgets.process import new_lock
from slens_widgets.types import AblationMode, Component, Progress
from slens_widgets.untrusted import logger_of

logger = logger_of(__name__)

MOST_RESULTS, RESULT_BYTES = 16, 2**28
"""Pruned sets whose logits are kept, and the bytes that these may take."""

_Key = tuple[frozenset[tuple[str, int]], str]


class AblatedLogits:
    """Logits with components ablated, by the way that `Reevaluation` chooses.

    Parameters
    ----------
    means
        By layer, what mode "mean" puts in place of each component.
    room
        How much the activations of all images may take.
    reading
        Where in the model's output the logits are.
    """

    def __init__(
        self,
        model: nn.Module,
        images: EvaluationImages,
        means: Mapping[str, np.ndarray],
        device: torch.device,
        room: Room,
        reading: Logits,
    ) -> None:
        self._model, self._images, self._means, self._reading = model, images, means, reading
        self._device, self._room = device, room
        # One evaluation at a time: what is kept of the images is shared.
        self.lock = new_lock()
        self.quick: Reevaluation | None = None
        self.results: OrderedDict[_Key, np.ndarray] = OrderedDict()
        self._checksum: int | None = None
        self._revision = 0
        self._steady: Any = new_lock()

    def get(
        self, indices: Indices, mode: AblationMode, progress: Progress | None
    ) -> Float[np.ndarray, "image class"]:
        """Return the logits with these components ablated, in float32; the array is read-only."""
        pruned = frozenset((layer, index) for layer, chosen in indices.items() for index in chosen)
        key: _Key = (pruned, mode if pruned else "")
        with self.lock:
            self._check_weights()
            if key not in self.results:
                found = self._reevaluation().logits(indices, mode, progress) if pruned else None
                self._remember(key, self.full_pass(indices, mode, progress) if found is None else found)
            return self.results[key]

    def check(self, layer: str) -> None:
        """Raise unless there is such a layer and its mean activations are known."""
        resolve_layer(self._model, layer)
        if layer not in self._means:
            raise UnknownNameError.of("layer with mean activations", layer, self._means)

    def by_layer(self, components: Iterable[Component]) -> dict[str, list[int]]:
        """Return the indices of some components by layer, each once, in order.

        Raises
        ------
        UnknownNameError
            If a layer or component does not exist.
        """
        indices: dict[str, list[int]] = {}
        for layer, index in sorted({Component(*each) for each in components}):
            self.check(layer)
            size = len(self._means[layer])
            if not 0 <= index < size:
                raise UnknownNameError(
                    f"There is no component {index} in layer {layer!r}",
                    expected=f"an index from 0 to {size - 1}",
                )
            indices.setdefault(layer, []).append(int(index))
        return indices

    def steady(self) -> AbstractContextManager[Any]:
        """Look at the weights once, now, and not again before the end of the context."""
        with self.lock:
            self._check_weights()
        # A lock says so, because no interrupt can fall between its end and what it says.
        return self._steady

    @property
    def revision(self) -> int:
        """A number that changes when the model's weights were changed."""
        with self.lock:
            self._check_weights()
            return self._revision

    def engine(self, layers: Iterable[str], progress: Progress | None) -> Engine:
        """Return how components of these layers are evaluated together; decided on the first call."""
        with self.lock:
            self._check_weights()
            return self._reevaluation().engine(layers, progress)

    def known_engine(self, layers: Iterable[str]) -> Engine | None:
        """Return the same where it is decided already; never waits."""
        quick = self.quick
        return None if quick is None else quick.known(layers)

    def predictions(
        self,
        layer: str,
        indices: Sequence[int],
        mode: AblationMode,
        rows: Sequence[int] | None,
        progress: Progress | None,
    ) -> Int[np.ndarray, "component image *label"] | None:
        """Return what is decided of each image with each component alone ablated; None: full passes."""
        with self.lock:
            self._check_weights()
            return self._reevaluation().predictions(layer, indices, mode, rows, progress)

    def full_pass(
        self, indices: Indices, mode: AblationMode, progress: Progress | None
    ) -> Float[np.ndarray, "image class"]:
        """Return the logits by running the whole model with hooks; nothing of it is kept."""
        rows: list[np.ndarray] = []
        done, n = 0, len(self._images.ids)
        values = self._means if mode == "mean" else None
        with (
            evaluating(self._model, self._device) as model,
            torch.no_grad(),
            ablate(model, indices, values),
        ):
            for ids, inputs in self._images.batches():
                if progress is not None:
                    progress(done, n, "evaluate")
                rows.append(self._reading.of(run_model(model, inputs)).float().cpu().numpy())
                done += len(ids)
        if progress is not None:
            progress(done, n, "evaluate")
        return np.concatenate(rows)

    def of(self, model: nn.Module, progress: Progress | None) -> Float[np.ndarray, "image class"]:
        """Return the logits that another model gives of the images."""
        rows: list[np.ndarray] = []
        done, n = 0, len(self._images.ids)
        with self.lock, evaluating(model, self._device) as model, torch.no_grad():
            for ids, inputs in self._images.batches():
                if progress is not None:
                    progress(done, n, "evaluate")
                rows.append(self._reading.of(run_model(model, inputs)).float().numpy(force=True))
                done += len(ids)
        return np.concatenate(rows)

    def close(self) -> None:
        """Let go of what is kept; it is made again when needed."""
        with self.lock:
            if self.quick is not None:
                self.quick.close()
            self.quick = None
            self.results.clear()

    def _check_numbers(self, logits: Float[np.ndarray, "image class"]) -> None:
        if np.isnan(logits.max()):
            image = int(np.isnan(logits).any(axis=1).argmax())
            raise ModelError(
                f"The model gives NaN for image {self._images.images.name(self._images.ids[image])!r}",
                expected="numbers as logits",
                next_step="Check the transform's normalisation and the model's weights",
            )

    def _check_weights(self) -> None:
        if self._steady._is_owned():
            return
        checksum = weights_checksum(self._model)
        if checksum == self._checksum:
            return
        if self._checksum is not None:
            logger.info("the model's weights were changed: evaluations start anew")
            self._revision += 1
            self.close()
        self._checksum = checksum

    def _reevaluation(self) -> Reevaluation:
        if self.quick is None:
            self.quick = Reevaluation(
                self._model,
                self._means,
                self._means,
                self._device,
                self._room,
                len(self._images.ids),
                self._reading,
                inputs=lambda: (inputs for _, inputs in self._images.batches()),
                hooked=self._hooked,
                plain=self._plain,
            )
        return self.quick

    def _hooked(self, inputs: Tensor, indices: Indices, mode: AblationMode) -> Tensor:
        values = self._means if mode == "mean" else None
        with (
            evaluating(self._model, self._device) as model,
            torch.no_grad(),
            ablate(model, indices, values),
        ):
            return self._reading.of(run_model(model, inputs))

    def _plain(self, progress: Progress | None) -> np.ndarray:
        key: _Key = (frozenset(), "")
        if key not in self.results:
            self._remember(key, self.full_pass({}, "zero", progress))
        return self.results[key]

    def _remember(self, key: _Key, logits: np.ndarray) -> None:
        self._check_numbers(logits)
        logits.flags.writeable = False
        self.results[key] = logits
        most = max(2, min(MOST_RESULTS, RESULT_BYTES // logits.nbytes))
        while len(self.results) > most:
            # The unpruned logits are the "before" of every comparison, so they stay.
            oldest = next(each for each in self.results if each[0] and each != key)
            del self.results[oldest]
