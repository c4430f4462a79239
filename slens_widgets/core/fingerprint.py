"""What a model is: a hash of its weights, and a quick sum that tells whether they were changed."""

from __future__ import annotations

import hashlib
import zlib

import numpy as np
import torch
from torch import Tensor, nn

from slens_widgets.errors import ModelError

_COLUMNS = 1021
"""A prime number of 8-byte words: rows of weights that change places land in other columns."""


def fingerprint_of(model: nn.Module, *settings: object) -> str:
    """Return the SHA-256 of a model's weights and buffers, of the kinds of its modules, and of `settings`."""
    total = hashlib.sha256()
    for name, module in model.named_modules():
        total.update(f"{name}:{type(module).__name__}\n".encode())
    for name, tensor in model.state_dict().items():
        if not isinstance(tensor, Tensor) or tensor.is_quantized:
            if name.endswith("_extra_state"):
                continue
            raise ModelError(
                f"The model is quantised: {name!r} is not a plain tensor",
                next_step="Audit the floating-point model that it was made of",
            )
        data = tensor.detach().cpu().contiguous()
        total.update(f"{name}:{data.dtype}:{tuple(data.shape)}\n".encode())
        if data.numel():
            total.update(data.reshape(-1).view(torch.uint8).numpy().data)
    if settings:
        total.update(repr(settings).encode())
    return total.hexdigest()


def weights_checksum(model: nn.Module) -> int:
    """Return a number that changes when a weight, a buffer or a module is changed or replaced.

    Every weight is read, because a version counter does not see what is written through `.data`; of each
    tensor the sums of its columns count, which cost no more than the reading. It says nothing across
    processes.
    """
    total = zlib.crc32(repr([id(module) for module in model.modules()]).encode())
    for tensor in (*model.parameters(), *model.buffers()):
        total = zlib.crc32(f"{tensor.dtype}{tuple(tensor.shape)}".encode(), total)
        if tensor.numel() and tensor.device.type != "meta":
            for part in _sums(tensor.detach().contiguous().reshape(-1).view(torch.uint8)):
                total = zlib.crc32(part.data, total)
    return total


def _sums(data: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Return the sums, modulo a power of two, of the columns of these bytes, and what is no whole row."""
    count = len(data) // (8 * _COLUMNS) * 8 * _COLUMNS
    rest = data[count:].cpu().numpy()
    if data.device.type != "cpu":
        # Summed where it is; a tensor may begin at any address, an integer may not.
        whole = data[:count].clone().view(torch.int32).view(-1, 2 * _COLUMNS)
        return whole.sum(0).cpu().numpy(), rest
    return np.add.reduce(data[:count].numpy().view(np.uint64).reshape(-1, _COLUMNS), axis=0), rest
