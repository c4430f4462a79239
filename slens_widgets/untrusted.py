"""Texts and JSON that a stranger may have made: shown without acting on a terminal, parsed within bounds.

Names in a database, a trail or a folder of images pass `shown` where they are read. What is printed besides
(errors, log records, progress, the command line) passes it where it is printed.
"""

from __future__ import annotations

import json
import logging
import re
from typing import Any

MAX_DEPTH = 32
"""Nesting of lists and objects in any JSON of ours, several times over."""

_ACTING = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # C0, C1 and DEL: OSC 52 sets the clipboard, CSI moves the cursor
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # the order in which text is shown
    "\u2028\u2029\ud800-\udfff]"  # line ends, halves of surrogate pairs
)


def shown(text: str, *, keep: str = "") -> str:
    r"""Return a text with what a terminal would act on written out (`\x1b`, `\u202e`).

    Parameters
    ----------
    keep
        Characters that are left as they are, such as line ends.

    Examples
    --------
    >>> print(shown("ruler\x1b]52;c;YQ==\x07"))
    ruler\x1b]52;c;YQ==\x07
    """
    return _ACTING.sub(lambda found: found[0] if found[0] in keep else _written(found[0]), text)


def shown_deep(value: Any, *, keep: str = "") -> Any:
    """Return a value read from JSON with every text in it as `shown` gives it."""
    if isinstance(value, str):
        return shown(value, keep=keep)
    if isinstance(value, list):
        return [shown_deep(item, keep=keep) for item in value]
    if isinstance(value, dict):
        return {shown(key, keep=keep): shown_deep(item, keep=keep) for key, item in value.items()}
    return value


class _Shown(logging.LoggerAdapter):
    """Logs messages as `shown` gives them, whatever their arguments hold."""

    def log(self, level: int, msg: object, *args: object, **kwargs: Any) -> None:
        if self.isEnabledFor(level):
            text = str(msg) % args if args else str(msg)
            kwargs["stacklevel"] = kwargs.get("stacklevel", 1) + 1
            self.logger.log(level, "%s", shown(text, keep="\n\t"), **kwargs)


def logger_of(name: str) -> _Shown:
    """Return the logger of a module of this package."""
    return _Shown(logging.getLogger(name), {})


def parse_json(text: str | bytes) -> Any:
    """Return what a JSON text says: finite numbers, nested at most `MAX_DEPTH` deep.

    Raises
    ------
    ValueError
        It is not JSON, holds NaN or an infinity, or is nested deeper.
    """
    try:
        found = json.loads(text, parse_constant=_refused, parse_float=_finite)
    except RecursionError:
        raise ValueError("nested too deep") from None
    level = [found]
    for _ in range(MAX_DEPTH):
        level = [
            item
            for each in level
            if isinstance(each, (list, dict))
            for item in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return found
    raise ValueError(f"nested more than {MAX_DEPTH} deep")


def _written(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


def _refused(constant: str) -> Any:
    raise ValueError(f"{constant} is not a number")


def _finite(text: str) -> float:
    found = float(text)
    if found in (float("inf"), float("-inf")):
        raise ValueError(f"{text[:20]} is not finite")
    return found
