"""The pooled activations of images that are given one by one, such as those that show a concept."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float
from PIL.Image import Image
from torch import Tensor, nn

from slens_widgets.core.activations import Pooling, Transform, as_batch, pool, run_model, transformed
from slens_widgets.core.component_axes import look_at_axes
from slens_widgets.core.hooks import capture, evaluating
from slens_widgets.errors import InputError, ModelError
from slens_widgets.types import Progress


def given_activations(
    model: nn.Module,
    images: Sequence[Image],
    layers: Sequence[str],
    *,
    transform: Transform,
    pooling: Pooling = "max",
    device: torch.device | str = "cpu",
    batch_size: int = 32,
    progress: Progress | None = None,
) -> dict[str, Float[np.ndarray, "image component"]]:
    """Return the pooled activation of every component of `layers` in each image.

    Raises
    ------
    InputError
        The transform fails on an image, or gives inputs of different sizes.
    ModelError
        The model fails, a layer is not reached, or an activation is not finite.
    """
    device = torch.device(device)
    parts: dict[str, list[np.ndarray]] = {layer: [] for layer in layers}

    def reduce(layer: str, output: Tensor) -> Tensor:
        return pool(output, pooling, layer).clone()

    with (
        evaluating(model, device) as model,
        torch.no_grad(),
        capture(model, layers, reduce) as outputs,
    ):
        for start in range(0, len(images), batch_size):
            if progress is not None:
                progress(start, len(images), "Activations of the shown images")
            inputs = [
                transformed(transform, image.convert("RGB"), f"shown image {start + i}")
                for i, image in enumerate(images[start : start + batch_size])
            ]
            sizes = {tuple(each.shape) for each in inputs}
            if len(sizes) > 1:
                raise InputError(
                    f"The transform gives inputs of different sizes: {sorted(sizes)}",
                    next_step="Resize and centre-crop in the transform",
                )
            batch = as_batch(inputs, device)
            look_at_axes(model, batch)
            outputs.clear()
            run_model(model, batch)
            for layer in layers:
                if layer not in outputs:
                    raise ModelError(f"Layer {layer!r} is not reached in a forward pass")
                values = outputs[layer].cpu().numpy()
                if not np.isfinite(values).all():
                    raise ModelError(
                        f"Layer {layer!r} gives activations that are not finite",
                        next_step="Check the transform's normalisation and the model's weights",
                    )
                parts[layer].append(values)
    return {layer: np.concatenate(found) for layer, found in parts.items()}
