"""The memory layout that suits a model and its device."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def suit(model: nn.Module, example: Tensor) -> torch.memory_format:
    """Lay out the model's weights for speed, and return the layout that its inputs should have.

    Convolutions of a CPU are up to half as long again in the default layout. A model that needs that one
    (it calls `view` on a map, say) keeps it. The model is the twin that `hooks.evaluating` gives.
    """
    if example.device.type != "cpu" or example.ndim != 4:
        return torch.contiguous_format
    model.to(memory_format=torch.channels_last)
    try:
        with torch.no_grad():
            model(example.contiguous(memory_format=torch.channels_last))
    except Exception:
        model.to(memory_format=torch.contiguous_format)
        return torch.contiguous_format
    return torch.channels_last
