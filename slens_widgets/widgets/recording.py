"""What a saved page holds: the answers of a widget to the requests that a reader is likely to make."""

from __future__ import annotations

import base64
import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from slens_widgets.errors import InputError
from slens_widgets.files import jpeg, stored_picture
from slens_widgets.widgets.messages import Answer, Request
from slens_widgets.widgets.numbering import Numbering

if TYPE_CHECKING:
    from slens_widgets.widgets.base import AuditWidget

LEAST_TILES = 6
"""Examples that a component keeps in a saved page before any component goes without."""
SAMPLED = 24
"""Strips, evenly spread, whose sizes tell how many examples fit in."""
QUALITY = 82
WAIT_SECONDS = 600.0


@dataclass(frozen=True)
class Ask:
    """A request worth recording.

    With None as `args` the request is not made: the page acknowledges it, whatever its arguments. `when`
    names every session field that the answer depends on, with the values that it is recorded for; the page
    gives the answer only while its own session holds these. With `event`, the page also tells the answer as
    the event of that name whenever one of these fields changes, as the kernel would. What an operation sets
    in the session, the page sets in its own.
    """

    op: str
    args: Mapping[str, Any] | None = field(default_factory=dict)
    when: Mapping[str, Any] = field(default_factory=dict)
    event: bool = False


class Recorder:
    """Asks a widget what `recorded()` names, in that order, until `budget` characters are spent.

    An ask that is too long for what is left is skipped, and so are all with the same name after it. The
    widget must be over an audit `apart`: its session is set to what each answer is for.
    """

    def __init__(self, widget: AuditWidget, budget: int) -> None:
        self.widget = widget
        self.left = budget
        self.skipped = 0
        """Asks that did not fit."""
        self._ids = count(1)

    def shared(self) -> list[dict[str, Any]]:
        """Return the answers that every widget of a page may ask for: the labels."""
        record = self._answer(Ask("labels", when={"vocabulary": self.widget.audit.session.vocabulary}))
        self.left -= _length(record)
        return [record]

    def hello(self) -> dict[str, Any]:
        """Return the answer that every page needs."""
        record = self._answer(Ask("hello"))
        self.left -= _length(record)
        return record

    def records(self) -> Iterator[dict[str, Any]]:
        """Return what fits, one record for each ask."""
        session = self.widget.audit.session
        start = {name: getattr(session, name) for name in session.fields}
        full: set[str] = set()
        for ask in list(self.widget.recorded()):
            if ask.op in full:
                self.skipped += 1
                continue
            session.update(**{**start, **ask.when})
            record = self._answer(ask)
            length = _length(record)
            if length > self.left:
                full.add(ask.op)
                self.skipped += 1
                continue
            self.left -= length
            yield record
        session.update(**start)

    def _answer(self, ask: Ask) -> dict[str, Any]:
        widget = self.widget
        handler, _ = widget.handler_of(ask.op)
        if not widget.wait(WAIT_SECONDS):
            raise InputError(f"{type(widget).__name__} was still busy after {WAIT_SECONDS:.0f} s")
        session = widget.audit.session
        before = {name: getattr(session, name) for name in session.fields}
        when = [self._state(name) for name in ask.when]
        answer = Answer()
        if ask.args is not None:
            request = Request(ask.op, next(self._ids), 0, ask.args)
            found = handler(widget, request, lambda done, total, stage: None)
            answer = found if isinstance(found, Answer) else found()
        sets = [self._state(name) for name, value in before.items() if getattr(session, name) != value]
        return {
            "op": ask.op,
            "args": None if ask.args is None else dict(ask.args),
            "when": when,
            "sets": sets,
            "event": ask.event,
            "body": _finite(answer.body),
            "buffers": [base64.b64encode(memoryview(part)).decode() for part in answer.buffers],
        }

    def _state(self, name: str) -> dict[str, Any]:
        body, data = self.widget.fields.told(name)
        return {**body, "data": base64.b64encode(data).decode()}


def _finite(value: Any) -> Any:
    """Return JSON values with null for what is no number: JSON knows no NaN."""
    if isinstance(value, dict):
        return {name: _finite(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _length(record: Mapping[str, Any]) -> int:
    return sum(len(part) for part in record["buffers"]) + 2 * len(repr(record["body"])) + 120


def strips(numbering: Numbering, budget: int, foremost: Iterable[int] = ()) -> tuple[dict[int, str], int]:
    """Return strips by component number, as base64 that stays within `budget` characters, and their tiles.

    Strips are cut to their first examples, to no fewer than `LEAST_TILES`, so that more components have one;
    what is selected or pruned comes first, then what is `foremost`.
    """
    db = numbering.sides[0].audit.db
    wanted = [*numbering.marked("selection").tolist(), *numbering.marked("pruned").tolist()]
    order = list(dict.fromkeys([*wanted, *foremost, *range(numbering.total)]))
    found, left = {}, budget
    few = min(db.m, LEAST_TILES)
    sample = order[:: max(1, len(order) // SAMPLED)]

    def needed(tiles: int) -> float:
        return len(order) * _mean_length(numbering, sample, tiles * db.tile)

    tiles = few + bisect_right(range(few + 1, db.m + 1), float(budget), key=needed)
    for number in order:
        text = _text(numbering, number, tiles * db.tile)
        if len(text) > left:
            break
        left -= len(text)
        found[number] = text
    return found, tiles


def _mean_length(numbering: Numbering, numbers: Sequence[int], width: int) -> float:
    return sum(len(_text(numbering, number, width)) for number in numbers) / max(1, len(numbers))


def _text(numbering: Numbering, number: int, width: int) -> str:
    return base64.b64encode(_cut(numbering.strip(number), width)).decode()


def _cut(strip: bytes, width: int) -> bytes:
    image = stored_picture(strip)
    return strip if image.width <= width else jpeg(image.crop((0, 0, width, image.height)), QUALITY)
