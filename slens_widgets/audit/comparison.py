"""Two models, or two layers, or one model before and after training, in one space."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import pandas as pd
from jaxtyping import Float

from slens_widgets.analyses.comparison import best_matches, mutual
from slens_widgets.analyses.projection import project
from slens_widgets.audit.audit import Audit
from slens_widgets.audit.databases import check_comparable, database_of
from slens_widgets.audit.tables import component_table, rows_of
from slens_widgets.conceptdb import ConceptDB
from slens_widgets.errors import UnknownNameError
from slens_widgets.process import new_lock

Side = Literal["a", "b"]


class Comparison:
    """Which components of two audits mean the same, and which only one of them has; see `compare`.

    What is asked for is computed then, once.
    """

    def __init__(self, a: ConceptDB, b: ConceptDB, layer_a: str | None, layer_b: str | None) -> None:
        self._components, self._thetas = {}, {}
        for side, db, layer in (("a", a, layer_a), ("b", b, layer_b)):
            rows = rows_of(db, layer)
            self._components[side], self._thetas[side] = (
                component_table(db, rows),
                np.asarray(db.theta())[rows],
            )
        self._lock = new_lock()

    @property
    def similarity(self) -> dict[str, float]:
        """ "a to b": the mean over a's components of the largest cosine with any of b's; and "b to a"."""
        means = {side: float(table["similarity"].mean()) for side, table in self._tables.items()}
        return {"a to b": means["a"], "b to a": means["b"]}

    @property
    def is_laid_out(self) -> bool:
        """Whether the map of both is there already."""
        return "_coordinates" in self.__dict__

    @cached_property
    def _tables(self) -> dict[str, pd.DataFrame]:
        found = {
            "a": best_matches(self._thetas["a"], self._thetas["b"]),
            "b": best_matches(self._thetas["b"], self._thetas["a"]),
        }
        tables = {}
        for side, other in (("a", "b"), ("b", "a")):
            matches, cosines = found[side]
            counterparts = self._components[other].iloc[matches].reset_index(drop=True)
            tables[side] = self._components[side].assign(
                similarity=cosines,
                match_layer=counterparts["layer"],
                match_component=counterparts["component"],
                mutual=mutual(matches, found[other][0]),
            )
        return tables

    @cached_property
    def _coordinates(self) -> Float[np.ndarray, "component 2"]:
        return project(np.concatenate([self._thetas["a"], self._thetas["b"]]))

    def __repr__(self) -> str:
        sizes = ", ".join(f"{len(table)} components in {side}" for side, table in self._tables.items())
        there, back = self.similarity.values()
        pairs = int(self._tables["a"]["mutual"].sum())
        return f"Comparison({sizes}; similarity {there:.3f} to b, {back:.3f} to a; {pairs} mutual pairs)"

    def matches(self, side: Side = "a") -> pd.DataFrame:
        """Return layer, component, similarity, match_layer, match_component, mutual of one side's components.

        In the order of its database. A pair is mutual where each is the other's best match.
        """
        return self._tables[_side(side)].copy()

    def pairs(self) -> pd.DataFrame:
        """Return the mutual pairs as layer_a, component_a, layer_b, component_b, similarity, best first."""
        table = self._tables["a"][self._tables["a"]["mutual"]]
        columns = {
            "layer": "layer_a",
            "component": "component_a",
            "match_layer": "layer_b",
            "match_component": "component_b",
        }
        table = table.sort_values("similarity", ascending=False, kind="stable").rename(columns=columns)
        return table[[*columns.values(), "similarity"]].reset_index(drop=True)

    def only(self, side: Side, k: int = 10) -> pd.DataFrame:
        """Return the `k` components of one side that the other side lacks most: the least similar first."""
        table = self._tables[_side(side)].sort_values("similarity", kind="stable")
        return table.head(k).reset_index(drop=True)

    def project(self) -> pd.DataFrame:
        """Return side, layer, component, x, y of both sides on one map, in which similar ones are near."""
        with self._lock:  # views that open together wait for one layout
            coordinates = self._coordinates
        table = pd.concat(
            [self._components[side].assign(side=side) for side in ("a", "b")], ignore_index=True
        )
        return table[["side", "layer", "component"]].assign(x=coordinates[:, 0], y=coordinates[:, 1])


def compare(
    a: Audit | ConceptDB | str | Path,
    b: Audit | ConceptDB | str | Path,
    *,
    layer_a: str | None = None,
    layer_b: str | None = None,
) -> Comparison:
    """Compare the components of two models in the space of their foundation model.

    Parameters
    ----------
    a, b
        Audits, databases or paths of databases: of two models, of one before and after training, or the same
        one twice with two different layers.
    layer_a, layer_b
        Compare only this layer; None compares all.

    Raises
    ------
    FingerprintMismatchError
        The two were embedded with different foundation models.

    Source: SemanticLens (arXiv 2501.05398), compare.
    """
    first, second = database_of(a), database_of(b)
    check_comparable([first, second])
    return Comparison(first, second, layer_a, layer_b)


def _side(side: str) -> str:
    if side not in get_args(Side):
        raise UnknownNameError.of("side", side, get_args(Side))
    return side
