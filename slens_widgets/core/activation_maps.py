"""Heatmaps from activations alone, for layers that relevance propagation does not reach."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

from slens_widgets.core.component_axes import axis_of_components
from slens_widgets.core.hooks import run_to
from slens_widgets.core.rounds import Asked, Rounds, rounds_of
from slens_widgets.errors import UnknownNameError


def picked(output: Tensor, layer: str, images: Sequence[int], components: Sequence[int]) -> Tensor:
    """Return a component of each of the images: (row, height, width), (row, token) or (row,)."""
    moved = output.movedim(axis_of_components(None, output, layer), 1)
    check_components(components, moved.shape[1], layer)
    rows = torch.as_tensor([images, components], device=output.device)
    return moved[rows[0], rows[1]]


def check_components(components: Sequence[int], count: int, layer: str) -> None:
    """Raise UnknownNameError unless all the components exist."""
    if components and (max(components) >= count or min(components) < 0):
        unknown = max(components) if max(components) >= count else min(components)
        raise UnknownNameError(
            f"There is no component {unknown} in layer {layer!r}", expected=f"an index from 0 to {count - 1}"
        )


def activation_heatmaps(
    found: Tensor, size: tuple[int, int], prefix: int | None = None
) -> Float[Tensor, "row height width"]:
    """Return activations enlarged to a size: the positive ones, or where there are none the map above its
    minimum. Tokens are laid out as the grid of patches that fits the size; an output without places (units,
    tokens that form no grid) gives a map of ones.

    Parameters
    ----------
    found
        One component's activations in each row, as `picked` returns them.
    prefix
        Number of tokens before those of the patches, where the model says so.
    """
    height, width = size
    found = found.float()
    if found.ndim == 2:
        grid = token_grid(found.shape[1], height, width, prefix)
        if grid is not None:
            found = found[:, grid[0] :].reshape(len(found), grid[1], grid[2])
    if found.ndim != 3:
        return torch.ones(len(found), height, width, device=found.device)
    none_positive = found.amax((1, 2), keepdim=True) <= 0
    maps = torch.where(none_positive, found - found.amin((1, 2), keepdim=True), found.clamp(min=0))
    return functional.interpolate(maps[:, None], (height, width), mode="bilinear", align_corners=False)[:, 0]


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


def activation_rounds(
    model: nn.Module,
    layer: str,
    inputs: Float[Tensor, "image channel height width"],
    asked: Asked,
) -> Rounds:
    """Yield activation maps at the input's size, in rounds (see `rounds_of`)."""
    size = (inputs.shape[-2], inputs.shape[-1])
    prefix = getattr(model, "num_prefix_tokens", None)
    with torch.no_grad():
        output = run_to(model, layer, inputs)
    for images, components in rounds_of(asked):
        maps = activation_heatmaps(picked(output, layer, images, components), size, prefix)
        yield images, maps
