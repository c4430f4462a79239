"""How much a class relies on a component."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from slens_widgets.core.component_axes import axis_of_components, look_at_axes
from slens_widgets.core.composites import Crp, register
from slens_widgets.core.hooks import (
    default_device,
    evaluating,
    kept,
    resolve_layer,
)
from slens_widgets.core.logits import USUAL, Logits
from slens_widgets.core.relevance import Relevance, check_relevance
from slens_widgets.errors import InputError, ModelError, UnknownNameError
from slens_widgets.untrusted import logger_of

logger = logger_of(__name__)


def class_relevance(
    model: nn.Module,
    inputs: Tensor | Iterable[Tensor],
    layer: str,
    target: int,
    *,
    relevance: Relevance = "crp",
    device: torch.device | str | None = None,
    reading: Logits = USUAL,
) -> Float[np.ndarray, " component"]:
    """Return the mean relevance of every component of `layer` for the logit of class `target`.

    The relevance starts at the target's logit with its value and is summed over the component's places.
    Where CRP's rules don't hold (attention, tokens) it is gradient × activation instead, which is logged.

    Parameters
    ----------
    inputs
        A batch of model inputs, or batches of them; images of the class.
    relevance
        "crp" or a `Crp`; any other method gives gradient × activation.
    reading
        Where in the model's output the logits are.

    Source: arXiv 2501.05398, audit (relevance for the output class); CRP, arXiv 2206.03208.
    """
    total: Any = 0.0
    count = 0
    with closing(_by_batch(model, inputs, layer, target, relevance, device, reading)) as batches:
        for values in batches:
            total = total + values.double().sum(0)
            count += len(values)
    return (total / count).float().numpy()


def image_relevance(
    model: nn.Module,
    inputs: Tensor | Iterable[Tensor],
    layer: str,
    target: int,
    *,
    relevance: Relevance = "crp",
    device: torch.device | str | None = None,
    reading: Logits = USUAL,
) -> Float[np.ndarray, "image component"]:
    """Return what `class_relevance` is the mean of: the relevance of every component in every image."""
    with closing(_by_batch(model, inputs, layer, target, relevance, device, reading)) as batches:
        return torch.cat(list(batches)).float().numpy()


def _by_batch(
    model: nn.Module,
    inputs: Tensor | Iterable[Tensor],
    layer: str,
    target: int,
    relevance: Relevance,
    device: torch.device | str | None,
    reading: Logits,
) -> Generator[Tensor, None, None]:
    """Yield (image, component) relevance on the CPU."""
    check_relevance(relevance)
    resolve_layer(model, layer)
    batches = iter([inputs] if isinstance(inputs, Tensor) else inputs)
    first = next(batches, None)
    if first is None or not len(first):
        raise InputError(f"No inputs for class {target}", expected="at least one image of the class")
    place = default_device(device)
    with evaluating(model, place) as model:
        for parameter in model.parameters():
            parameter.requires_grad_(False)
        look_at_axes(model, first[:1].to(place))
        composite = None
        if relevance == "crp" or isinstance(relevance, Crp):
            composite = whole_model_composite(model, relevance, first[:1].to(place), layer, target, reading)
        try:
            for batch in _chain(first, batches):
                found = _batch_relevance(
                    model, batch.to(place), layer, target, reading, gradient=composite is None
                ).cpu()
                _check_finite(found, layer, target)
                yield found
        finally:
            if composite is not None:
                composite.remove()


def _check_finite(found: Float[Tensor, "image component"], layer: str, target: int) -> None:
    if not torch.isfinite(found).all():
        _, component = (int(place) for place in (~torch.isfinite(found)).nonzero()[0])
        raise ModelError(
            f"The relevance of component {component} of layer {layer!r} for class {target} is not finite",
            expected="finite logits and activations",
            next_step="Check the transform's normalisation and the model's weights, or run it in float32",
        )


def _chain(first: Tensor, rest: Iterator[Tensor]) -> Iterator[Tensor]:
    yield first
    yield from rest


def whole_model_composite(
    model: nn.Module, relevance: Any, example: Tensor, layer: str, target: int, reading: Logits
) -> Any:
    """Register CRP's rules from the logits to the input, or say why they don't hold and return None."""
    reason = None
    explicit = isinstance(relevance, Crp)
    if not explicit and any("attention" in type(module).__name__.lower() for module in model.modules()):
        reason = "the model has attention"
    composite = None
    if reason is None:
        composite, _ = register(model, relevance if explicit else Crp(), example)
        try:
            _batch_relevance(model, example, layer, target, reading)
            return composite
        except UnknownNameError:
            composite.remove()
            raise
        except Exception as error:
            composite.remove()
            if explicit:
                raise ModelError(f"CRP does not reach layer {layer!r} from the logits: {error}") from error
            reason = f"{type(error).__name__}: {error}"
    logger.warning("Class relevance in %r is gradient × activation instead of CRP: %s.", layer, reason)
    return None


def _batch_relevance(
    model: nn.Module, inputs: Tensor, layer: str, target: int, reading: Logits, *, gradient: bool = False
) -> Tensor:
    """Return (image, component) relevance for the target's logit, by the rules registered on `model`.

    With `gradient`, when none are registered: gradient × activation.
    """
    outputs: list[Tensor] = []

    def hook(module: nn.Module, args: Any, output: Any) -> Any:
        found, onward = kept(module, output, layer)
        outputs.append(found)
        return onward

    inputs = inputs.detach().clone().requires_grad_(True)
    handle = resolve_layer(model, layer).register_forward_hook(hook)
    try:
        with torch.enable_grad():
            logits = reading.of(model(inputs))
    finally:
        handle.remove()
    if not outputs:
        raise ModelError(f"Layer {layer!r} is not reached in a forward pass")
    if len(outputs) > 1:
        raise ModelError(
            f"Layer {layer!r} is called more than once in a forward pass: its components are unclear",
            expected="a module that is called once",
            next_step="Choose the module around it or before it (slens_widgets.layers(model))",
        )
    if not 0 <= target < logits.shape[1]:
        raise UnknownNameError(
            f"There is no class {target} in logits of shape {tuple(logits.shape)}",
            expected=f"an index from 0 to {logits.shape[-1] - 1}",
        )
    start = reading.start(logits, [target] * len(logits), gradient=gradient)
    output = outputs[-1]
    (relevance,) = torch.autograd.grad(logits, output, start)
    if gradient:
        relevance = relevance * output.detach()
    relevance = relevance.movedim(axis_of_components(None, relevance, layer), 1)
    return relevance.flatten(2).sum(2) if relevance.ndim > 2 else relevance
