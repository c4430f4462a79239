"""What a page calls components: running numbers over one audit, or over two that it shows together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Int

from slens_widgets.audit import Audit
from slens_widgets.session import Session
from slens_widgets.types import Component


@dataclass(frozen=True)
class Side:
    """The components of one audit on a page."""

    audit: Audit
    """Whose they are; its session holds what is selected of them."""
    name: str
    """What the page calls the audit; empty where it is the only one."""
    starts: dict[str, int]
    """Number of the first component of each layer that is shown."""
    start: int
    """Number of the first component of all."""
    count: int
    """How many there are."""

    def numbers(self, components: Sequence[Component]) -> Int[np.ndarray, " shown"]:
        """Return the numbers of those of some components whose layer is shown, in their order."""
        if len(self.starts) == len(self.audit.db.layers):
            return self.start + self.audit.db.positions(components)
        starts = self.starts
        found = [starts[each.layer] + each.index for each in components if each.layer in starts]
        return np.array(found, np.int64)

    def rows(self) -> Int[np.ndarray, " component"]:
        """Return where the components stand in the database, in the order of the page."""
        first = {layer: self.audit.db.position((layer, 0)) for layer in self.starts}
        return np.concatenate([first[name] + np.arange(len(self.audit.db[name])) for name in self.starts])

    def called(self, layer: str) -> str:
        """Return what the page calls a layer."""
        return layer if self.name in ("", layer) else f"{self.name} · {layer}"


class Numbering:
    """Numbers the components of one or two audits, and joins what their sessions say of them.

    Parameters
    ----------
    shown
        For each audit its name on the page, itself, and the layers that are shown. The same audit may come
        twice, with two of its layers.
    """

    def __init__(self, *shown: tuple[str, Audit, Sequence[str]]) -> None:
        sides: list[Side] = []
        start = 0
        for name, audit, layers in shown:
            starts, begin = {}, start
            for layer in layers:
                starts[layer] = start
                start += len(audit.db[layer])
            sides.append(Side(audit, name, starts, begin, start - begin))
        self.sides: Sequence[Side] = sides
        self.total = start

    @classmethod
    def of(cls, audit: Audit) -> Numbering:
        """Number all components of one audit, in the order of its database."""
        return cls(("", audit, audit.db.layers))

    def apart(self) -> Numbering:
        """Return the same over audits with sessions of their own."""
        twins = {id(side.audit): side.audit.apart() for side in self.sides}
        return Numbering(*((side.name, twins[id(side.audit)], tuple(side.starts)) for side in self.sides))

    def layers(self) -> list[dict[str, Any]]:
        """Return name, start and count of the layers, as the page is told of them."""
        return [
            {"name": side.called(layer), "start": start, "count": len(side.audit.db[layer])}
            for side in self.sides
            for layer, start in side.starts.items()
        ]

    def owner(self, number: int) -> tuple[Side, Component]:
        """Return whose component a number is, and which."""
        side = next(side for side in reversed(self.sides) if number >= side.start)
        layer = next(name for name, start in reversed(side.starts.items()) if number >= start)
        return side, Component(layer, number - side.starts[layer])

    def strip(self, number: int) -> bytes:
        """Return the strip of a component's examples."""
        side, component = self.owner(number)
        return side.audit.db.strip(component)

    def marked(self, field: str) -> Int[np.ndarray, " member"]:
        """Return the numbers of what the sessions hold in a set, in their order."""
        return np.concatenate([side.numbers(getattr(side.audit.session, field)) for side in self.sides])

    def mark(self, field: str, numbers: Int[np.ndarray, " member"]) -> None:
        """Set a set in every session to its own share of `numbers`."""
        found: dict[int, list[Component]] = {}
        for side in self.sides:
            own = numbers[(numbers >= side.start) & (numbers < side.start + side.count)]
            components = side.audit.db.components_at(side.rows()[own - side.start])
            found.setdefault(id(side.audit.session), []).extend(components)
        for session in self.sessions():
            setattr(session, field, tuple(found[id(session)]))

    def hovered(self) -> int | None:
        """Return the number of what is pointed at in any of the sessions."""
        for side in self.sides:
            component = side.audit.session.hovered
            for number in () if component is None else side.numbers([component]):
                return int(number)
        return None

    def hover(self, number: int | None) -> None:
        """Point at one component, in its own session alone, or at none."""
        side, component = (None, None) if number is None else self.owner(number)
        for session in self.sessions():
            session.hovered = component if side is not None and side.audit.session is session else None

    def vocabulary(self) -> list[str]:
        """Return the words that the components are labelled with; each audit has its own."""
        return [word for session in self.sessions() for word in session.vocabulary]

    def sessions(self) -> list[Session]:
        """Return the sessions, each once."""
        return list({id(side.audit.session): side.audit.session for side in self.sides}.values())

    def observe(self, callback: Callable[[Any], None], first: Iterable[str], others: Iterable[str]) -> None:
        """Hear of fields of the first session, and of some of the other's, until `forget`."""
        one, *more = self.sessions()
        self._ends = [one.observe(callback, *first), *(each.observe(callback, *others) for each in more)]

    def forget(self) -> None:
        """Hear of nothing any more."""
        for end in self._ends:
            end()
