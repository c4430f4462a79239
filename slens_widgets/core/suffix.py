"""The operations behind a layer, run on what is kept of the evaluation images up to there."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, fx, nn

from slens_widgets.core.hooks import ablated
from slens_widgets.core.layer_graph import Change, LayerGraph
from slens_widgets.core.stored_activations import Room, StoredActivations
from slens_widgets.errors import ModelError
from slens_widgets.types import Progress

Indices = Mapping[str, Sequence[int]]
"""Components to ablate, by layer."""


def ablating(
    indices: Indices, values: Mapping[str, np.ndarray] | None, layers: Mapping[str, nn.Module]
) -> Change:
    """Return what a run of the graph does to each layer's output: set components to `values` or to zero."""

    def change(layer: str, output: Any) -> Any:
        if not len(indices.get(layer, ())):
            return output
        given = None if values is None else values[layer]
        return ablated(output, layer, indices[layer], given, layers[layer])

    return change


class Suffixes:
    """Re-evaluation from the earliest ablated layer on; the newest layers' activations stay within bounds.

    Parameters
    ----------
    inputs
        Yields all evaluation inputs, batch by batch, as tensors of its own.
    plain
        Logits of all images with nothing ablated, by full passes.
    n
        Number of images.
    """

    def __init__(
        self,
        graph: LayerGraph,
        device: torch.device,
        room: Room,
        n: int,
        *,
        inputs: Callable[[], Iterator[Tensor]],
        plain: Callable[[Progress | None], np.ndarray],
    ) -> None:
        self._graph, self._device, self._room, self._n = graph, device, room, n
        self._inputs, self._plain = inputs, plain
        self._stored: OrderedDict[str, tuple[StoredActivations, np.ndarray | None]] = OrderedDict()
        self._layouts: dict[fx.Node, torch.memory_format] = {}

    def earliest(self, layers: Iterable[str]) -> str:
        """Return the layer whose output comes first in a forward pass."""
        return min(layers, key=lambda layer: self._graph.place[self._graph.output_of(layer)])

    def example(self, inputs: Tensor, layers: Iterable[str], change: Change) -> Tensor:
        """Return the logits of a few inputs, cut as the others will be; nothing is kept."""
        graph, cut = self._graph, self._graph.output_of(self.earliest(layers))
        nodes = graph.crossing(cut)
        env = graph.run(graph.start(inputs.clone()), until=cut, keep=nodes)
        kept = {node: env[node] for node in nodes}
        # Convolutions of a CPU are quicker so; what calls `view` on a map needs the default layout.
        if self._device.type == "cpu" and cut not in self._layouts:
            try:
                found = self._finish(cut, _laid_out(kept, torch.channels_last), change)
                self._layouts[cut] = torch.channels_last
                return found
            except Exception:
                self._layouts[cut] = torch.contiguous_format
        return self._finish(cut, _laid_out(kept, self._layout(cut)), change)

    def _layout(self, cut: fx.Node) -> torch.memory_format:
        return self._layouts.get(cut, torch.contiguous_format)

    def _finish(self, cut: fx.Node, values: dict[fx.Node, Any], change: Change | None) -> Tensor:
        graph = self._graph
        if change is not None and cut in values:
            changed = change(graph.layer_of(cut), values[cut])
            # It may be lent: what runs in place gets its own.
            values[cut] = changed.clone() if changed is values[cut] else changed
        return graph.logits(graph.run(values, cut, change=change))

    def whole(self, layer: str) -> bool:
        """Whether single images can be re-evaluated at a layer, and not only the batches that were kept."""
        return layer in self._stored and self._stored[layer][0].whole

    def activations(
        self, layer: str, progress: Progress | None
    ) -> tuple[StoredActivations, Float[np.ndarray, "image class"] | None]:
        """Return what is kept at a layer and, where that is rounded, the logits that follow from it."""
        if layer in self._stored:
            self._stored.move_to_end(layer)
            return self._stored[layer]
        graph = self._graph
        cut = graph.output_of(layer)
        nodes = graph.crossing(cut)
        stored: StoredActivations | None = None
        rounded: list[np.ndarray] = []
        done = 0
        try:
            with torch.no_grad():
                for inputs in self._inputs():
                    if progress is not None:
                        progress(done, self._n, "activations")
                    env = graph.run(graph.start(inputs), until=cut, keep=nodes)
                    values = {node: env[node] for node in nodes}
                    if stored is None:
                        stored = self._new_store(values, len(inputs), self._layout(cut))
                    stored.add(values, len(inputs))
                    if stored.lossy:
                        again = self._finish(cut, stored.newest(self._device), None)
                        rounded.append(again.float().cpu().numpy())
                    done += len(inputs)
        except BaseException:
            if stored is not None:
                stored.close()
            raise
        assert stored is not None
        self._stored[layer] = stored, np.concatenate(rounded) if rounded else None
        return self._stored[layer]

    def _new_store(
        self, values: dict[fx.Node, Any], batch: int, layout: torch.memory_format
    ) -> StoredActivations:
        """Make a store, letting go of the layers used longest ago as far as it needs their room."""
        while True:
            memory = self._room.memory - sum(s.bytes for s, _ in self._stored.values() if not s.in_file)
            disk = self._room.disk - sum(s.bytes for s, _ in self._stored.values() if s.in_file)
            alone = not self._stored
            try:
                left = Room(max(0, memory), max(0, disk))
                stored = StoredActivations(values, batch, self._n, left, layout)
                # Results must not depend on which layer was asked for before: none is rounded for another.
                if alone or not stored.lossy:
                    return stored
                stored.close()
            except ModelError:
                if alone:
                    raise
            _, (oldest, _) = self._stored.popitem(last=False)
            oldest.close()

    def logits(
        self,
        layers: Iterable[str],
        change: Change,
        progress: Progress | None,
        rows: Sequence[int] | None = None,
    ) -> Float[np.ndarray, "image class"]:
        """Return the logits of all images (or those at `rows`) with the outputs of `layers` changed."""
        layer = self.earliest(layers)
        cut = self._graph.output_of(layer)
        stored, rounded = self.activations(layer, progress)
        found = []
        with torch.no_grad():
            if rows is not None:
                step = stored.at_once(self._device)
                for start in range(0, len(rows), step):
                    values = stored.images(rows[start : start + step], self._device)
                    found.append(self._finish(cut, values, change).float().cpu().numpy())
            else:
                for first, values in stored.batches(self._device, lent=[cut]):
                    if progress is not None:
                        progress(first, self._n, "evaluate")
                    found.append(self._finish(cut, values, change).float().cpu().numpy())
        logits = np.concatenate(found)
        if rounded is None:
            return logits
        # The rounding of half precision is on both sides of the difference.
        where = slice(None) if rows is None else np.asarray(rows)
        return self._plain(progress)[where] + (logits - rounded[where])

    def close(self) -> None:
        """Let go of everything that is kept."""
        for stored, _ in self._stored.values():
            stored.close()
        self._stored.clear()


def _laid_out(values: dict[fx.Node, Any], layout: torch.memory_format) -> dict[fx.Node, Any]:
    """Return copies of the values, maps among them in another layout."""
    copies = {}
    for node, value in values.items():
        if isinstance(value, Tensor):
            value = value.clone(memory_format=layout if value.ndim == 4 else torch.contiguous_format)
        copies[node] = value
    return copies
