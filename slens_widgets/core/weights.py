"""Checkpoints: read without executing anything in them, and loaded whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from slens_widgets.errors import InputError, WeightsUnavailableError

WAYS_OUT = (
    "Ways out: pretrained=PATH of a checkpoint on this machine (.safetensors, or .pt with weights only); "
    "HF_HOME or cache_dir=FOLDER of a cache that holds it; or the built-in world, "
    "slens_widgets.lab.open_audit(), which needs no download"
)


def read_weights(path: str | os.PathLike[str]) -> dict[str, Tensor]:
    """Read a state dict from a safetensors file or a torch checkpoint; nothing in it is executed."""
    path = Path(path)
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        loaded = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        raise WeightsUnavailableError(
            f"The checkpoint {str(path)!r} can't be read: {type(error).__name__}: {_first_line(error)}",
            next_step=WAYS_OUT,
        ) from error
    while isinstance(loaded, Mapping) and isinstance(loaded.get("state_dict"), Mapping):
        loaded = loaded["state_dict"]
    return {key.removeprefix("module."): value for key, value in loaded.items()}


def load_weights(model: nn.Module, weights: Mapping[str, Tensor], where: str) -> None:
    """Load a state dict, converted to float32.

    Raises
    ------
    InputError
        If a weight is missing, unknown, or of another shape.
    """
    try:
        missing, unexpected = model.load_state_dict(
            {k: v.float() if v.is_floating_point() else v for k, v in weights.items()}, strict=False
        )
    except RuntimeError as error:
        raise InputError(f"The weights in {where!r} have other shapes than the model: {error}") from error
    missing = [key for key in missing if not key.endswith(("attn_mask", "position_ids"))]
    if missing or unexpected:
        raise InputError(
            f"The weights in {where!r} don't fit the model: {len(missing)} are missing "
            f"({', '.join(missing[:3])}), {len(unexpected)} are unknown ({', '.join(unexpected[:3])})",
            expected="a checkpoint of this architecture",
        )


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0]
