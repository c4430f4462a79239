"""Heatmaps from plain gradients: gradient × input, integrated gradients, SmoothGrad, Grad-CAM.

What is explained is ½ Σ a² over a component's places: its gradient weighs each place by its activation a, as
CRP does where it starts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from slens_widgets.core.activation_maps import picked
from slens_widgets.core.hooks import run_to
from slens_widgets.core.rounds import Asked, Rounds, rounds_of

GradientMethod = Literal["gradient", "integrated", "smoothgrad", "gradcam"]
STEPS: Final = 16
"""Points on the way from the baseline to the input, for integrated gradients."""
DRAWS: Final = 8
NOISE: Final = 0.15
"""Deviation of SmoothGrad's noise, as a share of each input's range; within the paper's 10 to 20 %."""


def gradient_rounds(model: nn.Module, layer: str, inputs: Tensor, asked: Asked) -> Rounds:
    """Yield gradient × input, summed over the input's channels; see `crp_heatmaps.crp_rounds`."""
    for (images, _), found in zip(rounds_of(asked), _gradients(model, layer, inputs, asked), strict=True):
        yield images, (inputs[images] * found).sum(1)


def integrated_rounds(
    model: nn.Module, layer: str, inputs: Tensor, asked: Asked, steps: int = STEPS
) -> Rounds:
    """Yield integrated gradients from the baseline zero, the transform's mean colour.

    Source: Sundararajan et al. (arXiv 1703.01365), equation 1, by the midpoint rule.
    """
    places = [(step + 0.5) / steps for step in range(steps)]
    total = _mean(_gradients(model, layer, inputs * place, asked) for place in places)
    for (images, _), found in zip(rounds_of(asked), total, strict=True):
        yield images, (inputs[images] * found).sum(1)


def smoothgrad_rounds(model: nn.Module, layer: str, inputs: Tensor, asked: Asked) -> Rounds:
    """Yield the absolute mean gradient under noise, summed over the input's channels.

    Source: Smilkov et al. (arXiv 1706.03825).
    """
    generator = torch.Generator().manual_seed(0)
    flat = inputs.flatten(1)
    scale = NOISE * (flat.amax(1) - flat.amin(1))[:, None, None, None]
    noise = (torch.randn(inputs.shape, generator=generator).to(inputs) for _ in range(DRAWS))
    total = _mean(_gradients(model, layer, inputs + scale * each, asked) for each in noise)
    for (images, _), found in zip(rounds_of(asked), total, strict=True):
        yield images, found.abs().sum(1)


def gradcam_rounds(model: nn.Module, layer: str, inputs: Tensor, asked: Asked) -> Rounds:
    """Yield Grad-CAM on the map that goes into the last convolution up to the layer.

    On the layer's own map it would be the activation map again.

    Source: Selvaraju et al. (arXiv 1610.02391), equations 1 and 2, the component in place of the class.
    """
    size = (inputs.shape[-2], inputs.shape[-1])
    with torch.enable_grad():
        maps: list[Tensor] = []
        handles = [
            each.register_forward_pre_hook(lambda _, args: maps.append(args[0]))
            for each in model.modules()
            if isinstance(each, nn.Conv2d)
        ]
        try:
            output = run_to(model, layer, inputs.detach().clone().requires_grad_(True))
        finally:
            for handle in handles:
                handle.remove()
        below = maps[-1]
        for images, components in rounds_of(asked):
            chosen = picked(output, layer, images, components)
            (found,) = torch.autograd.grad(chosen, below, chosen.detach(), retain_graph=True)
            weights = found.mean((2, 3), keepdim=True)
            cam = (weights * below.detach()).sum(1, keepdim=True).clamp(min=0)[images]
            yield images, functional.interpolate(cam, size, mode="bilinear", align_corners=False)[:, 0]


def without_convolution(model: nn.Module, layer: str, example: Tensor) -> str | None:
    """Return why Grad-CAM has no map to look at before `layer`, or None if it has."""
    seen: list[bool] = []
    handles = [
        each.register_forward_pre_hook(lambda *_: seen.append(True))
        for each in model.modules()
        if isinstance(each, nn.Conv2d)
    ]
    try:
        with torch.no_grad():
            run_to(model, layer, example[:1])
    finally:
        for handle in handles:
            handle.remove()
    return None if seen else "no convolution comes before it"


METHODS: Final[dict[str, Callable[[nn.Module, str, Tensor, Asked], Rounds]]] = {
    "gradient": gradient_rounds,
    "integrated": integrated_rounds,
    "smoothgrad": smoothgrad_rounds,
    "gradcam": gradcam_rounds,
}


def _gradients(model: nn.Module, layer: str, inputs: Tensor, asked: Asked) -> list[Tensor]:
    """Return (row, channel, height, width) gradients for every round, from one forward pass."""
    inputs = inputs.detach().clone().requires_grad_(True)
    with torch.enable_grad():
        output = run_to(model, layer, inputs)
        found = []
        for images, components in rounds_of(asked):
            chosen = picked(output, layer, images, components)
            (gradient,) = torch.autograd.grad(chosen, inputs, chosen.detach(), retain_graph=True)
            found.append(gradient[images])
    return found


def _mean(several: Iterator[list[Tensor]]) -> list[Tensor]:
    total: list[Tensor] = []
    count = 0
    for found in several:
        total = [a + b for a, b in zip(total, found, strict=True)] if total else found
        count += 1
    return [each / count for each in total]
