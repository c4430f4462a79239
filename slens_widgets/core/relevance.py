"""Where in an image a component finds what it responds to."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import torch
from jaxtyping import Float
from torch import Tensor, nn

from slens_widgets.core.activation_maps import activation_heatmaps, picked
from slens_widgets.core.composites import Crp, Registered, register
from slens_widgets.core.gradient_heatmaps import METHODS, without_convolution
from slens_widgets.core.hooks import run_to
from slens_widgets.core.layout import suit
from slens_widgets.errors import InputError, ModelError, nearest_names

logger = logging.getLogger(__name__)

Relevance = Literal["crp", "gradient", "integrated", "smoothgrad", "gradcam", "activation"] | Crp | None
"""Heatmap method: CRP (with "activation" where it can't reach), one made of gradients (see
`gradient_heatmaps`), the activation map, or None for the whole image."""
_NAMES = ("crp", *METHODS, "activation")


def check_relevance(relevance: Any) -> Relevance:
    """Return `relevance` if there is such a method."""
    if relevance is not None and not isinstance(relevance, Crp) and relevance not in _NAMES:
        raise InputError(
            f"relevance={relevance!r}",
            expected=f"{', '.join(map(repr, _NAMES))}, None or Crp(…)",
            nearest=nearest_names(str(relevance), _NAMES),
        )
    return relevance


@dataclass
class Attribution:
    """A model prepared for heatmaps: which method serves which layer, and the heatmaps themselves."""

    model: nn.Module
    methods: dict[str, str] = field(default_factory=dict)
    """What each layer is served by: a name in `Relevance`, or "none"."""
    reasons: dict[str, str] = field(default_factory=dict)
    """Why a layer has another method than was asked for."""
    registered: Registered | None = None
    """Composite and canonizers, where a layer is served by CRP."""
    layout: torch.memory_format = torch.contiguous_format
    """Memory layout of the model's inputs."""

    def rounds(
        self,
        layer: str,
        inputs: Float[Tensor, "image channel height width"],
        asked: Sequence[Sequence[int]],
    ) -> Iterator[tuple[list[int], Float[Tensor, "row height width"]]]:
        """Yield heatmaps of several components of each image, from one forward pass.

        Parameters
        ----------
        asked
            For each image, its components.

        Yields
        ------
        The first component's heatmap of all images, then the second's of those that have one, and so on:
        the images' places in `inputs`, and their heatmaps.
        """
        methods = {"crp": crp_rounds, "activation": activation_rounds, **METHODS}
        return methods[self.methods[layer]](
            self.model, layer, inputs.contiguous(memory_format=self.layout), asked
        )

    def report(self) -> dict[str, Any]:
        """Return what was done and why, for the provenance."""
        report: dict[str, Any] = {"methods": dict(self.methods)}
        if self.reasons:
            report["reasons"] = dict(self.reasons)
        if self.registered is not None:
            report["crp"] = asdict(self.registered)
            report["warnings"] = self.registered.warnings
        return report


@contextmanager
def attributing(
    model: nn.Module,
    layers: Sequence[str],
    relevance: Relevance,
    example: Float[Tensor, "image channel height width"],
) -> Iterator[Attribution]:
    """Prepare `model` for heatmaps of `layers`; composite and canonizers are registered once for all of them.

    `model` must be in evaluation mode and is restored by `hooks.evaluating`, which belongs around this.

    Raises
    ------
    ModelError
        If `relevance` is a `Crp` and a layer cannot be reached by it.
    """
    check_relevance(relevance)
    attribution = Attribution(model, layout=suit(model, example[:1]))
    if relevance is None or relevance == "activation":
        attribution.methods = dict.fromkeys(layers, relevance or "none")
        yield attribution
        return
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    if isinstance(relevance, str) and relevance in METHODS:
        attribution.methods = dict.fromkeys(layers, relevance)
        for layer in layers if relevance == "gradcam" else ():
            reason = without_convolution(model, layer, example)
            if reason is not None:
                attribution.methods[layer], attribution.reasons[layer] = "activation", reason
                logger.warning("Layer %r gets activation maps instead of Grad-CAM: %s.", layer, reason)
        yield attribution
        return
    explicit = isinstance(relevance, Crp)
    for layer in layers:
        reason = None if explicit else unreachable(model, layer, example)
        attribution.methods[layer] = "crp" if reason is None else "activation"
        if reason is not None:
            attribution.reasons[layer] = reason
    composite = None
    if "crp" in attribution.methods.values():
        composite, attribution.registered = register(
            model, relevance if isinstance(relevance, Crp) else Crp(), example[:1]
        )
    try:
        for layer in [layer for layer, method in attribution.methods.items() if method == "crp"]:
            try:
                next(crp_rounds(model, layer, example[:1], [[0]]))
            except Exception as error:
                if explicit:
                    raise ModelError(f"CRP does not reach layer {layer!r}: {error}") from error
                attribution.methods[layer] = "activation"
                attribution.reasons[layer] = f"CRP fails there: {type(error).__name__}: {error}"
        for layer, reason in attribution.reasons.items():
            logger.warning("Layer %r gets activation maps instead of CRP heatmaps: %s.", layer, reason)
        yield attribution
    finally:
        if composite is not None:
            composite.remove()


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


def crp_rounds(
    model: nn.Module,
    layer: str,
    inputs: Float[Tensor, "image channel height width"],
    asked: Sequence[Sequence[int]],
) -> Iterator[tuple[list[int], Float[Tensor, "row height width"]]]:
    """Yield CRP heatmaps, a composite being registered on `model`; see `Attribution.rounds`.

    The relevance starts at the layer, as the component's own activation, and is summed over the input's
    channels; the model is run no further than the layer. The way back is linear in the relevance, and what
    it needs of the forward pass is shared by all components of an image. Source: CRP (arXiv 2206.03208),
    equation 4; equal to zennit-crp's `CondAttribution` with `conditions=[{layer: [component]}]` and
    `start_layer=layer`.
    """
    inputs = inputs.detach().clone().requires_grad_(True)
    with torch.enable_grad():
        output = run_to(model, layer, inputs)
    last = max(len(components) for components in asked) - 1
    for number in range(last + 1):
        images, components = _round(asked, number)
        with torch.enable_grad():
            start = picked(output, layer, images, components)
        (relevance,) = torch.autograd.grad(start, inputs, start.detach(), retain_graph=number < last)
        yield images, relevance.sum(1)[images]


def activation_rounds(
    model: nn.Module,
    layer: str,
    inputs: Float[Tensor, "image channel height width"],
    asked: Sequence[Sequence[int]],
) -> Iterator[tuple[list[int], Float[Tensor, "row height width"]]]:
    """Yield activation maps at the input's size; see `Attribution.rounds`."""
    size = (inputs.shape[-2], inputs.shape[-1])
    prefix = getattr(model, "num_prefix_tokens", None)
    with torch.no_grad():
        output = run_to(model, layer, inputs)
    for number in range(max(len(components) for components in asked)):
        images, components = _round(asked, number)
        yield images, activation_heatmaps(picked(output, layer, images, components), size, prefix)


def _round(asked: Sequence[Sequence[int]], number: int) -> tuple[list[int], list[int]]:
    images = [image for image, components in enumerate(asked) if len(components) > number]
    return images, [asked[image][number] for image in images]
