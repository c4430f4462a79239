"""Two pruned sets, A and B, that the panel flips between: the session holds one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from slens_widgets.audit import PruningResult
from slens_widgets.process import new_lock
from slens_widgets.session import Session
from slens_widgets.types import AblationMode, Component
from slens_widgets.widgets import pruning_answers

Name = Literal["A", "B"]


@dataclass
class Kept:
    """One of the two sets."""

    pruned: tuple[Component, ...]
    mode: AblationMode
    result: PruningResult | None = None


class PrunedSets:
    """The two sets; at first the session's is B, and A is empty."""

    active: Name

    def __init__(self, session: Session) -> None:
        self._lock = new_lock()
        self.active = "B"
        self._kept: dict[Name, Kept] = {
            "A": Kept((), session.mode),
            "B": Kept(session.pruned, session.mode),
        }

    @property
    def other(self) -> Name:
        """The set that the session does not hold."""
        return "A" if self.active == "B" else "B"

    def follow(self, session: Session) -> None:
        """Make the active set what the session holds."""
        with self._lock:
            kept = self._kept[self.active]
            if (kept.pruned, kept.mode) != (session.pruned, session.mode):
                self._kept[self.active] = Kept(session.pruned, session.mode)

    def flip(self) -> Kept:
        """Make the other set active, and return it."""
        with self._lock:
            self.active = self.other
            return self._kept[self.active]

    def copy(self) -> None:
        """Make the other set like the active one."""
        with self._lock:
            kept = self._kept[self.active]
            self._kept[self.other] = Kept(kept.pruned, kept.mode, kept.result)

    def state(self) -> dict[Name, Kept]:
        """Return both sets as they are now."""
        with self._lock:
            return dict(self._kept)

    def came_back(self, before: dict[Name, Kept]) -> None:
        """Flip back where what was undone, or done again, was a flip."""
        with self._lock:
            now = self._kept[self.active]
            if now.pruned == before[self.other].pruned and now.pruned != before[self.active].pruned:
                self._kept[self.active] = before[self.active]
                self.active = self.other

    def evaluated(self, result: PruningResult) -> list[Kept]:
        """Keep a result with the sets that it is of; return those that have none yet."""
        with self._lock:
            for kept in self._kept.values():
                same = (kept.pruned, kept.mode) == (result.components, result.mode)
                if same or not (kept.pruned or result.components):
                    kept.result = result
            return [kept for kept in self._kept.values() if kept.result is None]

    def told(self) -> dict[str, Any]:
        """Return what the page draws of them."""
        with self._lock:
            return {
                name: {
                    "pruned": len(kept.pruned),
                    "mode": kept.mode,
                    "result": None if kept.result is None else pruning_answers.figures(kept.result.after),
                }
                for name, kept in self._kept.items()
            }
