"""Embeddings of a layer under one foundation model: a safetensors file, read by memory map."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
from jaxtyping import Float
from safetensors.numpy import save_file

from slens_widgets.conceptdb.schema import damaged
from slens_widgets.errors import InputError

_MAX_HEADER = 1 << 20
_CHUNK = 256


def write_embeddings(path: Path, embeddings: Float[np.ndarray, "component rank dim"], layer: str) -> int:
    """Write embeddings as float16 and their mean over rank (θ) as float32; return the file's size.

    θ is the mean of the values as stored, so a reader that averages the embeddings finds the same.
    """
    n, m, dim = embeddings.shape
    half = np.empty((n, m, dim), np.float16)
    theta = np.empty((n, dim), np.float32)
    for start in range(0, n, _CHUNK):
        rows = slice(start, start + _CHUNK)
        with np.errstate(over="ignore"):
            half[rows] = embeddings[rows]
        stored = half[rows].astype(np.float32)
        finite = np.isfinite(stored).all(axis=(1, 2))
        if not finite.all():
            index = start + int(np.argmin(finite))
            raise InputError(
                f"The embeddings of component {layer}:{index} are not finite, or too large for float16",
                expected="finite values below 65504 in size",
                next_step="Look at what the foundation model returns for its example crops",
            )
        theta[rows] = stored.mean(axis=1)
    beside = path.with_name(path.name + ".writing")
    save_file({"embeddings": half, "theta": theta}, beside, metadata={"layer": layer})
    with open(beside, "rb") as file:
        os.fsync(file.fileno())
    os.replace(beside, path)
    return path.stat().st_size


def map_embeddings(
    path: Path, size: int, shape: tuple[int, int, int]
) -> tuple[Float[np.ndarray, "component rank dim"], Float[np.ndarray, "component dim"]]:
    """Memory-map (embeddings float16, θ float32) of a file, after checking that it is whole."""
    n, m, dim = shape
    if not path.is_file():
        raise damaged(path.parent, f"has lost its file {path.name}")
    found = path.stat().st_size
    if found != size:
        raise damaged(path.parent, f"has a truncated or foreign {path.name} ({found} bytes, {size} are due)")
    with open(path, "rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if not 2 <= length <= min(_MAX_HEADER, size - 8):
            raise damaged(path.parent, f"has a file {path.name} without a safetensors header")
        try:
            header = json.loads(file.read(length))
            start = {name: int(header[name]["data_offsets"][0]) for name in ("embeddings", "theta")}
            kinds = {name: (header[name]["dtype"], tuple(header[name]["shape"])) for name in start}
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise damaged(path.parent, f"has a file {path.name} with an unreadable header") from error
    if kinds != {"embeddings": ("F16", (n, m, dim)), "theta": ("F32", (n, dim))}:
        raise damaged(path.parent, f"has a file {path.name} of other shapes than its tables say: {kinds}")
    begin = 8 + length
    ends = {"embeddings": start["embeddings"] + 2 * n * m * dim, "theta": start["theta"] + 4 * n * dim}
    if min(start.values()) < 0 or begin + max(ends.values()) > size:
        raise damaged(path.parent, f"has a file {path.name} whose header points outside of it")
    half = np.memmap(path, np.dtype("<f2"), "r", begin + start["embeddings"], (n, m, dim))
    theta = np.memmap(path, np.dtype("<f4"), "r", begin + start["theta"], (n, dim))
    return half, theta
