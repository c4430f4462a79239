"""What a model is: a hash of its weights."""

from __future__ import annotations

import hashlib

import torch
from torch import nn


def fingerprint_of(model: nn.Module, *settings: object) -> str:
    """Return the SHA-256 of a model's weights and buffers, of the kinds of its modules, and of `settings`."""
    total = hashlib.sha256()
    for name, module in model.named_modules():
        total.update(f"{name}:{type(module).__name__}\n".encode())
    for name, tensor in model.state_dict().items():
        data = tensor.detach().cpu().contiguous()
        total.update(f"{name}:{data.dtype}:{tuple(data.shape)}\n".encode())
        if data.numel():
            total.update(data.reshape(-1).view(torch.uint8).numpy().data)
    if settings:
        total.update(repr(settings).encode())
    return total.hexdigest()
