"""Heatmaps from activations alone, for layers that relevance propagation does not reach."""

from __future__ import annotations

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional

from slens_widgets.core.hooks import component_axis, run_to
from slens_widgets.errors import UnknownNameError


def picked(output: Tensor, layer: str, components: Tensor) -> Tensor:
    """Return each row's component: (row, height, width), (row, token) or (row,)."""
    moved = output.movedim(component_axis(output, layer), 1)
    if int(components.max()) >= moved.shape[1] or int(components.min()) < 0:
        raise UnknownNameError(
            f"There is no component {int(components.max())} in layer {layer!r}",
            expected=f"an index from 0 to {moved.shape[1] - 1}",
        )
    return moved[torch.arange(len(components), device=output.device), components.to(output.device)]


def activation_heatmaps(
    model: nn.Module,
    layer: str,
    inputs: Float[Tensor, "row channel height width"],
    components: Int[Tensor, " row"],
) -> Float[Tensor, "row height width"]:
    """Return activation maps, enlarged to the input's size: positive activations, or where there are none
    the map above its minimum. Tokens are laid out as the grid of patches that fits the input's shape; an
    output without places (units, tokens that form no grid) gives a map of ones.
    """
    height, width = inputs.shape[-2:]
    with torch.no_grad():
        found = picked(run_to(model, layer, inputs), layer, components).float()
        if found.ndim == 2:
            grid = token_grid(found.shape[1], height, width, getattr(model, "num_prefix_tokens", None))
            if grid is not None:
                found = found[:, grid[0] :].reshape(len(found), grid[1], grid[2])
        if found.ndim != 3:
            return torch.ones(len(inputs), height, width, device=inputs.device)
        none_positive = found.amax((1, 2), keepdim=True) <= 0
        maps = torch.where(none_positive, found - found.amin((1, 2), keepdim=True), found.clamp(min=0))
        return functional.interpolate(maps[:, None], (height, width), mode="bilinear", align_corners=False)[
            :, 0
        ]


def token_grid(
    tokens: int, height: int, width: int, prefix: int | None = None
) -> tuple[int, int, int] | None:
    """Return (tokens before the patches, rows, columns) of a token sequence over an input of this shape."""
    for before in [prefix] if isinstance(prefix, int) else range(17):
        patches = tokens - before
        rows = round((max(patches, 0) * height / width) ** 0.5)
        if rows > 0 and patches % rows == 0 and rows * width == (patches // rows) * height:
            return before, rows, patches // rows
    return token_grid(tokens, height, width) if isinstance(prefix, int) else None
