"""Messages between page and kernel: what the page may say, checked, and how large answers are cut."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Int

from slens_widgets.errors import InputError

MAX_MESSAGE = 4_000_000
"""Bytes of buffers in one message; some hosts close the connection above 5 MB."""
MAX_TEXT = 20_000
MAX_LIST = 500


@dataclass(frozen=True)
class Request:
    """One message of the page. Every reader raises `InputError` on anything but what it names."""

    op: str
    id: int
    generation: int
    args: Mapping[str, Any]
    buffers: Sequence[memoryview] = ()

    @classmethod
    def of(cls, content: Any, buffers: Any) -> Request:
        """Read a message's envelope."""
        if not isinstance(content, Mapping) or not isinstance(content.get("op"), str):
            raise InputError("A message from the page is no request", expected="{op, id, generation, …}")
        generation = content.get("generation", 0)
        if not _is_whole(generation):
            raise InputError(f"The generation of a request is {generation!r}", expected="a whole number")
        parts = [memoryview(part).cast("B") for part in buffers or []]
        return cls(content["op"], identity(content), generation, content, parts)

    def value(self, name: str) -> Any:
        """Return an argument, or say that it is missing."""
        if name not in self.args:
            raise InputError(f"{self.op!r} was asked without {name!r}")
        return self.args[name]

    def text(self, name: str) -> str:
        """Return a text of bounded length."""
        value = self.value(name)
        if not isinstance(value, str) or len(value) > MAX_TEXT:
            raise InputError(f"{name!r} is no text of at most {MAX_TEXT} characters")
        return value

    def texts(self, name: str) -> list[str]:
        """Return a list of texts of bounded length."""
        value = self.value(name)
        if not isinstance(value, list) or len(value) > MAX_LIST:
            raise InputError(f"{name!r} is no list of at most {MAX_LIST} texts")
        if not all(isinstance(item, str) and len(item) <= MAX_TEXT for item in value):
            raise InputError(f"{name!r} holds something that is no text of at most {MAX_TEXT} characters")
        return value

    def numbers(self, name: str, below: int, most: int) -> list[int]:
        """Return a list of at most `most` whole numbers from 0 to `below` − 1."""
        value = self.value(name)
        if not isinstance(value, list) or len(value) > most:
            raise InputError(f"{name!r} is no list of at most {most} numbers")
        if not all(_is_whole(item) and 0 <= item < below for item in value):
            raise InputError(f"{name!r} holds something that is no number from 0 to {below - 1}")
        return [int(item) for item in value]

    def number(self, name: str, below: int) -> int:
        """Return one whole number from 0 to `below` − 1."""
        value = self.value(name)
        if not _is_whole(value) or not 0 <= value < below:
            raise InputError(f"{name!r} is {value!r}", expected=f"a number from 0 to {below - 1}")
        return int(value)

    def members(self, total: int) -> Int[np.ndarray, " member"]:
        """Return the numbers in the set that the first buffer encodes."""
        if len(self.buffers) != 1:
            raise InputError(f"A set came with {len(self.buffers)} buffers", expected="one")
        return decode_set(self.value("encoding"), self.buffers[0], total)


@dataclass(frozen=True)
class Answer:
    """What goes back to the page: a small JSON body and binary buffers."""

    body: dict[str, Any] = field(default_factory=dict)
    buffers: Sequence[bytes | memoryview] = ()


def identity(content: Any) -> int:
    """Return a message's id, or −1 where it has none that could be answered."""
    found: Any = content.get("id") if isinstance(content, Mapping) else None
    return int(found) if _is_whole(found) else -1


def encode_set(numbers: Sequence[int] | Int[np.ndarray, " member"], total: int) -> tuple[str, bytes]:
    """Encode a set: as numbers in their order when few, else one bit per component."""
    values = np.asarray(numbers, np.uint32)
    if len(values) <= total / 32:
        return "ids", values.tobytes()
    bits = np.zeros(total, np.uint8)
    bits[values] = 1
    return "bitset", np.packbits(bits, bitorder="little").tobytes()


def decode_set(encoding: Any, data: memoryview, total: int) -> Int[np.ndarray, " member"]:
    """Decode `encode_set`, checking every number."""
    if encoding == "ids":
        if len(data) % 4 or len(data) > 4 * total:
            raise InputError(f"A set of components has {len(data)} bytes", expected="4 for each")
        numbers = np.frombuffer(data, np.uint32).astype(np.int64)
    elif encoding == "bitset":
        if len(data) != math.ceil(total / 8):
            raise InputError(f"A set of components has {len(data)} bytes", expected=f"{math.ceil(total / 8)}")
        numbers = np.flatnonzero(np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little"))
    else:
        raise InputError(f"The encoding of a set is {encoding!r}", expected="'ids' or 'bitset'")
    if len(numbers) and numbers.max() >= total:
        raise InputError(f"A set holds component number {numbers.max()}", expected=f"below {total}")
    return numbers


def send_answer(send: Callable[..., None], request: Request, answer: Answer) -> None:
    """Send a reply, its buffers cut into messages of at most `MAX_MESSAGE` bytes where they are larger."""
    body = {**answer.body, "re": request.id, "generation": request.generation}
    lengths = [len(memoryview(part).cast("B")) for part in answer.buffers]
    if sum(lengths) <= MAX_MESSAGE:
        send(body, list(answer.buffers))
        return
    whole = memoryview(b"".join(answer.buffers))
    for start in range(0, len(whole), MAX_MESSAGE):
        send({"chunk": request.id}, [whole[start : start + MAX_MESSAGE]])
    send({**body, "lengths": lengths}, [])


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= 2**53
