"""Activations of all evaluation images, kept in memory or in a temporary file within bounds."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

import numpy as np
import torch
from torch import Tensor, fx

from slens_widgets.errors import ModelError

_SPARE = 2**30
"""Bytes that a temporary file leaves free on its disk."""
_CACHED, _MOST = 2**23, 512
"""Bytes of activations that a CPU's caches and what is made of them bear, and images, that run together."""


@dataclass(frozen=True)
class Room:
    """How much may be kept: as they are in memory, else in half precision there, else so in a file."""

    memory: int
    """Bytes of memory."""
    disk: int
    """Bytes of a temporary file, where memory does not suffice."""


class StoredActivations:
    """The values of some nodes of a graph for every image, written once and read any number of times.

    Tensors whose first axis is not the image, and plain numbers, are kept as they are, batch by batch.

    Parameters
    ----------
    first
        The values for the first batch, from which sizes are known.
    batch
        Number of images in it.
    n
        Number of images in all.
    layout
        Of the maps among them.

    Raises
    ------
    ModelError
        There is not enough room, or a value is something that can't be kept.
    """

    def __init__(
        self,
        first: dict[fx.Node, Any],
        batch: int,
        n: int,
        room: Room,
        layout: torch.memory_format = torch.contiguous_format,
    ) -> None:
        self._files: list[IO[bytes]] = []
        self._arrays: dict[fx.Node, Tensor] = {}
        self._dtypes: dict[fx.Node, torch.dtype] = {}
        self._others: list[dict[fx.Node, Any]] = []
        self._bounds: list[tuple[int, int]] = []
        self._n, self._batch, self._layout = n, batch, layout
        tensors = {node: value for node, value in first.items() if _by_image(value, batch)}
        self.whole = len(tensors) == len(first)
        whole = sum(n * value[0].nbytes for value in tensors.values())
        halved = sum(
            n * value[0].numel() * torch.empty(0, dtype=_half(value)).element_size()
            for value in tensors.values()
        )
        self.lossy = whole > room.memory and halved < whole
        self.bytes = halved if self.lossy else whole
        self.in_file = self.bytes > room.memory
        if self.in_file:
            free = shutil.disk_usage(tempfile.gettempdir()).free - _SPARE
            if self.bytes > min(room.disk, free):
                raise ModelError(
                    f"its activations for {n} images take {size(self.bytes)}, more than memory "
                    f"({size(room.memory)}) and disk ({size(max(0, min(room.disk, free)))}) may hold"
                )
        for node, value in tensors.items():
            self._dtypes[node] = value.dtype
            dtype = _half(value) if self.lossy else value.dtype
            self._arrays[node] = self._empty((n, *value.shape[1:]), dtype)

    def _empty(self, shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
        layout = self._layout if len(shape) == 4 else torch.contiguous_format
        if not self.in_file:
            return torch.empty(shape, dtype=dtype, memory_format=layout)
        # Without a name in any folder: it goes with the process, whatever ends that.
        file = tempfile.TemporaryFile(prefix="slens-activations-")  # noqa: SIM115 (closed in close)
        self._files.append(file)
        count = int(np.prod(shape)) * torch.empty(0, dtype=dtype).element_size()
        file.truncate(count)
        flat = torch.from_numpy(np.memmap(file, np.uint8, "r+", shape=(count,))).view(dtype)
        if layout == torch.contiguous_format:
            return flat.reshape(shape)
        n, channels, height, width = shape
        return flat.reshape(n, height, width, channels).permute(0, 3, 1, 2)

    def add(self, values: dict[fx.Node, Any], count: int) -> None:
        """Keep the values of the next `count` images."""
        start = self._bounds[-1][1] if self._bounds else 0
        others = {}
        for node, value in values.items():
            if node not in self._arrays:
                if not isinstance(value, (Tensor, int, float, str, torch.Size, torch.dtype, torch.device)):
                    raise ModelError(f"a {type(value).__name__} would have to be kept between its operations")
                others[node] = value.detach().clone() if isinstance(value, Tensor) else value
                continue
            if not _by_image(value, count):
                raise ModelError("the first axis of an activation is not always the image")
            kept = self._arrays[node][start : start + count]
            kept.copy_(value.detach())
            if kept.dtype != value.dtype and not torch.isfinite(kept).all():
                raise ModelError("its activations are too large for half precision")
        self._others.append(others)
        self._bounds.append((start, start + count))

    def newest(self, device: torch.device) -> dict[fx.Node, Any]:
        """Return the values of the batch that was added last, as they are kept."""
        return {**self._read(slice(*self._bounds[-1]), device), **self._others[-1]}

    def batches(
        self, device: torch.device, lent: Container[fx.Node] = ()
    ) -> Iterator[tuple[int, dict[fx.Node, Any]]]:
        """Yield (first image, values), in order and in as large batches as suit; the values are copies.

        Parameters
        ----------
        lent
            Nodes whose values are not copied: they must not be changed in place.
        """
        bounds = self._bounds
        if self.whole:
            step = self.at_once(device)
            bounds = [(start, min(start + step, self._n)) for start in range(0, self._n, step)]
        for number, (start, stop) in enumerate(bounds):
            others = {} if self.whole else self._others[number]
            yield start, {**self._read(slice(start, stop), device, lent), **others}

    def at_once(self, device: torch.device) -> int:
        """Return how many images are best run together."""
        each = max(1, self.bytes // max(1, self._n))
        return max(self._batch, min(_MOST, (_CACHED if device.type == "cpu" else 2**28) // each))

    def images(self, rows: Sequence[int], device: torch.device) -> dict[fx.Node, Any]:
        """Return the values of some images; only for a store that is `whole`."""
        return self._read(torch.as_tensor(list(rows)), device)

    def _read(self, rows: Any, device: torch.device, lent: Container[fx.Node] = ()) -> dict[fx.Node, Any]:
        return {
            node: array[rows].to(device, self._dtypes[node], copy=node not in lent)
            for node, array in self._arrays.items()
        }

    def close(self) -> None:
        """Let go of everything."""
        self._arrays.clear()
        self._others.clear()
        for file in self._files:
            file.close()
        self._files.clear()

    def __str__(self) -> str:
        kind = "in half precision " if self.lossy else ""
        return f"{size(self.bytes)} {kind}in {'a temporary file' if self.in_file else 'memory'}"


def size(count: float) -> str:
    """Return a number of bytes as a person reads it."""
    return f"{count / 2**30:.1f} GiB" if count >= 2**30 else f"{count / 2**20:.1f} MiB"


def _by_image(value: Any, count: int) -> bool:
    return isinstance(value, Tensor) and value.ndim > 0 and value.shape[0] == count


def _half(value: Tensor) -> torch.dtype:
    return torch.float16 if value.dtype in (torch.float32, torch.float64) else value.dtype
