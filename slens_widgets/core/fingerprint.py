"""What a model is: a hash of its weights, and a quick sum that tells whether they were changed."""

from __future__ import annotations

import hashlib
import io
import pickle
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from slens_widgets.errors import ModelError

_COLUMNS = 1021
"""A prime number of 8-byte words: rows of weights that change places land in other columns."""


def fingerprint_of(model: nn.Module, *settings: object) -> str:
    """Return the SHA-256 of a model's weights, buffers, extra state, kinds of modules, and `settings`."""
    total = hashlib.sha256()
    for name, module in model.named_modules():
        total.update(f"{name}:{type(module).__name__}\n".encode())
    for name, tensor in model.state_dict().items():
        if name.endswith("_extra_state") and not isinstance(tensor, Tensor):
            total.update(f"{name}:".encode())
            _add(total, tensor, name)
            continue
        if not isinstance(tensor, Tensor) or tensor.is_quantized:
            raise ModelError(
                f"The model is quantised: {name!r} is not a plain tensor",
                next_step="Audit the floating-point model that it was made of",
            )
        total.update(f"{name}:".encode())
        _add_tensor(total, tensor)
    if settings:
        total.update(repr(settings).encode())
    return total.hexdigest()


def _add_tensor(total: Any, tensor: Tensor) -> None:
    data = tensor.detach().cpu().contiguous()
    total.update(f"{data.dtype}:{tuple(data.shape)}\n".encode())
    if data.numel():
        total.update(data.reshape(-1).view(torch.uint8).numpy().data)


def _add(total: Any, value: Any, name: str) -> None:
    """Add what a module keeps besides tensors (`get_extra_state`), the same in every process."""
    total.update(f"{type(value).__name__}:".encode())
    if isinstance(value, Tensor):
        _add_tensor(total, value)
    elif isinstance(value, np.ndarray) and value.dtype.kind in "biufc":
        _add_tensor(total, torch.from_numpy(np.ascontiguousarray(value)))
    elif isinstance(value, Mapping):
        for key in sorted(value, key=repr):
            total.update(f"{key!r}:".encode())
            _add(total, value[key], name)
    elif isinstance(value, (list, tuple)):
        for each in value:
            _add(total, each, name)
    elif isinstance(value, (set, frozenset)):
        total.update(repr(sorted(map(repr, value))).encode())
    elif isinstance(value, io.BytesIO):
        total.update(value.getvalue())
    elif value is None or isinstance(value, (int, float, complex, str, bytes, torch.dtype, torch.device)):
        total.update(repr(value).encode())
    else:
        try:
            total.update(pickle.dumps(value, protocol=4))
        except Exception as error:
            raise ModelError(
                f"The extra state {name!r} holds a {type(value).__name__}, which can't be hashed",
                expected="plain values and tensors, as get_extra_state of the module returns them",
            ) from error
    total.update(b"\n")


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
    kept = [
        module for module in model.modules() if type(module).get_extra_state is not nn.Module.get_extra_state
    ]
    if kept:
        extra = hashlib.sha256()
        for module in kept:
            _add(extra, module.get_extra_state(), type(module).__name__)
        total = zlib.crc32(extra.digest(), total)
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
