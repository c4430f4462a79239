"""The live model of an audit, one evaluation at a time, with what need not be computed twice."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
from jaxtyping import Float, Int

from slens_widgets.analyses.effects import Effects, effects
from slens_widgets.arguments import given
from slens_widgets.audit.pruning import PruningResult, pruning_result, task_of_live
from slens_widgets.audit.trails import note
from slens_widgets.class_labels import distinct
from slens_widgets.concept import ShownImage
from slens_widgets.errors import InputError, ModelError, UnknownNameError
from slens_widgets.process import new_lock
from slens_widgets.tasks import decisions
from slens_widgets.types import (
    AblationMode,
    ActivatingModel,
    Component,
    LiveModel,
    Progress,
    RelevanceByImage,
    SinglePrunings,
)
from slens_widgets.untrusted import logger_of

if TYPE_CHECKING:
    from slens_widgets.audit.audit import Audit

logger = logger_of(__name__)

_SINGLES = 200_000_000
"""Classes of images after single prunings that are remembered."""
_SHOWN_BYTES = 2**27
"""Bytes of activations of given images that are remembered."""
_RELEVANCE_BYTES = 2**28
"""Bytes of relevance by image that are remembered, of the newest layers and classes."""


class Judge:
    """Evaluates a live model with components ablated, and its classes' relevance.

    Hooks sit on the one model, so evaluations wait for each other; progress callbacks may end them.
    """

    def __init__(self, live: LiveModel) -> None:
        self.live = live
        self.class_names = tuple(distinct(live.class_names))
        self.task = task_of_live(live)
        self._lock = new_lock()
        self._unpruned: np.ndarray | None = None
        self._labels = np.asarray(live.labels)
        self._relevance: dict[tuple[str, int], tuple[np.ndarray | None, np.ndarray | None]] = {}
        self._singles: dict[tuple[Component, str, tuple[int, ...] | None], np.ndarray] = {}
        self._shown: OrderedDict[tuple[str, str, str], np.ndarray] = OrderedDict()
        self._revision: object = None

    def prune(
        self, pruned: tuple[Component, ...], mode: AblationMode, progress: Progress | None
    ) -> PruningResult:
        """Return accuracies before and after, and the images whose predicted class changed."""
        before, after = self.logits(pruned, mode, progress)
        return pruning_result(self.live, before, after, pruned, mode)

    def compared(
        self,
        after: Float[np.ndarray, "image class"],
        pruned: tuple[Component, ...],
        mode: AblationMode,
        progress: Progress | None,
    ) -> PruningResult:
        """Return what another model's logits of the evaluation images change against the model as it is."""
        with self._lock:
            before = self._before(progress)
        return pruning_result(self.live, before, after, pruned, mode)

    def _before(self, progress: Progress | None) -> Float[np.ndarray, "image class"]:
        """Return the logits with nothing ablated, under the lock."""
        self._check_revision()
        if self._unpruned is None:
            self._unpruned = np.asarray(self.live.logits((), progress=progress))
        return self._unpruned

    def _check_revision(self) -> None:
        revision = getattr(self.live, "revision", None)
        if revision != self._revision:
            # Other weights: nothing that was kept is true of them.
            self._revision, self._unpruned = revision, None
            self._relevance.clear()
            self._singles.clear()
            self._shown.clear()

    def activations(
        self, images: Sequence[ShownImage], layers: Sequence[str], pooling: str, progress: Progress | None
    ) -> dict[str, Float[np.ndarray, "image component"]]:
        """Return the activations of given images by layer; those of the newest ones are remembered."""
        live = self.live
        if not isinstance(live, ActivatingModel):
            raise InputError(
                f"The live model, a {type(live).__name__}, can't be asked about given images",
                expected="a method pooled_activations (see types.ActivatingModel)",
            )
        with self._lock, self._steady():
            self._check_revision()
            held = self._shown
            new = {
                image.digest: image
                for image in images
                if any((image.digest, layer, pooling) not in held for layer in layers)
            }
            if new:
                pictures = [image.picture for image in new.values()]
                found = live.pooled_activations(pictures, layers, pooling, progress=progress)
                for layer, values in found.items():
                    for digest, row in zip(new, values, strict=True):
                        held[digest, layer, pooling] = np.asarray(row, np.float32)
            result = {
                layer: np.stack([held[image.digest, layer, pooling] for image in images]) for layer in layers
            }
            while sum(row.nbytes for row in held.values()) > _SHOWN_BYTES and len(held) > 1:
                held.popitem(last=False)
            return result

    def classes(
        self, pruned: tuple[Component, ...], mode: AblationMode, progress: Progress | None
    ) -> tuple[Int[np.ndarray, " image *label"], Int[np.ndarray, " image *label"]]:
        """Return what is decided as the model is and with components ablated."""
        before, after = self.logits(pruned, mode, progress)
        return decisions(before, self.task), decisions(after, self.task)

    def images_of(self, target: int) -> Int[np.ndarray, " image"]:
        """Return the places of a class's evaluation images, or of those that have a label."""
        labels = self._labels
        return np.flatnonzero(labels == target if labels.ndim == 1 else labels[:, target])

    def logits(
        self, pruned: tuple[Component, ...], mode: AblationMode, progress: Progress | None
    ) -> tuple[Float[np.ndarray, "image class"], Float[np.ndarray, "image class"]]:
        """Return the logits as the model is and with components ablated."""
        with self._lock, self._steady():
            before = self._before(progress)
            return before, np.asarray(self.live.logits(pruned, mode, progress=progress)) if pruned else before

    def _steady(self) -> AbstractContextManager[None]:
        """Return a context in which a live model that watches its weights looks at them once."""
        steady = getattr(self.live, "steady", None)
        return nullcontext() if steady is None else steady()

    def unknown(
        self, components: Sequence[Component], mode: AblationMode, rows: tuple[int, ...] | None
    ) -> list[Component]:
        """Return the components whose own effect `predict` was not asked for yet."""
        with self._lock:
            self._check_revision()
            return [each for each in components if (each, mode, rows) not in self._singles]

    def predict(
        self,
        components: Sequence[Component],
        mode: AblationMode,
        rows: tuple[int, ...] | None,
        progress: Progress | None = None,
    ) -> None:
        """Find the classes with each of these components of one layer alone ablated."""
        with self._lock, self._steady():
            self._before(progress)
            found = None
            if isinstance(self.live, SinglePrunings):
                indices = [each.index for each in components]
                found = self.live.predictions(
                    components[0].layer, indices, mode, rows=rows, progress=progress
                )
            if found is None:
                where = slice(None) if rows is None else list(rows)
                alone = (np.asarray(self.live.logits((each,), mode)) for each in components)
                found = np.stack([decisions(logits[where], self.task) for logits in alone])
            small = np.int16 if len(self.class_names) < 2**15 else np.int32
            if len(self._singles) * found[0].size > _SINGLES:
                self._singles.clear()
            for component, row in zip(components, found, strict=True):
                self._singles[component, mode, rows] = row.astype(small)

    def effects(
        self,
        components: Sequence[Component],
        mode: AblationMode,
        target: int | None,
        rows: tuple[int, ...] | None,
    ) -> Effects:
        """Return what ablating each component alone changes; `predict` must know all of them."""
        missing = self.unknown(components, mode, rows)
        for component in missing:
            self.predict([component], mode, rows)
        with self._lock:
            where = slice(None) if rows is None else list(rows)
            before = decisions(self._before(None)[where], self.task)
            after = [self._singles[each, mode, rows] for each in components]
            groups = None if self.live.groups is None else np.asarray(self.live.groups)[where]
            labels = self._labels[where]
            return effects(
                before,
                np.stack(after) if after else np.empty((0, *labels.shape), int),
                labels,
                groups,
                target,
            )

    def relevance(
        self, layer: str, target: int, progress: Progress | None
    ) -> Float[np.ndarray, " component"] | None:
        """Return the mean relevance of a layer's components for a class; None where it can't be had."""
        return self._found(layer, target, progress)[0]

    def image_relevance(
        self, layer: str, target: int, progress: Progress | None
    ) -> Float[np.ndarray, "image component"] | None:
        """Return the same for each image of the class; None where the live model can't tell them apart."""
        return self._found(layer, target, progress)[1]

    def _found(
        self, layer: str, target: int, progress: Progress | None
    ) -> tuple[np.ndarray | None, np.ndarray | None]:
        with self._lock:
            self._check_revision()
            if (layer, target) not in self._relevance:
                mean = by_image = None
                try:
                    if isinstance(self.live, RelevanceByImage):
                        by_image = np.asarray(
                            self.live.image_relevance(layer, target, progress=progress), np.float32
                        )
                        mean = by_image.mean(axis=0, dtype=np.float64).astype(np.float32)
                    else:
                        mean = np.asarray(
                            self.live.class_relevance(layer, target, progress=progress), np.float32
                        )
                except ModelError as error:
                    logger.warning("no relevance of layer %s: %s", layer, error)
                self._relevance[layer, target] = mean, by_image
                self._forget_relevance()
            return self._relevance[layer, target]

    def _forget_relevance(self) -> None:
        """Keep the newest relevance within its bound; what was asked for last always stays."""
        held = sum(by_image.nbytes for _, by_image in self._relevance.values() if by_image is not None)
        while held > _RELEVANCE_BYTES and len(self._relevance) > 1:
            _, by_image = self._relevance.pop(next(iter(self._relevance)))
            held -= 0 if by_image is None else by_image.nbytes

    def relevance_of(
        self, sizes: Mapping[str, int], target: int, progress: Progress | None
    ) -> tuple[Float[np.ndarray, " component"], str]:
        """Return the relevance of several layers' components, NaN where it can't be had, and what it is.

        Parameters
        ----------
        sizes
            Number of components by layer.
        """
        found = {layer: self.relevance(layer, target, progress) for layer in sizes}
        lacking = [layer for layer, values in found.items() if values is None]
        said = f"mean relevance for class {self.class_names[target]!r} over its evaluation images"
        if lacking:
            said += f"; not available for {', '.join(lacking)}"
        parts = [
            np.full(sizes[layer], np.nan, np.float32) if values is None else values
            for layer, values in found.items()
        ]
        return np.concatenate(parts), said

    def class_index(self, target: str | int) -> int:
        """Return the index of a class given by name or index."""
        if isinstance(target, str) and target in self.class_names:
            return self.class_names.index(target)
        if isinstance(target, int | np.integer) and not isinstance(target, bool):
            if 0 <= target < len(self.class_names):
                return int(target)
        elif not isinstance(target, str):
            raise InputError(f"target={given(target)}", expected="a class, by name or by index of the logits")
        raise UnknownNameError.of("class", target, self.class_names)


def need(judge: Judge | None, what: str) -> Judge:
    """Return the judge, or say how to give the audit a live model."""
    if judge is None:
        raise InputError(
            f"{what} needs the audited model itself, and this audit has none",
            next_step="Open it as sw.Audit(path, foundation_model=…, model=model, transform=transform, "
            "evaluation=sw.Evaluation(images, labels))",
        )
    return judge


def prune(
    audit: Audit, components: Any, mode: AblationMode = "mean", *, progress: Progress | None = None
) -> PruningResult:
    """Evaluate the live model with components ablated; the model itself is not changed.

    Parameters
    ----------
    components
        (layer, index) pairs, one pair, or a DataFrame with the columns layer and component.
    mode
        "mean" puts each component's mean activation over the probe images in its place, "zero" zero.
    progress
        Called as progress(done, total, stage); may raise `Cancelled`.

    Raises
    ------
    InputError
        There is no live model.
    """
    judge = need(audit._judge, "Pruning")
    if mode not in get_args(AblationMode):
        raise UnknownNameError.of("ablation mode", mode, get_args(AblationMode))
    result = judge.prune(audit.resolve(components), mode, progress)
    note(audit, result)
    return result
