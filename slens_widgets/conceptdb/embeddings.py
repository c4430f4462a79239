"""Large arrays: safetensors files, read by memory map; embeddings of a layer under one foundation model."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from slens_widgets.arguments import given
from slens_widgets.conceptdb.checksums import BlockCheck, CheckedArray
from slens_widgets.conceptdb.folder import Folder
from slens_widgets.conceptdb.schema import damaged
from slens_widgets.errors import InputError
from slens_widgets.untrusted import parse_json

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

    def write(file: BinaryIO) -> None:
        file.write(len(text).to_bytes(8, "little") + text)
        for array in arrays.values():
            for block in array.blocks if isinstance(array, Blocks) else [array]:
                file.write(np.ascontiguousarray(block, array.dtype.newbyteorder("<")).data)

    with Folder(path.parent) as folder:
        folder.write_whole(path.name, write)
    return 8 + len(text) + end


def map_arrays(
    folder: Folder,
    name: str,
    size: int,
    due: Mapping[str, tuple[str, tuple[int, ...]]],
    checksums: Sequence[int] | None = None,
) -> dict[str, CheckedArray]:
    """Memory-map the arrays of a safetensors file, after checking that it is whole and what it should be.

    Parameters
    ----------
    folder, name
        Where the file lies.
    size
        Bytes that it should have.
    due
        For every array its type in safetensors' words and its shape.
    checksums
        Of the file's blocks, which are compared when they are read; None: there are none.
    """
    found = folder.size(name)
    if found is None:
        raise folder.without(name)
    if found != size:
        raise damaged(folder.path, f"has a truncated or foreign {name} ({found} bytes, {size} are due)")
    types = {array: np.dtype(_TYPES[dtype]) for array, (dtype, _) in due.items()}
    bytes_due = sum(types[array].itemsize * math.prod(shape) for array, (_, shape) in due.items())
    if bytes_due > size or any(n < 1 for _, shape in due.values() for n in shape):
        raise damaged(folder.path, f"has a file {name} of {size} bytes where {bytes_due:,} are due")
    try:
        with folder.open(name) as file:
            begin, start = _read_header(file, folder.path, name, size, due)
            ends = [start[array] + types[array].itemsize * math.prod(due[array][1]) for array in due]
            if min(start.values()) < 0 or begin + max(ends) > size:
                raise damaged(folder.path, f"has a file {name} whose header points outside of it")
            blocks = BlockCheck(folder, name, checksums)
            return {
                array: CheckedArray(
                    np.memmap(file, types[array], "r", begin + start[array], shape),
                    begin + start[array],
                    blocks,
                )
                for array, (_, shape) in due.items()
            }
    except OSError as error:
        raise damaged(folder.path, f"has a file {name} that can't be read ({error})") from error


def _read_header(
    file: BinaryIO, folder: Path, name: str, size: int, due: Mapping[str, tuple[str, tuple[int, ...]]]
) -> tuple[int, dict[str, int]]:
    """Return where the arrays begin in a file, and each in that."""
    length = int.from_bytes(file.read(8), "little")
    if not 2 <= length <= min(_MAX_HEADER, size - 8):
        raise damaged(folder, f"has a file {name} without a safetensors header")
    try:
        header = parse_json(file.read(length))
        start = {array: int(header[array]["data_offsets"][0]) for array in due}
        kinds = {array: (header[array]["dtype"], tuple(header[array]["shape"])) for array in due}
    except (ValueError, KeyError, TypeError, IndexError, OverflowError) as error:
        raise damaged(folder, f"has a file {name} with an unreadable header") from error
    if kinds != dict(due):
        raise damaged(folder, f"has a file {name} of other shapes than its tables say: {given(kinds)}")
    return 8 + length, start
