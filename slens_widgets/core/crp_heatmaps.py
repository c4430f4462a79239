"""Concept relevance propagation by autograd, and which layers its rules reach."""

from __future__ import annotations

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn

from slens_widgets.core.activation_maps import picked
from slens_widgets.core.hooks import run_to
from slens_widgets.core.rounds import Asked, Rounds, rounds_of


def crp_rounds(
    model: nn.Module,
    layer: str,
    inputs: Float[Tensor, "image channel height width"],
    asked: Asked,
) -> Rounds:
    """Yield CRP heatmaps by autograd, a composite being registered on `model`.

    A round holds the first component's heatmaps of all images, the next the second's of those that have one.

    The relevance starts at the layer, as the component's own activation, and is summed over the input's
    channels; the model is run no further than the layer. Source: CRP (arXiv 2206.03208), equation 4; equal to
    zennit-crp's `CondAttribution` with `conditions=[{layer: [component]}]` and `start_layer=layer`.
    """
    inputs = inputs.detach().clone().requires_grad_(True)
    with torch.enable_grad():
        output = run_to(model, layer, inputs)
    rounds = rounds_of(asked)
    for number, (images, components) in enumerate(rounds):
        with torch.enable_grad():
            start = picked(output, layer, images, components)
        (relevance,) = torch.autograd.grad(
            start, inputs, start.detach(), retain_graph=number + 1 < len(rounds)
        )
        yield images, relevance.sum(1)[images]


def unreachable(model: nn.Module, layer: str, example: Tensor) -> str | None:
    """Return why CRP's rules don't hold on the way from the input to `layer`, or None if they do."""
    seen: list[str] = []

    def hook(module: nn.Module, args: Any) -> None:
        seen.append(type(module).__name__)

    handles = [
        module.register_forward_pre_hook(hook)
        for module in model.modules()
        if "attention" in type(module).__name__.lower()
    ]
    try:
        with torch.no_grad():
            output = run_to(model, layer, example[:1])
    finally:
        for handle in handles:
            handle.remove()
    if output.ndim == 3:
        return "its output is a sequence of tokens"
    return f"attention ({seen[0]}) lies before it" if seen else None
