"""Relevance on its way from a class back through the layers to the pixels, component by component."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from slens_widgets.core.activation_maps import activation_heatmaps
from slens_widgets.core.class_relevance import whole_model_composite
from slens_widgets.core.component_axes import axis_of_components, look_at_axes
from slens_widgets.core.hooks import evaluating, kept, resolve_layer
from slens_widgets.core.logits import USUAL, Logits
from slens_widgets.errors import InputError, ModelError, UnknownNameError
from slens_widgets.types import RelevanceMethod


class Flow:
    """One backward pass from the logits of a batch, kept open for questions; implements `RelevanceFlow`.

    By CRP the relevance is propagated by the rules that are registered on the model and is conserved up to
    their tolerance. By "gradient" the signal is the gradient, and relevance gradient × activation.
    """

    logits: Float[np.ndarray, "image class"]
    targets: list[int]
    method: RelevanceMethod
    order: list[str]

    def __init__(
        self,
        inputs: Tensor,
        outputs: dict[str, Tensor],
        logits: Tensor,
        targets: list[int],
        method: RelevanceMethod,
        reading: Logits,
        prefix: int | None = None,
    ) -> None:
        self._inputs, self._outputs, self._prefix = inputs, outputs, prefix
        self.logits = logits.detach().float().cpu().numpy()
        self.targets, self.method, self.order = targets, method, list(outputs)
        start = reading.start(logits, targets, gradient=method != "crp")
        kept = list(outputs.values())
        signals = torch.autograd.grad(logits, kept, start, retain_graph=True, allow_unused=True)
        self._signals = {
            layer: torch.zeros_like(output) if signal is None else signal
            for (layer, output), signal in zip(outputs.items(), signals, strict=True)
        }

    def relevance(self, layer: str) -> Float[np.ndarray, "image component"]:
        """Return every component's relevance for its image's target, summed over places."""
        return _sums(self._relevance_of(layer, self._signals[layer]), layer)

    def activations(self, layer: str) -> Float[np.ndarray, "image component"]:
        """Return every component's largest activation."""
        output = self._outputs[layer].detach()
        output = output.movedim(axis_of_components(None, output, layer), 1)
        return (output.flatten(2).amax(2) if output.ndim > 2 else output).float().cpu().numpy()

    def heatmaps(
        self, layer: str, components: Sequence[int]
    ) -> Float[np.ndarray, "component image height width"]:
        """Return where in each image the relevance of each component comes from: only what passes it counts.

        By "gradient": the component's own map of gradient × activation, enlarged.

        Source: CRP (arXiv 2206.03208), conditions {y: target, layer: component}.
        """
        maps = []
        for component in components:
            signal = self._masked(layer, component)
            if self.method == "crp":
                (found,) = torch.autograd.grad(
                    self._outputs[layer], self._inputs, signal, retain_graph=True, allow_unused=True
                )
                found = torch.zeros_like(self._inputs) if found is None else found
                maps.append(found.sum(1))
            else:
                whole = self._relevance_of(layer, signal)
                own = whole.movedim(axis_of_components(None, whole, layer), 1)[:, component]
                size = (self._inputs.shape[-2], self._inputs.shape[-1])
                maps.append(activation_heatmaps(own, size, self._prefix))
        return torch.stack(maps).detach().float().cpu().numpy()

    def feeding(self, layer: str, component: int, below: str) -> Float[np.ndarray, "image component"]:
        """Return how much of a component's relevance each component of a layer below it takes on.

        Source: CRP (arXiv 2206.03208), the attribution graph.
        """
        signal = self._masked(layer, component)
        (found,) = torch.autograd.grad(
            self._outputs[layer], self._outputs[below], signal, retain_graph=True, allow_unused=True
        )
        if found is None:
            raise InputError(
                f"Layer {below!r} does not feed layer {layer!r}", expected=f"{below!r} before {layer!r}"
            )
        return _sums(self._relevance_of(below, found), below)

    def _relevance_of(self, layer: str, signal: Tensor) -> Tensor:
        return signal if self.method == "crp" else signal * self._outputs[layer].detach()

    def _masked(self, layer: str, component: int) -> Tensor:
        signal = self._signals[layer]
        axis = axis_of_components(None, signal, layer)
        if not 0 <= component < signal.shape[axis]:
            raise UnknownNameError(
                f"There is no component {component} in layer {layer!r}",
                expected=f"an index from 0 to {signal.shape[axis] - 1}",
            )
        mask = torch.zeros_like(signal)
        mask.select(axis, component).copy_(signal.select(axis, component))
        return mask


@contextmanager
def flowing(
    model: nn.Module,
    inputs: Float[Tensor, "image channel height width"],
    layers: Sequence[str],
    target: int | None = None,
    *,
    method: RelevanceMethod = "crp",
    crp: Any = "crp",
    device: torch.device | None = None,
    reading: Logits = USUAL,
) -> Iterator[Flow]:
    """Run a batch through the model and keep the way back open; the model itself is not touched.

    Parameters
    ----------
    layers
        Whose components may be asked about.
    target
        The class that is explained; None takes each image's own prediction.
    method
        "crp", or "gradient" for gradient × activation, which also steps in, with a warning, where CRP's
        rules don't hold.
    crp
        "crp" or a `Crp`, with composite and canonizers.
    reading
        Where in the model's output the logits are.

    Raises
    ------
    ModelError
        A layer is not reached, or more than once.
    """
    for layer in layers:
        resolve_layer(model, layer)
    place = device or inputs.device
    inputs = inputs.to(place)
    with evaluating(model, place) as model:
        for parameter in model.parameters():
            parameter.requires_grad_(False)
        look_at_axes(model, inputs)
        composite = None
        if method == "crp":
            composite = whole_model_composite(model, crp, inputs[:1], layers[0], target or 0, reading)
        try:
            inputs = inputs.detach().clone().requires_grad_(True)
            logits, outputs = _forward(model, inputs, layers, reading)
            if target is not None and not 0 <= target < logits.shape[1]:
                raise UnknownNameError(
                    f"There is no class {target}", expected=f"an index from 0 to {logits.shape[1] - 1}"
                )
            targets = logits.argmax(1).tolist() if target is None else [target] * len(logits)
            used: RelevanceMethod = "gradient" if composite is None else "crp"
            prefix = getattr(model, "num_prefix_tokens", None)
            yield Flow(inputs, outputs, logits, targets, used, reading, prefix)
        finally:
            if composite is not None:
                composite.remove()


def _forward(
    model: nn.Module, inputs: Tensor, layers: Sequence[str], reading: Logits
) -> tuple[Tensor, dict[str, Tensor]]:
    """Return the logits and the outputs of `layers`, in the order of the pass and still in its graph."""
    outputs: dict[str, Tensor] = {}

    def hook_of(layer: str) -> Any:
        def hook(module: nn.Module, args: Any, output: Any) -> Any:
            if layer in outputs:
                raise ModelError(f"Layer {layer!r} is called more than once in a forward pass")
            outputs[layer], onward = kept(module, output, layer)
            return onward

        return hook

    handles = [resolve_layer(model, layer).register_forward_hook(hook_of(layer)) for layer in layers]
    try:
        with torch.enable_grad():
            logits = reading.of(model(inputs))
    finally:
        for handle in handles:
            handle.remove()
    lacking = [layer for layer in layers if layer not in outputs]
    if lacking:
        raise ModelError(f"Layer {lacking[0]!r} is not reached in a forward pass")
    return logits, outputs


def _sums(relevance: Tensor, layer: str) -> Float[np.ndarray, "image component"]:
    relevance = relevance.detach().movedim(axis_of_components(None, relevance, layer), 1)
    return (relevance.flatten(2).sum(2) if relevance.ndim > 2 else relevance).float().cpu().numpy()
