"""Two audits on one page: how they compare, and what the page calls their components."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float, Int

from slens_widgets.audit import Audit
from slens_widgets.audit.comparison import Comparison, Side, compare
from slens_widgets.audit.leaderboard import named_databases
from slens_widgets.errors import InputError
from slens_widgets.widgets.numbering import Numbering

SIDES: tuple[Side, Side] = ("a", "b")


@dataclass(frozen=True)
class Pair:
    """Two audits side by side, the first one's components numbered before the other's."""

    comparison: Comparison
    """What they share; computed when it is asked for."""
    numbering: Numbering
    """Their components on the page."""

    @classmethod
    def of(
        cls,
        audit: Audit,
        other: Audit,
        *,
        layer_a: str | None = None,
        layer_b: str | None = None,
        names: Sequence[str] | None = None,
    ) -> Pair:
        """Put two audits side by side, or say why they can't be compared."""
        comparison = compare(audit, other, layer_a=layer_a, layer_b=layer_b)
        called = _names(audit, other, layer_a, layer_b) if names is None else _checked(names)
        shown = zip(called, (audit, other), (layer_a, layer_b), strict=True)
        sides = [(name, each, each.db.layers if layer is None else (layer,)) for name, each, layer in shown]
        return cls(comparison, Numbering(*sides))

    @property
    def names(self) -> tuple[str, str]:
        """What the two are called."""
        first, second = (side.name for side in self.numbering.sides)
        return first, second

    @property
    def places(self) -> Float[np.ndarray, "component 2"]:
        """Coordinates of all components on one map."""
        return self.comparison.project()[["x", "y"]].to_numpy(np.float32)

    @property
    def similarity(self) -> Float[np.ndarray, " component"]:
        """Largest cosine of each component with any of the other audit's."""
        return self._matches()["similarity"].to_numpy(np.float32)

    @property
    def mutual(self) -> Bool[np.ndarray, " component"]:
        """Whether a component is the best match of its own best match."""
        return self._matches()["mutual"].to_numpy(bool)

    @property
    def matches(self) -> Int[np.ndarray, " component"]:
        """Number of each component's best match."""
        found = []
        for name, other in zip(SIDES, reversed(self.numbering.sides), strict=True):
            table = self.comparison.matches(name)
            found.append(table["match_layer"].map(other.starts) + table["match_component"])
        return np.concatenate(found).astype(np.int64)

    def _matches(self) -> pd.DataFrame:
        return pd.concat([self.comparison.matches(name) for name in SIDES], ignore_index=True)


def _names(audit: Audit, other: Audit, layer_a: str | None, layer_b: str | None) -> tuple[str, str]:
    (first, *_), (second, *_) = named_databases([audit, other])
    if first != second:
        return first, second
    if layer_a is not None and layer_b is not None and layer_a != layer_b:
        return layer_a, layer_b
    return f"{first} (a)", f"{second} (b)"


def _checked(names: Sequence[str]) -> tuple[str, str]:
    """Return two names that can be told apart, or say what is wrong with them."""
    texts = [] if isinstance(names, str) else [name.strip() for name in names if isinstance(name, str)]
    if len(texts) != 2 or len(names) != 2 or not all(texts) or texts[0] == texts[1]:
        raise InputError(f"{names!r} are no names of two audits", expected='two different texts, ("a", "b")')
    return texts[0], texts[1]
