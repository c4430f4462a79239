"""Train a model against its components' relevance, and find the images that rest on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional

from slens_widgets.core.component_axes import axis_of_components, look_at_axes
from slens_widgets.core.hooks import evaluating, kept, resolve_layer
from slens_widgets.core.logits import USUAL, Logits
from slens_widgets.core.training_images import TrainingImages
from slens_widgets.errors import ModelError
from slens_widgets.types import CorrectionSettings, Progress


def fine_tune(
    model: nn.Module,
    data: TrainingImages,
    indices: Mapping[str, Sequence[int]],
    settings: CorrectionSettings,
    device: torch.device,
    *,
    rows: Int[np.ndarray, " image"] | None = None,
    penalise: bool = True,
    reading: Logits = USUAL,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Train what follows the components, with a penalty on the share of relevance that they hold.

    What comes before them stays as it is: else the model would build the shortcut anew in other components.
    Relevance is gradient × activation for the image's own class. Groups, or else classes, are drawn equally
    often. Normalisation layers keep their statistics.

    Source: right for the right reasons, Ross et al. (arXiv 1703.03717), on components in place of pixels.
    """
    chosen = np.arange(len(data.ids)) if rows is None else rows
    chance = data.balanced()[chosen]
    chance = chance / chance.sum()
    rng = np.random.default_rng(settings.seed)
    labels = torch.as_tensor(data.labels, device=device)
    model.eval().to(device)
    look_at_axes(model, next(data.batches([0], device, 1))[1])
    trained = _after(model, list(indices), data, device)
    optimizer = torch.optim.AdamW(trained, lr=settings.learning_rate, weight_decay=1e-4)
    held: list[float] = []
    for epoch in range(settings.epochs):
        order = rng.choice(chosen, len(chosen), p=chance)
        for places, inputs in data.batches(order.tolist(), device):
            if progress is not None:
                progress(epoch, settings.epochs, "fine-tune")
            target = labels[torch.as_tensor(places, device=device)]
            with torch.enable_grad():
                logits, outputs = _run(model, inputs, list(indices), reading)
                loss = _loss(logits, target)
                if penalise and indices:
                    share = _share(logits, outputs, indices, target)
                    held.append(float(share.detach()))
                    loss = loss + settings.penalty * share
                optimizer.zero_grad()
                loss.backward()
            optimizer.step()
    for parameter in model.parameters():
        parameter.requires_grad_(True)
        parameter.grad = None
    steps = max(1, len(held) // settings.epochs)
    said: dict[str, Any] = {"images": len(chosen)}
    if held:
        said["relevance_held"] = (float(np.mean(held[:steps])), float(np.mean(held[-steps:])))
    return said


def tainted(
    model: nn.Module,
    data: TrainingImages,
    indices: Mapping[str, Sequence[int]],
    device: torch.device,
    reading: Logits = USUAL,
    progress: Progress | None = None,
) -> Float[np.ndarray, " image"]:
    """Return how far each image's own class rests on the components: their gradient × activation, summed."""
    found = np.zeros(len(data.ids))
    with evaluating(model, device) as model:
        for parameter in model.parameters():
            parameter.requires_grad_(False)
        for places, inputs in data.batches(range(len(data.ids)), device):
            if progress is not None:
                progress(int(places[0]), len(data.ids), "tainted images")
            target = torch.as_tensor(data.labels[places], device=device)
            with torch.enable_grad():
                logits, outputs = _run(model, inputs.requires_grad_(True), list(indices), reading)
                margin = _margin(logits, target)
                signals = torch.autograd.grad(margin.sum(), list(outputs.values()))
            for (layer, output), signal in zip(outputs.items(), signals, strict=True):
                found[places] += (
                    _per_component(signal * output, layer)[:, list(indices[layer])].sum(1).numpy(force=True)
                )
    return found


def _after(
    model: nn.Module, layers: Sequence[str], data: TrainingImages, device: torch.device
) -> list[nn.Parameter]:
    """Freeze what is called up to the last of `layers`; return the parameters that remain to be trained."""
    called: list[nn.Module] = []

    def hook_of(module: nn.Module) -> Callable[..., None]:
        return lambda *_: called.append(module)

    handles = [each.register_forward_hook(hook_of(each)) for each in model.modules()]
    try:
        with torch.no_grad():
            model(next(data.batches([0], device, 1))[1])
    finally:
        for handle in handles:
            handle.remove()
    ends = [called.index(resolve_layer(model, layer)) for layer in layers]
    frozen = {id(p) for module in called[: max(ends) + 1] for p in module.parameters()} if ends else set()
    trained = [p for p in model.parameters() if id(p) not in frozen]
    for parameter in model.parameters():
        parameter.requires_grad_(id(parameter) not in frozen)
    if not trained:
        raise ModelError(f"Nothing that can be trained follows layer {layers[0]!r}")
    return trained


def _run(
    model: nn.Module, inputs: Tensor, layers: Sequence[str], reading: Logits
) -> tuple[Tensor, dict[str, Tensor]]:
    """Return the model's own logits and the outputs of `layers`: leaves where nothing before them learns."""
    outputs: dict[str, Tensor] = {}

    def hook_of(layer: str) -> Callable[..., Any]:
        def hook(module: nn.Module, args: Any, output: Any) -> Any:
            outputs[layer], onward = kept(module, output, layer, leaf=True)
            return onward

        return hook

    handles = [resolve_layer(model, layer).register_forward_hook(hook_of(layer)) for layer in layers]
    try:
        return reading.raw(model(inputs)), outputs
    finally:
        for handle in handles:
            handle.remove()


def _alone(logits: Tensor, target: Tensor) -> bool:
    """Whether each logit stands for itself: a single one, or one for each label."""
    return logits.shape[1] == 1 or target.ndim == 2


def _loss(logits: Tensor, target: Tensor) -> Tensor:
    if _alone(logits, target):
        said = target.reshape(logits.shape).to(logits.dtype)
        return functional.binary_cross_entropy_with_logits(logits, said)
    return functional.cross_entropy(logits, target)


def _margin(logits: Tensor, target: Tensor) -> Tensor:
    """Return how far an image is on its own side: of the other classes, or of 0 where logits stand alone."""
    if _alone(logits, target):
        return (logits * (2 * target.reshape(logits.shape) - 1)).sum(1)
    rows = torch.arange(len(logits), device=logits.device)
    others = logits.clone()
    others[rows, target] = -torch.inf
    return logits[rows, target] - others.amax(1)


def _share(
    logits: Tensor, outputs: Mapping[str, Tensor], indices: Mapping[str, Sequence[int]], target: Tensor
) -> Tensor:
    signals = torch.autograd.grad(_margin(logits, target).sum(), list(outputs.values()), create_graph=True)
    parts = []
    for (layer, output), signal in zip(outputs.items(), signals, strict=True):
        size = _per_component(signal * output, layer).abs()
        parts.append(size[:, list(indices[layer])].sum(1) / size.sum(1).clamp(min=1e-12))
    return torch.stack(parts).mean()


def _per_component(values: Tensor, layer: str) -> Tensor:
    values = values.movedim(axis_of_components(None, values, layer), 1)
    return values.flatten(2).sum(2) if values.ndim > 2 else values
