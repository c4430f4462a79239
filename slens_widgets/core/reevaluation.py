"""Logits with components ablated, by the cheapest way that is known to give what a full pass gives."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from slens_widgets.core.closed_form import LinearHead, linear_head
from slens_widgets.core.layer_graph import Change, LayerGraph
from slens_widgets.core.logits import Logits
from slens_widgets.core.stored_activations import Room, size
from slens_widgets.core.suffix import Indices, Suffixes, ablating
from slens_widgets.errors import Cancelled, ModelError
from slens_widgets.tasks import decisions
from slens_widgets.types import AblationMode, Progress
from slens_widgets.untrusted import logger_of

logger = logger_of(__name__)

TOLERANCE = 1e-4
"""How far logits may be from those of a full pass, relative to the largest logit where that is above 1."""
_CHECKED = 8
"""Images on which a way is compared with the full pass before it is used."""

Hooked = Callable[[Tensor, Indices, AblationMode], Tensor]


@dataclass(frozen=True)
class Engine:
    """How a model is evaluated with components of some layers ablated, and why so."""

    kind: Literal["closed form", "suffix", "full pass"]
    """A matrix product; the operations behind the earliest ablated layer; all of them."""
    why: str
    """What makes it possible, or what stands in the way of a quicker one."""
    kept: str = ""
    """What is kept of the evaluation images for it."""
    seconds: float | None = None
    """What the last evaluation took; None before the first."""

    def __str__(self) -> str:
        return f"{self.kind}: {self.why}" + (f" ({self.kept})" if self.kept else "")


@dataclass
class _Closed:
    head: LinearHead
    features: Float[np.ndarray, "image component"]
    replaced: dict[str, Float[np.ndarray, "image component"]]


class Reevaluation:
    """The ways from a layer to the logits, what they need kept, and the choice among them.

    Every way is compared with the full pass on a few images, for the layers that are ablated together, before
    it is used; where they differ, the next one is tried.

    Parameters
    ----------
    reading
        Where in the model's output the logits are, and what they decide.
    inputs
        Yields all evaluation inputs, batch by batch.
    hooked
        Logits of a batch by a full pass of the model itself.
    plain
        Logits of all images with nothing ablated, by full passes.
    """

    def __init__(
        self,
        model: nn.Module,
        layers: Iterable[str],
        means: Mapping[str, np.ndarray],
        device: torch.device,
        room: Room,
        n: int,
        reading: Logits,
        *,
        inputs: Callable[[], Iterator[Tensor]],
        hooked: Hooked,
        plain: Callable[[Progress | None], np.ndarray],
    ) -> None:
        self._means, self._device, self._room, self._n = means, device, room, n
        self._task = reading.task
        self._inputs, self._hooked, self._plain = inputs, hooked, plain
        self._graph: LayerGraph | None = None
        self._why = ""
        self._closed: OrderedDict[str, _Closed] = OrderedDict()
        self._engines: dict[frozenset[str], Engine] = {}
        self._example = next(iter(inputs()))[:_CHECKED].clone()
        try:
            self._graph = LayerGraph(model, layers, device, reading)
        except ModelError as error:
            self._why = str(error).rstrip(".")
            return
        self._suffixes = Suffixes(self._graph, device, room, n, inputs=inputs, plain=plain)

    def engine(self, layers: Iterable[str], progress: Progress | None = None) -> Engine:
        """Return how components of these layers are evaluated together; decided on the first call."""
        wanted = frozenset(layers)
        if wanted not in self._engines:
            self._engines[wanted] = self._choose(wanted, progress)
            logger.info("pruning %s: %s", ", ".join(sorted(wanted)), self._engines[wanted])
        return self._engines[wanted]

    def known(self, layers: Iterable[str]) -> Engine | None:
        """Return the engine for these layers where it is decided already."""
        return self._engines.get(frozenset(layers))

    def logits(
        self, indices: Indices, mode: AblationMode, progress: Progress | None
    ) -> Float[np.ndarray, "image class"] | None:
        """Return the logits with these components ablated; None where only a full pass will do."""
        engine = self.engine(indices, progress)
        start = time.perf_counter()
        if engine.kind == "full pass":
            return None
        try:
            if engine.kind == "closed form":
                [(layer, chosen)] = indices.items()
                closed = self._closed_form(layer, mode, progress)
                change = closed.replaced[mode][:, chosen] - closed.features[:, chosen]
                found = self._plain(progress) + change @ closed.head.weight[:, chosen].T
            else:
                found = self._suffixes.logits(indices, self._change(indices, mode), progress)
        except Cancelled:
            raise
        except Exception as error:
            # What worked on the example may still not fit into memory, or fail on a smaller last batch.
            logger.warning("pruning %s falls back to the full pass: %s", ", ".join(indices), error)
            self._engines[frozenset(indices)] = Engine("full pass", _reason(error))
            return None
        self._timed(frozenset(indices), engine, time.perf_counter() - start)
        return found

    def _timed(self, layers: frozenset[str], engine: Engine, seconds: float) -> None:
        self._engines[layers] = Engine(engine.kind, engine.why, engine.kept, seconds)

    def predictions(
        self,
        layer: str,
        chosen: Sequence[int],
        mode: AblationMode,
        rows: Sequence[int] | None,
        progress: Progress | None,
    ) -> Int[np.ndarray, "component image *label"] | None:
        """Return what is decided of each image with each component alone ablated; None: full passes."""
        engine = self.engine([layer], progress)
        if engine.kind == "full pass" or (
            engine.kind == "suffix" and rows is not None and not self._suffixes.whole(layer)
        ):
            return None
        where = slice(None) if rows is None else np.asarray(rows)
        plain = self._plain(progress)[where]
        found = np.empty((len(chosen), *decisions(plain, self._task).shape), np.int32)
        for place, index in enumerate(chosen):
            # Also between the batches of one component: whoever wants to stop this need not wait for its end.
            told = None if progress is None else partial(_tell, progress, place, len(chosen))
            if told is not None:
                told()
            if engine.kind == "closed form":
                closed = self._closed_form(layer, mode, progress)
                change = (closed.replaced[mode][:, index] - closed.features[:, index])[where]
                logits = plain + np.outer(change, closed.head.weight[:, index])
            else:
                start = time.perf_counter()
                logits = self._suffixes.logits([layer], self._change({layer: [index]}, mode), told, rows)
                if rows is None:
                    self._timed(frozenset([layer]), engine, time.perf_counter() - start)
            found[place] = decisions(logits, self._task)
        return found

    def close(self) -> None:
        """Let go of everything that is kept."""
        if self._graph is not None:
            self._suffixes.close()
        self._closed.clear()
        self._engines.clear()

    def _choose(self, layers: frozenset[str], progress: Progress | None) -> Engine:
        if self._graph is None:
            return Engine("full pass", self._why)
        why = ""
        if len(layers) == 1:
            [layer] = layers
            try:
                closed = self._closed_form(layer, "zero", progress)
                self._check(layers, self._closed_example)
                kept = f"{size(closed.features.nbytes)} of pooled activations in memory"
                return Engine("closed form", f"layer {layer!r} reaches the logits linearly", kept)
            except Cancelled:
                raise
            except Exception as error:
                self._closed.pop(layer, None)
                why = _reason(error)
        try:
            cut = self._suffixes.earliest(layers)
            self._check(layers, self._suffix_example)
            stored, _ = self._suffixes.activations(cut, progress)
        except Cancelled:
            raise
        except Exception as error:
            return Engine("full pass", _reason(error))
        reason = why or "components of several layers are pruned"
        return Engine(
            "suffix", f"only what follows layer {cut!r} runs; no closed form: {reason}", str(stored)
        )

    def _check(
        self, layers: frozenset[str], quick: Callable[[Tensor, dict[str, list[int]], AblationMode], Tensor]
    ) -> None:
        """Compare a way with the full pass, with a random half of each layer's components ablated."""
        rng = np.random.default_rng(0)
        # Two sizes of batch: a graph may have taken one for a constant.
        tried: tuple[tuple[AblationMode, Tensor], ...] = (
            ("zero", self._example),
            ("mean", self._example[: len(self._example) // 2 + 1]),
        )
        for mode, images in tried:
            halves = {}
            for layer in sorted(layers):
                count = len(self._means[layer])
                halves[layer] = sorted(rng.choice(count, max(1, count // 2), replace=False).tolist())
            expected = self._hooked(images.clone(), halves, mode).float()
            found = quick(images, halves, mode).float()
            far = (found - expected).abs().max().item()
            if not far <= TOLERANCE * max(1.0, expected.abs().max().item()):
                raise ModelError(f"the graph's logits differ from the model's by {far:.1e} on an example")

    def _closed_form(self, layer: str, mode: AblationMode, progress: Progress | None) -> _Closed:
        closed = self._closed.get(layer)
        if closed is None:
            assert self._graph is not None
            with torch.no_grad():
                head = linear_head(self._graph, layer, self._example.to(self._device, copy=True))
            needed = 3 * self._n * head.weight.shape[1] * 4
            if needed > self._room.memory:
                raise ModelError(f"pooled activations take {size(needed)} of memory")
            closed = _Closed(head, self._features(layer, head, None, progress), {})
            self._closed[layer] = closed
            # A layer's pooled activations are small beside its maps: a handful of layers is kept.
            while len(self._closed) > 8:
                self._closed.popitem(last=False)
        if mode not in closed.replaced:
            closed.replaced[mode] = self._features(layer, closed.head, mode, progress)
        return closed

    def _features(
        self, layer: str, head: LinearHead, mode: AblationMode | None, progress: Progress | None
    ) -> Float[np.ndarray, "image component"]:
        """Return the pooled features of all images, with nothing or with the whole layer ablated."""
        graph, node, rows, done = self._graph, head.features, [], 0
        assert graph is not None
        whole = {layer: list(range(len(self._means[layer])))}
        change = None if mode is None else self._change(whole, mode)
        with torch.no_grad():
            if mode is not None and head.alone:
                env = graph.run(graph.start(self._example[:1].clone()), None, node, change, keep=[node])
                return np.broadcast_to(env[node].float().cpu().numpy(), (self._n, len(whole[layer])))
            for inputs in self._inputs():
                if progress is not None:
                    progress(done, self._n, "pooled activations")
                env = graph.run(graph.start(inputs), None, node, change, keep=[node])
                rows.append(env[node].float().cpu().numpy())
                done += len(inputs)
        return np.concatenate(rows)

    def _closed_example(self, images: Tensor, indices: Indices, mode: AblationMode) -> Tensor:
        [(layer, chosen)] = indices.items()
        closed, n = self._closed_form(layer, mode, None), len(images)
        change = (closed.replaced[mode] - closed.features)[:n][:, chosen] @ closed.head.weight[:, chosen].T
        return self._hooked(images.clone(), {}, mode).float() + torch.from_numpy(change).to(self._device)

    def _suffix_example(self, images: Tensor, indices: Indices, mode: AblationMode) -> Tensor:
        with torch.no_grad():
            return self._suffixes.example(images, indices, self._change(indices, mode))

    def _change(self, indices: Indices, mode: AblationMode) -> Change:
        assert self._graph is not None
        return ablating(indices, self._means if mode == "mean" else None, self._graph.layers)


def _tell(progress: Progress, done: int, total: int, *_of_batches: object) -> None:
    progress(done, total, "effects")


def _reason(error: Exception) -> str:
    said = str(error).rstrip(".")
    return said if isinstance(error, ModelError) else f"{type(error).__name__}: {said}"
