"""HTML and SVG elements made of text: what is no element is escaped, so nothing in it can be one."""

from __future__ import annotations

import html
import re
from typing import Any

_VOID = frozenset(["br", "hr", "img", "meta"])
# Control characters are no part of HTML, and directional marks would turn what stands beside them.
_UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Markup(str):
    """Text that is HTML already, made by `element` and nothing else."""

    __slots__ = ()


def text(value: Any) -> Markup:
    """Return a value as text in HTML; control characters and directional marks are shown as such."""
    if isinstance(value, Markup):
        return value
    shown = _UNSHOWN.sub(lambda found: f"\N{REPLACEMENT CHARACTER}u{ord(found.group()):04x}", str(value))
    return Markup(html.escape(shown))


def element(tag: str, /, *children: Any, **attributes: Any) -> Markup:
    """Return an element; `class_` is "class", "_" is "-", None and False leave an attribute out."""
    parts = [tag]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        attribute = key.rstrip("_").replace("_", "-")
        parts.append(attribute if value is True else f'{attribute}="{text(str(value))}"')
    start = f"<{' '.join(parts)}>"
    return Markup(start if tag in _VOID else f"{start}{join(children)}</{tag}>")


def join(children: Any) -> Markup:
    """Return children one behind the other, lists of them flattened, None left out."""
    parts = []
    for child in children:
        if isinstance(child, list | tuple):
            parts.append(join(child))
        elif child is not None:
            parts.append(text(child))
    return Markup("".join(parts))
