"""What callers pass: whole numbers, numbers, paths, names; anything else is refused with what was given."""

from __future__ import annotations

import math
import operator
import os
from collections.abc import Iterable
from numbers import Real
from pathlib import Path
from typing import Any

from slens_widgets.errors import InputError


def whole(name: str, value: Any, low: int, high: int | None = None) -> int:
    """Return a whole number within bounds.

    Raises
    ------
    InputError
        It is none, or out of bounds.
    """
    try:
        if isinstance(value, bool):
            raise TypeError
        found = operator.index(value)
    except TypeError:
        found = low - 1
    if found < low or (high is not None and found > high):
        span = f"from {low}" if high is None else f"from {low} to {high}"
        raise InputError(f"{name}={given(value)}", expected=f"a whole number {span}")
    return found


def number(name: str, value: Any, low: float, high: float = math.inf, *, below: bool = False) -> float:
    """Return a number within bounds, `high` excluded with `below`.

    Raises
    ------
    InputError
        It is none, NaN, or out of bounds.
    """
    right = isinstance(value, Real) and not isinstance(value, bool)
    if not right or not (low <= value < high if below else low <= value <= high):
        top = "" if high == math.inf else f" to {'below ' if below else ''}{high:g}"
        raise InputError(f"{name}={given(value)}", expected=f"a number from {low:g}{top}")
    return float(value)


def path_of(name: str, value: Any) -> Path:
    """Return a path, `~` expanded.

    Raises
    ------
    InputError
        It is none.
    """
    if not isinstance(value, (str, os.PathLike)) or not str(value) or "\0" in str(value):
        raise InputError(f"{name}={given(value)}", expected="a path as text")
    return Path(value).expanduser()


def names_of(name: str, value: Any) -> list[str]:
    """Return a text, or texts, as a list.

    Raises
    ------
    InputError
        It is neither.
    """
    listed = [value] if isinstance(value, str) or not isinstance(value, Iterable) else list(value)
    if not all(isinstance(each, str) for each in listed):
        raise InputError(f"{name}={given(value)}", expected="a name, or a list of names")
    return listed


def given(value: Any) -> str:
    """Return what was given as an error says it: never pages of it."""
    said = repr(value)
    return said if len(said) <= 120 else f"{said[:120]}…"
