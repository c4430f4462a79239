"""What callers pass: numbers, paths, names, texts, thresholds; else an error that says what was given."""

from __future__ import annotations

import contextlib
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
    """Return a path from the root on, `~` expanded: a later `os.chdir` changes nothing. Links are kept.

    Raises
    ------
    InputError
        It is none.
    """
    if not isinstance(value, (str, os.PathLike)) or not str(value) or "\0" in str(value):
        raise InputError(f"{name}={given(value)}", expected="a path as text")
    with contextlib.suppress(RuntimeError):  # "~name" of nobody here is a name like any other
        value = Path(value).expanduser()
    return Path(value).absolute()


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


def as_text(value: Any) -> str:
    """Return a text, as it is."""
    if not isinstance(value, str):
        raise InputError(f"{value!r} is no text", expected="a str")
    return value


def as_texts(values: Any) -> tuple[str, ...]:
    """Return texts stripped, each once and none empty; one text counts as a list of one."""
    if isinstance(values, str):
        values = (values,)
    if not isinstance(values, Iterable):
        raise InputError(f"{values!r} is no list of texts", expected="['ruler', …]")
    texts = [as_text(value).strip() for value in values]
    return tuple(dict.fromkeys(text for text in texts if text))


def as_thresholds(value: Any) -> tuple[float, float]:
    """Return thresholds as (valid, spurious); one number counts as both."""
    try:
        pair = (value, value) if isinstance(value, int | float) else value
        valid, spurious = (float(number) for number in pair)
    except (TypeError, ValueError, OverflowError):
        raise InputError(
            f"{value!r} is no pair of thresholds", expected="(valid, spurious) or None"
        ) from None
    if not (math.isfinite(valid) and math.isfinite(spurious)):
        raise InputError(f"The thresholds {value!r} are not finite", expected="two numbers")
    return valid, spurious


def given(value: Any) -> str:
    """Return what was given as an error says it: never pages of it."""
    said = repr(value)
    return said if len(said) <= 120 else f"{said[:120]}…"
