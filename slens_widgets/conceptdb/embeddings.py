"""Large arrays: safetensors files, read by memory map; embeddings of a layer under one foundation model."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from slens_widgets.conceptdb.checksums import BlockCheck, CheckedArray
from slens_widgets.conceptdb.schema import damaged
from slens_widgets.errors import InputError

_MAX_HEADER = 1 << 20
_CHUNK = 256
_TYPES = {"F16": "<f2", "F32": "<f4"}
_NAMES = {**{kind: name for name, kind in _TYPES.items()}, "<f8": "F64", "<i8": "I64", "|u1": "U8"}


@dataclass(frozen=True)
class Blocks:
    """An array to be written that need not be in memory as a whole."""

    shape: tuple[int, ...]
    dtype: np.dtype
    blocks: Iterable[np.ndarray]
    """Its rows, some at a time."""


def write_embeddings(path: Path, embeddings: Any, layer: str) -> int:
    """Write embeddings as float16 and their mean over rank (θ) as float32; return the file's size.

    θ is the mean of the values as stored, so a reader that averages the embeddings finds the same.

    Parameters
    ----------
    embeddings
        An array (component, rank, dim), or anything that has a shape and gives such an array for a slice.
    """
    n, m, dim = embeddings.shape
    theta = np.empty((n, dim), np.float32)

    def halves() -> Iterator[np.ndarray]:
        for start in range(0, n, _CHUNK):
            rows = slice(start, start + _CHUNK)
            with np.errstate(over="ignore"):
                half = np.asarray(embeddings[rows]).astype(np.float16)
            stored = half.astype(np.float32)
            finite = np.isfinite(stored).all(axis=(1, 2))
            if not finite.all():
                index = start + int(np.argmin(finite))
                raise InputError(
                    f"The embeddings of component {layer}:{index} are not finite, or too large for float16",
                    expected="finite values below 65504 in size",
                    next_step="Look at what the foundation model returns for its example crops",
                )
            theta[rows] = stored.mean(axis=1)
            yield half

    whole = Blocks((n, m, dim), np.dtype(np.float16), halves())
    return write_arrays(path, {"embeddings": whole, "theta": theta}, {"layer": layer})


def write_arrays(path: Path, arrays: Mapping[str, np.ndarray | Blocks], metadata: Mapping[str, str]) -> int:
    """Write a safetensors file that is seen whole or not at all; return its size.

    The safetensors library wants every array in memory, and reports a full disk by an error of its own.
    """
    header: dict[str, Any] = {"__metadata__": dict(metadata)}
    end = 0
    for name, array in arrays.items():
        begin, end = end, end + math.prod(array.shape) * array.dtype.itemsize
        kind = _NAMES[array.dtype.newbyteorder("<").str]
        header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    beside = path.with_name(path.name + ".writing")
    try:
        with open(beside, "wb") as file:
            file.write(len(text).to_bytes(8, "little") + text)
            for array in arrays.values():
                for block in array.blocks if isinstance(array, Blocks) else [array]:
                    file.write(np.ascontiguousarray(block, array.dtype.newbyteorder("<")).data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return path.stat().st_size


def map_arrays(
    path: Path,
    size: int,
    due: Mapping[str, tuple[str, tuple[int, ...]]],
    checksums: Sequence[int] | None = None,
) -> dict[str, CheckedArray]:
    """Memory-map the arrays of a safetensors file, after checking that it is whole and what it should be.

    Parameters
    ----------
    size
        Bytes that the file should have.
    due
        For every array its type in safetensors' words and its shape.
    checksums
        Of the file's blocks, which are compared when they are read; None: there are none.
    """
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
            start = {name: int(header[name]["data_offsets"][0]) for name in due}
            kinds = {name: (header[name]["dtype"], tuple(header[name]["shape"])) for name in due}
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise damaged(path.parent, f"has a file {path.name} with an unreadable header") from error
    if kinds != dict(due):
        raise damaged(path.parent, f"has a file {path.name} of other shapes than its tables say: {kinds}")
    begin = 8 + length
    types = {name: np.dtype(_TYPES[dtype]) for name, (dtype, _) in due.items()}
    ends = {name: start[name] + types[name].itemsize * math.prod(shape) for name, (_, shape) in due.items()}
    if min(start.values()) < 0 or begin + max(ends.values()) > size:
        raise damaged(path.parent, f"has a file {path.name} whose header points outside of it")
    blocks = BlockCheck(path, checksums)
    return {
        name: CheckedArray(
            np.memmap(path, types[name], "r", begin + start[name], shape), begin + start[name], blocks
        )
        for name, (_, shape) in due.items()
    }
